"""The table of screens. A new one is a pair of files, a loader and a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from aps_tui.screens.area import AreaScreen
    from aps_tui.screens.desk import Desk


class Area(NamedTuple):
    """One screen: how it is called and reached. It is loaded when it is first shown."""

    name: str
    key: str
    title: str
    help: str
    load: Callable[[Desk], AreaScreen]


def _devices(desk: Desk) -> AreaScreen:
    from aps_tui.screens.devices import DevicesScreen

    return DevicesScreen(desk)


def _commit(desk: Desk) -> AreaScreen:
    from aps_tui.screens.commit import CommitScreen

    return CommitScreen(desk)


AREAS: tuple[Area, ...] = (
    Area("devices", "1", "Devices", "The list of all devices", _devices),
    Area("commit", "9", "Commit", "What a commit would write, the commit itself, its history and undo", _commit),
)
"""Every screen, in the order of its keys."""
