"""Where the site's phones find their files, as DHCP is to tell them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mapping import compile_mappings
from aps_tui.services.workplace import Workplace

_SAFE = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&()*+;=%{}-]+")
"""Signs that all three servers take between quotes as they are."""
_WHERE = "console: Settings, Provisioning; site file: [provisioning]"


@dataclass(frozen=True)
class Server:
    """The server that phones are told of; "" for what the site does not say."""

    said_url: str
    tftp_address: str
    hostname: str

    @property
    def url(self) -> str:
        """The folder of the files, its slash at the end included. Raises BadValue where nothing is said."""
        if self.said_url:
            return self.said_url
        if host := self.hostname or self.tftp_address:
            return f"http://{f'[{host}]' if ':' in host else host}:5555/tftpboot/"
        raise BadValue(
            "no address is known that phones could fetch their files from: fill Server host name (server_hostname) or "
            f"TFTP server address (tftp_server_address) ({_WHERE}), or the site's Provisioning URL"
        )

    @property
    def host(self) -> str:
        """The server alone. Raises BadValue where nothing is said."""
        return self.tftp_address or self.hostname or urlsplit(self.url).hostname or ""

    @property
    def address(self) -> str:
        """The server's IPv4 address. Raises BadValue where none is said."""
        for text in (self.tftp_address, self.said_url and urlsplit(self.said_url).hostname):
            if text and _is_ipv4(text):
                return text
        raise BadValue(
            f"option 150 needs an IPv4 address: fill TFTP server address (tftp_server_address) ({_WHERE}), "
            "or name the vendors that are wanted with --vendor"
        )


def server_of(place: Workplace) -> Server:
    """What the site says: its provisioning URL as the global IP/DNS mappings make it, and its addresses."""
    with place.store.snapshot():
        provisioning = place.store.provisioning.get()
        url = str(place.store.settings.site().settings.get("general.provisioning_url") or "")
        mapped = compile_mappings([one for one in place.store.mappings.all() if one.tenant is None], ())
    return Server(mapped(url), provisioning.tftp_server_address, provisioning.server_hostname)


def checked_value(text: str, most: int) -> str:
    """A text that DHCP can carry in `most` bytes and every server's configuration can hold. Raises BadValue."""
    if not _SAFE.fullmatch(text):
        odd = _SAFE.sub("", text)[:1]
        what = f"an address with {odd!a} in it" if odd else "an empty address"
        raise BadValue(f"DHCP cannot tell phones {what}: change Provisioning URL (general.provisioning_url)")
    if len(text) > most:
        raise BadValue(
            f"an address of {len(text)} bytes is too long for a DHCP option ({most}): shorten Provisioning URL"
        )
    return text


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
