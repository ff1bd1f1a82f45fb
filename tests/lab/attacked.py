"""A site as the product sets it up, under attack: printed servers, firewall and bans, and phones that go on working."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from threading import Event, Thread

from aps_tui.data.alarms import Alarm
from aps_tui.domain.http_auth import password_of, user_of
from aps_tui.services.serverconf import FAIL2BAN_PARTS, TFTP_SERVERS, WEB_SERVERS, firewall_lines, served_site
from aps_tui.services.serverconf.fail2ban import LOGS
from aps_tui.services.serverconf.site import TLS_PORT
from tests.lab.attacker import Attacker
from tests.lab.netlab import FIRST_PHONE, PBX, Lab, inside, lab
from tests.lab.phones.maker import Maker
from tests.lab.phones.makers import MAKERS, macs
from tests.lab.servers.banning import Banning, fail2ban
from tests.lab.servers.certificates import Authority, authority, context
from tests.lab.servers.printed import PRINTED
from tests.lab.servers.process import program
from tests.lab.servers.tftp import tftpd
from tests.lab.servers.web import PORT, Login
from tests.lab.site import LIMITED_SECRET, LOGIN, PIN, Site, devices, extensions, open_site
from tests.lab.until import until
from tests.lab.watched import aps_tui, watcher
from tests.unit.services.small_site import contents

PHONES: Mapping[str, Maker] = macs(6, ("yealink", "polycom", "snom"))
"""Of the voice network, each with a line."""
REMOTE, CAPTURED = macs(2, ("yealink",), first=50)
"""One at home, that comes by HTTPS; one whose request somebody wrote down."""
UNBOUND = next(iter(macs(1, ("yealink",), first=60)))
"""On the voice network, without a line."""
VOICE = "10.77.0.0/24"
UNBOUND_AT, INTRUDER, INVENTED = FIRST_PHONE + 60, FIRST_PHONE + 61, FIRST_PHONE + 70
"""In the voice network: the phone without a line, a host that is no phone, and what it says to be, from there on."""
HOME, OUTSIDE = FIRST_PHONE + 400, FIRST_PHONE + 500
"""Elsewhere: the phone at home, and hosts, from there on."""
FIRST = Login("newphone", "First-Contact-7yK2")
ADMIN = "Admin-4711-xYz"
_ROUND = 0.2
"""Seconds between two rounds of the phones."""


@dataclass
class Siege:
    """The site, and what goes on around it."""

    lan: Lab
    site: Site
    web_ca: Authority
    bans: Banning
    command: list[str]
    """How `aps-tui` is run on the PBX."""
    phones: Phones
    attackers: list[Attacker] = field(default_factory=list)
    _used: int = 0

    def outside(self) -> Attacker:
        """A new host elsewhere, that comes by HTTPS, as plain HTTP is not let in."""
        (at,) = self.lan.add_phones([f"02aaaaaa{self._used:04x}"], OUTSIDE + self._used).values()
        self._used += 1
        return self._armed(at, by_https=True)

    def intruder(self, by_https: bool = False) -> Attacker:
        """The host in the voice network."""
        return self._armed(str(INTRUDER), by_https)

    def login(self, mac: str, turn: int = 0) -> Login:
        """The user and password of a device."""
        return login_of(self.site, mac, turn)

    @property
    def free(self) -> str:
        """An extension that is on no line."""
        return extensions(len(all_phones()))[-1]["number"]  # type: ignore[no-any-return]

    def secrets(self) -> set[bytes]:
        """All that nobody but its phone may have."""
        store = self.site.place.store
        http = {self.login(mac, turn).password for mac in all_phones() for turn in (0, 1)}
        key = store.provisioning.get().http_key
        said = {*self.site.accounts().values(), *http, key, PIN, LIMITED_SECRET, FIRST.password, LOGIN.password, ADMIN}
        return {one.encode() for one in said}

    def alarms(self, kind: str) -> list[Alarm]:
        """The alarms of a kind that are up."""
        return [one for one in self.site.place.store.alarms.open() if one.kind == kind]

    def await_alarm(self, kind: str, origin: str) -> None:
        """Wait until it is raised, and see it in the audit trail."""
        store = self.site.place.store
        until(lambda: any(one.origin == origin for one in self.alarms(kind)), f"{kind} of {origin}", seen=self._all)
        assert kind in {row.action for row in store.audit.of("alarm", origin)}

    def await_ban(self, attacker: Attacker, jail: str, attack: Callable[[], object]) -> None:
        """Attack until one is banned, and see that nothing answers any more."""

        def banned() -> bool:
            attack()
            return attacker.address in self.bans.banned(jail)

        until(banned, f"{attacker.address} is banned by {jail}", seen=self.bans.log)
        until(lambda: attacker.ask("/tftpboot/").status == 0, "no answer comes any more", seen=self.bans.log)

    def _armed(self, address: str, by_https: bool) -> Attacker:
        made = Attacker(self.lan, address, context(self.web_ca) if by_https else None)
        self.attackers.append(made)
        return made

    def _all(self) -> str:
        return str(self.site.place.store.alarms.open())


@contextmanager
def unharmed(siege: Siege, n: int = 2) -> Iterator[None]:
    """What is done within gains nothing, changes no file, and disturbs no phone: each goes on for `n` rounds."""
    before, rounds = contents(siege.site.root), siege.phones.rounds
    yield
    until(lambda: siege.phones.rounds >= rounds + n or bool(siege.phones.faults), "the phones go on")
    assert siege.phones.faults == []
    assert contents(siege.site.root) == before
    loot = [got for attacker in siege.attackers for got in attacker.loot]
    assert loot and not [secret for secret in siege.secrets() if any(secret in got for got in loot)]
    banned = {address for jail in ("aps-tui", "aps-tui-harvest") for address in siege.bans.banned(jail)}
    assert not banned & {*siege.phones.addresses.values(), str(HOME), str(PBX)}


class Phones(Thread):
    """Phones that fetch their own files again and again, each as a phone does: without a password, then with it."""

    def __init__(self, lan: Lab, site: Site, addresses: Mapping[str, str], web_ca: Authority) -> None:
        super().__init__(name="phones")
        self.addresses, self.rounds, self.faults, self.over = addresses, 0, list[str](), Event()
        self._lan, self._trusting = lan, context(web_ca)
        self._files = {mac: contents_of(site, mac) for mac in addresses}
        self._logins = {mac: login_of(site, mac) for mac in addresses}

    def run(self) -> None:
        """Until it is over, or something is wrong."""
        inside(self._lan.phones, self._rounds)

    def _rounds(self) -> None:
        while not self.over.wait(_ROUND) and not self.faults:
            for mac in self.addresses:
                try:
                    self._fetch(mac)
                except OSError as error:
                    self.faults.append(f"{mac}: {error!r}")
            self.rounds += 1

    def _fetch(self, mac: str) -> None:
        source, login = (self.addresses[mac], 0), self._logins[mac]
        line = (
            HTTPSConnection(str(PBX), TLS_PORT, timeout=10, source_address=source, context=self._trusting)
            if mac == REMOTE
            else HTTPConnection(str(PBX), PORT, timeout=10, source_address=source)
        )
        wanted = {**self._files[mac], f"{mac}-local.cfg": None}
        for name, content in wanted.items():
            for said in ({}, {"Authorization": login.basic}):
                line.request("GET", f"/tftpboot/{name}", headers=said)
                answer = line.getresponse()
                body = answer.read()
                expected = 401 if not said else 404 if content is None else 200
                if answer.status != expected or (expected == 200 and body != content):
                    self.faults.append(f"{mac}: {name} {answer.status}")
        line.close()


def all_phones() -> list[str]:
    """Every device's MAC."""
    return [*PHONES, REMOTE, CAPTURED, UNBOUND]


