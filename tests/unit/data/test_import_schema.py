"""The tables of imports: they come to a database of before, and hold no wrong state."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from aps_tui.data import Store, StoreError
from aps_tui.data.database import Database
from aps_tui.data.draft_list import DraftRow
from aps_tui.data.migrate import MIGRATIONS, migrate
from aps_tui.data.prefix_rules import Rule
from aps_tui.domain.site import Device, Tenant

MAC = "805ec0000001"


def test_a_database_of_the_first_schema_keeps_what_it_has(tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    shutil.copy(next(MIGRATIONS.glob("0001*")), first)
    path = tmp_path / "aps.sqlite3"
    path.touch(0o600)
    db = Database(path)
    with db.connected():
        migrate(db, first)
        assert db.pragma("user_version") == 1
        db.execute_sql("INSERT INTO tenant (name) VALUES ('acme')")
        db.execute_sql("INSERT INTO device (mac, tenant, vendor, model) VALUES (?, 1, 'yealink', 'T46U')", (MAC,))
    with pytest.raises(StoreError, match="older schema"):
        Store.open(path, read_only=True)
    with Store.open(path, operator="alice") as store:
        assert store.db.pragma("user_version") >= 2
        assert store.devices.existing([MAC]) == {MAC: "acme"}
        assert store.rules.all() == [] and store.drafts.get("alice", "import") is None
        assert store.rules.add(Rule(0, MAC, MAC, "yealink", "T46U")) == 1


def test_a_draft_is_its_operator_s_and_goes_whole(store: Store) -> None:
    store.tenants.save(Tenant("acme"))
    draft = store.drafts.make("import", "x.csv", "acme", ["a note"])
    store.drafts.add(draft.id, [DraftRow(0, "R", line, f"805ec00000{line:02x}") for line in range(3)])
    (first, *_) = store.drafts.rows(draft.id)
    store.drafts.change([first._replace(model="T46U", reason="100%_x")])
    assert store.drafts.read(draft.id, store.drafts.ids(draft.id, "%_"))[0].model == "T46U"
    assert store.drafts.get("alice", "import") == draft and draft.notes == ("a note",)
    other = store.drafts.make("scan", "", "", [])
    assert store.drafts.read(other.id, [first.id]) == []
    again = store.drafts.make("import", "", "", [])
    assert store.drafts.rows(again.id) == [] and store.db.value("SELECT count(*) FROM import_row") == 0
    store.devices.save(Device(MAC, "acme", "yealink", "T46U"))
    with pytest.raises(StoreError, match="import_mac"):
        store.drafts.add(again.id, [DraftRow(0, "R", 1, "80:5e:c0")])


@pytest.mark.parametrize(
    ("first", "last", "match"),
    [
        ("805ec0000002", "805ec0000001", "begins with the lower"), ("805ec0", "805ec0ffffff", "12 lower-case"),
        ("805ec0000000", "805ec1000000", "first six digits"), ("805ec0000050", "805ec0000150", "does not cross"),
        ("805ec0000100", "805ec00001ff", "already"), ("805ec0000180", "805ec0000250", "does not cross"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be(store: Store, first: str, last: str, match: str) -> None:
    store.rules.add(Rule(0, "805ec0000100", "805ec00001ff", "yealink", "T46U"))
    id = store.rules.add(Rule(0, "805ec0000400", "805ec00004ff", "yealink", "T46U"))
    with pytest.raises(StoreError, match=match):
        store.rules.add(Rule(0, first, last, "yealink", "T46U"))
    with pytest.raises(StoreError, match=match):
        store.rules.replace(store.rules.all()[-1], Rule(id, first, last, "yealink", "T46U"))


def test_a_rule_may_lie_within_another(store: Store) -> None:
    store.rules.add(Rule(0, "805ec0000100", "805ec00001ff", "yealink", "T46U"))
    store.rules.add(Rule(0, "805ec0000100", "805ec0000100", "yealink", "T48U"))
    store.rules.add(Rule(0, "805ec0000000", "805ec0ffffff", "yealink", "T30"))
    assert [rule.model for rule in store.rules.all()] == ["T30", "T46U", "T48U"]
