"""nftables lines that let voice networks alone reach the phones' files."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from aps_tui.services.serverconf.layout import comments
from aps_tui.services.serverconf.site import ServedSite


def lines(site: ServedSite) -> Iterator[str]:
    """A table of its own: what it drops stays dropped, what it accepts other tables still judge."""
    yield from comments([
        "The firewall (nftables), for /etc/nftables.conf or `nft -f`: TFTP and HTTP from voice networks and this "
        "machine alone. Phones elsewhere may come by HTTPS, with a password." if site.voice else
        "The firewall (nftables), for /etc/nftables.conf or `nft -f`. ATTENTION: the whitelist names no network, so "
        "TFTP and HTTP are denied to all but this machine: fill it (Settings, Whitelist) and print this again.",
    ])  # fmt: skip
    yield "table inet aps_tui"
    yield "delete table inet aps_tui"
    yield "table inet aps_tui {"
    yield "    chain input {"
    yield "        type filter hook input priority filter; policy accept;"
    yield '        iifname "lo" accept'
    for family, version in (("ip", 4), ("ip6", 6)):
        networks = [str(one) for one in map(ip_network, site.voice) if one.version == version]
        if networks:
            yield f"        {family} saddr {{ {', '.join(networks)} }} accept"
    yield "        udp dport 69 drop"
    yield f"        tcp dport {site.port} drop"
    yield "    }"
    yield "}"
