"""Writes the template of a learned pack: the unit's file, with places where one phone's own texts stood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import with_colons
from aps_tui.services.learning.export import Export
from aps_tui.services.learning.names import Place, line_place
from aps_tui.services.learning.places import ENABLED, LEAVE_OUT, expression, is_line, is_secret, switched_off
from aps_tui.services.learning.probe import Answers
from aps_tui.services.learning.propose import SWITCHES, WITHIN, Proposal
from aps_tui.services.masks import looks_secret
from aps_tui.vendors.formats import Parameter

_NUMBER, _VALUE, _MAC, _MAC_UPPER, _MAC_COLONS = "\x00", "\x01", "\x02", "\x03", "\x04"
"""Stand for expressions until the text around them is protected; no export holds control characters."""
_BRACE = re.compile(r"\{(?=[{%#\x00-\x04]|\Z)")
_OF_ONE_LINE = re.compile(r"line\.(\d+)\.")
_ATTRIBUTE = re.compile(r'([\w.\-]+)="([^"]*)"')
_ENCODING = re.compile(r'(<\?xml[^>]*encoding=["\'])[\w.\-]+')
_RAW = {
    "path": "{{ p.name }}={{ p.value }}",
    "blank": "{{ p.name }} {{ p.value }}",
    "quoted": '{{ p.name }}="{{ p.value }}"',
    "colon": "{{ p.name }}: {{ p.value }}",
    "gs-binary": "{{ p.name }}={{ p.value }}",
    "cnf": '{{ p.name }}: "{{ p.value }}"',
    "xml-attributes": '{{ p.name }}="{{ p.value }}"',
    "xml-elements": '<{{ p.key }}{% if p.idx %} idx="{{ p.idx }}"{% endif %}>{{ p.value }}</{{ p.key }}>',
    "xml-nested": "<{{ p.name }}>{{ p.value }}</{{ p.name }}>",
    "xml-items": '<item name="{{ p.name }}">{{ p.value }}</item>',
    "xml-settings": '<setting id="{{ p.name }}" value="{{ p.value }}"/>',
}
_SHORTEST = 5
"""Shorter secrets are found in any text by chance: only a value that is nothing else counts."""


@dataclass(slots=True)
class Learned:
    """A template, and what became of the unit's own values."""

    text: str
    left_out: tuple[str, ...]
    """Parameters that were not written, for the secrets or addresses that they held."""
    lines: int
    """How many of the phone's lines it carries."""


