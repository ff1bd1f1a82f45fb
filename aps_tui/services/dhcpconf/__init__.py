"""Ready configuration of DHCP servers: the classes that tell phones where the site's files are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from aps_tui.domain.errors import BadValue
from aps_tui.services.dhcpconf import dnsmasq, isc, kea
from aps_tui.services.dhcpconf.classes import Section, sections
from aps_tui.services.dhcpconf.server import Server, server_of
from aps_tui.services.workplace import Workplace
from aps_tui.wire.dhcp_hook import KINDS, hook_script

__all__ = ["SERVERS", "configuration", "hook_of"]

SERVERS: Mapping[str, Callable[[Sequence[Section], Server], Iterator[str]]] = {
    "isc": isc.lines,
    "dnsmasq": dnsmasq.lines,
    "kea": kea.lines,
}
"""Each DHCP server's word, and what writes its text."""


def configuration(place: Workplace, name: str, vendors: Iterable[str] = ()) -> list[str]:
    """The text for a server of `SERVERS`, line by line: of all vendors, or of those named.

    Raises BadValue for an unknown vendor, for an address that the site does not say (it names the setting to fill) and
    for one that DHCP cannot carry.
    """
    packs = place.packs
    wanted = list(dict.fromkeys(packs.vendor(slug).slug for slug in vendors)) or list(packs.vendors)
    server = server_of(place)
    return list(SERVERS[name](sections(packs.vendors.values(), wanted, server), server))


def hook_of(name: str) -> list[str]:
    """The script that a server runs for each lease, line by line. Raises BadValue for one that needs none."""
    if name not in KINDS:
        raise BadValue(f"{name} needs no hook: aps-tui watch reads its leases. Those of {' and '.join(KINDS)} need one")
    return hook_script(name).splitlines()
