"""Extensions out of real PostgreSQL and MariaDB servers: read-only, with any password, and never waiting for ever."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aps_tui.data import drivers, foreign
from aps_tui.data.queue import Source
from aps_tui.data.store import Store
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue
from aps_tui.domain.sqlplace import parse
from aps_tui.services.sync import apply, read
from tests.lab.databases import PASSWORD, Server, mariadb, postgresql
from tests.lab.pbx_schemas import DDL
from tests.lab.sshd import free_port
from tests.lab.until import until
from tests.pbxdb import ACCOUNTS, DOMAIN, ROWS, SECRET, told

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.programs("initdb", "postgres"))
MARIADB = pytest.param("mysql", marks=pytest.mark.programs("mariadbd", "mariadb-install-db"))
BOTH = pytest.mark.parametrize("server", [POSTGRESQL, MARIADB], indirect=True)

pytestmark = pytest.mark.root

_STARTED = {"postgresql": postgresql, "mysql": mariadb}


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server with a database for each layout; one for all tests of its kind."""
    with _STARTED[request.param]() as running:
        for preset, ddl in DDL[request.param].items():
            running.make(preset.replace("-", "_"), ddl, ROWS[preset])
        yield running


@pytest.fixture
def empty_store(tmp_path: Path) -> Iterator[Store]:
    """A site with nothing in it."""
    with Store.open(tmp_path / "aps.sqlite3", create=True) as store:
        yield store


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process that does nothing for a while, once every thread of it has stopped."""
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: {_state(thread) for thread in Path(f"/proc/{pid}/task").iterdir()} == {"T"}, "it has stopped")
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _state(thread: Path) -> str:
    """The letter that the kernel gives for how a thread stands; a thread that ended meanwhile stands still too."""
    try:
        return (thread / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "T"


def source(server: Server, preset: str = "sippeers", rest: str = "") -> Source:
    return Source("pbx", "sql", server.url(preset.replace("-", "_"), rest), "acme")


def fault(server: Server, url: str) -> str:
    """The one line that reading gives; the password is not in it."""
    with pytest.raises(BadValue) as caught:
        read(Source("pbx", "sql", url, "acme"))
    said = str(caught.value)
    assert "\n" not in said and PASSWORD not in said and "25#" not in said and said.startswith(f"{server.scheme}://")
    return said


@BOTH
def test_every_layout_gives_its_accounts(server: Server) -> None:
    for preset in DDL[server.scheme]:
        reading = read(source(server, preset, DOMAIN.get(preset, "")))
        assert told(reading.accounts) == ACCOUNTS[preset]
        assert SECRET not in "".join(reading.warnings)


@BOTH
def test_a_socket_goes_as_well(server: Server) -> None:
    asked = source(server, rest=f"?{server.socket} SELECT name AS number FROM sippeers")
    assert len(read(asked._replace(location=asked.location.replace("127.0.0.1", ""))).accounts) == 4


@BOTH
def test_a_select_of_the_operators_own(server: Server) -> None:
    asked = source(
        server, rest=" SELECT name AS number, secret, callerid AS name FROM sippeers WHERE callerid LIKE '%Z%'"
    )
    assert told(read(asked).accounts) == [("101", "101", SECRET, "Zoë Ünal <101>", "", "", "", "", "")]
    assert "nope" in fault(server, server.url("sippeers", " SELECT nope AS number FROM sippeers"))


WRITING = {
    "postgresql": """CREATE FUNCTION writes() RETURNS TEXT LANGUAGE SQL AS
        $$ UPDATE sippeers SET secret = 'gone' RETURNING 'x'::TEXT $$""",
    "mysql": """CREATE FUNCTION writes() RETURNS TEXT MODIFIES SQL DATA BEGIN
        UPDATE sippeers SET secret = 'gone'; RETURN 'x'; END""",
}


@BOTH
def test_nothing_can_be_written_by_one_who_may(server: Server) -> None:
    server.run("sippeers", WRITING[server.scheme])
    assert "read-only" in fault(server, server.url("sippeers", " SELECT writes() AS number"))
    for statement in ("DELETE FROM sippeers", "CREATE TABLE mine (id INTEGER)"):
        with (
            pytest.raises(BadValue, match="read-only"),
            foreign.opened(parse(server.url("sippeers"))) as db,
        ):
            db._fetched(statement)
    assert server.run("sippeers", "SELECT count(*) FROM sippeers WHERE secret = 'gone'")[0][0] == 0
    assert server.run("sippeers", "SELECT count(*) FROM sippeers")[0][0] == 4


@BOTH
def test_one_state_is_read_of_all_tables(server: Server) -> None:
    with foreign.opened(parse(server.url("asterisk_realtime"))) as db:
        server.run("asterisk_realtime", "UPDATE ps_auths SET password = 'later' WHERE id = '103'")
        row = db.rows("ps_auths", ("id", "password"), only=("id", ("103",)))
    assert row == [{"id": "103", "password": "three"}]
    server.run("asterisk_realtime", "UPDATE ps_auths SET password = 'three' WHERE id = '103'")


REFUSED = {
    "postgresql": ('password authentication failed for user "aps reader"', "does not exist"),
    "mysql": ("Access denied for user 'aps reader'@", "Unknown database"),
}


@BOTH
def test_refusals_are_one_clear_line(server: Server) -> None:
    login, database = REFUSED[server.scheme]
    said = fault(server, server.url("sippeers", password="wr@ng"))
    assert login in said and "wr@ng" not in said and MASK not in said
    said = fault(server, server.url("none"))
    assert database in said or "Access denied" in said
    assert "refused" in fault(server, server.url("sippeers", port=free_port()))
    server.run(server.maintenance, "CREATE DATABASE bare")
    assert "its user may not read them" in fault(server, server.url("bare")) or server.scheme == "mysql"


SLOW = {
    "postgresql": " SELECT count(*) AS number FROM generate_series(1, 1000000000000) AS s",
    "mysql": " SELECT count(*) AS number FROM seq_1_to_1000000 AS a JOIN seq_1_to_1000000 AS b ON a.seq <> b.seq",
}
CONNECTIONS = {
    "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend({})"),
    "mysql": ("SELECT connection_id()", "KILL {}"),
}


@BOTH
def test_a_slow_statement_is_ended_by_the_server(server: Server) -> None:
    assert "no answer within 1 seconds" in fault(server, server.url("sippeers", f"?timeout=1{SLOW[server.scheme]}"))


@BOTH
def test_a_connection_that_goes_away(server: Server) -> None:
    which, end = CONNECTIONS[server.scheme]
    with pytest.raises(BadValue) as caught, foreign.opened(parse(server.url("sippeers"))) as db:
        server.run(server.maintenance, end.format(db._fetched(which)[1][0][0]))
        db.rows("sippeers", ("name",))
    assert "\n" not in str(caught.value) and PASSWORD not in str(caught.value)


@BOTH
def test_a_server_that_hangs_is_left(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "GRACE", 0)
    monkeypatch.setattr(drivers, "CONNECT_SECONDS", 2)
    which, _ = CONNECTIONS[server.scheme]
    place = parse(server.url("sippeers", "?timeout=1"))
    with pytest.raises(BadValue, match="no answer within 1 seconds"), foreign.opened(place) as db:
        pid = db._fetched(which)[1][0][0] if server.scheme == "postgresql" else server.pid
        with stopped(pid):
            db.rows("sippeers", ("name",))
    with stopped(server.pid):
        fault(server, server.url("sippeers", "?timeout=1"))


@BOTH
def test_a_sync_and_a_rotated_secret(server: Server, empty_store: Store) -> None:
    pbx = source(server)
    assert apply(empty_store, pbx, create_tenant=True).added == ["101", "102", "103"]
    before = empty_store.extensions.all()
    server.run("sippeers", "UPDATE sippeers SET secret = 'rotated' WHERE name = '103'")
    assert apply(empty_store, pbx).changed == {"103": ["secret rotated"]}
    server.run("sippeers", "UPDATE sippeers SET secret = 'three' WHERE name = '103'")
    assert apply(empty_store, pbx).changed == {"103": ["secret rotated"]}
    server.run("sippeers", "UPDATE sippeers SET host = '10.0.0.9'")
    assert "lists no extension" in apply(empty_store, pbx).refused
    server.run("sippeers", "UPDATE sippeers SET host = 'dynamic' WHERE name <> 'carrier'")
    assert empty_store.extensions.all() == before
