"""dnsmasq as a TFTP server."""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.services.serverconf.layout import comments
from aps_tui.services.serverconf.site import ServedSite
from aps_tui.services.serverconf.tftp_texts import foot, head


def lines(site: ServedSite) -> Iterator[str]:
    """The whole text."""
    how = [
        'config.toml: group = "dnsmasq", after addgroup --system dnsmasq; then aps-tui commit: files are 0640.',
        f"chgrp dnsmasq {site.root} && chmod 2750 {site.root}; adduser www-data dnsmasq for a web server.",
        "Save this as /etc/dnsmasq.d/aps-tui-tftp.conf; one dnsmasq may serve DHCP as well.",
        "Load the firewall's lines below (aps-tui tftp --part firewall prints them alone).",
        "systemctl restart dnsmasq; off again: remove the file",
    ]
    yield from head(site, "dnsmasq", "dnsmasq", how)
    yield from comments([
        "group: dnsmasq reads the files as its group. tftp-secure would serve only files that dnsmasq's own user owns, "
        "which ours are not: leave it out.",
    ])  # fmt: skip
    yield "group=dnsmasq"
    yield "enable-tftp"
    yield f"tftp-root={site.root}"
    yield "tftp-no-fail"
    if site.tftp_address:
        yield f"listen-address={site.tftp_address}"
        yield "bind-interfaces"
    yield from foot(site)
