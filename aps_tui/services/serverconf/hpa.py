"""tftpd-hpa."""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.services.serverconf.layout import comments
from aps_tui.services.serverconf.site import ServedSite
from aps_tui.services.serverconf.tftp_texts import foot, head


def lines(site: ServedSite) -> Iterator[str]:
    """The whole text."""
    how = [
        'config.toml: group = "tftp"; then aps-tui commit: files are 0640, other users cannot read them.',
        f"chgrp tftp {site.root} && chmod 2750 {site.root}; adduser www-data tftp for a web server.",
        "Save this as /etc/default/tftpd-hpa.",
        "Load the firewall's lines below (aps-tui tftp --part firewall prints them alone).",
        "systemctl enable --now tftpd-hpa; off again: systemctl disable --now tftpd-hpa",
    ]
    yield from head(site, "tftpd-hpa", "hpa", how)
    yield from comments([
        "--permissive: the file's group decides; without it tftpd-hpa serves only what everybody may read.",
    ])  # fmt: skip
    yield 'TFTP_USERNAME="tftp"'
    yield f'TFTP_DIRECTORY="{site.root}"'
    yield f'TFTP_ADDRESS="{_socket(site.tftp_address)}"'
    yield 'TFTP_OPTIONS="--secure --permissive -vvv"'
    yield from foot(site)


def _socket(address: str) -> str:
    return f"[{address}]:69" if ":" in address else f"{address}:69"
