"""What the site puts into Asterisk's files, checked and written so that Asterisk reads it as it is."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from string import Template
from typing import NamedTuple

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Provisioning
from aps_tui.domain.whitelist import ADDRESS, NETWORK, parse_entry
from aps_tui.services import network
from aps_tui.services.provisioning import reveal as revealed
from aps_tui.services.resync.words import sections
from aps_tui.services.unprov.server import listen_at
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.pack import Vendor
from aps_tui.wire.sip_notify import Notice

_FIELD = "unprovisioned_secret"
LONGEST = 200
"""Characters of a value."""
MOST_PEERS = 2000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")


class Part(NamedTuple):
    """A text and where it goes."""

    name: str
    """The file's own name: `aps_unprov_pjsip.conf`."""
    place: str
    """What to do with it: `/etc/asterisk/aps_unprov_pjsip.conf (new file)`."""
    text: str


class Values(NamedTuple):
    """What the texts are filled with."""

    password: str
    """Lines that say the password, or how to fill it in."""
    permits: str
    """`permit=` lines, or how to fill them in."""
    agi: str
    """`127.0.0.1:4573`."""
    ami_user: str
    notify: str
    """Sections of pjsip_notify.conf."""
    unbound: tuple[str, ...]
    """MACs of the devices without an extension, for drivers that need to know each."""

    def fill(self, text: str, **more: str) -> str:
        """A text with `$names` filled in."""
        return Template(text).substitute(self._asdict() | more)


def values_of(place: Workplace, *, reveal: bool) -> Values:
    """The site's values. Raises BadValue."""
    settings = place.store.provisioning.get()
    host, port = listen_at(place.unprov.listen, place.unprov.allow)
    with place.store.snapshot():
        unbound = [device.mac for device in place.store.devices.all() if not device.lines]
    return Values(
        password=_password(place, settings, reveal),
        permits=_permits(settings),
        agi=f"{_reached(host)}:{port}",
        ami_user=_section("ami_user", place.resync.ami_user or "aps"),
        notify=sections(_notices(place.packs.vendors.values())),
        unbound=tuple(unbound[:MOST_PEERS]),
    )


def escaped(field: str, text: str) -> str:
    r"""A value as it stands behind `=`: there `;` begins a comment unless it is written `\;`.

    Raises BadValue naming the field, never the text, for what would be read as something else.
    """
    if not text or text != text.strip() or text.startswith(">"):
        raise BadValue(f"{field}: Asterisk's files cannot carry an empty value, blanks at its ends or > at its start")
    if not text.isprintable() or len(text) > LONGEST:
        raise BadValue(f"{field}: control characters and more than {LONGEST} characters cannot be used")
    return text.replace(";", "\\;")


def _section(field: str, text: str) -> str:
    """A section's name."""
    if not _NAME.match(text):
        raise BadValue(f"{field}: letters, digits, _ and - are what a section of Asterisk's files can be called")
    return text


def _password(place: Workplace, settings: Provisioning, reveal: bool) -> str:
    if not settings.unprovisioned_secret:
        return "; the site has no UNPROV password yet: make one in the provisioning settings (g), then print this again"
    checked = escaped("UNPROV password", settings.unprovisioned_secret)
    if reveal:
        revealed(place, _FIELD)
        return f"password={checked}"
    return "; password=... : the UNPROV password of the provisioning settings; --reveal prints it here (and is audited)"


def _permits(settings: Provisioning) -> str:
    """The networks that phones are on: those of the whitelist, and those of the addresses that phones are told."""
    entries = [parse_entry(text) for text in settings.whitelist]
    found = [entry.meaning for entry in entries if entry.kind in (NETWORK, ADDRESS)] + _own_networks(settings)
    if not found:
        return "; permit=192.0.2.0/24 : the phones' networks, one line each; until then nobody gets in"
    lines = [f"permit={one}" for one in dict.fromkeys(found)]
    if any(one.endswith("/0") for one in found):
        lines.append("; the whitelist holds every address there is: say the phones' networks instead")
    return "\n".join(lines)


def _own_networks(settings: Provisioning) -> list[str]:
    told = {settings.sip_server_address, settings.tftp_server_address} - {""}
    return [
        str(ipaddress.ip_network(f"{one.address}/{one.mask}", strict=False))
        for one in network.own_addresses()
        if one.address in told and one.mask and ":" not in one.address
    ]


def _reached(host: str) -> str:
    """Where Asterisk reaches a server that listens there."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _notices(vendors: Iterable[Vendor]) -> Iterable[Notice]:
    """Every event that some phone is told by."""
    for vendor in vendors:
        for model in vendor.models.values():
            for generation in model.generations or (None,):
                said = model.contact(generation).notify
                for event, body in ((said.resync, said.resync_body), (said.restart, said.restart_body)):
                    if event:
                        yield Notice(event, body)
