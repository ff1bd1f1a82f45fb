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
    short: str = ""
    """The title in a window too narrow for all of them."""


def _devices(desk: Desk) -> AreaScreen:
    from aps_tui.screens.devices import DevicesScreen

    return DevicesScreen(desk)


def _device(desk: Desk) -> AreaScreen:
    from aps_tui.screens.device import DeviceScreen

    return DeviceScreen(desk)


def _templates(desk: Desk) -> AreaScreen:
    from aps_tui.screens.templates import TemplatesScreen

    return TemplatesScreen(desk)


def _mappings(desk: Desk) -> AreaScreen:
    from aps_tui.screens.mappings import MappingsScreen

    return MappingsScreen(desk)


def _queue(desk: Desk) -> AreaScreen:
    from aps_tui.screens.queue import QueueScreen

    return QueueScreen(desk)


def _import(desk: Desk) -> AreaScreen:
    from aps_tui.screens.import_list import ImportScreen

    return ImportScreen(desk)


def _scan(desk: Desk) -> AreaScreen:
    from aps_tui.screens.scan import ScanScreen

    return ScanScreen(desk)


def _extensions(desk: Desk) -> AreaScreen:
    from aps_tui.screens.extensions import ExtensionsScreen

    return ExtensionsScreen(desk)


def _commit(desk: Desk) -> AreaScreen:
    from aps_tui.screens.commit import CommitScreen

    return CommitScreen(desk)


def _settings(desk: Desk) -> AreaScreen:
    from aps_tui.screens.settings import SettingsScreen

    return SettingsScreen(desk)


AREAS: tuple[Area, ...] = (
    Area("devices", "1", "Devices", "The list of all devices", _devices),
    Area("device", "2", "Device", "One device: its lines, keys, settings, files and history", _device),
    Area("templates", "3", "Templates", "What each template says, who uses it, and its editor", _templates, "Templ"),
    Area("mappings", "4", "Mappings", "Addresses that become host names in every file", _mappings),
    Area(
        "queue",
        "5",
        "Queue",
        "Phones that arrived by themselves, how far each has come, and why one does not work",
        _queue,
    ),
    Area("import", "6", "Import", "A list of MACs becomes devices: paste it, or name a file", _import),
    Area("scan", "7", "Scan", "Asks a network for its phones, by nmap, and adds the new ones", _scan),
    Area("extensions", "8", "Extensions", "The accounts of the PBX, who uses each, and the sync", _extensions, "Ext"),
    Area("commit", "9", "Commit", "What a commit would write, the commit itself, its history and undo", _commit),
    Area("settings", "0", "Settings", "The site, tenants, provisioning, whitelist, sources, audit", _settings),
)
"""Every screen, in the order of its keys."""
