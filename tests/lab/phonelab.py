"""The phone lab: a PBX with real servers and a real site, and simulated phones that boot from what we wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from aps_tui.services.dhcpconf import configuration
from tests.lab.netlab import Lab, inside, lab
from tests.lab.notify import notify
from tests.lab.phones.maker import Maker
from tests.lab.phones.makers import MAKERS, macs
from tests.lab.servers.apache import apache
from tests.lab.servers.dhcp import SERVERS, DhcpServer
from tests.lab.servers.nginx import nginx
from tests.lab.servers.registrar import Registrar, registrar
from tests.lab.servers.tftp import Tftp, tftpd
from tests.lab.servers.web import Login, Web
from tests.lab.site import LIMITED_SECRET, LOGIN, Site, devices, extensions, open_site

HOUSE = Path(__file__).resolve().parents[2]
PROGRAMS = ("ip", "sysctl", "unshare", "dhcpd", "nginx", "in.tftpd", "kamailio")
"""What a lab needs that is made without further words."""
WEBS = {"nginx": nginx, "apache": apache}
_WRONG = frozenset({"crash", "no_lease", "refused", "unconfigured"})
Event = Mapping[str, Any]
"""What sim.py reports."""


@dataclass
class PhoneLab:
    """A running lab. The paths of the servers' leases and logs are those that a watcher follows."""

    lan: Lab
    site: Site
    dhcp: DhcpServer
    web: Web
    tftp: Tftp
    registrar: Registrar
    sim: subprocess.Popen[str]
    phones: dict[str, Maker] = field(default_factory=dict)
    """The phones that are plugged in: MAC to maker."""
    events: list[Event] = field(default_factory=list)
    """All that the phones reported, in order."""
    _news: Condition = field(default_factory=Condition)

    @property
    def access_log(self) -> str:
        """What the web server logged so far."""
        return self.web.access_log.read_text(errors="replace")

    def plug_in(self, phones: Mapping[str, Maker], login: Login | None = LOGIN) -> None:
        """Give phones power and a cable."""
        interfaces = self.lan.plug_in(list(phones))
        self.phones.update(phones)
        said = {"user": login.user, "password": login.password} if login else {}
        for mac, maker in phones.items():
            self._order({"do": "plug", "mac": mac, "maker": maker.name, "interface": interfaces[mac], **said})

    def reboot(self, mac: str) -> None:
        """Take a phone's power and give it back."""
        self._order({"do": "reboot", "mac": mac})

    def unplug(self, mac: str) -> None:
        """Take a phone's power."""
        self._order({"do": "unplug", "mac": mac})

    def of(self, event: str, mac: str = "") -> list[Event]:
        """The events of a name, of one phone or of all."""
        return [one for one in list(self.events) if one["ev"] == event and mac in ("", one["mac"])]

    def last(self, event: str, mac: str) -> Event:
        """The last event of a name and a phone."""
        return self.of(event, mac)[-1]

    def wait(self, event: str, n: int = 1, mac: str = "", seconds: float = 60) -> list[Event]:
        """Wait until an event was reported `n` times, by one phone or by all together; these events."""
        with self._news:
            came = self._news.wait_for(lambda: len(self.of(event, mac)) >= n, seconds)
        wrong = [one for one in self.events if one["ev"] in _WRONG][:5]
        assert came, f"not {n} times {event}: {dict(Counter(one['ev'] for one in self.events))} {wrong}"
        return self.of(event, mac)

    def address(self, mac: str) -> str:
        """The address that a phone has from DHCP."""
        return str(self.last("dhcp_ack", mac)["ip"])

    def notify(self, mac: str, event: str, body: str = "") -> int:
        """Send a NOTIFY from the PBX to a phone; the status of its answer."""
        user = str(self.last("registered", mac)["user"])
        return inside(self.lan.pbx, lambda: notify(self.address(mac), user, event, body))

    def product(self, *words: str) -> list[str]:
        """The command that runs `aps-tui` on the PBX with the lab's site, from this checkout; in `HOUSE`."""
        place = ["--db", str(self.site.database), "--root", str(self.site.root)]
        return self.lan.within("env", f"PYTHONPATH={HOUSE}", sys.executable, "-m", "aps_tui", *place, *words)

    def listen(self) -> None:
        """Take what the phones report; the work of a thread."""
        assert self.sim.stdout
        for line in self.sim.stdout:
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()

    def _order(self, order: Mapping[str, str]) -> None:
        assert self.sim.stdin
        print(json.dumps(order), file=self.sim.stdin, flush=True)


@contextmanager
def phone_lab(
    n: int = 0,
    makers: Iterable[str] = tuple(MAKERS),
    *,
    dhcp: str = "isc",
    web: str = "nginx",
    spare: int = 0,
) -> Iterator[PhoneLab]:
    """A lab of `n` phones of the makers in turn, each a device with a line and its files written; all have power.

    `dhcp`: isc, dnsmasq or kea, with the classes that `aps-tui dhcp` prints for it. `web`: nginx or apache.
    `spare`: further extensions, which no device has and the registrar knows.
    """
    phones = macs(n, makers)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aps-lab-")))
        folder.chmod(0o755)  # the servers have no rights of root
        site = stack.enter_context(open_site(folder / "site"))
        site.load({"extension": extensions(n + spare), "device": devices(phones)})
        site.commit()
        lan = stack.enter_context(lab())
        classes = "\n".join(configuration(site.place, dhcp))
        made = PhoneLab(
            lan,
            site,
            stack.enter_context(SERVERS[dhcp](lan, folder / "dhcp", classes)),
            stack.enter_context(WEBS[web](lan, folder / "web", site.root, LOGIN)),
            stack.enter_context(tftpd(lan, folder / "tftp", site.root)),
            stack.enter_context(registrar(lan, folder / "registrar", site.accounts(), LIMITED_SECRET)),
            stack.enter_context(_simulation(lan)),
        )
        stack.enter_context(_heard(made))
        made.plug_in(phones)
        yield made


@contextmanager
def _simulation(lan: Lab) -> Iterator[subprocess.Popen[str]]:
    """sim.py, which ends when its orders do."""
    words = lan.among_phones(sys.executable, "-m", "tests.lab.sim")
    env = {**os.environ, "PYTHONPATH": str(HOUSE)}
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=HOUSE, env=env, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            assert process.stdin
            process.stdin.close()
            try:
                status = process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert status == 0, "the simulation failed: its standard error says how"


@contextmanager
def _heard(made: PhoneLab) -> Iterator[None]:
    thread = Thread(target=made.listen, name="phones")
    thread.start()
    try:
        yield
    finally:
        assert made.sim.stdin
        made.sim.stdin.close()  # the phones end, and what they say with them
        thread.join(20)
