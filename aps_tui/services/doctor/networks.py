"""Addresses, names, the clock, the certificate, and what a scan needs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from aps_tui.services import network
from aps_tui.services.dhcpconf.server import server_of
from aps_tui.services.doctor import certificate, clock
from aps_tui.services.doctor.finding import Check, Said, fault, ok, some, unknown, warning
from aps_tui.services.doctor.probe import parts_of
from aps_tui.services.doctor.scene import Scene
from aps_tui.services.doctor.servers import own_address_of
from aps_tui.services.doctor.tls_files import SOON, tls_files

MOST_NAMES = 200
"""Host names that are looked up."""
_OLD = 1_735_689_600
"""1 January 2025: a clock before that was never set."""


def settings(scene: Scene) -> Iterator[Said]:
    """What the provisioning settings say of this machine and of who may come in."""
    from aps_tui.services.provisioning import FIELDS
    from aps_tui.services.provisioning_checks import checks

    labels = {name: field.label for name, field in FIELDS.items()}
    says = {"ok": ok, "wait": unknown}
    for one in checks(scene.place):
        subject = labels.get(one.field, one.field)
        if one.state in says:
            yield says[one.state](subject, one.text or "all right")
        else:
            say = fault if one.state == "fault" else warning
            yield say(subject, one.text, f"0, Provisioning, {one.mend}")


def names(scene: Scene) -> Iterator[Said]:
    """The host names that mappings and the provisioning URL write into phones."""
    place = scene.place
    hosts = {one.hostname for one in place.store.mappings.all() if one.enabled}
    hosts.add(parts_of(server_of(place).said_url)[0].hostname or "")
    wanted = sorted(host for host in hosts if host and not _is_address(host))
    if not wanted:
        yield ok("DNS", "no host name is written into phones by a mapping or the provisioning URL")
        return
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(_resolved, wanted[:MOST_NAMES]))
    lost = [why for _, why in answers if why]
    for why in lost:
        yield warning("DNS", why, "add the record, or correct the mapping (4, Mappings); phones may ask another DNS")
    if len(wanted) > MOST_NAMES:
        yield unknown("DNS", f"{len(wanted) - MOST_NAMES:,} more names were not looked up")
    if not lost:
        yield ok("DNS", f"every name has an address: {some([name for name, _ in answers])}")


def _resolved(name: str) -> tuple[str, str]:
    """A name, and what is wrong with it."""
    try:
        network.resolve(name)
    except network.NoAnswer as error:
        return name, str(error)
    return name, ""


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def time_of_day(scene: Scene) -> Iterator[Said]:
    """Whether the clock is right and kept so."""
    zone = f"time zone {time.tzname[0]}"
    mend = "timedatectl set-ntp true, or install chrony"
    synchronised = clock.synchronised()
    if scene.now < _OLD:
        yield fault("clock", f"it says {time.strftime('%Y', time.gmtime(scene.now))}", mend)
    elif synchronised is None:
        yield unknown("clock", f"the kernel does not tell whether it is synchronised; {zone}")
    elif synchronised:
        yield ok("clock", f"synchronised; {zone}")
    else:
        yield warning("clock", f"no time server keeps it right; {zone}", mend)


def scan(scene: Scene) -> Iterator[Said]:
    """Whether a network scan would work."""
    from aps_tui.services.discovery.rights import CannotScan, check_rights, find_nmap

    try:
        check_rights(find_nmap())
        yield ok("nmap", "is there, and may send raw packets")
    except CannotScan as error:
        yield warning("nmap", str(error), "only the network scan needs it")


def certificates(scene: Scene) -> Iterator[Said]:
    """How long the web server's certificate is good for."""
    server = server_of(scene.place)
    parts, url = parts_of(server.said_url)
    if parts.scheme != "https" or not parts.hostname:
        yield ok("TLS", "phones are not told to fetch by https")
        return
    address = own_address_of(server, parts.hostname)
    if not address:
        yield unknown(url, "it does not lead to this machine, and nothing is asked of others")
        return
    try:
        ends = certificate.ends(address, parts.port or 443, parts.hostname)
    except certificate.Expired as error:
        yield fault(url, str(error), "renew it, and reload the web server")
        return
    days = (ends - scene.now) / 86_400
    until = time.strftime("%-d %B %Y", time.localtime(ends))
    if days < 0:
        yield fault(url, f"its certificate ended on {until}", "renew it, and reload the web server")
    elif days < SOON:
        yield warning(url, f"its certificate ends on {until}", "renew it, and reload the web server")
    else:
        yield ok(url, f"its certificate is good until {until}")


CHECKS = (
    Check("network.settings", "the provisioning settings: addresses, host name, auto-create, PIN, password",
          "Phones are sent to these addresses, and let in by these words.", settings),
    Check("network.names", "DNS of every host name that a mapping or the URL writes into phones",
          "A phone that cannot resolve its registrar does not register.", names),
    Check("network.clock", "the clock is synchronised",
          "Logs, certificates and what was fetched since a commit are judged by it.", time_of_day),
    Check("network.scan", "nmap is there and may send raw packets",
          "Without that right a scan finds hosts and no MAC.", scan),
    Check("network.certificate", "the certificate of an https provisioning URL (this machine's server alone)",
          "A phone that does not trust the server fetches nothing and keeps its old settings.", certificates),
    Check("network.tls_files", "the web server's certificate and key, as files (`[web] certificate` in config.toml)",
          "A certificate that ended stops every phone at its next fetch; who has the key passes for the server.",
          tls_files),
)  # fmt: skip