def login_of(site: Site, mac: str, turn: int = 0) -> Login:
    """The user and password of a device."""
    return Login(user_of(mac, turn), password_of(site.place.store.provisioning.get().http_key, mac, turn))


def contents_of(site: Site, mac: str) -> dict[str, bytes]:
    """A phone's own files."""
    return {name: text for name, text in contents(site.root).items() if mac in name.lower()}


@contextmanager
def besieged() -> Iterator[Siege]:
    """The site at work, its watcher and its phones too."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aps-lab-")))
        folder.chmod(0o755)  # the servers have no rights of root
        site = stack.enter_context(open_site(folder / "site"))
        (folder / "site").chmod(0o755)
        site.load(_document())
        site.commit()
        lan = stack.enter_context(lab())
        ours, bans, config = _servers(stack, lan, site, folder)
        at = lan.add_phones(list(PHONES)) | lan.add_phones([REMOTE], HOME)
        lan.add_phones([UNBOUND, "02aaaa000001"], UNBOUND_AT)
        phones = Phones(lan, site, at, ours)
        phones.start()
        stack.callback(phones.join)
        stack.callback(phones.over.set)
        yield Siege(lan, site, ours, bans, aps_tui(lan, site, config), phones)


def _servers(stack: ExitStack, lan: Lab, site: Site, folder: Path) -> tuple[Authority, Banning, Path]:
    """All that is printed, in force: HTTP for the voice network and HTTPS for all, TFTP, firewall, watcher, bans."""
    said, place = served_site(site.place), folder / "web"
    place.mkdir()
    ours = authority(place, "ours")
    ours.issue("pbx", PBX, file="server")
    text = [line.replace("#listen", "listen") for line in WEB_SERVERS["nginx"](said, True)]
    web = stack.enter_context(PRINTED["nginx"](lan, place, site.root, text, TLS_PORT))
    tftp = stack.enter_context(tftpd(lan, folder / "tftp", site.root, list(TFTP_SERVERS["hpa"](said))))
    rules = "\n".join([*firewall_lines(said), ""])
    subprocess.run(lan.within(program("nft"), "-f", "-"), input=rules, text=True, check=True, timeout=20)
    logs = f'http_logs = ["{web.json_log}"]\ntftp_logs = ["{tftp.log}"]'
    _, config = stack.enter_context(watcher(lan, site, f'{logs}\ndhcp = false\npnp = false\n[resync]\nway = "direct"'))
    jails = [line.replace(LOGS["nginx"], str(web.access_log)) for line in FAIL2BAN_PARTS["jail"](said, "nginx")]
    bans = stack.enter_context(fail2ban(lan, folder / "fail2ban", FAIL2BAN_PARTS["filter"](said, "nginx"), jails))
    return ours, bans, config


def _document() -> dict[str, object]:
    provisioning = {
        "http_auth": True,
        "first_contact_user": FIRST.user,
        "first_contact_password": FIRST.password,
        "whitelist": [VOICE],
    }
    yealink = MAKERS["yealink"]
    bound = {**PHONES, REMOTE: yealink, CAPTURED: yealink}
    made = [*devices(bound), *devices({UNBOUND: yealink}, None)]
    site = {"settings": {"security.admin_password": ADMIN}}
    return {"provisioning": provisioning, "site": site, "extension": extensions(len(all_phones())), "device": made}
