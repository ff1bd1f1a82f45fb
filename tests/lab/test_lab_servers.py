"""The lab's own servers: they serve what a commit's rights let them, and log what a watcher reads."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.lab.netlab import FIRST_PHONE, PBX, Lab, inside, lab
from tests.lab.notify import notify
from tests.lab.phonelab import WEBS
from tests.lab.servers.process import USER
from tests.lab.servers.sipp import sipp
from tests.lab.servers.tftp import Tftp, dnsmasq_tftp, tftpd
from tests.lab.servers.web import PORT, Login
from tests.lab.simulated import http, tftp
from tests.lab.until import until

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "sysctl")]

PHONE = str(FIRST_PHONE)
LOGIN = Login("phones", "secret")
AGENT = 'Phone "1"'
CONTENT = b"x" * 2000
MINE = "/tftpboot/805ec0000001.cfg"
Server = Callable[[Lab, Path, Path], AbstractContextManager[Tftp]]


@pytest.fixture(scope="module")
def lan() -> Iterator[Lab]:
    """A LAN with a phone."""
    with lab() as made:
        made.add_phones(["805ec0000001"])
        yield made


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that a server without rights may enter, with a root that has one file."""
    with tempfile.TemporaryDirectory(prefix="aps-lab-") as made:
        root = Path(made, "tftpboot")
        root.mkdir(mode=0o750)
        (root / "805ec0000001.cfg").write_bytes(CONTENT)
        (root / "805ec0000001.cfg").chmod(0o640)
        for path in (root, root / "805ec0000001.cfg"):
            shutil.chown(path, group=USER)
        Path(made).chmod(0o755)
        yield Path(made)


def get(lan: Lab, path: str, login: Login | None = LOGIN) -> tuple[int, bytes]:
    """What a phone gets by HTTP."""
    return inside(lan.phones, lambda: asyncio.run(http.get(PHONE, str(PBX), PORT, path, AGENT, login)))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("nginx", marks=pytest.mark.programs("nginx")),
        pytest.param("apache", marks=pytest.mark.programs("apache2")),
    ],
)
def test_a_web_server_wants_the_password_and_logs_in_both_formats(lan: Lab, folder: Path, name: str) -> None:
    with WEBS[name](lan, folder / name, folder / "tftpboot", LOGIN) as web:
        assert get(lan, MINE, None)[0] == get(lan, MINE, Login("phones", "wrong"))[0] == 401
        assert get(lan, MINE) == (200, CONTENT)
        refused = [get(lan, f"/tftpboot/{other}")[0] for other in ("805ec0000002.cfg", "", "../htpasswd")]
        assert refused[0] == 404 and set(refused) <= {403, 404}
        until(lambda: web.json_log.read_text().count("\n") == 6, "all is logged", seen=web.json_log.read_text)
        combined = web.access_log.read_text().splitlines()
        said = [json.loads(line) for line in web.json_log.read_text().splitlines()]
    assert f"{PHONE} - phones [" in combined[2] and f'"GET {MINE} HTTP/1.1" 200 ' in combined[2]
    assert [one["st"] for one in said] == [401, 401, 200, *refused]
    wanted = {"ip": PHONE, "user": "phones", "m": "GET", "uri": MINE, "b": len(CONTENT), "ua": AGENT}
    assert {key: said[2][key] for key in wanted} == wanted


def logged(server: Tftp, wanted: str) -> bool:
    """Whether a line of its log is as wanted."""
    return re.search(wanted, server.log.read_text()) is not None


def read(lan: Lab, name: str) -> tuple[int, bytes]:
    """What a phone gets by TFTP."""
    return inside(lan.phones, lambda: asyncio.run(tftp.read(PHONE, str(PBX), name)))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        pytest.param(tftpd, [r"RRQ from \S+ filename {}", r"File not found\) to {phone}"],
                     marks=pytest.mark.programs("in.tftpd", "unshare")),
        pytest.param(dnsmasq_tftp, ["{} not found for {phone}"], marks=pytest.mark.programs("dnsmasq")),
    ],
)  # fmt: skip
def test_a_tftp_server_logs_who_asked_for_what(lan: Lab, folder: Path, run: Server, said: list[str]) -> None:
    with run(lan, folder / "server", folder / "tftpboot") as server:
        assert read(lan, "805ec0000001.cfg") == (200, CONTENT)
        assert read(lan, "805ec0000002.cfg") == (404, b"")
        for line in said:
            wanted = line.format("\\S*805ec0000002.cfg", phone=PHONE)
            until(partial(logged, server, wanted), wanted, seen=server.log.read_text)


@pytest.mark.programs("sipp")
def test_sipp_takes_a_notify(lan: Lab, folder: Path) -> None:
    with sipp(lan, folder / "sipp", PHONE) as events:
        assert inside(lan.pbx, lambda: notify(PHONE, "101", "check-sync;reboot=true")) == 200
        until(lambda: "check-sync;reboot=true" in events.read_text(), "the event is logged", seen=events.read_text)
