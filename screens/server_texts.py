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
    from aps_tui.services.serverconf import TFTP_SERVERS, WEB_SERVERS

    return [
        *(ConfigText(f"dhcp {name}", _FILES[name], partial(configuration, place, name)) for name in SERVERS),
        *(ConfigText(f"asterisk {name}", "~/aps-unprov.txt", partial(lines_of, place, name)) for name in DRIVERS),
        *(ConfigText(f"web {name}", f"~/aps-web-{name}.conf", partial(_web, place, name)) for name in WEB_SERVERS),
        *(ConfigText(f"tftp {name}", f"~/aps-tftp-{name}.conf", partial(_tftp, place, name)) for name in TFTP_SERVERS),
        *(ConfigText(f"fail2ban {name}", "~/aps-bans.txt", partial(_bans, place, name)) for name in WEB_SERVERS),
    ]


def _web(place: Workplace, name: str) -> list[str]:
    from aps_tui.services.serverconf import WEB_SERVERS, served_site

    return list(WEB_SERVERS[name](served_site(place), False))


def _tftp(place: Workplace, name: str) -> list[str]:
    from aps_tui.services.serverconf import TFTP_SERVERS, served_site

    return list(TFTP_SERVERS[name](served_site(place)))


def _bans(place: Workplace, name: str) -> list[str]:
    from aps_tui.services.serverconf import FAIL2BAN_PARTS, served_site

    return list(FAIL2BAN_PARTS[None](served_site(place), name))


def server_texts(desk: Desk, first: str = "") -> ConfigTextScreen:
    """The screen of all texts, with the first whose name begins so in front. Raises BadValue where none does."""
    return ConfigTextScreen(desk, "Ready configuration for the servers around", texts_of(desk.place), first)