@dataclass(slots=True)
class Writer:
    """Writes one template."""

    export: Export
    answers: Answers
    taken: tuple[Proposal, ...]
    mac: str | None
    empty: str = ""
    """What the vendor writes to make a phone forget a text."""
    _places: dict[str, str] = field(default_factory=dict)
    _secrets: set[str] = field(default_factory=set)
    _families: dict[str, list[Parameter]] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)
    _left_out: dict[str, None] = field(default_factory=dict)
    _lines: int = 0

    def write(self, model_lines: int) -> Learned:
        """The template for a model with so many lines (0: as many as the file shows). Raises BadValue."""
        if not any(one.place.endswith(".secret") for one in self.taken):
            raise BadValue(
                f"{self.export.name}: no parameter is known to hold the secret of a line: name it (--accept "
                "NAME=line.secret); where the unit leaves it out of what it exports, add its line, empty, to a copy"
            )
        self._places = {key: one.place for one in self.taken for key in one.keys}
        self._secrets = {
            one.value.strip('"')
            for one in self.export.parameters
            if (
                is_secret(self._places.get(one.key, "keep"))
                or looks_secret(one.key)
                or self._places.get(one.key) == LEAVE_OUT
            )
            and one.value.lower() not in SWITCHES
        }
        self._find_families()
        carried = max([0, *(int(one) for members in self._families.values() for one in self._numbers(members))])
        body = "\n".join(self._body())
        self._lines = max(self._lines, carried)
        wanted = model_lines or max(self._lines, 1)
        if wanted > self._lines and not self._families:
            body += "\n" + _too_many(self._lines)
        return Learned(f"{body.rstrip()}\n", tuple(self._left_out), wanted)

    def _find_families(self) -> None:
        """Names that begin alike up to a line's number, where one of them is a line's own: written as a loop."""
        heads = {place.before for key, said in self._places.items() if is_line(said) and (place := line_place(key))}
        for parameter in self.export.parameters:
            place = line_place(parameter.key)
            if (
                place is not None
                and place.before in heads
                and not _OF_ONE_LINE.match(self._places.get(parameter.key, ""))
            ):
                self._families.setdefault(place.before, []).append(parameter)

    def _numbers(self, members: list[Parameter]) -> set[int]:
        """The lines that the members of a family are for, from 1."""
        found = {place.number for one in members if (place := line_place(one.key))}
        return {number + (1 if 0 in found else 0) for number in found}

    def _body(self) -> Iterator[str]:
        last = max(at for at, line in enumerate(self.export.lines) if line.parameter is not None)
        for at, line in enumerate(self.export.lines):
            if line.parameter is None:
                yield from self._structure(line.text)
            else:
                yield from self._parameter(line.parameter)
            if at == last:
                yield "{% for p in raw %}"
                yield _RAW.get(self.export.form.name, "{{ p.name }} = {{ p.value }}")
                yield "{% endfor %}"

    def _parameter(self, parameter: Parameter) -> Iterator[str]:
        line = line_place(parameter.key)
        place = self._places.get(parameter.key, "keep")
        members = self._families.get(line.before) if line is not None else None
        if members is not None and not _OF_ONE_LINE.match(place):
            if parameter is members[0]:
                yield from self._family(members)
        elif is_line(place):
            number = self._line_of(parameter.key, place)
            place = re.sub(r"\.\d+\.", ".", place)
            off = switched_off(parameter.value) if place == ENABLED else self.empty
            yield f"{{% for l in lines if l.n == {number} %}}"
            yield self._filled(parameter, None, place)
            yield "{% else %}"
            yield self._with(parameter, None, off if off is not None else parameter.value)
            yield "{% endfor %}"
        else:
            yield from self._written(parameter, None, place)

    def _line_of(self, key: str, place: str) -> int:
        """The line that a parameter is for whose name has no number of a line: as said, as the pack has it, in turn."""
        said = _OF_ONE_LINE.match(place)
        self._seen[key] = self._seen.get(key, 0) + 1
        number = int(said[1]) if said else self.answers.places.get(key, ("", 0))[1] or self._seen[key]
        self._lines = max(self._lines, number)
        return number

    def _family(self, members: list[Parameter]) -> Iterator[str]:
        """The first line's parameters for every line of the phone; for its other lines what makes it forget them."""
        places = [(one, place) for one in members if (place := line_place(one.key)) is not None]
        numbers = {place.number for _, place in places}
        base = [(one, place) for one, place in places if place.number == min(numbers)]
        less = " - 1" if 0 in numbers else ""
        yield "{% for l in lines %}"
        for parameter, place in base:
            for text in self._written(parameter, place, self._places.get(parameter.key, "keep")):
                yield text.replace(_NUMBER, f"{{{{ l.n{less} }}}}")
        yield "{% endfor %}"
        yield "{% for n in unused_lines %}"
        for parameter, place in base:
            said = self._places.get(parameter.key, "")
            if is_line(said):
                off = switched_off(parameter.value) or parameter.value if said == ENABLED else self.empty
                yield self._with(parameter, place, off).replace(_NUMBER, f"{{{{ n{less} }}}}")
        yield "{% endfor %}"

    def _written(self, parameter: Parameter, line: Place | None, place: str) -> Iterator[str]:
        """A parameter with its place filled, or as the unit has it, or a comment that it is left out."""
        value = parameter.value.strip('"')
        if place == LEAVE_OUT:
            yield self._without(parameter.key, "a secret, or perhaps one")
        elif place != "keep":
            yield self._filled(parameter, line, place)
        elif looks_secret(parameter.key) and value.lower() not in SWITCHES:
            yield self._without(parameter.key, "a secret without a place")
        elif self._holds_secret(value):
            yield self._without(parameter.key, "holds what stands in a secret's place")
        elif self._foreign_mac(value):
            yield self._without(parameter.key, "holds the unit's MAC in a notation that templates lack")
        else:
            yield self._with(parameter, line, parameter.value)

    def _filled(self, parameter: Parameter, line: Place | None, place: str) -> str:
        if place == ENABLED:
            on = next((word for word in ("1", "on", "yes", "true", "enabled", "enable", "y")
                       if switched_off(word) == parameter.value.lower()), parameter.value)  # fmt: skip
            return self._with(parameter, line, on.capitalize() if parameter.value[:1].isupper() else on)
        said = expression(place, parameter.value.strip('"'))
        text = f"{{{{ {said} }}}}"
        if self.empty and said.endswith(' or ""'):
            said = said.removesuffix(' or ""')
            text = f"{{% if {said} %}}{{{{ {said} }}}}{{% else %}}{self.empty}{{% endif +%}}"
        return self._with(parameter, line, _VALUE).replace(_VALUE, text)

    def _with(self, parameter: Parameter, line: Place | None, value: str) -> str:
        """A parameter's line with a value; a hole stands for the line's number where its name has one."""
        before = parameter.before
        if not parameter.value and self.export.form.name in ("blank", "flat", "colon") and not before[-1].isspace():
            before += " "
        return self._protected(
            f"{_numbered(parameter.key, line, before)}{value}{_numbered(parameter.key, line, parameter.after)}"
        )

    def _structure(self, text: str) -> Iterator[str]:
        """A line that is no parameter: sections, tags, comments; without what a secret's name or text stands in."""
        if self.export.form.name.startswith("xml"):
            text = _ENCODING.sub(r"\1utf-8", text)
            text = _ATTRIBUTE.sub(lambda one: f'{one[1]}=""' if self._is_secret(one[1], one[2]) else one[0], text)
            hidden = "<" not in text and self._holds_secret(text)
        else:
            named = any(looks_secret(name) for name in re.findall(r"[\w.\-]+", text))
            hidden = named or self._holds_secret(text) or ("," in text and self.export.has_secret_table)
        if hidden or self._foreign_mac(text):
            yield self._without("a line that is no parameter", "may hold a secret, or holds the unit's MAC")
        else:
            yield self._protected(text)

    def _is_secret(self, name: str, value: str) -> bool:
        return (looks_secret(name) and value.lower() not in SWITCHES) or self._holds_secret(value)

    def _holds_secret(self, value: str) -> bool:
        return WITHIN.search(value) is not None or any(
            secret == value or (len(secret) >= _SHORTEST and secret in value) for secret in self._secrets
        )

    def _foreign_mac(self, value: str) -> bool:
        if self.mac is None:
            return False
        for notation in self._macs():
            value = value.replace(notation, "")
        return self.mac in re.sub(r"[:\-.]", "", value).lower()

    def _macs(self) -> Mapping[str, str]:
        mac = self.mac or ""
        return {mac: _MAC, mac.upper(): _MAC_UPPER, with_colons(mac): _MAC_COLONS} if mac else {}

    def _protected(self, text: str) -> str:
        """Literal text that Jinja leaves alone, the unit's MAC replaced by the device's."""
        for notation, hole in self._macs().items():
            text = text.replace(notation, hole)
        text = _BRACE.sub('{{ "{" }}', text)
        for name, hole in (("mac", _MAC), ("mac_upper", _MAC_UPPER), ("mac_colons", _MAC_COLONS)):
            text = text.replace(hole, f"{{{{ device.{name} }}}}")
        return text

    def _without(self, what: str, why: str) -> str:
        self._left_out[what] = None
        return "{# left out: " + re.sub(r"[^\w .\[\]/|-]", "?", what) + f": {why} #}}"


def _numbered(key: str, line: Place | None, text: str) -> str:
    """Put the hole of the line's number into a parameter's line."""
    if line is None:
        return text
    if line.before.endswith("["):
        return text.replace(f'idx="{line.number}"', f'idx="{_NUMBER}"')
    name, _, _ = key.partition("[")
    return text.replace(name, f"{line.before}{_NUMBER}{line.after}".partition("[")[0])


def _too_many(lines: int) -> str:
    text = f"the learned file carries {lines} line{'' if lines == 1 else 's'}: the others are not written"
    return f'{{% for l in lines if l.n > {lines} %}}\n{{{{ "{text}" | warning }}}}\n{{% endfor %}}'
