"""What real servers write is followed and read: leases, hooks and logs of DHCP, TFTP and web servers."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from aps_tui.domain.observation import AGENT, BYTES, HOST, OPTION_55, OPTION_60, PATH, STATUS, Observation
from aps_tui.services.watch.follow import Follower, Whole
from aps_tui.wire.dhcp_hook import HookSpool, hook_script
from aps_tui.wire.dhcp_log import DhcpLog
from aps_tui.wire.dnsmasq_leases import DnsmasqLeases
from aps_tui.wire.http_log import HttpLog
from aps_tui.wire.isc_leases import IscLeases
from aps_tui.wire.kea_leases import KeaLeases
from aps_tui.wire.lines import Reader
from aps_tui.wire.tftp_log import TftpLog
from tests.lab.dhcp_client import Ask, leases
from tests.lab.netlab import FIRST_PHONE, PBX, Lab, inside, lab
from tests.lab.phonelab import WEBS
from tests.lab.servers.dhcp import dnsmasq, isc, kea
from tests.lab.servers.process import USER
from tests.lab.servers.tftp import Tftp, dnsmasq_tftp, tftpd
from tests.lab.servers.web import PORT, Login
from tests.lab.simulated import http, tftp
from tests.lab.until import until

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "sysctl")]

MAC, PHONE = "805ec0000001", str(FIRST_PHONE)
ASK = Ask(f"p{int(FIRST_PHONE)}", MAC, b'yea"link\\\x1b', "phone one", (1, 66))
KIND, NAME = 'yea"link\\', "phone one"
HOOK = "/usr/lib/*/kea/hooks/libdhcp_run_script.so"


class Watched:
    """Files that are followed, each by a reader, and what was seen in them."""

    def __init__(self, *sources: tuple[Path, Reader]) -> None:
        self.sources = [(Follower(path, None), reader) for path, reader in sources]
        self.seen: list[list[Observation]] = [[] for _ in sources]

    def all_saw(self, number: int) -> bool:
        """Look once; whether each saw so many."""
        for (follower, reader), seen in zip(self.sources, self.seen, strict=True):
            seen += reader.feed(follower.read(), time.time())
        return all(len(seen) >= number for seen in self.seen)

    def wait(self, number: int = 1) -> None:
        """Wait until each saw so many, and no more."""
        until(lambda: self.all_saw(number), f"{number} of each", seen=lambda: str(self.seen))
        for follower, _ in self.sources:
            follower.close()
        assert {len(seen) for seen in self.seen} == {number}


@pytest.fixture(scope="module")
def lan() -> Iterator[Lab]:
    """A LAN with a phone."""
    with lab() as made:
        made.add_phones([MAC])
        yield made


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that a server without rights may enter, with a root that has one file."""
    with tempfile.TemporaryDirectory(prefix="aps-lab-") as made:
        root = Path(made, "tftpboot")
        root.mkdir(mode=0o755)
        (root / f"{MAC}.cfg").write_text("x" * 2000)
        (root / f"{MAC}.cfg").chmod(0o640)
        shutil.chown(root / f"{MAC}.cfg", group=USER)
        Path(made).chmod(0o755)
        yield Path(made)


def fresh(one: Observation, address: str) -> bool:
    """Whether it is of our phone, and of now."""
    return (one.source, one.mac, one.address) == ("lease", MAC, address) and time.time() - 60 < one.at <= time.time()


def script(folder: Path, kind: str) -> tuple[Path, Path]:
    """A hook's script and its spool."""
    made, spool = folder / f"{kind}-hook", folder / "spool"
    made.write_text(hook_script(kind, str(spool)))
    made.chmod(0o755)
    return made, spool


@pytest.mark.programs("dhcpd")
def test_isc_dhcpd(lan: Lab, folder: Path) -> None:
    keep = "set vendor-class-identifier = option vendor-class-identifier;"
    with isc(lan, folder / "isc", subnet=keep) as server:
        watched = Watched((server.leases, IscLeases()))
        (got,) = leases(lan, [ASK])
        watched.wait()
    ((lease,),) = watched.seen
    assert fresh(lease, got.address) and lease.said == {OPTION_60: KIND, HOST: NAME}


