"""The file servers: whether they give the root that commits write to, and to whom."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote

from aps_tui.domain.http_auth import password_of, user_of
from aps_tui.services import network
from aps_tui.services.dhcpconf.server import Server, server_of
from aps_tui.services.doctor.finding import Check, Said, fault, ok, unknown, warning
from aps_tui.services.doctor.probe import Answer, Login, NoServer, Probe, fetch, parts_of, probe
from aps_tui.services.doctor.scene import Scene
from aps_tui.services.workplace import Workplace
from aps_tui.wire import tftp_read

_READ_ONLY = "a probe file is not put under the root by who only looks"


def http(scene: Scene) -> Iterator[Said]:
    """Fetch a probe file through the web server, with the site's password and without."""
    place = scene.place
    server = server_of(place)
    parts, shown = parts_of(server.url)
    if parts.scheme not in ("http", "https"):
        yield unknown(shown, "phones are not told to fetch by HTTP (general.provisioning_url)")
        return
    address = own_address_of(server, parts.hostname or "")
    if not address:
        yield unknown(shown, "it does not lead to this machine, and nothing is asked of others")
    elif not scene.touch:
        yield unknown(shown, _READ_ONLY)
    else:
        with probe(place) as made:
            try:
                yield from _asked(f"{shown.rstrip('/')}/", address, made, _login(scene, parts))
            except NoServer as error:
                yield unknown(shown, str(error), "start it, or change Provisioning URL; phones get nothing from there")


def _asked(url: str, address: str, made: Probe, login: Login | None) -> Iterator[Said]:
    answer = fetch(url + made.name, address, login)
    yield _served(url, answer, made, login)
    if answer.body == made.content:
        yield from _to_whom(url, address, made, login)


def own_address_of(server: Server, host: str) -> str:
    """The address of this machine at which a host of the site is to be asked; empty for another machine's."""
    own = {one.address for one in network.own_addresses()}
    for candidate in (host, server.tftp_address):
        for address in _addresses(candidate):
            if address in own:
                return address
    return ""


def _addresses(host: str) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        return network.resolve(host) if host else []
    except network.NoAnswer:
        return []


def _login(scene: Scene, url: SplitResult) -> Login | None:
    """What phones say to the web server: a device's own password, the site's settings, or what stands in the URL."""
    if own := _of_a_device(scene.place):
        return own
    said = scene.place.store.settings.site().settings
    user, password = said.get("general.http_user"), said.get("general.http_password")
    if not (user and password):
        user, password = unquote(url.username or ""), unquote(url.password or "")
    return Login(str(user), str(password)) if user and password else None


def _of_a_device(place: Workplace) -> Login | None:
    """The first device whose password stands: a fetch with one that is changing would count as the phone's own."""
    settings = place.store.provisioning.get()
    if not settings.http_auth:
        return None
    written = {row.mac for row in place.store.files.all()}
    for login, _, chosen in place.store.http_logins.accesses():
        if login.mac in written and chosen is None and not login.old and not login.open_until:
            user = user_of(login.mac, login.turn)
            return Login(user, password_of(settings.http_key, login.mac, login.turn))
    return None


def _served(url: str, answer: Answer, made: Probe, login: Login | None) -> Said:
    """What came of asking for the probe file."""
    if answer.status == 200 and answer.body == made.content:
        return ok(url, "gives what lies under the root")
    if answer.status == 401 and login is None:
        return unknown(url, "wants a user and a password, and the site says none", "say them: 0, Site, tab General")
    said, mend = _REFUSALS.get(answer.status, (f"answers {answer.status} for a file of the root", "see its error log"))
    return fault(url, said, mend)


_REFUSALS = {
    200: ("gives something else under the name of a file of the root", "let it serve the root itself"),
    401: (
        "refuses the user and password of this site (401)",
        "with HTTP authentication: aps-tui commit, and let the server read its password file; else compare "
        "general.http_user and general.http_password with that file",
    ),
    403: ("may not give the files (403)", "let the server's user read them: `group` in config.toml"),
    404: (
        "does not have a file that lies under the root (404): it serves another folder, or may not read this one",
        "compare the folder of its configuration with the root, and its user with `group` in config.toml",
    ),
}
"""Status to what that means, and how it is mended."""


def _to_whom(url: str, address: str, made: Probe, login: Login | None) -> Iterator[Said]:
    """Whether it gives files to whoever asks, or lists them."""
    if login is not None and fetch(url + made.name, address, None).body == made.content:
        yield warning(url, "gives files to whoever asks, without the site's password", "let it ask for the password")
    if made.name.encode() in fetch(url, address, login).body:
        yield fault(url, "lists the files of the root", "turn listing off: autoindex off; (nginx), Options -Indexes "
                    "(Apache)")  # fmt: skip


def tftp(scene: Scene) -> Iterator[Said]:
    """Read a probe file through the TFTP server."""
    place = scene.place
    address = place.store.provisioning.get().tftp_server_address
    if not address:
        yield unknown("TFTP", "no TFTP server address is said (Settings, Provisioning)")
    elif address not in {one.address for one in network.own_addresses()}:
        yield unknown(address, "it is not this machine's, and nothing is asked of others")
    elif not scene.touch:
        yield unknown(address, _READ_ONLY)
    else:
        with probe(place) as made:
            yield _read(address, made)


def _read(address: str, made: Probe) -> Said:
    try:
        content = tftp_read.read(address, made.name, port=tftp_read.PORT)
    except tftp_read.TftpSilent as error:
        return unknown(address, str(error))
    except tftp_read.TftpRefused as error:
        mend = "compare its folder with --root, and its user with `group` in config.toml; tftpd-hpa needs --permissive"
        return fault(address, f"the TFTP server does not give a file of the root: {error}", mend)
    if content != made.content:
        return fault(address, "the TFTP server gives something else under the name of a file of the root",
                     "let it serve the root itself")  # fmt: skip
    return ok(address, "the TFTP server gives what lies under the root; it asks for no password: keep others out")


CHECKS = (
    Check("servers.http", "the web server gives a probe file of the root, asks for the password, lists nothing",
          "A commit into a folder that nobody serves changes no phone; one that is listed is harvested.", http),
    Check("servers.tftp", "the TFTP server gives a probe file of the root",
          "A commit into a folder that nobody serves changes no phone.", tftp),
)  # fmt: skip
