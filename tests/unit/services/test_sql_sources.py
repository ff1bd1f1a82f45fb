"""Databases as sources of extensions, each layout in SQLite; tests/lab has the servers."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.data import foreign
from aps_tui.data.queue import Source
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue
from aps_tui.domain.sqlplace import SqlPlace
from aps_tui.services.sources import keep, source_rows, tried
from aps_tui.services.sync import apply, keep_source, one_off, preview, read
from aps_tui.services.workplace import Workplace
from tests.pbxdb import ACCOUNTS, DOMAIN, ROWS, SECRET, Rows, fill, told

Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Makes a database with these tables in it."""

    def make(*sites: Rows, name: str = "pbx.db") -> Path:
        path = tmp_path / name
        with sqlite3.connect(path) as db:
            for rows in sites:
                for table, held in rows.items():
                    db.execute(f"CREATE TABLE {table} ({', '.join(held[0])})")
                fill(db.execute, rows, "?")
        db.close()
        return path

    return make


def source(path: Path, rest: str = "", tenant: str = "acme") -> Source:
    return Source("pbx", "sql", f"sqlite://{path}{rest}", tenant)


@pytest.mark.parametrize("preset", ROWS)
def test_each_layout_is_known_by_its_tables(made: Made, preset: str) -> None:
    path = made(ROWS[preset])
    before = hashlib.sha256(path.read_bytes()).digest(), list(path.parent.iterdir())
    reading = read(source(path, DOMAIN.get(preset, "")))
    assert told(reading.accounts) == ACCOUNTS[preset]
    assert SECRET not in repr(reading)
    assert (hashlib.sha256(path.read_bytes()).digest(), list(path.parent.iterdir())) == before


def test_what_is_left_out_is_told(made: Made) -> None:
    said = read(source(made(ROWS["asterisk-realtime"]))).warnings
    assert len(said) == 1 and "trunks), left out: carrier, peer" in said[0]
    said = read(source(made(ROWS["freepbx"], name="f.db"))).warnings
    assert "left out: 701" in said[0] and "account 101 is kept, the later 9101 is left out" in said[1]
    said = read(source(made(ROWS["fusionpbx"], name="u.db"), tenant="ACME.example")).warnings
    assert len(said) == 1 and "1 extensions of other domains left out: bolt.example" in said[0]


def test_several_layouts_and_domains_are_asked_for(made: Made) -> None:
    path = made(ROWS["asterisk-realtime"], ROWS["sippeers"])
    with pytest.raises(BadValue, match=r"ps_endpoints \(\?preset=asterisk-realtime\) and sippeers \(\?preset=sippeers"):
        read(source(path))
    assert told(read(source(path, "?preset=sippeers")).accounts) == ACCOUNTS["sippeers"]
    path = made(ROWS["fusionpbx"], name="u.db")
    with pytest.raises(BadValue, match=r"several domains \(acme.example, bolt.example\); name one with \?domain="):
        read(source(path))
    with pytest.raises(BadValue, match=r"no domain nope; it has acme.example, bolt.example"):
        read(source(path, "?domain=nope"))
    path = made({"x": [{"a": 1}]}, name="x.db")
    for rest, fault in (
        ("", "it has not the tables of asterisk-realtime, sippeers"),
        ("?preset=freepbx", "of freepbx,"),
    ):
        with pytest.raises(BadValue, match=fault):
            read(source(path, rest))


def test_an_empty_table_beside_a_full_one_is_no_choice(made: Made) -> None:
    path = made(ROWS["asterisk-realtime"], ROWS["sippeers"])
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM ps_endpoints")
    db.close()
    assert told(read(source(path)).accounts) == ACCOUNTS["sippeers"]


PEOPLE: Rows = {
    "people": [
        {"id": 101, "pw": SECRET, "nick": "Zoë 100%", "owner": None},
        {"id": 102, "pw": None, "nick": None, "owner": "bolt"},
        {"id": 103, "pw": "three", "nick": None, "owner": "acme"},
    ]
}
ASKED = " SELECT id AS number, pw AS secret, nick AS name, 'tls' AS transport, owner AS tenant FROM people"


def test_a_select_of_the_operators_own(made: Made) -> None:
    path = made(PEOPLE)
    reading = read(source(path, f"{ASKED} WHERE nick IS NULL OR nick LIKE '%\u00eb 100%' ;"))
    assert told(reading.accounts) == [
        ("101", "101", SECRET, "Zoë 100%", "", "", "tls", "", ""),
        ("103", "103", "three", "", "", "", "tls", "", ""),
    ]
    assert "1 rows of other tenants left out: bolt" in reading.warnings[0]
    for query, fault in (
        ("SELECT pw AS secret FROM people", "no column number"),
        ("SELECT id AS number, nick FROM people", "column 2 has an unknown name"),
        ("SELECT owner AS number FROM people", "row 1: no extension"),
        ("SELECT nope AS number FROM people", "no such column: nope"),
        ("SELECT id AS number, 'sctp' AS transport FROM people", "row 1: transport must be one of udp, tcp, tls"),
    ):
        with pytest.raises(BadValue, match=fault):
            read(source(path, f" {query}"))


@pytest.mark.parametrize("query", [
    "WITH gone AS (SELECT 1) DELETE FROM people", "SELECT 1) AS x; DELETE FROM people; SELECT (1",
    "SELECT id AS number FROM people UNION SELECT load_extension('x')",
])  # fmt: skip
def test_a_select_cannot_write(made: Made, query: str) -> None:
    path = made(PEOPLE)
    before = path.read_bytes()
    with pytest.raises(BadValue):
        read(source(path, f" {query}"))
    assert path.read_bytes() == before


