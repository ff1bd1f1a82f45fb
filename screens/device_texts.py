"""What the console says of one device, as lines to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aps_tui.domain.errors import ApsError
from aps_tui.domain.mac import with_colons
from aps_tui.domain.site import Device
from aps_tui.services.console import described, expected, levels_of, masked_files, when
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.text_view import Text

GONE = [Text("This device is no more.", "fault")]


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[Text]:
    rows = list(pairs)
    width = max((len(name) for name, _ in rows), default=0)
    return [Text(f"{name:<{width}}  {value}") for name, value in rows]


def device_of(place: Workplace, mac: str) -> list[Text]:
    """What is said of the device itself."""
    device = place.store.devices.get(mac)
    return _pairs(described(place, device)) if device else GONE


def lines_of(place: Workplace, mac: str) -> list[Text]:
    """Its lines."""
    device = place.store.devices.get(mac)
    if device is None:
        return GONE
    said = [text for line in _lines(place, device) for text in line]
    return said or [Text("No line: unprovisioned. It gets a file with the limited account.", "warning")]


def _lines(place: Workplace, device: Device) -> Iterator[list[Text]]:
    for line in device.lines:
        extension = place.store.extensions.find(device.tenant, line.extension)
        name = extension.name if extension else ""
        lost = extension is None or extension.gone
        yield [
            Text(f"Line {line.number}", "title"),
            Text(f"  extension   {line.extension} {name}".rstrip()),
            *([Text("  this extension is gone from the PBX", "fault")] if lost else []),
            Text(f"  label       {line.label or name or line.extension}"),
            Text(f"  caller ID   {line.caller_id_source}"),
            Text(f"  SRTP        {line.srtp}"),
            Text(f"  SIP port    {line.local_sip_port or 'of the model'}"),
            Text(f"  transport   {line.transport or 'of the server'}"),
            Text(f"  auto answer {'on' if line.auto_answer else 'off'}"),
        ]


def keys_of(place: Workplace, mac: str) -> list[Text]:
    """Its own keys, then those of its template."""
    device = place.store.devices.get(mac)
    if device is None:
        return GONE
    template = place.store.templates.get(device.template, device.template_tenant) if device.template else None
    own = {(key.bank, key.position) for key in device.keys}
    keys = [(key, "device") for key in device.keys]
    keys += [(key, "template") for key in (template.keys if template else ()) if (key.bank, key.position) not in own]
    if not keys:
        return [Text("No key is said for it, nor by its template.")]
    keys.sort(key=lambda one: (one[0].bank != "dss", one[0].bank, one[0].position))
    title = Text(f"{'bank':<12} {'key':>3}  {'type':<12} {'line':<4} {'value':<16} {'label':<16} from", "title")
    return [title] + [
        Text(f"{k.bank:<12} {k.position:>3}  {k.type:<12} {k.line or '':<4} {k.value:<16} {k.label:<16} {said}")
        for k, said in keys
    ]


def rendered_of(place: Workplace, mac: str) -> list[Text]:
    """Its files as a commit would write them, secrets masked."""
    said: list[Text] = []
    for path, text in masked_files(place, mac):
        said += [Text(f"=== {path}", "title"), *(Text(line) for line in text.splitlines()), Text("")]
    return said


def why_of(place: Workplace, mac: str) -> list[Text]:
    """What a commit would change and why, then which level says what."""
    found = expected(place, mac)
    said = [Text(problem, "fault") for problem in found.problems]
    said += [Text(warning, "warning") for warning in found.warnings]
    for change, reasons in found.changes:
        said += [Text(f"{change.kind} {change.path}", "title"), *(Text(f"  because: {reason}") for reason in reasons)]
    if not found.changes and not found.problems:
        said.append(Text("A commit would change nothing."))
    levels = levels_of(place, mac)
    if levels:
        said += [Text(""), Text("Settings said for it, and the level that says each", "title")]
        said += _pairs((name, f"{value}  ({level})") for name, value, level in levels)
    return said


def summary_of(place: Workplace, mac: str) -> list[Text]:
    """A device beside the list: who it is, its lines, its last commit, what is wrong."""
    device = place.store.devices.get(mac)
    if device is None:
        return GONE
    said = [
        Text(with_colons(mac), "title"),
        Text(f"{device.vendor} {device.model}"),
        Text(f"tenant   {device.tenant}"),
        Text(f"template {device.template or 'none'}"),
        Text(f"label    {device.label or 'none'}"),
        Text(""),
    ]
    for line in device.lines:
        extension = place.store.extensions.find(device.tenant, line.extension)
        gone = extension is None or extension.gone
        name = "gone from the PBX" if gone or extension is None else extension.name
        said.append(Text(f"{line.number}: {line.extension} {name}", "fault" if gone else "plain"))
    if not device.lines:
        said.append(Text("no line: unprovisioned", "warning"))
    said.append(Text(""))
    files = place.store.files.of([mac])
    for number in dict.fromkeys(file.generation for file in files if file.generation):
        said.append(Text(f"commit {number}, {_when(place, number)}"))
    if not files:
        said.append(Text("never committed"))
    found = expected(place, mac)
    said += [Text(text, "fault") for text in found.problems]
    said += [Text(text, "warning") for text in found.warnings]
    return said


def _when(place: Workplace, generation: int) -> str:
    try:
        return when(place.store.generations.get(generation).at)
    except ApsError:  # the history does not go back so far
        return "long ago"
