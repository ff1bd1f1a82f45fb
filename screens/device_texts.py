"""What the console says of one device, as lines to read."""

from __future__ import annotations

from aps_tui.domain.errors import ApsError
from aps_tui.domain.mac import with_colons
from aps_tui.services.console import expected, when
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.text_view import Text

GONE = [Text("This device is no more.", "fault")]


def expected_of(place: Workplace, mac: str) -> list[Text]:
    """What is wrong with a device, and what a commit would change and why."""
    found = expected(place, mac)
    said = [Text(problem, "fault") for problem in found.problems]
    said += [Text(warning, "warning") for warning in found.warnings]
    for change, reasons in found.changes:
        said += [Text(f"a commit would {change.kind} {change.path}", "title")]
        said += [Text(f"  because: {reason}") for reason in reasons]
    if not found.changes and not found.problems:
        said.append(Text("A commit would change nothing."))
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
    said += [Text(text) for text in _window(place, mac)] or ([] if files else [Text("never committed")])
    found = expected(place, mac)
    said += [Text(text, "fault") for text in found.problems]
    said += [Text(text, "warning") for text in found.warnings]
    return said


def _window(place: Workplace, mac: str) -> list[str]:
    """Where its files stand, where they are withdrawn or will be."""
    from aps_tui.services.windows import standings

    (one,) = standings(place, [mac])
    if one.state == "withdrawn":
        return [f"withdrawn {when(one.since)}: o opens it"]
    return [f"is withdrawn {when(one.until)}"] if one.state == "closing" else []


def _when(place: Workplace, generation: int) -> str:
    try:
        return when(place.store.generations.get(generation).at)
    except ApsError:  # the history does not go back so far
        return "long ago"
