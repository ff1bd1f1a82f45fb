"""The configuration texts for the servers around the console, as its screen shows them."""

from __future__ import annotations

from functools import partial

from aps_tui.screens.config_text import ConfigText, ConfigTextScreen
from aps_tui.screens.desk import Desk
from aps_tui.services.workplace import Workplace

_FILES = {"isc": "~/aps-phones.conf", "dnsmasq": "~/aps-phones.conf", "kea": "~/aps-phones.json"}


def texts_of(place: Workplace) -> list[ConfigText]:
    """Every text, in the order of its tabs."""
    # Not needed before someone comes here.
    from aps_tui.services.asteriskconf import DRIVERS, lines_of
    from aps_tui.services.dhcpconf import SERVERS, configuration

    return [
        *(ConfigText(f"dhcp {name}", _FILES[name], partial(configuration, place, name)) for name in SERVERS),
        *(ConfigText(f"asterisk {name}", "~/aps-unprov.txt", partial(lines_of, place, name)) for name in DRIVERS),
    ]


def server_texts(desk: Desk, first: str = "") -> ConfigTextScreen:
    """The screen of all texts, with the first whose name begins so in front. Raises BadValue where none does."""
    return ConfigTextScreen(desk, "Ready configuration for the servers around", texts_of(desk.place), first)
