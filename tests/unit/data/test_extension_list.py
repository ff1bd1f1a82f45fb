"""The console's list of extensions: states, filter, sort and pages, however many there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data import Store
from aps_tui.data.database import Row
from aps_tui.data.lean import Query
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Extension, Tenant

MAC, OTHER = "805ec0000001", "805ec0000002"


@pytest.fixture
def listed(site: Store) -> Store:
    """acme: 101 and 102 on the first phone, 103 on the second and gone, 104 gone, 20 without a secret, 9 free."""
    for number in ("103", "104"):
        one = site.extensions.find("acme", number)
        assert one is not None
        site.extensions.save(replace(one, gone=True, source="pbx"))
    site.extensions.save(Extension("acme", "20", "20", "20", usable=False, mailbox="20@default"))
    site.extensions.save(Extension("acme", "9", "9_1", "9", "secret-9", "100% _sure_"))
    return site


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("tenant:acme", ["9", "20", "101", "102", "103", "104"]),
        ("tenant:acme state:u", ["101", "102"]),
        ("state:F tenant:acme", ["9"]),
        ("state:h", ["20"]),
        ("state:g", ["104"]),
        ("state:x", ["103"]),
        ("used:80:5e:c0:00:00:01", ["101", "102"]),
        ("tenant:acme !used:805e", ["9", "20", "104"]),
        ("account:_1", ["9"]),
        ("%", ["9"]),
        ("mailbox:default", ["20"]),
        ("source:pbx", ["103", "104"]),
        ("name:102 acme", ["102"]),
        ("nothing:at", []),
    ],
)
def test_filters(listed: Store, text: str, numbers: list[str]) -> None:
    found = listed.extensions.page(text)
    assert [one.number for one in found] == numbers and listed.extensions.count(text) == len(numbers)


def test_a_row_says_who_uses_it_and_no_secret(listed: Store) -> None:
    row = listed.extensions.page("102 acme")[0]
    assert row[1:] == ("U", "102", "Name 102", "102", "acme", MAC, 2, "102", "")
    assert "secret" not in repr(listed.extensions.page())


def test_sorts(listed: Store) -> None:
    def numbers(sort: str, descending: bool = False) -> list[str]:
        return [one.number for one in listed.extensions.page("tenant:acme", sort, descending=descending)]

    assert numbers("number", True) == ["104", "103", "102", "101", "20", "9"]
    assert numbers("state") == ["9", "104", "20", "101", "102", "103"]
    assert numbers("used")[-3:] == ["101", "102", "103"]
    with pytest.raises(BadValue, match="sort by"):
        numbers("secret")


def test_counts(listed: Store) -> None:
    assert listed.extensions.states() == {"F": 5, "U": 2, "X": 1, "G": 1, "H": 1}
    assert listed.extensions.given_by() == {("", "acme"): 4, ("", "globex"): 4}


def test_fifty_thousand_are_paged_from_one_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.tenants.save(Tenant("acme"))
    numbers = range(10_000, 60_000)
    store.extensions.save_many([Extension("acme", str(n), str(n), str(n), f"secret-{n}") for n in numbers])
    assert store.extensions.count() == 50_000
    rows: list[int] = []
    found = store.db.found

    def counted(query: Query) -> list[Row]:
        got = found(query)
        rows.append(len(got))
        return got

    monkeypatch.setattr(store.db, "found", counted)
    for offset in (0, 25_000, 49_950):
        page = store.extensions.page(offset=offset, limit=50)
        assert [one.number for one in page] == [str(10_000 + offset + n) for n in range(50)]
    assert rows == [50, 50, 50]
