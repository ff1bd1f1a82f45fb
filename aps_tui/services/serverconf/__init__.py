"""Ready configuration of web servers, TFTP servers and fail2ban, for the files of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from aps_tui.services.serverconf import apache, dnsmasq_tftp, fail2ban, firewall, hpa, nginx
from aps_tui.services.serverconf.site import ServedSite, served_site

__all__ = ["FAIL2BAN_PARTS", "TFTP_SERVERS", "WEB_SERVERS", "ServedSite", "firewall_lines", "served_site"]

WEB_SERVERS: Mapping[str, Callable[[ServedSite, bool], Iterator[str]]] = {"nginx": nginx.lines, "apache": apache.lines}
"""Each web server's word, and what writes its text: for a site, and whether with TLS."""
TFTP_SERVERS: Mapping[str, Callable[[ServedSite], Iterator[str]]] = {"hpa": hpa.lines, "dnsmasq": dnsmasq_tftp.lines}
"""Each TFTP server's word, and what writes its text."""
FAIL2BAN_PARTS: Mapping[str | None, Callable[[ServedSite, str], Iterator[str]]] = {
    None: fail2ban.lines, "filter": fail2ban.filter_lines, "jail": fail2ban.jail_lines,
}  # fmt: skip
"""The two files of fail2ban by their words, and both with what to do: for a site and the word of its web server."""
firewall_lines = firewall.lines
