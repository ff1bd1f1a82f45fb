"""Syncs for the console: foreseen, then carried out as foreseen or not at all; sources; secrets on request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aps_tui.data.errors import ChangedMeanwhile, StoreError
from aps_tui.data.queue import Source
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Extension
from aps_tui.services.extensions import Trust, carry_out, details, foresee, forget_gone, reveal
from aps_tui.services.sources import forget, keep, last_sync, source_rows, tried
from aps_tui.services.workplace import Workplace
from tests.unit.services.test_sync import ROWS, written

ORACLE = Path(__file__).resolve().parents[2] / "oracle"


def state(place: Workplace) -> object:
    return place.store.extensions.all(), place.store.audit.recent()


def said(**changes: str) -> dict[str, str]:
    return {"name": "pbx", "kind": "csv", "location": "/x.csv", "tenant": "acme", "new_tenant": "", **changes}


def test_foreseeing_stores_nothing_and_two_sources_know_of_each_other(place: Workplace, tmp_path: Path) -> None:
    sources = [
        written(tmp_path, [*ROWS, ("500", "first-secret", "First")]),
        written(tmp_path, [("500", "second-secret", "Second")], "other"),
    ]
    before = state(place)
    first, second = foresee(place, sources)
    assert first.found is not None and first.found.added == ["500"] and first.changes
    assert second.found is not None and second.found.conflicts[0].number == "500" and not second.changes
    assert state(place) == before
    assert carry_out(place, [first, second]) == [first, second]
    kept = place.store.extensions.find("acme", "500")
    assert kept is not None and kept.name == "First"


def test_only_what_was_foreseen_is_stored(place: Workplace, tmp_path: Path) -> None:
    source = written(tmp_path, ROWS)
    seen = foresee(place, [source])
    written(tmp_path, [*ROWS, ("666", "slipped-in", "Eve")])
    before = state(place)
    with pytest.raises(ChangedMeanwhile, match="look at the new one"):
        carry_out(place, seen)
    assert state(place) == before


def test_a_source_that_fails_keeps_none_of_the_others_back(place: Workplace, tmp_path: Path) -> None:
    broken = Source("broken", "csv", str(tmp_path / "none.csv"), "bolt")
    fewer = written(tmp_path, ROWS[:1], "fewer")
    carry_out(place, foresee(place, [written(tmp_path, ROWS, "fewer")]))
    written(tmp_path, ROWS[:1], "fewer")
    seen = foresee(place, [broken, fewer, written(tmp_path, [("900", "good-one", "N")], "good")])
    assert [one.changes for one in seen] == [False, False, True] and "none.csv" in seen[0].error
    done = carry_out(place, seen)
    assert [one.source.name for one in done] == ["good"]
    believed = foresee(place, [fewer], Trust(allow_removals=True))
    assert believed[0].found is not None and believed[0].found.removed == ["102", "103", "104"]


def test_a_last_sync_is_remembered(place: Workplace, tmp_path: Path) -> None:
    source = keep(place, None, said(location=written(tmp_path, ROWS).location))
    assert last_sync(place, "pbx") == "" and source_rows(place)[0].extensions == 0
    carry_out(place, foresee(place, [source]))
    row = source_rows(place)[0]
    assert row.synced.endswith("0 new, 4 changed, 0 gone") and row.extensions == 4


def test_a_source_is_added_once_and_changed_as_it_was_read(place: Workplace) -> None:
    source = keep(place, None, said(tenant="", new_tenant="coop"))
    assert source.tenant == "coop" and place.store.tenants.get("coop") is not None
    with pytest.raises(StoreError, match="already"):
        keep(place, None, said(name="PBX"))
    for bad in (said(name=" "), said(location=" "), said(kind="oracle"), said(name="z", tenant="")):
        with pytest.raises(BadValue):
            keep(place, None, bad)
    changed = keep(place, source, said(location="/y.csv", tenant="coop"))
    assert changed.location == "/y.csv"
    with pytest.raises(ChangedMeanwhile):
        keep(place, source, said(location="/z.csv"))
    place.store.extensions.save(Extension("coop", "1", "1", "1", "secret-1", source="pbx"))
    with pytest.raises(BadValue, match="1 extension of coop came from pbx"):
        keep(place, changed, said(tenant="acme"))
    forget(place, changed)
    assert source_rows(place) == [] and place.store.extensions.find("coop", "1") is not None


@pytest.mark.parametrize("case", ["24_exec_and_unknown", "30_pjsip_resolve", "28_users_conf"])
def test_real_configuration_is_tried_and_stores_nothing(place: Workplace, case: str) -> None:
    files = sorted((ORACLE / case / "etc").iterdir())
    assert json.loads((ORACLE / case / "case.json").read_text())["ask"]
    kind = {"sip.conf": "sip", "pjsip.conf": "pjsip", "users.conf": "users"}[files[0].name]
    before = state(place)
    lines, warnings = tried(Source("x", kind, str(files[0]), "acme"))
    assert "account" in lines[0] and state(place) == before
    assert ("#exec" in "".join(warnings)) == (case == "24_exec_and_unknown")


def test_details_hold_no_secret_and_revealing_is_recorded(place: Workplace) -> None:
    row = next(one for one in place.store.extensions.page() if (one.tenant, one.number) == ("acme", "101"))
    assert "s3cret" not in str(dict(details(place, row.id)))
    assert reveal(place, row.id) == "s3cret-acme-101"
    assert [one.action for one in place.store.audit.of("extension", "acme/101", 1)] == ["reveal"]
    place.store.extensions.save(Extension("acme", "777", "777", "777", usable=False))
    last = place.store.extensions.page("777")[0]
    with pytest.raises(BadValue, match="no secret"):
        reveal(place, last.id)


def test_what_is_gone_and_unused_is_forgotten(place: Workplace, tmp_path: Path) -> None:
    carry_out(place, foresee(place, [written(tmp_path, ROWS)]))
    place.store.extensions.mark_gone("pbx", "acme", ["101", "102"])
    assert place.store.extensions.states() == {"U": 4, "F": 2, "X": 1, "G": 1}
    assert forget_gone(place) == 1
    assert [one.number for one in place.store.extensions.page("state:x")] == ["103"]
