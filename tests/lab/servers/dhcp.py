"""The three DHCP servers, on the lab's PBX: each in a folder of its own, with its own pid file, leases and log.

Each takes the configuration that is to be tried as a text, puts its own beside it (the LAN, quick answers), has the
server check both, and runs it until the `with` ends.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Protocol

from tests.lab.conftest import SEARCHED
from tests.lab.netlab import LAN, PBX, Lab
from tests.lab.until import until

POOL = (LAN[256], LAN[767])
"""The first and the last address that the servers give; 250 phones and as many again fit."""
LEASE = 600
"""Seconds that a lease lasts."""
_SERVES = ":0043 "
"""UDP port 67, as /proc/net/udp has it."""


class Server(Protocol):
    """What `isc`, `dnsmasq` and `kea` have in common: `text` is the configuration to be tried."""

    def __call__(self, lab: Lab, folder: Path, text: str = "") -> AbstractContextManager[DhcpServer]:
        """Run the server in a new folder."""


@dataclass(frozen=True)
class DhcpServer:
    """A running server."""

    pid: int
    folder: Path
    config: Path
    leases: Path
    """What it remembers: dhcpd.leases, dnsmasq's list, Kea's CSV."""
    log: Path


def checked_isc(lab: Lab, config: Path) -> None:
    """Have dhcpd look at a configuration; AssertionError with what it says against it."""
    _check(lab, _program("dhcpd"), "-t", "-4", "-cf", str(config))


def checked_dnsmasq(lab: Lab, config: Path) -> None:
    """Have dnsmasq look at a configuration; AssertionError with what it says against it."""
    _check(lab, _program("dnsmasq"), "--test", "-C", str(config))


def checked_kea(lab: Lab, config: Path) -> None:
    """Have Kea look at a configuration, where its interface is; AssertionError with what it says against it."""
    _check(lab, _program("kea-dhcp4"), "-t", str(config), env=_kea_folders(config.parent))


@contextmanager
def isc(lab: Lab, folder: Path, text: str = "", pool: str = "", subnet: str = "") -> Iterator[DhcpServer]:
    """ISC dhcpd with `text` before the subnet; `pool` and `subnet` are further lines of those."""
    folder.mkdir(parents=True)
    config, leases = folder / "dhcpd.conf", folder / "dhcpd.leases"
    leases.touch()
    (folder / "text.conf").write_text(text)
    config.write_text(
        f"authoritative; ping-check false; ddns-update-style none; default-lease-time {LEASE};\n"
        f'include "{folder}/text.conf";\n'
        f"subnet {LAN.network_address} netmask {LAN.netmask} {{\n  option routers {PBX};\n  {subnet}\n"
        f"  pool {{ range {POOL[0]} {POOL[1]}; {pool} }}\n}}\n"
    )
    checked_isc(lab, config)
    words = [
        _program("dhcpd"),
        "-4",
        "-f",
        "-d",
        "-cf",
        str(config),
        "-lf",
        str(leases),
        "-pf",
        f"{folder}/pid",
        "lan0",
    ]
    with _running(lab, folder, words, config, leases, _says(folder, "Server starting service")) as server:
        yield server


@contextmanager
def dnsmasq(lab: Lab, folder: Path, text: str = "", tftp: Path | None = None) -> Iterator[DhcpServer]:
    """dnsmasq with `text` after its own lines, serving DHCP alone; `tftp`: a folder that it serves by TFTP."""
    folder.mkdir(parents=True)
    config, leases, log = folder / "dnsmasq.conf", folder / "leases", folder / "log"
    serving = [f"enable-tftp\ntftp-root={tftp}"] if tftp else []
    own = [
        "port=0", "interface=lan0", "bind-interfaces", "user=root", "group=root", "dhcp-authoritative", "no-ping",
        "log-dhcp", f"dhcp-range={POOL[0]},{POOL[1]},{LAN.netmask},{LEASE}", f"dhcp-leasefile={leases}",
        f"log-facility={log}", *serving,
    ]  # fmt: skip
    config.write_text("\n".join([*own, text, ""]))
    checked_dnsmasq(lab, config)
    words = [_program("dnsmasq"), "-k", "-C", str(config), f"--pid-file={folder}/pid"]
    with _running(lab, folder, words, config, leases, _listens, own_log=True) as server:
        yield server


@contextmanager
def kea(
    lab: Lab,
    folder: Path,
    text: str = "",
    more: Mapping[str, Any] | None = None,
    subnet: Mapping[str, Any] | None = None,
) -> Iterator[DhcpServer]:
    """Kea with the members `text` (an included file) and `more` in "Dhcp4", and those of `subnet` in its subnet."""
    folder.mkdir(parents=True)
    config, leases = folder / "kea-dhcp4.conf", folder / "leases.csv"
    config.write_text(kea_config(folder, text, more, subnet))
    checked_kea(lab, config)
    words = [_program("kea-dhcp4"), "-c", str(config)]
    ready = _says(folder, "DHCP4_STARTED")
    with _running(lab, folder, words, config, leases, ready, own_log=True, env=_kea_folders(folder)) as server:
        yield server


def kea_config(
    folder: Path, text: str = "", more: Mapping[str, Any] | None = None, subnet: Mapping[str, Any] | None = None
) -> str:
    """The whole configuration of Kea; `text` is written to a file that it includes."""
    own = {
        "interfaces-config": {"interfaces": ["lan0"], "dhcp-socket-type": "raw"},
        "control-socket": {"socket-type": "unix", "socket-name": f"{folder}/control"},
        "lease-database": {"type": "memfile", "persist": True, "name": f"{folder}/leases.csv", "lfc-interval": 3600},
        "valid-lifetime": LEASE,
        "authoritative": True,
        "subnet4": [
            {"id": 1, "subnet": str(LAN), "interface": "lan0", "pools": [{"pool": f"{POOL[0]}-{POOL[1]}"}],
             **(subnet or {})}
        ],
        "loggers": [
            {"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": f"{folder}/log", "flush": True}]}
        ],
        **(more or {}),
    }  # fmt: skip
    (folder / "text.json").write_text(text)
    include = f'<?include "{folder}/text.json"?>,\n' if text else ""
    return f'{{"Dhcp4": {{\n{include}{json.dumps(own, indent=1)[1:-1]}}}}}\n'


def addresses() -> set[IPv4Address]:
    """Every address that the servers give."""
    return {IPv4Address(number) for number in range(int(POOL[0]), int(POOL[1]) + 1)}


SERVERS: Mapping[str, Server] = {"isc": isc, "dnsmasq": dnsmasq, "kea": kea}
"""Each by its name on the command line."""


def _program(name: str) -> str:
    return shutil.which(name, path=SEARCHED) or name


def _kea_folders(folder: Path) -> dict[str, str]:
    """Where Kea keeps what its configuration does not say."""
    return {name: str(folder) for name in ("KEA_PIDFILE_DIR", "KEA_LOCKFILE_DIR", "KEA_LEASE_DATA_DIR")}


def _check(lab: Lab, *words: str, env: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        lab.within(*words), capture_output=True, text=True, timeout=60, env={**os.environ, **(env or {})}
    )
    assert done.returncode == 0, f"{' '.join(words)}:\n{done.stdout}{done.stderr}"


def _says(folder: Path, word: str) -> Callable[[int], bool]:
    """Whether a word is in the log."""
    log = folder / "log"
    return lambda _: log.exists() and word in log.read_text(errors="replace")


def _listens(pid: int) -> bool:
    return _SERVES in Path(f"/proc/{pid}/net/udp").read_text()


@contextmanager
def _running(
    lab: Lab,
    folder: Path,
    words: Sequence[str],
    config: Path,
    leases: Path,
    ready: Callable[[int], bool],
    *,
    own_log: bool = False,
    env: Mapping[str, str] | None = None,
) -> Iterator[DhcpServer]:
    """Run a server in the foreground until the end; one that writes its log itself has the rest in `output`."""
    with (folder / ("output" if own_log else "log")).open("w") as output:
        process = subprocess.Popen(
            lab.within(*words),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(env or {})},
        )  # `ip netns exec` becomes the server itself
        try:
            until(lambda: _runs(process) and ready(process.pid), f"{words[0]} serves", seen=lambda: _written(folder))
            yield DhcpServer(process.pid, folder, config, leases, folder / "log")
        finally:
            process.terminate()
            process.wait(20)


def _runs(process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, f"the server ended with {process.returncode}"
    return True


def _written(folder: Path) -> str:
    files = [folder / name for name in ("output", "log")]
    return "\n".join(file.read_text(errors="replace")[-2000:] for file in files if file.exists())
