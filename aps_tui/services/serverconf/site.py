"""What the texts say of this site: where its files are, who may fetch them and from where."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mapping import compile_mappings
from aps_tui.domain.site import Provisioning
from aps_tui.domain.whitelist import ADDRESS, NETWORK, Entry, parse_entry
from aps_tui.services.tftp_dependents import tftp_dependents
from aps_tui.services.watch.ban_log import ban_log
from aps_tui.services.workplace import Workplace

PORT, TLS_PORT = 5555, 5556
FOLDER = "/tftpboot/"
"""Of URLs, where the site says none."""
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
"""What every server's configuration takes between quotes, without a meaning of its own."""


@dataclass(frozen=True)
class ServedSite:
    """The site as its servers see it."""

    root: str
    """The folder of the files, without a slash at its end."""
    folder: str
    """What their URLs begin with, `/tftpboot/`."""
    port: int
    tls_port: int
    passwords: str
    """The password file that commits write."""
    contacts: str
    """The folder with a file for each phone whose own files first contact may fetch."""
    first_user: str
    """The user of first contact; empty where there is none."""
    http_auth: bool
    """Whether commits write the password file."""
    voice: tuple[str, ...]
    """The networks and addresses of the whitelist."""
    tftp_address: str
    bans: str
    """The file in which the watcher says who reads through MACs."""
    dependents: Callable[[], list[str]]
    """Asks which devices depend on TFTP; a line for each kind."""


def served_site(place: Workplace) -> ServedSite:
    """What a site says of its servers. Raises BadValue for a path that no configuration can hold."""
    with place.store.snapshot():
        provisioning = place.store.provisioning.get()
        url = str(place.store.settings.site().settings.get("general.provisioning_url") or "")
        mapped = compile_mappings([one for one in place.store.mappings.all() if one.tenant is None], ())
    parts = urlsplit(mapped(url))
    web, tls = parts.scheme in ("http", "https"), parts.scheme == "https"
    port = parts.port or (443 if tls else 80) if web else None
    passwords = place.passwords
    return ServedSite(
        root=_path("root", place.root.absolute()),
        folder=_path("general.provisioning_url", parts.path if web and parts.path else FOLDER),
        port=port if port and not tls else PORT,
        tls_port=port if port and tls else TLS_PORT,
        passwords=_path("[web] htpasswd", passwords.file),
        contacts=_path("[web] htpasswd", passwords.contacts),
        first_user=provisioning.first_contact_user,
        http_auth=provisioning.http_auth,
        voice=_voice(provisioning),
        tftp_address=provisioning.tftp_server_address,
        bans=_path("db", ban_log(place.store.path.absolute())),
        dependents=lambda: [one.text for one in tftp_dependents(place)],
    )


def _path(what: str, path: Path | str) -> str:
    text = str(path)
    if not _PATH.fullmatch(text):
        raise BadValue(f"{what}: {text!a} has characters that a server's configuration cannot hold")
    return text


def _voice(provisioning: Provisioning) -> tuple[str, ...]:
    """Those entries of the whitelist that are addresses; one that lets in all the world is no voice network."""
    entries = [parse_entry(text) for text in provisioning.whitelist]
    return tuple(dict.fromkeys(one.meaning for one in entries if _is_voice(one)))


def _is_voice(entry: Entry) -> bool:
    return entry.kind in (ADDRESS, NETWORK) and not entry.is_open
