"""What each role may do: the store refuses, whatever asks, and the audit trail says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data.draft_list import DraftRow
from aps_tui.data.queue import Source
from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError
from aps_tui.domain.roles import Refused, Rights, Role
from aps_tui.domain.site import AddressMapping, Device, Provisioning, Template, Tenant
from aps_tui.services import extensions, sealing, sync
from aps_tui.services.commit import commit
from aps_tui.services.edits import RecentEdits
from aps_tui.services.planning import plan
from aps_tui.services.resync.run import Run
from aps_tui.services.sitefile import load
from aps_tui.services.undo import undo
from aps_tui.services.windows import close_files, open_files
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS, contents, make_pack, open_site

OPERATOR, VIEWER = Rights(Role.OPERATOR), Rights(Role.VIEWER)
ACME = Rights(Role.OPERATOR, ("Acme",))
"""Tenants are one whatever their case, as everywhere."""

Opened = Callable[[Rights], Workplace]


@pytest.fixture
def as_(tmp_path: Path) -> Iterator[Opened]:
    """Opens the small site with some rights, beside an admin who has it open."""
    make_pack(tmp_path / "packs")
    opened: list[Store] = []
    with open_site(tmp_path) as admins:
        admins.store.tenants.save(Tenant("empty"))

        def open_as(rights: Rights) -> Workplace:
            opened.append(Store.open(admins.store.path, operator="alice", rights=rights))
            return replace(admins, store=opened[-1])

        yield open_as
        for store in opened:
            store.close()


@contextmanager
def refused(place: Workplace, needs: str) -> Iterator[None]:
    """The block is refused in one line that names the role, changes nothing, and is in the audit trail."""
    with Store.open(place.store.path) as store:
        before = list(store.db.raw().iterdump())
        with pytest.raises(Refused, match=f"^refused: .*needs the role {needs}.*yours is {place.store.rights.words}$"):
            yield
        row = store.audit.recent(1)[0]
        assert (row.kind, row.name, row.action, row.operator) == ("role", "alice", "refuse", "alice")
        assert "needs the role" in row.detail
        after = [line for line in store.db.raw().iterdump() if "'role','alice','refuse'" not in line]
        assert [line for line in before if "'role','alice','refuse'" not in line] == after


def reveal_secret(place: Workplace) -> object:
    return extensions.reveal(place, place.store.db.value("SELECT id FROM extension LIMIT 1"))


ADMINS: dict[str, Callable[[Workplace], object]] = {
    "provisioning": lambda place: place.store.provisioning.save(Provisioning(unprovisioned_secret="another-secret")),
    "tenant": lambda place: place.store.tenants.save(Tenant("new")),
    "tenant's name": lambda place: place.store.tenants.rename("acme", "other"),
    "tenant's end": lambda place: place.store.tenants.delete("empty"),
    "source": lambda place: place.store.sources.save(Source("s", "csv", "/etc/passwd", "acme")),
    "source that is not kept": lambda place: sync.apply(place.store, sync.one_off("csv:/etc/passwd", "acme")),
    "preview of one": lambda place: sync.preview(place.store, sync.one_off("csv:/etc/passwd", "acme")),
    "secret": reveal_secret,
    "audit's past": lambda place: place.store.audit.prune(9e9),
    "backup": lambda place: place.store.backup(place.store.path.with_name("copy")),
    "restore": lambda place: place.store.restore(place.store.path),
    "the secrets' key": lambda place: sealing.off(place.store),
    "replacing load": lambda place: load(place.store, place.packs, {"version": 1}, replace=True),
}
"""What admins alone do."""


@pytest.mark.parametrize("what", ADMINS)
@pytest.mark.parametrize("rights", [OPERATOR, ACME], ids=["all tenants", "one tenant"])
def test_what_admins_alone_do(as_: Opened, rights: Rights, what: str) -> None:
    place = as_(rights)
    if what == "audit's past":
        place.store.mappings.save(AddressMapping("9.9.9.9", "x.example", tenant="acme"))
    with refused(place, "admin"), place.store.transaction():
        ADMINS[what](place)
    if what in ("secret", "backup", "restore", "replacing load", "preview of one", "source that is not kept"):
        with refused(place, "admin"):  # and outside of a transaction
            ADMINS[what](place)
    assert not place.store.path.with_name("copy").exists()


def device(n: int) -> Device:
    return Device(f"0011220001{n:02}", "acme" if n < 50 else "bolt", "testphone", "T1")


FOREIGN: dict[str, Callable[[Workplace], object]] = {
    "device": lambda place: place.store.devices.save(device(50)),
    "device's label": lambda place: place.store.devices.save(replace(_of(place, MACS[3]), label="x")),
    "device's line": lambda place: place.store.devices.save(replace(_of(place, MACS[3]), lines=())),
    "device's setting": lambda place: place.store.devices.save(
        replace(_of(place, MACS[3]), settings={"time.zone": "UTC"})
    ),
    "device's end": lambda place: place.store.devices.delete([MACS[0], MACS[3]]),
    "device taken over": lambda place: place.store.devices.save(replace(_of(place, MACS[5]), tenant="acme")),
    "device given away": lambda place: place.store.devices.save(replace(_of(place, MACS[0]), tenant="bolt", lines=())),
    "global template": lambda place: place.store.templates.save(Template("All", "testphone", "T1")),
    "global template's setting": lambda place: place.store.templates.save(
        Template("Sales", "testphone", "T1", settings={"time.zone": "UTC"})
    ),
    "template": lambda place: place.store.templates.save(Template("Theirs", "testphone", "T1", tenant="bolt")),
    "global mapping": lambda place: place.store.mappings.save(AddressMapping("2.2.2.2", "x.example")),
    "mapping's end": lambda place: place.store.mappings.delete("1.1.1.1", "bolt"),
    "tenant's setting": lambda place: place.store.tenants.save(Tenant("bolt", {"server.1.host": "6.6.6.6"})),
    "site's setting": lambda place: load(
        place.store, place.packs, {"version": 1, "site": {"settings": {"time.zone": "UTC"}}}
    ),
    "extension": lambda place: place.store.db.execute_sql("UPDATE extension SET name = 'x' WHERE tenant = 2"),
    "extension's end": lambda place: place.store.extensions.delete("bolt", "104"),
    "commit": lambda place: commit(place, [MACS[0], MACS[3]]),
    "commit, written otherwise": lambda place: commit(place, ["00:11:22:00:00:03"]),
    "plan": lambda place: plan(place, [MACS[3]]),
    "HTTP password": lambda place: place.store.http_logins.rotate([MACS[0], MACS[3]]),
    "HTTP password's window": lambda place: place.store.http_logins.open([MACS[3]], 9e9),
    "withdrawn files": lambda place: open_files(place, [MACS[0], MACS[3]], 1),
    "their end": lambda place: close_files(place, [MACS[3]]),
    "NOTIFY": lambda place: Run(place, [MACS[3]]),
}
"""What is not of acme."""


def _of(place: Workplace, mac: str) -> Device:
    found = place.store.devices.get(mac)
    assert found is not None
    return found


@pytest.mark.parametrize("what", FOREIGN)
def test_an_operator_of_one_tenant_changes_nothing_of_another(as_: Opened, what: str) -> None:
    place = as_(ACME)
    before = contents(place.root)
    try:
        with refused(place, "admin or an operator of its tenant"):
            if what in ("commit", "commit, written otherwise", "plan", "NOTIFY"):
                FOREIGN[what](place)
            else:
                with place.store.transaction():
                    FOREIGN[what](place)
    finally:
        assert contents(place.root) == before


def test_an_operator_of_one_tenant_does_the_daily_work_on_it(as_: Opened) -> None:
    place = as_(ACME)
    store, recent = place.store, RecentEdits(place.store)
    with recent.edit("a template and its devices"):
        store.templates.save(Template("Ours", "testphone", "T1", tenant="acme", settings={"time.zone": "UTC"}))
        store.devices.save_many([replace(device(n), template="Ours", template_tenant="acme") for n in range(3)])
    store.mappings.save(AddressMapping("3.3.3.3", "ours.example", tenant="acme"))
    store.tenants.save(Tenant("acme", {"server.1.host": "4.4.4.4"}))
    assert recent.take_back() == "a template and its devices"
    assert store.devices.get(device(0).mac) is None
    store.devices.save(replace(_of(place, MACS[0]), label="Reception", settings={"time.zone": "UTC"}))
    store.devices.delete([MACS[1]])
    assert store.audit.of("device", MACS[1])[0].operator == "alice"


def test_a_commit_of_one_tenants_operator_writes_the_files_of_its_devices_alone(as_: Opened) -> None:
    place, theirs = as_(ACME), as_(Rights(Role.OPERATOR, ("bolt",)))
    assert [change.mac for change in plan(place).changes] == MACS[:3]
    outcome = commit(place)
    assert outcome.generation == 1
    assert sorted(contents(place.root)) == [f"{mac}.cfg" for mac in MACS[:3]]
    place.store.devices.save(replace(_of(place, MACS[0]), label="x", settings={"time.zone": "UTC"}))
    assert commit(place).generation == 2
    assert commit(theirs).generation == 3
    before = contents(place.root)
    with refused(place, "admin or an operator of its tenant"):
        undo(place, 1)  # that of bolt would go as well
    assert contents(place.root) == before
    assert undo(theirs).generation == 4
    assert sorted(contents(place.root)) == [f"{mac}.cfg" for mac in MACS[:3]]
    place.store.devices.delete([MACS[0]])  # its file waits for a commit of the whole site
    assert commit(place).generation is None
    whole = commit(as_(OPERATOR))
    assert whole.removed == 1 and not (place.root / f"{MACS[0]}.cfg").exists()


def test_an_operator_of_all_tenants_works_on_what_belongs_to_none_too(as_: Opened) -> None:
    place = as_(OPERATOR)
    place.store.templates.save(Template("All", "testphone", "T1"))
    load(place.store, place.packs, {"version": 1, "site": {"settings": {"time.zone": "UTC"}}})
    place.store.mappings.save(AddressMapping("2.2.2.2", "x.example"))
    assert commit(place).generation == 1


def test_taking_back_is_kept_to_the_role_as_well(as_: Opened) -> None:
    place, admin = as_(ACME), as_(Rights())
    admins = RecentEdits(admin.store)
    with admins.edit("bolt's mapping"):
        admin.store.mappings.save(AddressMapping("5.5.5.5", "x.example", tenant="bolt"))
    theirs = RecentEdits(place.store)
    theirs._edits = admins._edits
    with refused(place, "admin or an operator of its tenant"):
        theirs.take_back()


@pytest.mark.parametrize("what", [*FOREIGN, "secret", "backup"])
def test_a_viewer_changes_nothing_and_sees_no_secret(as_: Opened, what: str) -> None:
    place = as_(VIEWER)
    if what == "plan":
        assert len(plan(place).changes) == 8  # the shared files too
    elif what == "extension":
        with pytest.raises(ApsError):
            FOREIGN[what](place)
    else:
        with refused(place, "operator" if what in FOREIGN or what == "secret" else "admin"):
            (FOREIGN | ADMINS)[what](place)
    assert contents(place.root) == {}


def test_a_kept_source_is_synced_by_an_operator_of_its_tenant(as_: Opened, tmp_path: Path) -> None:
    file = tmp_path / "pbx.csv"
    file.write_text("number,secret\n201,a-long-secret\n")
    admin, place = as_(Rights()), as_(ACME)
    for tenant in ("acme", "bolt"):
        admin.store.sources.save(Source(tenant, "csv", str(file), tenant))
    ours, theirs = place.store.sources.all()
    assert sync.apply(place.store, ours).added == ["201"]
    with refused(place, "admin or an operator of its tenant"):
        sync.apply(place.store, theirs)
    with refused(place, "admin"):
        sync.apply(place.store, ours._replace(location="/etc/passwd"))


OF_LISTS: dict[str, Callable[[Store, int, int], object]] = {
    "seen": lambda store, draft, _: store.drafts.by_id(draft),
    "found": lambda store, _, __: store.drafts.get("bob", "import"),
    "rows": lambda store, draft, _: store.drafts.rows(draft),
    "ids": lambda store, draft, _: store.drafts.ids(draft),
    "some rows": lambda store, draft, row: store.drafts.read(draft, [row]),
    "states": lambda store, draft, _: store.drafts.states(draft),
}
TO_LISTS: dict[str, Callable[[Store, int, int], object]] = {
    "added to": lambda store, draft, _: store.drafts.add(draft, [DraftRow(0, "R", 2, device(2).mac)]),
    "changed": lambda store, _, row: store.drafts.change([DraftRow(row, "R", 1, device(3).mac)]),
    "shortened": lambda store, draft, row: store.drafts.remove(draft, [row]),
    "remarked": lambda store, draft, _: store.drafts.remark(draft, ["x"]),
    "finished": lambda store, draft, _: store.drafts.mark_finished(draft),
    "begun again": lambda store, draft, _: store.drafts.mark_unfinished(draft),
    "given up": lambda store, draft, _: store.drafts.delete(draft),
    "taken over": lambda store, draft, _: store.db.execute_sql(
        "UPDATE import_draft SET owner = 'alice' WHERE id = ?", (draft,)
    ),
    "given away": lambda store, _, __: store.db.execute_sql(
        "INSERT INTO import_draft (owner, kind, made) VALUES ('carol', 'import', 0)"
    ),
}


def bobs_list(path: Path) -> tuple[int, int]:
    """A list of new devices of another operator: its id, and that of its row."""
    with Store.open(path, operator="bob") as store:
        draft = store.drafts.make("import", "bobs.csv", "bolt", [])
        store.drafts.add(draft.id, [DraftRow(0, "R", 1, device(60).mac, tenant="bolt")])
        return draft.id, store.drafts.rows(draft.id)[0].id


@pytest.mark.parametrize("rights", [OPERATOR, ACME], ids=["all tenants", "one tenant"])
def test_an_operator_neither_sees_nor_changes_anothers_list_of_new_devices(as_: Opened, rights: Rights) -> None:
    place = as_(rights)
    draft, row = bobs_list(place.store.path)
    for act in (*OF_LISTS.values(), *TO_LISTS.values()):
        with refused(place, "admin"):
            act(place.store, draft, row)
    own = place.store.drafts.make("import", "mine.csv", "acme", [])
    place.store.drafts.add(own.id, [DraftRow(0, "R", 1, device(1).mac)])
    assert len(place.store.drafts.rows(own.id)) == 1 and place.store.drafts.get("alice", "import") == own
    place.store.drafts.make("import", "again.csv", "acme", [])
    with Store.open(place.store.path, operator="root") as admin:
        assert [one.mac for one in admin.drafts.rows(draft)] == [device(60).mac]
        for act in list(TO_LISTS.values())[:-2]:
            act(admin, draft, row)


def test_a_viewer_sees_no_list_of_new_devices(as_: Opened) -> None:
    place = as_(VIEWER)
    with Store.open(place.store.path, operator="alice") as before:
        before.drafts.make("import", "mine.csv", "acme", [])
    assert place.store.drafts.get("alice", "import") is None
    draft, row = bobs_list(place.store.path)
    for act in OF_LISTS.values():
        with refused(place, "operator"):
            act(place.store, draft, row)


def test_a_window_is_opened_by_those_of_its_tenant(as_: Opened) -> None:
    admin, place = as_(Rights()), as_(ACME)
    for mac in (MACS[0], MACS[3]):
        admin.store.db.execute_sql("INSERT INTO file_window (mac, fetched) VALUES (?, 1)", (mac,))
    place.store.windows.open([MACS[0]], 9e9)
    with refused(place, "admin or an operator of its tenant"):
        place.store.windows.open([MACS[3]], 9e9)


def test_every_table_was_thought_of(as_: Opened) -> None:
    store = as_(ACME).store
    guarded = {name for (name,) in store.db.rows("SELECT tbl_name FROM temp.sqlite_master WHERE type = 'trigger'")}
    open_to_operators = {
        "clock", "install", "pack_state", "generation", "file", "http_hash", "expired",  # what commits keep
        "sighting", "arrival", "ignored", "request", "registration", "alarm", "pin_failure",  # what is seen
    }  # fmt: skip
    tables = {name for (name,) in store.db.rows("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
    assert tables - {"sqlite_sequence", "sqlite_stat1"} == guarded | open_to_operators
