"""What `aps-tui web --tls` prints, in the real servers: as without TLS, and with certificates only for who has one."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from aps_tui.services.serverconf.site import TLS_PORT
from tests.lab.netlab import FIRST_PHONE, PBX, inside
from tests.lab.servers.certificates import Authority, Issued, authority, context
from tests.lab.servers.web import PORT, Login
from tests.lab.test_web_access import ELSEWHERE, FIRST, FRESH, MINE, OTHERS, SERVERS, UNKNOWN, Served, served

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "sysctl")]

NOTHING = "no TLS"
"""What is told of a connection that the server ends."""


@dataclass
class Secured:
    """A server with TLS, the CA of its own certificate, and that of the phones' maker."""

    one: Served
    ours: Authority
    maker: Authority

    def ask(self, name: str, login: Login | None, shown: Issued | None = None, at: str = "") -> tuple[int, bytes] | str:
        """Status and body."""
        trusting = context(self.ours, shown)
        headers = {"Authorization": login.basic} if login else {}

        def asked() -> tuple[int, bytes] | str:
            source = (at or str(FIRST_PHONE), 0)
            line = http.client.HTTPSConnection(str(PBX), TLS_PORT, timeout=10, source_address=source, context=trusting)
            try:
                line.request("GET", f"/tftpboot/{name}", headers=headers)
                answer = line.getresponse()
                return answer.status, answer.read()
            except (ssl.SSLError, http.client.RemoteDisconnected, ConnectionResetError):
                return NOTHING
            finally:
                line.close()

        return inside(self.one.lan.phones, asked)

    def file(self, mac: str) -> bytes:
        """What stands in a phone's file."""
        return (self.one.site.root / f"{mac}.cfg").read_bytes()


@contextmanager
def secured(name: str, certificates: bool, also_plain: bool = False) -> Iterator[Secured]:
    """The printed server; with its lines for clients' certificates in force where that is wanted."""
    made: list[Authority] = []

    def prepare(folder: Path, text: list[str]) -> list[str]:
        made.extend(authority(folder, ca) for ca in ("ours", "phone-makers"))
        made[0].issue("pbx", PBX, file="server")
        wanted = [*(["#ssl_", "#SSL"] if certificates else []), *(["#listen"] if also_plain else [])]
        return [line.replace("#", "", 1) if line.lstrip().startswith(tuple(wanted)) else line for line in text]

    with served(name, prepare) as one:
        yield Secured(one, *made)


@pytest.mark.parametrize("name", SERVERS)
def test_with_tls_each_phone_gets_its_own_files_and_nobody_learns_who_there_is(name: str) -> None:
    with secured(name, certificates=False) as web:
        mine = web.one.login(MINE)
        assert web.ask(f"{MINE}.cfg", mine) == web.ask(f"{MINE}.cfg", mine, at=ELSEWHERE) == (200, web.file(MINE))
        nobody = {web.ask(f"{mac}.cfg", None) for mac in (MINE, OTHERS, UNKNOWN)}
        foreign = {web.ask(f"{mac}.cfg", mine) for mac in (OTHERS, UNKNOWN)}
        assert [one[0] for one in (*nobody, *foreign)] == [401, 404]
        assert web.ask(f"{FRESH}.cfg", FIRST) == (200, web.file(FRESH))
        assert plain(web, TLS_PORT) == 400


@pytest.mark.parametrize("name", SERVERS)
def test_with_certificates_of_makers_only_their_phones_come_in_and_get_their_own_files(name: str) -> None:
    with secured(name, certificates=True) as web:
        mine, other = web.one.login(MINE), web.one.login(OTHERS)
        real = web.maker.issue(MINE.upper())
        forged = authority(web.ours.folder, "someone").issue(MINE.upper(), file="forged")
        assert web.ask(f"{MINE}.cfg", mine, real) == (200, web.file(MINE))
        foreign = {web.ask(f"{mac}.cfg", mine, real) for mac in (OTHERS, UNKNOWN)}
        assert [one[0] for one in foreign] == [404]
        assert {web.ask(f"{mac}.cfg", None, real)[0] for mac in (MINE, OTHERS, UNKNOWN)} == {401}
        for shown in (None, forged):
            said = {
                web.ask(f"{mac}.cfg", login, shown) for mac in (MINE, OTHERS, UNKNOWN) for login in (mine, other, None)
            }
            assert len(said) == 1, said
            (answer,) = said
            assert answer == NOTHING or answer[0] in (400, 403)


@pytest.mark.programs("nginx")
def test_one_nginx_serves_both_ways() -> None:
    with secured("nginx", certificates=True, also_plain=True) as web:
        real = web.maker.issue(MINE.upper())
        assert web.ask(f"{MINE}.cfg", web.one.login(MINE), real) == (200, web.file(MINE))
        assert (plain(web, PORT), plain(web, TLS_PORT)) == (200, 400)


def plain(web: Secured, port: int) -> int:
    """The status of a request without TLS."""
    headers = {"Authorization": web.one.login(MINE).basic}

    def asked() -> int:
        line = http.client.HTTPConnection(str(PBX), port, timeout=10)
        line.request("GET", f"/tftpboot/{MINE}.cfg", headers=headers)
        status = line.getresponse().status
        line.close()
        return status

    return inside(web.one.lan.pbx, asked)
