"""Network auto-discovery without a network: ranges, rights, what nmap may say, and that it is never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services import network
from aps_tui.services.discovery import engine
from aps_tui.services.discovery.answers import ScanFailed
from aps_tui.services.discovery.engine import Progress, Stopped
from aps_tui.services.discovery.ranges import Range, checked, interfaces
from aps_tui.services.discovery.rights import CannotScan, find_nmap, may_send
from aps_tui.services.discovery.service import scan
from aps_tui.services.network import OwnAddress
from aps_tui.services.workplace import Workplace
from tests.lab.until import until
from tests.unit.services.fake_nmap import LAN, answering, host, put_nmap, xml
from tests.unit.services.small_site import MACS

HOUSE = Path(__file__).resolve().parents[3]
NEW, KNOWN = "00:11:22:00:AA:01", "00:11:22:00:00:03"


@pytest.fixture
def lan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "own_addresses", lambda: LAN)


def whole(force: bool = False) -> Range:
    return checked("192.0.2.1", "192.0.2.254", "eth0", force=force)


def test_interfaces_are_those_whose_hosts_answer_to_arp(lan: None) -> None:
    assert [(one.name, str(one.network)) for one in interfaces()] == [("eth0", "192.0.2.0/24"), ("eth1", "10.0.0.0/14")]
    eth0, eth1 = interfaces()
    assert [str(one) for one in eth0.ends] == ["192.0.2.1", "192.0.2.254"]
    assert [str(one) for one in eth1.ends] == ["10.0.0.1", "10.0.16.0"]  # as much as one scan takes
    first, last = eth1.ends
    assert checked(str(first), str(last), "eth1")


@pytest.mark.parametrize(
    ("first", "last", "name", "said"),
    [
        ("192.0.2.9", "192.0.2.8", "eth0", "comes after"),
        ("192.0.2.x", "192.0.2.8", "eth0", "first address: '192.0.2.x' is no IPv4 address"),
        ("192.0.2.1", "192.0.2.300", "eth0", "last address"),
        ("192.0.2.1", "--script=x", "eth0", "last address"),
        ("172.16.0.1", "172.16.0.9", "eth0", "behind a router, where no MAC can be seen"),
        ("192.0.2.200", "192.0.3.9", "eth0", "192.0.3.9 is not on eth0 (192.0.2.0/24)"),
        ("10.0.0.5", "10.0.0.9", "eth0", "it is on eth1: choose that interface"),
        ("10.0.0.0", "10.0.16.0", "eth1", "4,097 addresses: one scan takes 4,096 unless"),
        ("10.0.0.0", "10.1.0.0", "eth1", "65,536 at the very most"),
        ("198.51.100.1", "198.51.100.9", "tun0", "there is no interface 'tun0' to scan from (there is: eth0, eth1)"),
        ("203.0.113.1", "203.0.113.9", "eth2", "interface eth2 is down"),
        ("127.0.0.1", "127.0.0.9", "lo", "no interface 'lo'"),
    ],
)  # fmt: skip
def test_a_range_that_will_not_do_says_why(lan: None, first: str, last: str, name: str, said: str) -> None:
    with pytest.raises(BadValue) as caught:
        checked(first, last, name)
    assert said in str(caught.value)


def test_a_forced_range_may_be_large_and_is_whole(lan: None) -> None:
    wanted = checked("10.0.0.0", "10.0.255.255", "eth1", force=True)
    assert len(wanted) == 65_536 and wanted.targets == ["10.0.0.0/16"]
    words = engine.command("/usr/bin/nmap", checked("192.0.2.3", "192.0.2.6", "eth0"))
    assert words[-3:] == ["192.0.2.3/32", "192.0.2.4/31", "192.0.2.6/32"]
    assert "--privileged" in words and words[words.index("-e") + 1] == "eth0"


RAW = 1 << 13


@pytest.mark.parametrize(
    ("sets", "root", "by_file", "may"),
    [
        ({"CapEff": ~0, "CapBnd": ~0}, True, 0, True),
        ({"CapEff": ~RAW, "CapBnd": ~RAW}, True, 0, False),
        ({"CapEff": RAW, "CapBnd": ~0}, False, 0, False),  # ours alone: a program that we start has it not
        ({"CapAmb": RAW, "CapBnd": ~0}, False, 0, True),
        ({"CapBnd": ~0}, False, RAW, True),
        ({"CapBnd": ~RAW}, False, RAW, False),
        ({"CapBnd": ~0, "NoNewPrivs": 1}, False, RAW, False),
    ],
)
def test_the_right_to_send_raw_packets(sets: dict[str, int], root: bool, by_file: int, may: bool) -> None:
    shown = {name: f"{value & (1 << 41) - 1:x}" for name, value in sets.items()}
    status = "".join(f"{name}:\t{value}\n" for name, value in shown.items())
    assert may_send(status, root=root, by_file=by_file) is may


def test_without_nmap_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(CannotScan, match="apt install nmap"):
        find_nmap()


def test_a_scan_sorts_what_answers(place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(tmp_path, monkeypatch, [
        host("192.0.2.1"),  # this machine
        host("192.0.2.20", KNOWN), host("192.0.2.10", NEW, "Made Up"), host("192.0.2.30", "00:90:8F:00:00:01"),
        host("192.0.2.40", "02:42:AC:00:00:01"), host("192.0.2.11", NEW), host("192.0.2.50"),
    ])  # fmt: skip
    said: list[Progress] = []
    found = scan(place, whole(), said.append)
    assert [(one.mac, one.address, one.vendor, one.tenant) for one in found.seen] == [
        ("00112200aa01", "192.0.2.10", "testphone", ""),
        (MACS[3], "192.0.2.20", "testphone", "bolt"),
        ("00908f000001", "192.0.2.30", "", ""),
    ]
    assert found.seen[2].maker.lower().startswith("audio")
    assert [(one.mac, one.address) for one in found.strange] == [("0242ac000001", "192.0.2.40")]
    assert found.notes == ("1 hosts answered without a MAC and were left out",)
    assert "1 new, 1 known already, 1 of unsupported makers, 1 without a maker's MAC" in found.words
    assert said[-1].percent == 50 and said[-1].hosts == 7
    (seen,) = place.store.sightings.of("00112200aa01")
    assert (seen.source, seen.address, seen.evidence["interface"]) == ("scan", "192.0.2.10", "eth0")


def test_no_shell_reads_the_words_of_a_scan(place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = "e;>y$(>x)*"  # what the kernel takes as an interface's name
    (tmp_path / "answer.xml").write_text(xml([], 1))
    put_nmap(tmp_path, monkeypatch, f'printf "%s\\n" "$@" > {tmp_path}/words; exec cat {tmp_path}/answer.xml\n')
    monkeypatch.setattr(network, "own_addresses", lambda: [OwnAddress(odd, "192.0.2.1", True, "255.255.255.0")])
    monkeypatch.chdir(tmp_path)
    scan(place, checked("192.0.2.7", "192.0.2.7", odd))
    words = (tmp_path / "words").read_text().splitlines()
    assert words[words.index("-e") :] == ["-e", odd, "192.0.2.7/32"]
    assert {one.name for one in tmp_path.iterdir()}.isdisjoint({"x", "y"})


def test_a_router_that_answers_for_others_is_told(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(tmp_path, monkeypatch, [host(f"192.0.2.{n}", NEW) for n in range(2, 102)])
    found = scan(place, whole())
    assert len(found.seen) == 1 and found.seen[0].address == "192.0.2.2"
    assert "answered at 100 addresses: is it a router" in found.notes[0]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("cat {0}/no-macs.xml", "2 hosts answered and not one MAC was seen"),
        ("cat {0}/few.xml", "looked at 3 of 254 addresses"),
        ("cat {0}/good.xml; echo 'dnet: Failed to open device eth0' >&2", "dnet: Failed to open device eth0"),
        ("cat {0}/good.xml; exit 3", "ended with status 3"),
        ("echo 'Segmentation fault' >&2; kill -9 $$", "Segmentation fault"),
        ("head -c 200 {0}/good.xml", "breaks off"),
        ("echo hello", "not XML"),
        ("true", "breaks off"),
    ],
)
def test_an_answer_that_cannot_be_believed_is_an_error(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    (tmp_path / "no-macs.xml").write_text(xml([host("192.0.2.5"), host("192.0.2.6")], 254))
    (tmp_path / "few.xml").write_text(xml([host("192.0.2.5", NEW)], 3))
    (tmp_path / "good.xml").write_text(xml([host("192.0.2.5", NEW)], 254))
    put_nmap(tmp_path, monkeypatch, script.format(tmp_path) + "\n")
    with pytest.raises(ScanFailed) as caught:
        scan(place, whole())
    assert said in str(caught.value)
    assert place.store.sightings.queue() == []


ENDLESS = "echo $$ > {0}/pid\necho '<nmaprun>'\nexec sleep 1000\n"


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie that waits for its parent has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_stopped_scan_leaves_no_process(tmp_path: Path, place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    put_nmap(tmp_path, monkeypatch, ENDLESS.format(tmp_path))
    said: list[Progress] = []
    with pytest.raises(Stopped):
        scan(place, whole(), said.append, lambda: bool(said))
    until(lambda: gone(int((tmp_path / "pid").read_text())), "nmap has ended")


def test_an_answer_without_end_is_cut_off(place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_BYTES", 1_000_000)
    put_nmap(tmp_path, monkeypatch, f"echo $$ > {tmp_path}/pid\nexec yes '<host/>'\n")
    with pytest.raises(ApsError, match="does not come to an end"):
        scan(place, whole())
    until(lambda: gone(int((tmp_path / "pid").read_text())), "nmap has ended")


def test_nmap_ends_with_the_console_however_that_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = put_nmap(tmp_path, monkeypatch, ENDLESS.format(tmp_path))
    code = (
        "import sys; from ipaddress import *; from aps_tui.services.discovery import engine, ranges\n"
        "engine.find_nmap = lambda: sys.argv[1]; engine.check_rights = lambda _: None\n"
        "lan = ranges.Interface('eth0', IPv4Address('192.0.2.1'), IPv4Network('192.0.2.0/24'))\n"
        "engine.run(ranges.Range(lan, IPv4Address('192.0.2.1'), IPv4Address('192.0.2.9')), print, lambda: False)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(program)], cwd=HOUSE, stdout=subprocess.DEVNULL) as console:
        written = tmp_path / "pid"
        until(lambda: written.exists() and bool(written.read_text()), "nmap runs")
        pid = int(written.read_text())
        assert not gone(pid)
        os.kill(console.pid, signal.SIGKILL)
    until(lambda: gone(pid), "nmap has ended too")
