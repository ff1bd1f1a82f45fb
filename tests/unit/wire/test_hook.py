"""The hooks' scripts, run by the shells there are, with what hostile clients send."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.observation import HOST, LEASE, OPTION_55, OPTION_60, Observation
from aps_tui.wire.dhcp_hook import HookSpool, hook_script

NOW = 3_000_000_000.0
SHELLS = [shell for shell in (["dash"], ["bash", "--posix"], ["busybox", "sh"]) if shutil.which(shell[0])]
DNSMASQ = {"DNSMASQ_VENDOR_CLASS": "yealink", "DNSMASQ_SUPPLIED_HOSTNAME": "phone0",
           "DNSMASQ_REQUESTED_OPTIONS": "1,3,66"}  # fmt: skip


def run(shell: list[str], kind: str, spool: Path, *words: str, **env: str) -> list[Observation]:
    script = spool.parent / "hook"
    script.write_text(hook_script(kind, str(spool)))
    done = subprocess.run([*shell, str(script), *words], env={"PATH": "/usr/bin:/bin", **env}, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    text = spool.read_text() if spool.exists() else ""
    assert text.isascii() and text.endswith("\n" if text else "")
    return list(HookSpool().feed(text.split("\n"), NOW))


@pytest.fixture(params=SHELLS, ids=lambda shell: shell[0])
def shell(request: pytest.FixtureRequest) -> list[str]:
    return list(request.param)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """In a folder whose name is awkward."""
    (tmp_path / "it's $HOME").mkdir()
    return tmp_path / "it's $HOME" / "spool"


def test_dnsmasq_tells_option_60_and_55(shell: list[str], spool: Path) -> None:
    (found,) = run(shell, "dnsmasq", spool, "add", "80:5e:c0:00:00:01", "10.77.1.1", **DNSMASQ)
    assert found.at > 1.7e9
    assert found._replace(at=0) == Observation(
        LEASE, "805ec0000001", "10.77.1.1", 0, {OPTION_60: "yealink", HOST: "phone0", OPTION_55: "1,3,66"}
    )


@pytest.mark.parametrize("text", ["$(touch {0})", "`touch {0}`", "'; touch {0} #", '"; touch {0}; "', "x\ntouch {0}",
                                  "a\tb\taps1", "%s%n%d", "\\n\\t", "-n -e", "*", "\x1b[2J\x7f",
                                  "é\udcff"])  # fmt: skip
@pytest.mark.parametrize("kind", ["dnsmasq", "kea"])
def test_no_text_of_a_client_is_run_or_makes_a_second_line(shell: list[str], spool: Path, kind: str, text: str) -> None:
    evil = text.replace("{0}", str(spool.parent / "made"))
    env = {"DNSMASQ_VENDOR_CLASS": evil, "DNSMASQ_SUPPLIED_HOSTNAME": evil, "LEASES4_SIZE": "1",
           "LEASES4_AT0_HWADDR": "80:5e:c0:00:00:01", "LEASES4_AT0_ADDRESS": "10.77.1.1", "LEASES4_AT0_HOSTNAME": evil,
           }  # fmt: skip
    words = ("add", "80:5e:c0:00:00:01", "10.77.1.1") if kind == "dnsmasq" else ("leases4_committed",)
    (found,) = run(shell, kind, spool, *words, **env)
    assert (found.mac, found.address) == ("805ec0000001", "10.77.1.1")
    assert not (spool.parent / "made").exists() and spool.read_text().count("\n") == 1
    assert spool.read_text().count("\t") == 6 and len(found.said[HOST]) <= 200


def test_kea_tells_each_lease_of_a_packet(shell: list[str], spool: Path) -> None:
    env = {f"LEASES4_AT{n}_{name}": value for n in (0, 1) for name, value in (
        ("HWADDR", f"80:5e:c0:00:00:0{n}"), ("ADDRESS", f"10.77.1.{n}"), ("HOSTNAME", ""))}  # fmt: skip
    found = run(shell, "kea", spool, "leases4_committed", LEASES4_SIZE="2", **env)
    assert [(one.mac, one.address, one.said) for one in found] == [
        ("805ec0000000", "10.77.1.0", {}), ("805ec0000001", "10.77.1.1", {})
    ]  # fmt: skip
    spool.unlink()
    assert run(shell, "kea", spool, "lease4_expire", LEASES4_SIZE="1", **env) == []
    assert run(shell, "kea", spool, "leases4_committed", LEASES4_SIZE="1; id", **env) == []
    assert run(shell, "dnsmasq", spool, "del", "80:5e:c0:00:00:01", "10.77.1.1") == []


def test_a_spool_nobody_reads_does_not_fill_the_disk(shell: list[str], spool: Path) -> None:
    spool.write_bytes(b"x\n" * 8_000_000)
    assert len(run(shell, "dnsmasq", spool, "old", "80:5e:c0:00:00:01", "10.77.1.1")) == 1
    assert spool.stat().st_size < 1000


def test_without_a_folder_nothing_is_said_and_nothing_fails(shell: list[str], tmp_path: Path) -> None:
    script = hook_script("dnsmasq", str(tmp_path / "none" / "spool"))
    done = subprocess.run([*shell, "-c", script, "hook", "add", "80:5e:c0:00:00:01", "10.1.1.1"], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_many_at_once_write_whole_lines(shell: list[str], spool: Path) -> None:
    threads = [threading.Thread(target=run_quietly, args=(shell, spool, n)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = list(HookSpool().feed(spool.read_text().split("\n"), NOW))
    assert sorted(one.mac for one in found) == [f"805ec00000{n:02x}" for n in range(20)]


def run_quietly(shell: list[str], spool: Path, number: int) -> None:
    words = ("add", f"80:5e:c0:00:00:{number:02x}", "10.77.1.1")
    script = hook_script("dnsmasq", str(spool))
    subprocess.run([*shell, "-c", script, "hook", *words], check=True, env={"DNSMASQ_VENDOR_CLASS": "v" * 150})


def test_scripts_that_cannot_be() -> None:
    with pytest.raises(BadValue, match="there are: dnsmasq, kea"):
        hook_script("isc")
    for spool in ("spool", "/spool\nrm"):
        with pytest.raises(BadValue, match="absolute path"):
            hook_script("kea", spool)


@pytest.mark.parametrize("line", ["", "aps1", "aps1\t1\tx\t\t\t\t", "aps2\t1\t805ec0000001\t10.1.1.1\t\t\t", "\t" * 6])
def test_lines_that_no_hook_wrote(line: str) -> None:
    assert list(HookSpool().feed([line], NOW)) == []
