"""TFTP on the PBX: tftpd-hpa, which logs to syslog alone, and dnsmasq, which can write a log of its own."""

from __future__ import annotations

import shlex
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from tests.lab.netlab import PBX, Lab
from tests.lab.servers.process import USER, program, running

PORT = 69
_HOST = "pbx"
_STAMP = len("Nov 22 20:05:43 ")
_OWN_DEV = """
set -e
mount -t tmpfs -o mode=755 none {dev}
cp -a /dev/null /dev/urandom {dev}/
ln -s {socket} {dev}/log
mount --bind {dev} /dev
exec {server}
"""


@dataclass(frozen=True)
class Tftp:
    """A running server; `log` has the lines that a syslog file has."""

    root: Path
    log: Path


@contextmanager
def tftpd(lab: Lab, folder: Path, root: Path, printed: Sequence[str] = ()) -> Iterator[Tftp]:
    """Run tftpd-hpa; in a mount namespace of its own it finds our socket where /dev/log is.

    `printed`: its /etc/default/tftpd-hpa, whose user is ours here, who is in the group of the files.
    """
    folder.mkdir()
    (folder / "dev").mkdir()
    said = {"ADDRESS": f"{PBX}:{PORT}", "OPTIONS": "--permissive --secure -vvv", "DIRECTORY": str(root)}
    lines = (line.split("=", 1) for line in printed if line.startswith("TFTP_"))
    said |= {name.removeprefix("TFTP_"): value.strip('"') for name, value in lines}
    words = ["-L", "-4", "--address", said["ADDRESS"], "--user", USER, *shlex.split(said["OPTIONS"]), said["DIRECTORY"]]
    server = shlex.join([program("in.tftpd"), *words])
    script = _OWN_DEV.format(dev=folder / "dev", socket=folder / "socket", server=server)
    unshared = lab.within("unshare", "-m", "--propagation", "private", "sh", "-c", script)
    with _collected(folder / "socket", folder / "syslog"), running(unshared, folder, "udp", PORT):
        yield Tftp(root, folder / "syslog")


@contextmanager
def _collected(path: Path, log: Path) -> Iterator[None]:
    """Write to a file, as a syslog daemon does, what is said to a socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours, log.open("a", buffering=1) as file:
        ours.bind(str(path))
        path.chmod(0o666)

        def collect() -> None:
            while said := ours.recv(8192).decode("utf-8", "replace"):
                text = said.partition(">")[2].rstrip("\0\n")
                file.write(f"{text[:_STAMP]}{_HOST} {text[_STAMP:]}\n")

        thread = Thread(target=collect, name="syslog")
        thread.start()
        try:
            yield
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
                last.sendto(b"", str(path))  # ends the thread
            thread.join()


_DNSMASQ = """
port=0
interface=lan0
bind-interfaces
user={user}
group={user}
enable-tftp
tftp-root={root}
log-facility={log}
pid-file={folder}/pid
"""


@contextmanager
def dnsmasq_tftp(lab: Lab, folder: Path, root: Path) -> Iterator[Tftp]:
    """Run dnsmasq for TFTP alone."""
    folder.mkdir()
    log, config = folder / "syslog", folder / "dnsmasq.conf"
    config.write_text(_DNSMASQ.format(user=USER, root=root, log=log, folder=folder))
    with running(lab.within(program("dnsmasq"), "-k", "-C", str(config)), folder, "udp", PORT):
        yield Tftp(root, log)
