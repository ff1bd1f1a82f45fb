"""What the watcher listens to: the `[watch]` table of the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from aps_tui.wire.dhcp_hook import SPOOL

Positive = Annotated[int, msgspec.Meta(ge=1)]


class WatchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files are followed where they exist, from when they exist; an empty list follows none of their kind."""

    isc_leases: tuple[str, ...] = ("/var/lib/dhcp/dhcpd.leases", "/var/lib/dhcpd/dhcpd.leases")
    dnsmasq_leases: tuple[str, ...] = ("/var/lib/misc/dnsmasq.leases", "/var/lib/dnsmasq/dnsmasq.leases")
    kea_leases: tuple[str, ...] = ("/var/lib/kea/kea-leases4.csv",)
    hook_spools: tuple[str, ...] = (SPOOL,)
    """What the hooks of DHCP servers append to: `aps-tui dhcp kea --hook` prints one."""
    http_logs: tuple[str, ...] = (
        "/var/log/nginx/access.log", "/var/log/nginx/aps-tui.json",
        "/var/log/apache2/access.log", "/var/log/apache2/aps-tui.json", "/var/log/httpd/access_log",
    )  # fmt: skip
    tftp_logs: tuple[str, ...] = ("/var/log/syslog", "/var/log/messages")
    journal: bool = True
    """Ask the journal for in.tftpd and dnsmasq where no such file of `tftp_logs` is there."""
    interfaces: tuple[str, ...] = ()
    """Where DHCP is heard on the wire; none: on every interface with a private address."""
    dhcp: bool = True
    """Hear DHCP on the wire (needs CAP_NET_RAW)."""
    pnp: bool = True
    """Hear SIP PnP on the same interfaces; nothing is ever answered."""
    alias: str = "tftpboot"
    """The first part of the paths by which the HTTP server serves the root."""
    auto_create_per_hour: Positive = 60
    """Devices that are created without an operator, at most."""
    keep: Positive = 5000
    """Unknown MACs that are kept; the least recent go first."""

    def files(self) -> Iterator[Followed]:
        """Every file that may be followed."""
        for kind in ("isc_leases", "dnsmasq_leases", "kea_leases", "hook_spools", "http_logs", "tftp_logs"):
            for path in getattr(self, kind):
                yield Followed(kind, Path(path))


class Followed(NamedTuple):
    """A file and how it is read."""

    kind: str
    """The setting that names it."""
    path: Path