@pytest.mark.programs("dnsmasq")
def test_dnsmasq(lan: Lab, folder: Path) -> None:
    hook, spool = script(folder, "dnsmasq")
    ask = Ask(ASK.interface, MAC, ASK.vendor_class, "phone-one", ASK.asked)
    with dnsmasq(lan, folder / "dnsmasq", f"dhcp-script={hook}\nscript-on-renewal") as server:
        watched = Watched((spool, HookSpool()), (server.log, DhcpLog()))
        whole, reader = Whole(server.leases), DnsmasqLeases()
        (got,) = leases(lan, [ask])
        watched.wait()
        listed = [one for text in [whole.read()] if text for one in reader.read(*text)]
    (told,), (line,) = watched.seen
    assert fresh(told, got.address)
    assert told.said == {OPTION_60: 'yea"link\\?', HOST: "phone-one", OPTION_55: "1,66"}
    assert fresh(line, got.address) and OPTION_60 in line.said
    assert [(fresh(one, got.address), one.said) for one in listed] == [(True, {HOST: "phone-one"})]


@pytest.mark.programs("kea-dhcp4")
def test_kea(lan: Lab, folder: Path) -> None:
    hook, spool = script(folder, "kea")
    (library,) = Path("/").glob(HOOK[1:])
    hooks = [{"library": str(library), "parameters": {"name": str(hook), "sync": False}}]
    with kea(lan, folder / "kea", more={"hooks-libraries": hooks}) as server:
        watched = Watched((spool, HookSpool()), (server.leases, KeaLeases()))
        (got,) = leases(lan, [Ask(ASK.interface, MAC, ASK.vendor_class, "phone-one")])
        watched.wait()
    for (one,) in watched.seen:
        assert fresh(one, got.address) and one.said == {HOST: "phone-one"}


Run = Callable[[Lab, Path, Path], AbstractContextManager[Tftp]]


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(tftpd, marks=pytest.mark.programs("in.tftpd", "unshare")),
        pytest.param(dnsmasq_tftp, marks=pytest.mark.programs("dnsmasq")),
    ],
)
def test_tftp(lan: Lab, folder: Path, run: Run) -> None:
    with run(lan, folder / "server", folder / "tftpboot") as server:
        watched = Watched((server.log, TftpLog([f"{folder}/tftpboot/"])))
        for name in (f"{MAC}.cfg", f"{MAC}-aps.cfg", "y000000000108.cfg"):
            inside(lan.phones, lambda name=name: asyncio.run(tftp.read(PHONE, str(PBX), name)))  # type: ignore[misc]
        watched.wait(3)
    told = sorted((one.said[PATH], one.said[STATUS], one.mac, one.address) for one in watched.seen[0])
    assert told == [(f"{MAC}-aps.cfg", "404", MAC, PHONE), (f"{MAC}.cfg", "200", MAC, PHONE),
                    ("y000000000108.cfg", "404", "", PHONE)]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("nginx", marks=pytest.mark.programs("nginx")),
        pytest.param("apache", marks=pytest.mark.programs("apache2")),
    ],
)
def test_web_servers(lan: Lab, folder: Path, name: str) -> None:
    login, agent = Login("phones", "secret"), f"Yealink SIP-T46U 108.86.0.20 {MAC}"
    with WEBS[name](lan, folder / name, folder / "tftpboot", login) as web:
        watched = Watched((web.access_log, HttpLog()), (web.json_log, HttpLog()))
        for path in (f"/tftpboot/{MAC}.cfg", "/tftpboot/y000000000108.cfg?x=1"):
            inside(lan.phones, lambda path=path: asyncio.run(http.get(PHONE, str(PBX), PORT, path, agent, login)))  # type: ignore[misc]
        watched.wait(2)
    combined, told = watched.seen
    for seen in (combined, told):
        assert [(one.mac, one.address, one.said[PATH], one.said[STATUS], one.said[AGENT]) for one in seen] == [
            (MAC, PHONE, f"{MAC}.cfg", "200", agent), (MAC, PHONE, "y000000000108.cfg", "404", agent)
        ]  # fmt: skip
    assert told[0].said[BYTES] == "2000" and time.time() - 60 < told[0].at <= time.time()
