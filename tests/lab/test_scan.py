"""Network auto-discovery on a real LAN of ours, with the real nmap, as an operator runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.site import Tenant
from tests.lab.conftest import SEARCHED
from tests.lab.netlab import FIRST_PHONE, LAN, PBX, Lab, lab
from tests.lab.until import until

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "nmap", "sysctl")]

HOUSE = Path(__file__).resolve().parents[2]
MAKERS = {
    "805ec0": "yealink", "001565": "yealink", "0004f2": "polycom", "64167f": "polycom", "000413": "snom",
    "00085d": "aastra", "000b82": "grandstream", "00562b": "cisco", "000e08": "sipura", "00908f": "audiocodes",
}  # fmt: skip
"""Prefixes that the makers registered, and whose phones have them here."""
ALL = (str(LAN[1]), str(LAN[-2]))


def phone_macs(number: int) -> list[str]:
    """MACs of as many phones of all makers."""
    prefixes = list(MAKERS)
    return [f"{prefixes[n % len(prefixes)]}{n:06x}" for n in range(number)]


@pytest.fixture
def lan() -> Iterator[Lab]:
    """A LAN without phones."""
    with lab() as made:
        yield made


@pytest.fixture(scope="module")
def office() -> Iterator[Lab]:
    """A LAN with 250 phones."""
    with lab() as made:
        made.add_phones(phone_macs(250))
        yield made


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """One tenant, nothing else."""
    (tmp_path / "site").mkdir()
    with Store.open(tmp_path / "site" / "aps.sqlite3") as store:
        store.tenants.save(Tenant("office"))
    return tmp_path / "site"


def command(site: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "aps_tui", "--db", f"{site}/aps.sqlite3", "scan", *words,
            "--interface", "lan0", "--tenant", "office"]  # fmt: skip


def run(where: Lab, words: Sequence[str], **env: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "PYTHONPATH": str(HOUSE), **env}
    return subprocess.run(where.within(*words), capture_output=True, text=True, timeout=120, env=told, cwd="/")


def found(where: Lab, site: Path, *words: str) -> Any:
    done = run(where, command(site, *words, "--json"))
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_250_phones_are_found_with_their_makers(office: Lab, site: Path) -> None:
    said = found(office, site, *ALL)
    wanted = {mac: str(FIRST_PHONE + n) for n, mac in enumerate(phone_macs(250))}
    assert {one["mac"]: one["address"] for one in said["found"]} == wanted
    assert {one["mac"]: one["vendor"] for one in said["found"]} == {mac: MAKERS[mac[:6]] for mac in wanted}
    assert all(one["maker"] for one in said["found"]) and str(PBX) not in wanted.values()


def test_those_that_are_devices_are_not_added_again(office: Lab, site: Path) -> None:
    few = (str(FIRST_PHONE), str(FIRST_PHONE + 19))
    first = found(office, site, *few, "--add", "--model", "yealink/T46U")
    assert len(first["added"]) == 4 and len(first["waiting"]) == 16
    again = found(office, site, *few, "--add", "--model", "yealink/T46U")
    assert again["added"] == [] and len(again["waiting"]) == 16
    assert {one["mac"] for one in again["found"] if one["tenant"] == "office"} == set(first["added"])


def test_an_empty_network_and_the_last_address_of_a_part(lan: Lab, site: Path) -> None:
    assert found(lan, site, *ALL)["found"] == []
    lan.add_phones(phone_macs(1), LAN[255])
    assert [one["address"] for one in found(lan, site, str(LAN[250]), str(LAN[255]))["found"]] == [str(LAN[255])]


def test_a_routed_range_is_refused_and_says_why(lan: Lab, site: Path) -> None:
    subprocess.run(lan.within("ip", "route", "add", "10.99.0.0/24", "via", str(LAN[9])), check=True)
    done = run(lan, command(site, "10.99.0.1", "10.99.0.9"))
    assert done.returncode == 1 and "behind a router, where no MAC can be seen" in done.stderr


LOSE = ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw")


@pytest.mark.programs("setpriv")
def test_without_the_right_it_refuses_and_says_what_to_do(office: Lab, site: Path) -> None:
    done = run(office, [*LOSE, *command(site, *ALL)])
    assert (done.returncode, done.stdout) == (1, "")
    assert "CAP_NET_RAW" in done.stderr and "sudo" in done.stderr and "setcap cap_net_raw" in done.stderr


@pytest.mark.programs("setpriv")
def test_were_the_right_taken_for_granted_nmap_itself_fails_loudly(office: Lab, site: Path) -> None:
    start = (
        "import sys; from aps_tui.services.discovery import engine; engine.check_rights = lambda _: None\n"
        "from aps_tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    done = run(office, [*LOSE, sys.executable, "-c", start, *command(site, *ALL)[3:]])
    assert (done.returncode, done.stdout) == (1, "") and "nmap failed: " in done.stderr


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everyone may use."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.programs("setpriv", "setcap")
def test_an_operator_who_is_not_root_scans_with_an_nmap_that_may(office: Lab, public: Path) -> None:
    program = public / "nmap"
    shutil.copy(shutil.which("nmap", path=SEARCHED) or "", program)
    program.chmod(0o755)
    subprocess.run(["setcap", "cap_net_raw,cap_net_admin+eip", program], check=True)
    code = (
        "import os, sys\nfrom aps_tui.services.discovery import answers, engine, ranges, rights\n"
        "lan = next(one for one in ranges.interfaces() if one.name == 'lan0')\n"
        "wanted = ranges.checked(sys.argv[1], sys.argv[2], 'lan0'); assert os.geteuid()\n"
        "raw = engine.run(wanted, lambda _: None, lambda: False)\n"
        "print(len(answers.judged(raw, wanted, [str(lan.own)], rights.find_nmap()).hosts))"
    )
    reads = "-all,+dac_override,+dac_read_search"  # this user may read the checkout and has no other right
    ids = ("--reuid=65534", "--regid=65534", "--clear-groups")
    nobody = ("setpriv", *ids, f"--inh-caps={reads}", f"--ambient-caps={reads}")
    words = [*nobody, sys.executable, "-c", code, str(FIRST_PHONE), str(FIRST_PHONE + 9)]
    done = run(office, words, PATH=f"{public}:{os.environ['PATH']}", PYTHONDONTWRITEBYTECODE="1")
    assert (done.stdout, done.stderr) == ("10\n", "")


def test_without_nmap_it_says_how_to_get_it(lan: Lab, site: Path) -> None:
    hide = (
        "import sys; from aps_tui.services.discovery import rights; rights.SEARCHED = '/nowhere'\n"
        "from aps_tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    folder = site / "bin"
    folder.mkdir()
    (folder / "ip").symlink_to(shutil.which("ip", path=SEARCHED) or "")
    done = run(lan, [sys.executable, "-c", hide, *command(site, *ALL)[3:]], PATH=str(folder))
    assert (done.returncode, done.stdout) == (1, "") and "apt install nmap" in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_however_it_ends_nmap_ends_with_it(lan: Lab, site: Path, how: signal.Signals) -> None:
    """A range that takes a quarter of a minute, ended in the middle."""
    subprocess.run(lan.within("ip", "addr", "add", "10.80.0.1/18", "dev", "lan0"), check=True)
    words = command(site, "10.80.0.1", "10.80.63.254", "--force")
    env = {**os.environ, "PYTHONPATH": str(HOUSE)}
    with subprocess.Popen(lan.within(*words), env=env, cwd="/", stdout=-3, stderr=-3) as process:
        until(lambda: "nmap" in names(lan), "nmap runs")
        process.send_signal(how)  # `ip netns exec` has become the command itself
    until(lambda: not lan.pids(), "nothing is left", seen=lambda: str(names(lan)))


def names(where: Lab) -> list[str]:
    """The programs that run on the PBX."""
    found = []
    for pid in where.pids():
        try:
            found.append(Path(f"/proc/{pid}/comm").read_text().strip())
        except OSError:  # it ended meanwhile
            continue
    return found
