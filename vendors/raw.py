"""Puts raw parameters in their place in a rendered file, where they win over what the pack wrote.

A template writes them by name, last in its file. In a format with sections a name may be `section/name`: the parameter
goes into that section. One without a section takes the place of the pack's own, and stays where the template put it
when the pack has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from aps_tui.vendors.formats import Format, Refused
from aps_tui.vendors.pack import Facts, Vendor, file_name

_Path = tuple[tuple[str, int], ...]
"""Where a line stands: see `Format.places`."""
_COMMENTS = ("#", ";")


def let_raw_win(text: str, raw: Collection[str], form: Format, repeatable: Collection[str] = ()) -> str:
    """A file's text with each raw parameter once, in place of the pack's own lines of that name, unset ones included.

    Raises Refused, naming the sections there are, for a section that the file does not have or has more than once.
    """
    if not raw:
        return text
    lines = text.split("\n")
    if form.section is None:
        return "\n".join(_last_of_each(lines, raw, form))
    for name in sorted(raw):
        lines = _settled(lines, name, form, repeatable)
    return "\n".join(lines)


def own_formats(vendor: Vendor, facts: Facts | None = None) -> list[Format]:
    """The formats of a vendor's per-MAC files, or of those alone that a model with such facts asks for."""
    own = (spec for spec in vendor.files if not spec.shared)
    return [spec.form for spec in own if facts is None or file_name(spec, facts, "0" * 12) is not None]


def name_fault(name: str, forms: Collection[Format]) -> str:
    """Why a raw parameter of that name can stand in none of the files; empty when it can."""
    if any(form.raw_name.match(name) for form in forms):
        return ""
    if "/" in name and not any(form.section for form in forms):
        return "this model's files have no sections: give the name alone"
    return "no such name can stand in this model's files"


def _last_of_each(lines: Sequence[str], raw: Collection[str], form: Format) -> list[str]:
    """Of the lines that write a raw parameter's name, keep the last."""
    seen: set[str] = set()
    kept: list[str] = []
    for line in reversed(lines):
        parameter = form.parameter(line)
        if parameter is not None and parameter.key in raw:
            if parameter.key in seen:
                continue
            seen.add(parameter.key)
        kept.append(line)
    return kept[::-1]


def _settled(lines: list[str], name: str, form: Format, repeatable: Collection[str]) -> list[str]:
    """The lines with the last one that writes `name`, the raw parameter's, moved to where it belongs."""
    section, _, key = name.rpartition("/")
    keys = [found.key if (found := form.parameter(line)) else "" for line in lines]
    *own, at = [number for number, found in enumerate(keys) if found == name] or [-1]
    if at < 0:  # another of the phone's files has it
        return lines
    places = form.places(lines)
    if section:
        path = _section(section, places, name)
        own = [number for number, found in enumerate(keys) if found == key and places[number] == path]
    elif own:
        path = _only({places[number]: None for number in own}, name)
    else:
        return lines
    line = _without_section(lines[at], name, key, form)
    settled: list[str | None] = [*lines]
    settled[at] = None
    if own and key not in repeatable:
        for number in own:
            settled[number] = None
        settled[own[-1]] = line
    else:
        settled.insert(_end([*lines[:at], "", *lines[at + 1 :]], places, path, form), line)
    return [line for line in settled if line is not None]


def _without_section(line: str, name: str, key: str, form: Format) -> str:
    """The line of `section/name` as one of `name`."""
    found = form.parameter(line)
    return f"{found.before.replace(name, key)}{found.value}{found.after.replace(name, key)}" if found else line


def _section(wanted: str, places: Sequence[_Path], name: str) -> _Path:
    """The one section of that name. Raises Refused."""
    names = wanted.split("/")
    every = dict.fromkeys(places)
    found = [path for path in every if [part for part, _ in path][-len(names) :] == names]
    if len(found) == 1:
        return found[0]
    known = ", ".join(dict.fromkeys(_said(path) for path in every if path))
    count = f"{len(found)} sections" if found else "no section"
    raise Refused(f"this phone's file has {count} {wanted} (it has {known})", place=f"raw parameter {name}")


def _only(found: Collection[_Path], name: str) -> _Path:
    """The one section that holds the pack's own parameter. Raises Refused where there are more."""
    first, *more = found
    if more:
        said = Counter(f"{_said(path)}/{name}" for path in found)
        single = " or ".join(place for place, times in said.items() if times == 1)
        which = f"say which is meant: {single}" if single else "of which none can be meant alone"
        text = f"stands in {len(found)} sections of this phone's file, {which}"
        raise Refused(text, place=f"raw parameter {name}")
    return first


def _end(lines: Sequence[str], places: Sequence[_Path], path: _Path, form: Format) -> int:
    """Where a line goes that is to be the last of a section."""
    inside = [number for number, place in enumerate(places) if place == path]
    closing = form.section.match(lines[inside[-1]]) if form.section is not None else None
    if closing is not None and closing.groupdict().get("close"):
        return inside[-1]
    return 1 + max(number for number in inside if lines[number].strip() and not lines[number].startswith(_COMMENTS))


def _said(path: _Path) -> str:
    return "/".join(part for part, _ in path)
