"""What `aps-tui fail2ban` prints, in a fail2ban of our own: who guesses is banned, phones never are."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path

import pytest

from aps_tui.services.serverconf import FAIL2BAN_PARTS, served_site
from aps_tui.services.serverconf.fail2ban import LOGS
from aps_tui.services.watch.ban_log import ban_log, tell
from tests.lab.netlab import FIRST_PHONE
from tests.lab.servers.banning import Banning, fail2ban
from tests.lab.servers.process import program
from tests.lab.servers.web import Login
from tests.lab.test_web_access import ELSEWHERE, MINE, OTHERS, SERVERS, UNKNOWN, Served, served
from tests.lab.until import until
from tests.lab.watched import watcher

pytestmark = pytest.mark.programs("fail2ban-server", "fail2ban-client", "fail2ban-regex")

COUNTED = {
    "a wrong password": ("admin", f"/tftpboot/{MINE}.cfg", 401),
    "another phone's file": (MINE, f"/tftpboot/{OTHERS}.cfg", 404),
    "another phone's file, second user": (f"{MINE}.2", f"/tftpboot/SEP{OTHERS.upper()}.cnf.xml", 404),
    "another phone's file, after a letter that looks like a digit": (
        MINE,
        f"/tftpboot/ATA{OTHERS.upper()}.cnf.xml",
        403,
    ),
    "a disguised name": (MINE, f"/tftpboot/%38{OTHERS[1:]}.cfg", 404),
    "a user with blanks": ("a b [c] d", f"/tftpboot/{MINE}.cfg", 401),
    "a user that begins like none": ("-admin", f"/tftpboot/{MINE}.cfg", 401),
    "a user that looks like the end of its field": ("- [] ", f"/tftpboot/{MINE}.cfg", 401),
    "first contact that looks for a phone": ("newphone", f"/tftpboot/{OTHERS}.cfg", 404),
    "too many requests": ("", "/tftpboot/", 429),
    "quotes in the name": ("admin", '/tftpboot/a"b.cfg', 401),
}
INNOCENT = {
    "the first request of a phone": ("", f"/tftpboot/{MINE}.cfg", 401),
    "what it gets": (MINE, f"/tftpboot/{MINE}.cfg", 200),
    "its missing optional file": (MINE, f"/tftpboot/{MINE}-local.cfg", 404),
    "its missing file in capitals": (f"{MINE}.2", f"/tftpboot/ATA{MINE.upper()}.cnf.xml", 404),
    "a missing file of all": (MINE, "/tftpboot/y000000000028.boot", 404),
    "a missing file of Polycom": (MINE, "/tftpboot/000000000000-license.cfg", 404),
    "firmware that is not there": (MINE, "/tftpboot/T46S-66.86.0.15.rom", 404),
}


def _quoted(text: str, apache: bool) -> str:
    return text.replace('"', '\\"' if apache else "\\x22")


def combined(user: str, uri: str, status: int, address: str, apache: bool) -> str:
    request = f"GET {uri} HTTP/1.1"
    return (
        f"{address} - {_quoted(user, apache) or '-'} [30/Nov/2026:12:46:07 +0000] "
        f'"{_quoted(request, apache)}" {status} 172 "-" "Yealink SIP-T46S 66.85.0.5 {MINE}"'
    )


def as_json(user: str, uri: str, status: int, address: str, apache: bool) -> str:
    zone = "+0000" if apache else "+00:00"
    said = {"t": f"2026-11-30T12:46:07{zone}", "ms": 1796042767.416, "ip": address,
            "user": user or ("-" if apache else ""), "m": "GET", "uri": uri, "st": status, "b": 1}  # fmt: skip
    return json.dumps(said, separators=(",", ":"))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="aps-lab-") as made:
        yield Path(made)


@pytest.mark.parametrize("apache", [False, True], ids=["nginx", "apache"])
@pytest.mark.parametrize("form", [combined, as_json])
def test_the_filter_counts_who_guesses_and_no_phone(folder: Path, form: object, apache: bool) -> None:
    assert callable(form)
    kinds = [*COUNTED, *INNOCENT]
    log, filter = folder / "log", folder / "filter.conf"
    lines = [form(*{**COUNTED, **INNOCENT}[kind], f"192.0.2.{n + 1}", apache) for n, kind in enumerate(kinds)]
    log.write_text("".join(f"{line}\n" for line in lines))
    filter.write_text("".join(f"{line}\n" for line in FAIL2BAN_PARTS["filter"](None, "")))  # type: ignore[arg-type]
    words = [program("fail2ban-regex"), "--print-all-matched", "--print-all-missed", str(log), str(filter)]
    said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    matched = said.partition("Matched line(s)")[2].partition("Missed line(s)")[0]
    found = {kinds[int(number) - 1] for number in re.findall(r"192\.0\.2\.(\d+)", matched)}
    assert found == set(COUNTED), said


@contextmanager
def banning(one: Served, server: str, watch: bool) -> Iterator[Banning]:
    """fail2ban with what was printed for a server, and the watcher where it is to tell what it sees."""
    logs = str(one.web.access_log.parent)
    site = served_site(one.place)
    jail = [line.replace(LOGS[server], str(one.web.access_log)) for line in FAIL2BAN_PARTS["jail"](site, server)]
    filter = FAIL2BAN_PARTS["filter"](site, server)
    follows = f'http_logs = ["{one.web.json_log}"]\ndhcp = false\npnp = false'
    assert tell(ban_log(one.site.database), (), 0.0) == ""
    watching = watcher(one.lan, one.site, follows) if watch else nullcontext()
    with watching, fail2ban(one.lan, Path(logs).parent / "fail2ban", filter, jail) as bans:
        yield bans


@pytest.mark.root
@pytest.mark.programs("ip", "sysctl", "nginx", "nft")
def test_a_scanning_host_is_banned_and_a_phone_behind_it_is_served() -> None:
    with served("nginx") as one, banning(one, "nginx", watch=False) as bans:
        mine = one.login(MINE)
        for _ in range(15):  # a phone elsewhere that boots again and again: nothing of it counts
            assert one.get(f"{MINE}.cfg", None, NEIGHBOUR) == 401
            assert one.get(f"{MINE}-local.cfg", mine, NEIGHBOUR) == 404
        guess = Login("admin", "admin")
        until(lambda: _scanned(one, guess) and bool(bans.banned()), "the scanner is banned", 15, seen=bans.log)
        assert bans.banned() == [ELSEWHERE]
        with pytest.raises(OSError):
            one.get(f"{MINE}.cfg", mine, ELSEWHERE)
        assert one.get(f"{MINE}.cfg", mine) == one.get(f"{MINE}.cfg", mine, NEIGHBOUR) == 200
        bans.client("set", "aps-tui", "unbanip", ELSEWHERE)
        until(lambda: not bans.banned(), "it may come back", seen=bans.log)
        assert one.get(f"{MINE}.cfg", mine, ELSEWHERE) == 200


@pytest.mark.root
@pytest.mark.programs("ip", "sysctl", "nft")
@pytest.mark.parametrize("name", SERVERS)
def test_who_never_says_a_password_is_banned_for_the_macs_and_no_phone_is(name: str) -> None:
    with served(name) as one, banning(one, name, watch=True) as bans:
        for _ in range(10):  # phones of this site and a new one, behind one address
            asked = {one.get(f"{mac}{end}", None, NEIGHBOUR) for mac in (MINE, UNKNOWN) for end in (".cfg", "-b.cfg")}
            assert asked == {401}
        harvest = "aps-tui-harvest"
        until(
            lambda: _scanned(one, None) and bool(bans.banned(harvest)),
            "the scanner is banned", 20, seen=bans.log,
        )  # fmt: skip
        assert (bans.banned(harvest), bans.banned()) == ([ELSEWHERE], [])
        with pytest.raises(OSError):
            one.get(f"{MINE}.cfg", None, ELSEWHERE)
        mine = one.login(MINE)
        assert one.get(f"{MINE}.cfg", mine) == one.get(f"{MINE}.cfg", mine, NEIGHBOUR) == 200
        (alarm,) = one.place.store.alarms.open()
        assert (alarm.kind, alarm.origin) == ("harvest", ELSEWHERE)


NEIGHBOUR = str(FIRST_PHONE + 201)
_guesses = count(1)


def _scanned(one: Served, login: Login | None) -> bool:
    """Guess at one more MAC; a banned host is refused."""
    try:
        return one.get(f"805ec1{next(_guesses):06x}.cfg", login, ELSEWHERE) == 0
    except OSError:
        return True
