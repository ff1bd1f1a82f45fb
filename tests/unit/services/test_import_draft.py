"""A list on its way into the site: matched, kept, edited, checked and stored all or none; prefix rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aps_tui.data.errors import ChangedMeanwhile, StoreError
from aps_tui.data.queue import Sighting
from aps_tui.data.store import Store
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.site import Device, Extension, Line, Template, Tenant
from aps_tui.services import bulk
from aps_tui.services import importing as im
from aps_tui.services.edits import RecentEdits
from aps_tui.services.importing.names import Names
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, Packs, load_packs

LIST = """\
mac,model,template,extension,label
80:5e:c0:00:00:01,SIP-T46S,,101,Alice
80:5e:c0:00:00:02,,,102,Bob
00:04:13:00:00:03,D785,,,
80:5e:c0:00:00:04,T46,,,
3c:07:54:00:00:05,,,,
80:5e:c0:00:00:01,T46S,,103,again
80:5e:c0:00:00:99,T46S,,104,
00:15:65:00:00:0,,,,
80:5e:c0:00:00:08,D785,,,
80:5e:c0:00:00:09,,Desk,,
"""
KNOWN = "805ec0000099"


@pytest.fixture(scope="session")
def packs() -> Packs:
    return load_packs([SHIPPED])


@pytest.fixture
def place(tmp_path: Path, packs: Packs) -> Iterator[Workplace]:
    """Tenants acme and bolt, extensions 101-110 of acme (105 not usable), one device, one template."""
    with Store.open(tmp_path / "aps.sqlite3", operator="alice") as store:
        for tenant in ("acme", "bolt"):
            store.tenants.save(Tenant(tenant))
        store.extensions.save_many(
            [Extension("acme", str(n), str(n), str(n), "s3cret", f"Name {n}", usable=n != 105) for n in range(101, 111)]
        )
        store.templates.save(Template("Desk", "yealink", "T46S"))
        store.templates.save(Template("Desk", "yealink", "T48S", "bolt"))
        store.devices.save(Device(KNOWN, "bolt", "yealink", "T46S"))
        yield Workplace(store, tmp_path, packs)


@pytest.fixture
def draft(place: Workplace) -> im.Draft:
    return im.start(place, im.read(LIST), title="list.csv", tenant="ACME")


def row(place: Workplace, draft: im.Draft, line: int) -> im.DraftRow:
    return next(one for one in im.page(place, draft) if one.line == line)


def letters(place: Workplace, draft: im.Draft) -> str:
    return "".join(one.state for one in im.page(place, draft))


def id_of(place: Workplace, draft: im.Draft, *lines: int) -> list[int]:
    return [row(place, draft, line).id for line in lines]


def mended(place: Workplace, draft: im.Draft) -> None:
    """Give the rows that need one a model."""
    im.edit(place, draft, id_of(place, draft, 3, 5), bulk.set_model("yealink", "T46S"))


class TestNames:
    def test_every_model_is_found_by_its_own_name(self, packs: Packs) -> None:
        names = Names(packs)
        for slug, vendor in packs.vendors.items():
            for model in vendor.models:
                key = f"{slug}/{model}"
                said = (key, f"{vendor.name.split('/')[0]} {model}", model)
                assert {names.find(text, slug).models for text in said} == {(key,)}

    @pytest.mark.parametrize(
        ("text", "vendor", "found"),
        [
            ("Yealink T46S", "", "yealink/T46S"), ("SIP-T46S", "yealink", "yealink/T46S"), ("t46s", "", "yealink/T46S"),
            ("YEALINK SIP-T46S phone", "", "yealink/T46S"), ("snomD785", "", "snom/D785"),
            ("CP-8841", "", "cisco/8841"),
            ("Cisco SPA504G", "cisco", "sipura/SPA504G"), ("Linksys SPA942", "", "sipura/SPA942"),
            ("SoundPoint IP 650", "", "polycom/SPIP650"), ("VVX 400", "polycom", "polycom/VVX400"),
            ("Mitel 6920", "", "aastra/6920"),
        ],
    )  # fmt: skip
    def test_ways_to_write_it(self, packs: Packs, text: str, vendor: str, found: str) -> None:
        assert Names(packs).find(text, vendor)[:2] == ((found,), True)

    @pytest.mark.parametrize(("text", "some"), [("T46", "yealink/T46U"), ("T20", "yealink/T20P"), ("banana", "")])
    def test_what_is_not_certain_is_never_taken(self, packs: Packs, text: str, some: str) -> None:
        said = Names(packs).find(text, "yealink")
        assert not said.certain and (some in said.models or not some)


class TestStart:
    def test_every_row_has_its_state_and_reason(self, place: Workplace, draft: im.Draft) -> None:
        assert letters(place, draft) == "RMRMUDKBWR" and draft.tenant == "ACME"
        said = {one.line: one.reason for one in im.page(place, draft)}
        assert said[3] == "choose a model" and said[5] == "'T46' is no model: T46G or T46S or T46U?"
        assert said[6] == "unsupported: registered to Apple, Inc."
        assert said[7] == "the same MAC as in line 2" and said[8] == "is a device of tenant bolt already"
        assert said[9].startswith("11 hex digits") and said[10] == "by its MAC it is of Yealink, not of Snom"
        assert row(place, draft, 2)[3:9] == ("805ec0000001", "yealink", "T46S", "acme", "", "101")
        assert row(place, draft, 11)[4:6] == ("yealink", "T46S") and row(place, draft, 11).why == "template"

    def test_it_outlives_the_console(self, place: Workplace, draft: im.Draft, packs: Packs) -> None:
        path = place.store.path
        with Store.open(path, operator="alice") as again:
            other = Workplace(again, place.root, packs)
            found = im.current(other)
            assert found == draft and im.page(other, draft) == im.page(place, draft)
        with Store.open(path, operator="bob") as bob:
            assert im.current(Workplace(bob, place.root, packs)) is None

    def test_one_for_each_kind_and_none_is_lost(self, place: Workplace, draft: im.Draft) -> None:
        with pytest.raises(BadValue, match=r"list\.csv is not finished"):
            im.start(place, im.read("805ec0000001"))
        scan = im.start(place, im.Read((im.Entry(1, "805ec0000001", address="10.0.0.7"),)), kind="scan")
        assert im.page(place, scan)[0].reason == "choose a model" and im.page(place, scan)[0].address == "10.0.0.7"
        im.discard(place, scan)
        assert im.current(place, "scan") is None and im.current(place) == draft
        assert im.count(place, im.start(place, im.read("805ec0000001"), instead=True)) == 1
        with pytest.raises(BadValue, match="no tenant"):
            im.start(place, im.read(""), kind="scan", tenant="nobody")

    def test_a_scan_adds_as_it_finds(self, place: Workplace) -> None:
        scan = im.start(place, im.Read(()), kind="scan", tenant="acme")
        for _ in range(2):
            im.extend(
                place, scan, im.Read((im.Entry(1, "805ec0000001"), im.Entry(2, KNOWN)), notes=("no MAC: routed",))
            )
        assert letters(place, scan) == "MK"
        assert im.current(place, "scan") == scan._replace(notes=("no MAC: routed",))

    def test_filter_sort_and_count(self, place: Workplace, draft: im.Draft) -> None:
        assert [one.line for one in im.page(place, draft, "vendor:snom")] == [4, 10]
        assert [one.line for one in im.page(place, draft, "state:m", "mac", descending=True)] == [5, 3]
        assert im.count(place, draft, "00:04:13") == 1 and im.count(place, draft, "!yealink label:alice") == 0
        assert [one.state for one in im.page(place, draft, sort="state", limit=3)] == ["M", "M", "W"]
        assert im.states(place, draft) == {"R": 3, "M": 2, "W": 1, "U": 1, "D": 1, "K": 1, "B": 1}
        with pytest.raises(BadValue, match="no column"):
            im.count(place, draft, sort="x; DROP")


class TestEdits:
    def test_models_of_marked_rows(self, place: Workplace, draft: im.Draft) -> None:
        assert im.wanting(place, draft, "yealink") == id_of(place, draft, 3, 5) and not im.wanting(place, draft, "snom")
        near = im.candidates(place, draft, id_of(place, draft, 5))
        assert [one.key for one in near[:3]] == ["yealink/T46G", "yealink/T46S", "yealink/T46U"] and near[0].near
        assert near[3].key.startswith("yealink/") and not near[3].near
        mended(place, draft)
        assert letters(place, draft) == "RRRRUDKBWR" and row(place, draft, 5).why == "operator"
        im.edit(place, draft, id_of(place, draft, 6), bulk.set_model("snom", "D785"))
        assert row(place, draft, 6).state == "W" and "registered to Apple" in row(place, draft, 6).reason
        with pytest.raises(BadValue, match="none of these rows"):
            im.edit(place, draft, id_of(place, draft, 7, 8, 9), bulk.set_model("snom", "D785"))

    def test_a_series_skips_what_is_taken_here_and_there(self, place: Workplace, draft: im.Draft) -> None:
        place.store.devices.save(Device("0004130000ff", "acme", "snom", "D785", lines=(Line(1, "103"),)))
        marked = id_of(place, draft, 3, 4, 5, 10)
        change = im.series(place, draft, "101..110")
        assert im.preview(place, draft, marked, change).shown == (
            "000413000003  104", "805ec0000004  106", "805ec0000008  107",
        )  # fmt: skip
        assert im.edit(place, draft, marked, change) == 3
        assert [one.extension for one in im.page(place, draft)][:4] == ["101", "102", "104", "106"]
        im.edit(place, draft, id_of(place, draft, 4), im.series(place, draft, "110,104", renew=True))
        assert row(place, draft, 4).extension == "110"
        with pytest.raises(Faults, match="1 short"):
            im.preview(place, draft, id_of(place, draft, 11), im.series(place, draft, "101..102"))

    def test_templates_labels_tenants_and_rows_above(self, place: Workplace, draft: im.Draft) -> None:
        marked = id_of(place, draft, 2, 3)
        assert im.templates(place, draft, marked) == []
        assert [one.name for one in im.templates(place, draft, marked[:1])] == ["Desk"]
        with pytest.raises(Faults, match="template Desk is for yealink/T46S"):
            im.edit(place, draft, marked, bulk.set_template("Desk"))
        im.edit(place, draft, marked[:1], bulk.set_template("Desk"))
        assert im.as_above(place, draft, marked[1:], marked[0]) == 1
        assert row(place, draft, 3)[4:8] == ("yealink", "T46S", "acme", "Desk")
        im.edit(place, draft, marked, im.label("{extension} {name}"))
        assert row(place, draft, 3)[9:11] == ("102 Name 102", "102 Name 102")
        im.edit(place, draft, marked, bulk.set_tenant("bolt"))
        assert row(place, draft, 3)[6:9] == ("bolt", "Desk", "") and row(place, draft, 3).state == "R"

    def test_a_row_less_makes_the_next_of_its_mac_the_first(self, place: Workplace, draft: im.Draft) -> None:
        assert im.drop(place, draft, id_of(place, draft, 2)) == 1
        assert row(place, draft, 7).state == "R" and row(place, draft, 7).extension == "103"

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("80:5e:c0:00:00:01,T46S,,999,x", "line 1: there is no extension 999 in tenant acme"),
            ("80:5e:c0:00:00:01,T46S,,105,x", "cannot be assigned: its secret is not known"),
            ("80:5e:c0:00:00:01,D785,Desk,,x", "template 'Desk' is for yealink T46S, the device is snom D785"),
            ("80:5e:c0:00:00:01,T46S,Nope,,x", "there is no template 'Nope'"),
            ("80:5e:c0:00:00:01,T46S,,,a\x07b", "label: line breaks and control characters"),
        ],
    )
    def test_problems_of_a_row(self, place: Workplace, line: str, reason: str) -> None:
        draft = im.start(place, im.read(f"mac,model,template,extension,label\n{line}\n"), tenant="acme")
        (found,) = im.page(place, draft)
        assert found.state == "P" and reason in found.reason
        with pytest.raises(Faults, match="line 2, 805ec0000001: "):
            im.finish(place, draft)

    def test_one_extension_for_two_and_no_tenant(self, place: Workplace) -> None:
        data = "mac,model,ext,tenant\n805ec0000001,T46S,101,acme\n805ec0000002,T46S,101,acme\n805ec0000003,T46S,,\n"
        draft = im.start(place, im.read(data))
        assert letters(place, draft) == "RPP" and "already on 805ec0000001" in row(place, draft, 3).reason
        assert row(place, draft, 4).reason == "choose a tenant: a device is never global"


class TestFinish:
    def test_all_or_none(self, place: Workplace, draft: im.Draft) -> None:
        with pytest.raises(Faults) as caught:
            im.finish(place, draft)
        assert caught.value.faults[0] == "line 3, 805ec0000002: choose a model" and place.store.devices.count() == 1
        mended(place, draft)
        done = im.finish(place, draft)
        assert done.words == "6 devices added; 1 known already, 1 of no supported vendor, 1 repeated, 1 rejected"
        assert done.warnings == ("line 10, 805ec0000008: by its MAC it is of Yealink, not of Snom",)
        device = place.store.devices.get("805ec0000001")
        assert device and device.lines == (Line(1, "101", "Alice"),) and device.label == "Alice"
        assert (device.tenant, device.vendor, device.model) == ("acme", "yealink", "T46S")
        with pytest.raises(BadValue, match="finished already"):
            im.finish(place, draft)
        assert im.start(place, im.read("805ec0000001"))

    def test_an_extension_that_someone_took_meanwhile(self, place: Workplace, draft: im.Draft) -> None:
        mended(place, draft)
        with Store.open(place.store.path, operator="bob") as bob:
            bob.devices.save(Device("0004130000ff", "acme", "snom", "D785", lines=(Line(1, "102"),)))
            bob.devices.save(Device("000413000003", "bolt", "snom", "D785"))
        with pytest.raises(
            Faults, match="line 3, 805ec0000002: line 1: extension 102 of tenant acme is already on 0004"
        ):
            im.finish(place, draft)
        assert place.store.devices.count() == 3
        im.recheck(place, draft)
        assert letters(place, draft) == "RPKRUDKBWR"
        im.edit(place, draft, id_of(place, draft, 3), im.series(place, draft, "103..", renew=True))
        assert len(im.finish(place, draft).macs) == 5

    def test_it_can_be_taken_back_and_finished_again(self, place: Workplace, draft: im.Draft) -> None:
        mended(place, draft)
        edits = RecentEdits(place.store)
        with edits.edit("import list.csv"):
            im.finish(place, draft)
        assert edits.take_back() == "import list.csv" and place.store.devices.count() == 1
        im.recheck(place, draft)
        assert letters(place, draft) == "RRRRUDKBWR"

    def test_nothing_to_import(self, place: Workplace) -> None:
        draft = im.start(place, im.read("3c:07:54:00:00:05\nnothing\n"), tenant="acme")
        with pytest.raises(BadValue, match="nothing to import: 0 devices added; 1 of no supported vendor, 1 rejected"):
            im.finish(place, draft)
        with pytest.raises(StoreError, match="given up meanwhile"):
            im.discard(place, draft)
            im.recheck(place, draft)


class TestRules:
    def test_the_narrowest_counts_and_the_list_beats_it(self, place: Workplace) -> None:
        im.add_rule(place, "80:5e:c0:00", "", "yealink", "t48s", "first delivery")
        im.add_rule(place, "805ec0000002", "805ec0000003", "yealink", "T46U")
        draft = im.start(place, im.read(LIST), tenant="acme")
        assert [(one.model, one.why) for one in im.page(place, draft)][:4] == [
            ("T46S", "file"), ("T46U", "rule"), ("D785", "file"), ("", ""),
        ]  # fmt: skip
        place.store.sightings.record([Sighting("805ec0000003", "http", "10.0.0.1", 1.0, {})])
        assert [(one.rule.model, tuple(one.hits), one.known) for one in im.rules(place)] == [
            ("T48S", (1, 5, 1), True), ("T46U", (0, 1, 1), True),
        ]  # fmt: skip

    def test_a_rule_made_for_marked_rows(self, place: Workplace, draft: im.Draft) -> None:
        marked = im.rows(place, draft, id_of(place, draft, 3, 6))
        assert im.proposed([one.mac for one in marked]) is None
        assert im.proposed(["805ec0000004", "805ec0000002"]) == ("805ec0000002", "805ec0000004")
        im.add_rule(place, "3c:07:54", "", "yealink", "T46S")
        im.add_rule(place, "805ec0000002", "805ec0000004", "yealink", "T46S")
        assert im.apply_rules(place, draft) == 2
        assert letters(place, draft) == "RRRMRDKBWR" and row(place, draft, 6).why == "rule"

    @pytest.mark.parametrize(
        ("first", "last", "model", "match"),
        [
            ("805ec0000200", "805ec0000300", "T46S", "does not cross it"),
            ("805ec00001", "805ec00001", "T46S", None),
            ("805ec0000100", "805ec00002ff", "T48S", "a rule for this range already"),
            ("805ec0000001", "805ec1000001", "T46S", "same six digits"),
            ("805ec0000002", "805ec0000001", "T46S", "below the first"),
            ("805e", "", "T46S", "6 to 12 hex digits"),
            ("805ec0", "", "T46Q", "has no model"),
        ],
    )
    def test_ranges(self, place: Workplace, first: str, last: str, model: str, match: str | None) -> None:
        im.add_rule(place, "805ec0000100", "805ec00002ff", "yealink", "T48S")
        if match is None:
            im.add_rule(place, first, last, "yealink", model)
            return
        with pytest.raises((BadValue, StoreError), match=match):
            im.add_rule(place, first, last, "yealink", model)

    def test_changed_removed_and_taken_back(self, place: Workplace) -> None:
        edits = RecentEdits(place.store)
        with edits.edit("rule"):
            im.add_rule(place, "80:5e:c0:12", "", "yealink", "T46S")
        old = im.rules(place)[0].rule
        with edits.edit("rule"):
            im.change_rule(place, old, "80:5e:c0:13", "", "yealink", "T48S", "moved")
        with pytest.raises(ChangedMeanwhile, match="was changed or removed"):
            im.delete_rule(place, old)
        edits.take_back()
        assert im.rules(place)[0].rule == old == im.Rule(old.id, "805ec0120000", "805ec012ffff", "yealink", "T46S")
        im.delete_rule(place, old)
        assert im.rules(place) == []
        assert next(one.action for one in place.store.audit.of("rule", old.name)) == "remove"
