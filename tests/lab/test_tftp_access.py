"""What `aps-tui tftp` prints, in the real servers: no file is open to everybody, no host outside is let in."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.services.serverconf import TFTP_SERVERS, ServedSite, firewall_lines
from tests.lab.netlab import FIRST_PHONE, PBX, Lab, inside, lab
from tests.lab.servers.process import USER, program, running
from tests.lab.simulated import tftp

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "sysctl")]

PHONE, ELSEWHERE = str(FIRST_PHONE), str(FIRST_PHONE + 200)
SITE = ServedSite(
    root="", folder="/tftpboot/", port=5555, tls_port=5556, passwords="/x/htpasswd", contacts="/x/contacts",
    first_user="", http_auth=True, voice=(f"{PHONE}/32",), tftp_address=str(PBX), bans="/x/bans", dependents=list,
)  # fmt: skip


@pytest.fixture(scope="module")
def lan() -> Iterator[Lab]:
    with lab() as made:
        made.add_phones(["805ec0000001"])
        made.add_phones(["805ec0000009"], FIRST_PHONE + 200)
        yield made


@contextmanager
def root_of(group: str) -> Iterator[Path]:
    """A root as a commit leaves it: what is in it can be read by its group alone."""
    with tempfile.TemporaryDirectory(prefix="aps-lab-") as made:
        Path(made).chmod(0o755)
        root = Path(made, "tftpboot")
        root.mkdir()
        file = root / "805ec0000001.cfg"
        file.write_text("secret")
        for path, mode in ((file, 0o640), (root, 0o2750)):
            shutil.chown(path, group=group)
            path.chmod(mode)
        yield root


def read(lan: Lab, name: str) -> tuple[int, bytes]:
    return inside(lan.phones, lambda: asyncio.run(tftp.read(PHONE, str(PBX), name)))


@pytest.mark.programs("in.tftpd")
def test_tftpd_hpa_serves_what_its_group_alone_may_read(lan: Lab) -> None:
    with root_of("tftp") as root:
        text = TFTP_SERVERS["hpa"](replace(SITE, root=str(root)))
        said = dict(line.split("=", 1) for line in text if line.startswith("TFTP_"))
        said = {name: value.strip('"') for name, value in said.items()}
        words = ["-L", "--user", said["TFTP_USERNAME"], "--address", said["TFTP_ADDRESS"]]
        words += [*shlex.split(said["TFTP_OPTIONS"]), said["TFTP_DIRECTORY"]]  # as the package's start script does
        with running(lan.within(program("in.tftpd"), *words), root.parent, "udp", 69):
            assert read(lan, "805ec0000001.cfg") == (200, b"secret")
            assert read(lan, "../tftpboot/805ec0000001.cfg")[0] == read(lan, "/etc/passwd")[0] == 404


@pytest.mark.programs("dnsmasq")
def test_dnsmasq_serves_what_its_group_alone_may_read(lan: Lab) -> None:
    with root_of(USER) as root:
        text = "\n".join(TFTP_SERVERS["dnsmasq"](replace(SITE, root=str(root))))
        assert "\ngroup=dnsmasq\n" in text  # a group that the package does not make
        config = root.parent / "dnsmasq.conf"
        config.write_text(f"{text}\nport=0\n".replace("group=dnsmasq", f"group={USER}"))
        words = [program("dnsmasq"), "-k", "-C", str(config), f"--pid-file={root.parent}/pid", "--log-facility=-"]
        with running(lan.within(*words), root.parent, "udp", 69):
            assert read(lan, "805ec0000001.cfg") == (200, b"secret")
            assert read(lan, "../../../etc/passwd")[0] == 404


def tries(lan: Lab, address: str, port: int) -> str:
    """What becomes of a connection from an address."""

    def tried() -> str:
        with socket.socket() as one:
            one.settimeout(0.7)
            one.bind((address, 0))
            try:
                one.connect((str(PBX), port))
            except TimeoutError:
                return "dropped"
            except ConnectionRefusedError:
                return "let in"
        return "served"

    return inside(lan.phones, tried)


@pytest.mark.programs("nft")
def test_the_firewalls_lines_let_voice_networks_in_and_nobody_else(lan: Lab) -> None:
    text = "\n".join(firewall_lines(SITE)) + "\n"
    for _ in range(2):  # loading it again changes nothing
        subprocess.run(lan.within(program("nft"), "-f", "-"), input=text, text=True, check=True, timeout=20)
    try:
        assert [tries(lan, PHONE, 5555), tries(lan, ELSEWHERE, 5555)] == ["let in", "dropped"]
        assert tries(lan, ELSEWHERE, 5556) == "let in"
        rules = subprocess.run(
            lan.within(program("nft"), "list", "table", "inet", "aps_tui"), capture_output=True, text=True, check=True
        ).stdout
        assert rules.index(f"ip saddr {PHONE}") < rules.index("udp dport 69 drop")
    finally:
        subprocess.run(lan.within(program("nft"), "delete", "table", "inet", "aps_tui"), check=True, timeout=20)


def test_without_a_whitelist_nobody_is_let_in() -> None:
    text = "\n".join(firewall_lines(replace(SITE, voice=())))
    assert "saddr" not in text and "tcp dport 5555 drop" in text and "ATTENTION" in text