def test_the_session_itself_is_read_only(made: Made) -> None:
    place = SqlPlace("sqlite", str(made(PEOPLE)))
    with pytest.raises(BadValue, match="opened read-only"), foreign.opened(place) as db:
        db._fetched("DELETE FROM people")


def test_too_much_and_too_slow(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(PEOPLE)
    counting = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    with pytest.raises(BadValue, match="no answer within 1 seconds"):
        read(source(path, f"?timeout=1 {counting} SELECT count(*) AS number FROM n"))
    monkeypatch.setattr(foreign, "MAX_ROWS", 2)
    with pytest.raises(BadValue, match="the SELECT gives more than 2 rows"):
        read(source(path, ASKED))
    with pytest.raises(BadValue, match="table ps_endpoints gives more than 2 rows"):
        read(source(made(ROWS["asterisk-realtime"], name="r.db")))
    monkeypatch.setattr(foreign, "MAX_VALUE", 5)
    with pytest.raises(BadValue, match="gives a secret of more than 5 characters"):
        read(source(path, f"{ASKED} WHERE id = 101"))


def test_texts_that_no_phone_can_send(made: Made) -> None:
    rows: Rows = {
        "p": [{"number": b"10\xff", "secret": "s", "name": b"Zo\xeb"}, {"number": "102", "secret": "a\tb", "name": "c"}]
    }
    path = made(rows)
    with pytest.raises(BadValue, match="row 2: a cell holds a line break"):
        read(source(path, " SELECT number, secret, name FROM p"))
    odd = read(source(path, " SELECT number, secret, name FROM p LIMIT 1")).accounts[0]
    assert (odd.name, odd.usable, odd.why_unusable) == ("Zoë", False, "its name or secret is not UTF-8 text")
    peers: Rows = {"sippeers": [{**ROWS["sippeers"]["sippeers"][0], "secret": "a\nb", "callerid": "A\nB <1>"}]}
    odd = read(source(made(peers, name="s.db"))).accounts[0]
    assert (odd.name, odd.secret, odd.why_unusable) == ("A B", "", "its name or secret holds a control character")


@pytest.mark.parametrize(("content", "fault"), [(None, "no such file"), (b"not a database" * 99, "not a database")])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes | None, fault: str) -> None:
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadValue, match=fault):
        read(source(path))


@pytest.mark.parametrize(("scheme", "extra"), [("postgresql", "postgresql"), ("mariadb", "mysql")])
def test_a_driver_that_is_missing_is_named(scheme: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("psycopg2", "pymysql"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BadValue, match=rf"pip install 'aps-tui\[{extra}\]'") as caught:
        read(Source("x", "sql", f"{scheme}://u:hush@h/d", "acme"))
    assert "hush" not in str(caught.value)


def test_a_sync_adds_changes_removes_and_an_empty_one_does_nothing(place: Workplace, made: Made) -> None:
    store, path = place.store, made(ROWS["sippeers"])
    pbx = source(path, tenant="coop")
    assert preview(store, pbx, create_tenant=True).added == ["101", "102", "103"] and not store.extensions.all("coop")
    apply(store, pbx, create_tenant=True)
    hashed = store.extensions.find("coop", "102")
    assert hashed is not None and not hashed.usable
    with sqlite3.connect(path) as db:
        db.execute("UPDATE sippeers SET secret = 'rotated' WHERE name = '103'")
    found = preview(store, pbx)
    assert found.changed["103"] == ["secret rotated"] and not found.removed
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM sippeers")
    db.close()
    before = store.extensions.all()
    assert "lists no extension" in apply(store, pbx).refused
    path.unlink()
    with pytest.raises(BadValue, match="no such file"):
        apply(store, pbx)
    assert store.extensions.all() == before


URL = "postgresql://aps:hu%40sh@10.0.0.9/asterisk"


def test_a_password_is_in_no_list_name_or_repr(place: Workplace) -> None:
    said = {"name": "pbx", "kind": "sql", "location": URL, "tenant": "acme"}
    kept = keep(place, None, said)
    row = source_rows(place)[0]
    assert row.location == f"postgresql://aps:{MASK}@10.0.0.9/asterisk" and "hu" not in repr(kept)
    assert keep(place, kept, said | {"location": row.location.replace("10.0.0.9", "pbx")}).location == URL.replace(
        "10.0.0.9", "pbx"
    )
    once = one_off(f"sql:{URL}", "acme")
    assert once.name == "sql:postgresql://aps@10.0.0.9/asterisk" and once.location == URL
    keep_source(place.store, "again", f"sql:{URL}", "acme")
    assert "hu" not in str(place.store.audit.recent())


@pytest.mark.parametrize("wrong", [
    "sql:postgresql://u:hush@", "postgresql://u:hush@h/d", "sql:mysql://u:hu/sh@h/d", "sqlx:mysql://u:hush@h/d", "csv:mysql://u:hush@h/d",
    "sql:oracle://u:hush@h/d",
])  # fmt: skip
def test_a_wrong_url_is_not_repeated(wrong: str) -> None:
    with pytest.raises(BadValue) as caught:
        one_off(wrong, "acme")
    assert "hu" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_trial_shows_no_secret(made: Made) -> None:
    said, _ = tried(source(made(ROWS["freepbx"])))
    assert said[0] == "3 accounts, 1 that no phone can use" and SECRET not in "".join(said)
