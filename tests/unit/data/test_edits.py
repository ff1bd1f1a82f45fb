"""An edit is taken back whole, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aps_tui.data import Store
from aps_tui.data.edit_rows import OBJECTS, UNSAID, Table
from aps_tui.data.edits import Edit
from aps_tui.data.errors import ChangedMeanwhile, Committed, StoreError
from aps_tui.data.prefix_rules import Rule
from aps_tui.data.queue import Source
from aps_tui.data.settings import Level
from aps_tui.domain.errors import ApsError
from aps_tui.domain.site import AddressMapping, Device, Extension, Line, Provisioning, Tenant

MAC, OTHER, THIRD = "805ec0000001", "805ec0000002", "805ec0000003"
Dump = dict[str, list[tuple[Any, ...]]]


def dump(store: Store) -> Dump:
    """What operators said, table by table."""
    tables = [Table.of(store.db, name) for name in OBJECTS]
    return {
        table.name: store.db.rows(f"SELECT {', '.join(table.columns[: table.said])} FROM {table.name} ORDER BY 1, 2")
        for table in tables
    }


def left_over(store: Store) -> list[tuple[Any, ...]]:
    return store.db.rows("SELECT name FROM temp.sqlite_master")


@pytest.fixture
def full(site: Store) -> Store:
    """The small site with a row in every table."""
    site.provisioning.save(Provisioning(unprovisioned_secret="limited"))
    site.mappings.save(AddressMapping("1.1.1.1", "pbx.example.net", "acme"))
    site.settings.set(Level("site"), "network.lldp", True)
    site.settings.set(Level("tenant", "acme"), "network.lldp", False)
    site.sources.save(Source("pbx", "csv", "/x.csv", "acme"))
    site.arrivals.ignore(["00041300000f"])
    site.http_logins.rotate(["00041300000f"])
    site.rules.add(Rule(0, "000413000000", "0004130000ff", "snom", "D785"))
    site.db.execute_sql("INSERT INTO template_key (owner, bank, position, type) VALUES (1, 'dss', 2, 'dnd')")
    return site


@pytest.fixture
def bob(full: Store) -> Iterator[Store]:
    """Another operator at the same site."""
    with Store.open(full.path, operator="bob", now=full.db.now) as opened:
        yield opened


CHANGES = {
    "provisioning": ("INSERT INTO provisioning VALUES ('a', '1')", "value = '2'"),
    "tenant": ("INSERT INTO tenant (name) VALUES ('New')", "name = name || 'X'"),
    "extension": ("INSERT INTO extension (tenant, number, account, auth_user, first_seen) "
                  "VALUES (2, '900', 'a', 'b', 1700000000.123456)", "secret = 'x', first_seen = 1700000000.654321"),
    "mapping": ("INSERT INTO mapping (source, hostname) VALUES ('2.2.2.2', 'h')", "note = 'x', source = 'A'"),
    "template": ("INSERT INTO template (name, vendor, model) VALUES ('n', 'snom', 'D785')", "name = upper(name)"),
    "device": ("INSERT INTO device (mac, tenant, vendor, model) VALUES ('805ec0000009', 1, 'snom', 'D785')",
               "label = 'x'"),
    "line": ("INSERT INTO line (device, number, extension) VALUES (2, 4, 4)", "number = number + 8"),
    "template_key": ("INSERT INTO template_key (owner, bank, position, type) VALUES (1, 'dss', 9, 'dnd')", "line = 7"),
    "device_key": ("INSERT INTO device_key (owner, bank, position, type) VALUES (2, 'dss', 1, 'dnd')", "line = NULL"),
    **{table: (f"INSERT INTO {table} VALUES (1, 'setting', '', 'a', '1')", "value = '9'")
       for table in ("site_setting", "tenant_setting", "template_setting", "device_setting")},
    "source": ("INSERT INTO source VALUES ('b', 'csv', '/b', 2)", "name = upper(name)"),
    "ignored": ("INSERT INTO ignored (mac, at) VALUES ('805ec000000a', 1)", "at = 2"),
    "http_login": (f"INSERT INTO http_login (mac, turn) VALUES ('{THIRD}', 1)", "turn = 2, old = 1"),
    "prefix_rule": ("INSERT INTO prefix_rule (first, last, vendor, model) "
                    "VALUES ('805ec0000000', '805ec00000ff', 'snom', 'D785')", "note = 'x'"),
}  # fmt: skip
"""Each table: a statement that adds a row, and what an update sets."""
assert CHANGES.keys() == OBJECTS.keys()


@pytest.mark.parametrize("op", ["add", "change", "remove"])
@pytest.mark.parametrize("table", CHANGES)
def test_each_kind_of_change_of_each_table(full: Store, table: str, op: str) -> None:
    if op == "remove":  # what refers to the row would keep it: not the matter here
        full.db.pragma("foreign_keys", 0)
    add, sets = CHANGES[table]
    sql = {"add": add, "change": f"UPDATE {table} SET {sets}", "remove": f"DELETE FROM {table}"}[op]
    before = dump(full)
    with full.edits.recording("a change") as edit:
        full.db.execute_sql(sql)
    assert edit and dump(full)[table] != before[table] and not left_over(full)
    full.edits.take_back(edit)
    assert dump(full) == before and not left_over(full)


def test_every_table_that_operators_fill_is_known(store: Store) -> None:
    own = {"clock", "install", "pack_state", "http_hash", "sighting", "generation", "generation_file", "file", "audit"}
    own |= {"import_draft", "import_row"}  # of no device yet
    own |= {"arrival", "request", "registration", "resync", "alarm", "pin_failure"}  # what phones do, not operators
    own |= {"file_window", "expired"}  # what goes by itself
    tables = {name for (name,) in store.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables - own - {"sqlite_sequence"} == OBJECTS.keys()
    assert store.db.pragma("temp_store") == 2  # secrets go to no disk


def test_a_deleted_device_comes_back_with_all_it_had(
    full: Store, device: Device, plain: Callable[[Device], Device], commit: Callable[[Store], int], dirty: Any
) -> None:
    epoch = commit(full)
    version = full.devices.version(MAC)
    with full.edits.recording("delete 1 device") as edit:
        full.devices.delete([MAC])
    full.edits.take_back(edit)
    found = full.devices.get(MAC)
    assert found is not None and plain(found) == device and dirty(full) == {MAC}
    assert full.db.row("SELECT id, done FROM device WHERE mac = ?", MAC) == (1, epoch)
    assert (full.devices.version(MAC) or 0) > (version or 0)
    last = full.audit.recent(1)[0]
    assert (last.kind, last.name, last.action, last.detail) == ("device", MAC, "take back", "delete 1 device")


def test_a_deleted_tenant_comes_back_with_extensions_mappings_and_settings(full: Store) -> None:
    full.tenants.save(Tenant("Globex", {"network.lldp": True}))
    full.mappings.save(AddressMapping("3.3.3.3", "x.example.net", "globex"))
    before = dump(full)
    with full.edits.recording("delete tenant globex") as edit:
        full.tenants.delete("globex")
    full.edits.take_back(edit)
    assert dump(full) == before


def test_swaps_and_renames(full: Store, device: Device) -> None:
    before = dump(full)
    with full.edits.recording("a reshuffle") as edit:
        one, two = full.devices.get(MAC), full.devices.get(OTHER)
        assert one is not None and two is not None
        swapped = [
            replace(one, lines=(replace(one.lines[0], extension="103"), *one.lines[1:])),
            replace(two, lines=(replace(two.lines[0], extension="101"),)),
        ]
        full.devices.save_many(swapped)
        full.tenants.rename("acme", "ACME")
        full.templates.rename("T46 sales", "acme", "t46 SALES")
        full.devices.replace_mac(MAC, THIRD)
    full.edits.take_back(edit)
    assert dump(full) == before


def test_nothing_is_kept_of_a_block_that_failed_or_changed_nothing(full: Store) -> None:
    before = dump(full)
    with pytest.raises(ZeroDivisionError), full.edits.recording("fails") as edit:
        full.devices.delete([MAC])
        raise ZeroDivisionError
    assert not edit and dump(full) == before and not left_over(full)
    with full.edits.recording("nothing") as edit:
        full.devices.save_many(list(full.devices.all()))
        full.extensions.save_many(full.extensions.all())
    assert not edit


def test_a_recording_within_another_is_a_part_of_it(full: Store) -> None:
    before = dump(full)
    with full.transaction(), full.edits.recording("all") as edit:
        with full.edits.recording("part") as part:
            full.devices.delete([MAC])
        with suppress(ZeroDivisionError), full.edits.recording("fails"):
            full.devices.delete([OTHER])
            raise ZeroDivisionError
        full.settings.set(Level("site"), "network.lldp", False)
    assert edit and not part and full.devices.count() == 1
    full.edits.take_back(edit)
    assert dump(full) == before


def test_it_holds_in_a_thread_with_a_connection_of_its_own(full: Store) -> None:
    before, edits = dump(full), list[Edit]()

    def work() -> None:
        with full.connection(), full.edits.recording("in a thread") as edit:
            full.devices.delete([MAC])
        edits.append(edit)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    full.edits.take_back(edits[0])
    assert dump(full) == before


def test_a_secret_is_in_no_repr(full: Store) -> None:
    with full.edits.recording("a secret") as edit:
        full.db.execute_sql("UPDATE extension SET secret = 'hush'")
    assert "hush" not in repr(edit)


def take_extension(bob: Store) -> None:
    bob.devices.save(Device(THIRD, "acme", "snom", "D785", lines=(Line(1, "101"),)))


def change_label(bob: Store) -> None:
    device = bob.devices.get(OTHER)
    assert device is not None
    bob.devices.save(replace(device, label="Bob's"))


MEANWHILE: dict[str, tuple[Callable[[Store], object], Callable[[Store], object], str]] = {
    "changed": (
        lambda alice: alice.db.execute_sql("UPDATE device SET label = 'mine'"),
        change_label,
        f"device {OTHER}: changed meanwhile by bob just now",
    ),
    "removed": (
        lambda alice: alice.settings.set(Level("device", MAC), "network.lldp", True),
        lambda bob: bob.devices.delete([MAC]),
        f"device {MAC}: changed meanwhile by bob just now",
    ),
    "unnamed": (
        lambda alice: alice.db.execute_sql("UPDATE device_key SET label = 'x'"),
        lambda bob: bob.devices.delete([MAC]),
        "device: changed meanwhile by someone else",
    ),
    "setting": (
        lambda alice: alice.settings.set(Level("template", "T46 sales", "acme"), "network.lldp", False),
        lambda bob: bob.settings.set(Level("template", "T46 sales", "acme"), "network.lldp", None),
        "template acme/T46 sales: changed meanwhile by bob just now",
    ),
    "extension taken": (
        lambda alice: alice.devices.delete([MAC]),
        take_extension,
        f"device {MAC}: an extension is on one line of one device only",
    ),
    "number taken": (
        lambda alice: alice.devices.delete([OTHER]),
        lambda bob: bob.devices.save(Device(THIRD, "acme", "snom", "D785")),
        f"device {THIRD}: changed meanwhile by bob just now",
    ),
    "put to use": (
        lambda alice: alice.tenants.save(Tenant("New")),
        lambda bob: bob.devices.save(Device(THIRD, "new", "snom", "D785")),
        "tenant New: it is still in use",
    ),
    "filled": (
        lambda alice: alice.tenants.save(Tenant("New")),
        lambda bob: bob.extensions.save(Extension("New", "7", "7", "7")),
        "extension 7: it was added meanwhile and would be lost",
    ),
    "given a setting": (
        lambda alice: alice.devices.save(Device(THIRD, "acme", "snom", "D785")),
        lambda bob: bob.settings.set(Level("device", THIRD), "network.lldp", True),
        f"device {THIRD}: it was added meanwhile and would be lost",
    ),
}


@pytest.mark.parametrize("case", MEANWHILE)
def test_what_someone_changed_meanwhile_is_kept(full: Store, bob: Store, case: str) -> None:
    mine, theirs, said = MEANWHILE[case]
    with full.edits.recording("my edit") as edit:
        mine(full)
    theirs(bob)
    before, audit = dump(full), full.audit.recent(1)
    with pytest.raises(ChangedMeanwhile) as caught:
        full.edits.take_back(edit)
    assert str(caught.value).startswith(said) and str(caught.value).endswith("so this stays: my edit")
    assert dump(full) == before and full.audit.recent(1) == audit and not left_over(full)


def test_what_hangs_on_it_only_loosely_does_not_matter(full: Store, bob: Store) -> None:
    with full.edits.recording("a label") as edit:
        full.db.execute_sql("UPDATE device SET label = 'mine' WHERE id = 1")
        full.extensions.save(replace(full.extensions.all("acme")[0], name="Mine"))
    bob.settings.set(Level("device", MAC), "network.lldp", True)
    bob.db.execute_sql("UPDATE extension SET last_seen = 5")
    full.edits.take_back(edit)
    assert full.db.row("SELECT label FROM device WHERE id = 1") == ("Reception",)
    assert full.db.row("SELECT name, last_seen FROM extension WHERE id = 1") == ("Name 101", 5)


def test_a_commit_that_wrote_it_refuses_an_attempt_and_an_undo_do_not(full: Store) -> None:
    def edited() -> Edit:
        with full.edits.recording("delete 1 device") as edit:
            full.devices.delete([MAC])
        return edit

    generations, edit = full.generations, edited()
    generations.take_epoch()  # an attempt, that failed
    generations.finish(generations.begin(generations.take_epoch(), kind="undo", restored_from=0))
    full.edits.take_back(edit)
    number = generations.begin(generations.take_epoch())
    generations.finish(number)
    later = edited()
    full.edits.take_back(later)
    with pytest.raises(Committed, match=f"commit {number} has written this already, so it stays: delete 1 device"):
        full.edits.take_back(edit)


# Random work: whatever was done inside one recording is undone to the last value.

MACS = (MAC, OTHER, THIRD, "805ec0000004")
_numbers = st.sampled_from(["101", "102", "103", "104", "105"])
_macs, _tenants = st.sampled_from(MACS), st.sampled_from(["acme", "globex", "Initech"])
_values = st.sampled_from([None, True, False])
_levels = st.one_of(
    st.just(Level("site")), st.builds(lambda t: Level("tenant", t), _tenants),
    st.builds(lambda m: Level("device", m), _macs), st.just(Level("template", "T46 sales", "acme")),
)  # fmt: skip
_devices = st.builds(
    lambda mac, tenant, label, numbers: Device(
        mac, tenant, "snom", "D785", label=label, lines=tuple(Line(n, e) for n, e in enumerate(numbers, 1))
    ),
    _macs, _tenants, st.sampled_from(["", "a", "A"]), st.lists(_numbers, max_size=2, unique=True),
)  # fmt: skip
_operations = st.one_of(
    st.tuples(st.just("devices.save_many"), st.tuples(st.lists(_devices, max_size=3, unique_by=lambda d: d.mac))),
    st.tuples(st.just("devices.delete"), st.tuples(st.lists(_macs, max_size=2))),
    st.tuples(st.just("devices.replace_mac"), st.tuples(_macs, _macs)),
    st.tuples(st.just("settings.set"), st.tuples(_levels, st.just("network.lldp"), _values)),
    st.tuples(st.just("tenants.save"), st.tuples(st.builds(Tenant, _tenants))),
    st.tuples(st.just("tenants.rename"), st.tuples(_tenants, st.sampled_from(["ACME", "Initech", "Umbrella"]))),
    st.tuples(st.just("tenants.delete"), st.tuples(_tenants)),
    st.tuples(st.just("extensions.save"), st.tuples(st.builds(
        lambda t, n, s: Extension(t, n, n, n, s), _tenants, _numbers, st.sampled_from(["x", "y"])))),
    st.tuples(st.just("extensions.delete"), st.tuples(_tenants, _numbers)),
    st.tuples(st.just("mappings.save"), st.tuples(st.builds(
        AddressMapping, st.sampled_from(["a.b", "A.b"]), st.sampled_from(["h", "i"]), st.none() | _tenants))),
    st.tuples(st.just("templates.rename"), st.tuples(
        st.just("T46 sales"), st.just("acme"), st.sampled_from(["t46 sales", "Everyone"]))),
    st.tuples(st.just("templates.delete"), st.tuples(st.just("T46 sales"), st.just("acme"))),
    st.tuples(st.just("sources.save"), st.tuples(st.builds(
        Source, st.sampled_from(["pbx", "PBX"]), st.just("csv"), st.sampled_from(["/x", "/y"]), _tenants))),
    st.tuples(st.just("sources.delete"), st.tuples(st.just("pbx"))),
)  # fmt: skip


@given(st.lists(_operations, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_was_done_is_undone(work: list[tuple[str, tuple[Any, ...]]]) -> None:
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "state" / "aps.sqlite3") as store:
        for tenant in ("acme", "globex"):
            store.tenants.save(Tenant(tenant))
            store.extensions.save_many([Extension(tenant, n, n, n, f"s{n}") for n in ("101", "102", "103")])
        store.db.execute_sql("INSERT INTO template (tenant, name, vendor, model) VALUES (1, 'T46 sales', 'y', 'm')")
        store.devices.save(Device(MAC, "acme", "snom", "D785", lines=(Line(1, "101"), Line(2, "102"))))
        before = dump(store)
        with store.edits.recording("work") as edit:
            for name, arguments in work:
                door, method = name.split(".")
                with suppress(ApsError), store.transaction():
                    getattr(getattr(store, door), method)(*arguments)
        after = dump(store)
        store.edits.take_back(edit)
        assert dump(store) == before
        assert bool(edit) or after == before
        assert store.db.rows("PRAGMA foreign_key_check") == []


def test_the_unsaid_columns_exist(store: Store) -> None:
    assert {column for name in OBJECTS for column in Table.of(store.db, name).columns} > UNSAID
    with pytest.raises(StoreError), store.snapshot(), store.edits.recording("in a snapshot"):
        store.devices.delete([])
