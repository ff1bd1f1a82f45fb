"""Renders one device's files for someone to read; what shows secrets is an audited act."""

from __future__ import annotations

from aps_tui.domain.errors import BadValue
from aps_tui.services.diffs import masker
from aps_tui.services.explain import device_row
from aps_tui.services.fleet import Fleet
from aps_tui.services.secret_lines import masked_files
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.engine import Rendered, Result


def render_device(place: Workplace, mac: str, *, file: str | None = None, masked: bool = False) -> Result:
    """A device's own files as a commit would write them; with `file` that one alone, with `masked` without secrets.

    Showing secrets leaves an audit row. Raises BadValue for an unknown MAC or file, CannotRender for a device that
    lacks something.
    """
    with place.store.snapshot():
        fleet = Fleet(place.store.render, place.packs, place.cache)
        task = fleet.task(device_row(fleet, mac))
        hidden = {path: text for path, _, text in masked_files(task, masker(place))}
        shown = task.renderer.render(task.phone)
    files = tuple(one for one in shown.files if file in (None, one.path))
    if not files:
        raise BadValue(f"{mac} has no file {file}: it has {', '.join(hidden)}")
    if masked:
        return Result(tuple(Rendered(one.path, hidden[one.path].encode()) for one in files), shown.warnings)
    revealing = [one.path for one in files if hidden[one.path] != one.text]
    if revealing:
        place.store.audit.add("device", task.phone.mac, "reveal", ", ".join(revealing))
    return Result(files, shown.warnings)
