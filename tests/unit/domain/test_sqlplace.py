"""Where a database is: understood, written back, and never repeated in an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue
from aps_tui.domain.sqlplace import SqlPlace, parse, shown, unmasked

PLAIN = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)


@given(user=PLAIN, password=PLAIN, database=PLAIN)
def test_whatever_is_percent_encoded_comes_back(user: str, password: str, database: str) -> None:
    place = SqlPlace("postgresql", database.lstrip("/") or "d", user, password, "pbx", 5432)
    assert parse(place.location) == place
    assert parse(place.name) == SqlPlace("postgresql", place.database, user, "", "pbx", 5432)


def test_its_parts() -> None:
    url = "mariadb://a%40b:p%40s%3As%2F%25@[::1]:3307/asterisk?preset=freepbx&unix_socket=/run/x.sock&timeout=5"
    place = parse(f" {url} ")
    assert (place.kind, place.user, place.password, place.host, place.port) == ("mysql", "a@b", "p@s:s/%", "::1", 3307)
    assert (place.preset, place.timeout, dict(place.options)) == ("freepbx", 5, {"unix_socket": "/run/x.sock"})
    assert place.where == "mysql://a%40b@[::1]:3307/asterisk" and "p@s" not in repr(place)
    assert parse(place.location) == place
    assert (
        parse("sqlite:////var/lib/x%23.db").database == parse("sqlite:///var/lib/x%23.db").database == "/var/lib/x#.db"
    )
    asked = parse("postgres://h/d SELECT a AS number FROM b ; ")
    assert (asked.select, asked.user) == ("SELECT a AS number FROM b", "")
    assert asked.name == "postgresql://h/d SELECT a AS number FROM b"


def test_masked_and_back() -> None:
    url = "mysql://u:p%40ss@h/d?preset=freepbx"
    assert shown(url) == f"mysql://u:{MASK}@h/d?preset=freepbx"
    assert unmasked(shown(url), url) == url
    assert unmasked("mysql://u:new@h/d", url) == "mysql://u:new@h/d"
    assert shown("mysql://u@h/d") == "mysql://u@h/d" and shown("mysql://hush") == "(hidden)"


@pytest.mark.parametrize(("wrong", "fault"), [
    ("HUSH", "write a URL"),
    ("oracle://u:HUSH@h/d", "write a URL"),
    ("mysql://u:HU@SH@h/d", "too many; percent-encode"),
    ("mysql://u:HU/SH@h/d", "percent-encode"),
    ("mysql://u:HU#SH@h/d", "percent-encode"),
    ("mysql://u:HU?SH@h/d", "percent-encode"),
    ("mysql://u:HU@SH/x@h/d", "percent-encode"),
    ("mysql://u:HU@SH#x@h/d", "percent-encode"),
    ("mysql://u:[HUSH@h/d", "percent-encode"),
    ("mysql://u:HU SH@h/d", "only a SELECT may stand"),
    ("mysql://u:HUSH%FF@h/d", "no UTF-8 text"),
    ("mysql://u:HUSH%0A@h/d", "no UTF-8 text, or a control"),
    ("mysql://u:HUSH@h/d\nx", "control character"),
    ("mysql://u:HUSH@h", "names no database"),
    ("mysql://u:HUSH@h/", "names no database"),
    ("mysql://u:x@h/d?password=HUSH", "not known; known are domain, preset"),
    ("mysql://h/d?timeout=HUSH", "seconds from 1 to 3600"),
    ("mysql://h/d?timeout=0", "seconds from 1 to 3600"),
    ("mysql://h/d?preset=HUSH", "preset is one of asterisk-realtime"),
    ("mysql://h/d?preset=freepbx SELECT 1", "not both"),
    ("mysql://h/d DELETE FROM HUSH", "only a SELECT may stand"),
    ("mysql://h/d SELECT 1; SELECT 'HUSH'", "semicolon"),
    ("sqlite://HUSH/d", "three slashes"),
])  # fmt: skip
def test_what_is_refused_is_not_repeated(wrong: str, fault: str) -> None:
    with pytest.raises(BadValue, match=fault) as caught:
        parse(wrong)
    assert not any(piece in str(caught.value) for piece in ("HUSH", "HU", "SH@"))
