"""Changes of one device: what is refused, what warns, and what another operator does meanwhile."""

from __future__ import annotations

import pytest

from aps_tui.data import ChangedMeanwhile, Store
from aps_tui.domain.errors import ApsError, BadValue, Faults
from aps_tui.domain.site import Line
from aps_tui.services.commit import commit
from aps_tui.services.device_edit import (
    Opened,
    free_extensions,
    moved_line,
    neighbour,
    opened,
    replace_mac,
    save,
    with_base,
    with_line,
    without_line,
)
from aps_tui.services.device_history import events, past_diff
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS

LINE = {"extension": "104", "label": "", "caller_id_source": "from", "local_sip_port": "", "srtp": "off",
        "transport": "", "auto_answer": "no"}  # fmt: skip
BASE = {"tenant": "acme", "vendor": "testphone", "model": "T1", "template": "Sales", "label": ""}


def seen(place: Workplace, mac: str = MACS[0]) -> Opened:
    found = opened(place, mac)
    assert found is not None
    return found


def test_a_line_is_put_on_and_taken_off(place: Workplace) -> None:
    before = seen(place)
    assert before.lines == 4 and before.names == {"101": "Person 101"}
    said = {**LINE, "label": "Front", "local_sip_port": "12034", "auto_answer": "yes"}
    assert save(place, before, with_line(before, 3, said)) == []
    after = seen(place)
    assert after.line(3) == Line(3, "104", "Front", local_sip_port=12034, auto_answer=True)
    save(place, after, without_line(after, 1))
    assert [line.number for line in seen(place).device.lines] == [3]


def test_ports_and_encryption_warn(place: Workplace) -> None:
    before = seen(place)
    said = {**LINE, "local_sip_port": "5061", "srtp": "required"}
    warnings = save(place, before, with_line(before, 2, said))
    assert [warning for warning in warnings if "5061 is outside 10000-20000" in warning]
    assert [warning for warning in warnings if "without transport tls" in warning]
    assert all(warning.startswith("line 2: ") for warning in warnings)
    again = seen(place)
    assert save(place, again, with_line(again, 2, {**said, "label": "x"})) == []  # it was said once


@pytest.mark.parametrize(
    ("number", "said", "why"),
    [
        (2, {"extension": "102"}, "already on 001122000001"),
        (2, {"extension": "101"}, "already on line 1"),
        (2, {"extension": "999"}, "no extension 999 in tenant acme"),
        (2, {"extension": ""}, "choose one"),
        (2, {"local_sip_port": "many"}, "a number such as 12034"),
        (2, {"label": "a\nb"}, "line breaks"),
        (5, {}, "T1 has 4 lines"),
    ],
)
def test_what_a_line_may_not_be_is_said_and_nothing_is_stored(
    place: Workplace, number: int, said: dict[str, str], why: str
) -> None:
    before = seen(place)
    with pytest.raises((Faults, BadValue), match=why):
        save(place, before, with_line(before, number, {**LINE, **said}))
    assert seen(place).version == before.version


def test_an_extension_that_another_operator_took_meanwhile(place: Workplace) -> None:
    before = seen(place)
    with Store.open(place.store.path, operator="bob") as other:
        theirs = other.devices.get(MACS[1])
        assert theirs is not None
        bobs = Workplace(other, place.root, place.packs)
        mine = seen(bobs, MACS[1])
        save(bobs, mine, with_line(mine, 2, LINE))
    with pytest.raises(ApsError, match="extension 104 of tenant acme is already on 001122000001"):
        save(place, before, with_line(before, 2, LINE))
    assert len(seen(place).device.lines) == 1


def test_a_device_that_another_operator_changed_meanwhile(place: Workplace) -> None:
    before = seen(place)
    with Store.open(place.store.path, operator="bob") as other:
        bobs = Workplace(other, place.root, place.packs)
        mine = seen(bobs)
        save(bobs, mine, with_base(bobs, mine, {**BASE, "label": "bob's"}))
    with pytest.raises(ChangedMeanwhile, match="by bob"):
        save(place, before, with_line(before, 2, LINE))
    assert seen(place).device.label == "bob's"


def test_lines_move_and_change_places(place: Workplace) -> None:
    save(place, seen(place), with_line(seen(place), 2, LINE))
    save(place, seen(place), moved_line(seen(place), 1, 1))
    assert [line.extension for line in seen(place).device.lines] == ["104", "101"]
    with pytest.raises(BadValue, match="lines 1 to 4"):
        moved_line(seen(place), 1, -1)


def test_only_free_extensions_of_the_tenant_and_ones_own_are_found(place: Workplace) -> None:
    find = free_extensions(place, "acme", "101")
    assert find("") == [("101", "Person 101"), ("104", "Person 104")]
    assert find("4 person") == [("104", "Person 104")] and find("nobody") == []
    assert free_extensions(place, "acme")("") == [("104", "Person 104")]
    assert free_extensions(place, "bolt")("10%") == []


def test_another_tenant_or_model_takes_off_what_does_not_fit(place: Workplace) -> None:
    before = seen(place)
    save(place, before, with_base(place, before, {**BASE, "tenant": "bolt", "label": "moved"}))
    after = seen(place).device
    assert (after.tenant, after.lines, after.template, after.label) == ("bolt", (), "Sales", "moved")
    with pytest.raises(BadValue, match="template"):
        with_base(place, seen(place), {**BASE, "model": "T2"})


def test_another_set_keeps_everything_but_the_mac(place: Workplace) -> None:
    assert replace_mac(place, seen(place), "00:11:22:AA:bb:cc") == "001122aabbcc"
    assert seen(place, "001122aabbcc").device.lines and opened(place, MACS[0]) is None
    with pytest.raises(ApsError, match="is a device already"):
        replace_mac(place, seen(place, MACS[1]), MACS[2])


def test_the_history_tells_changes_and_commits_and_masks_what_was_secret(place: Workplace) -> None:
    commit(place)
    before = seen(place)
    save(place, before, with_line(before, 1, {**LINE, "label": "New"}))
    commit(place)
    found = events(place, MACS[0])
    assert [event.operator for event in found] == ["tester"] * 4
    words = [event.words for event in found]
    assert f"commit 2 changed {MACS[0]}.cfg" in words and "change: line 1" in words
    lines = past_diff(place, 2, f"{MACS[0]}.cfg")
    assert "+account.1.label = New" in lines and "-account.1.user = 101" in lines
    assert "s3cret" not in "".join(lines)
    assert "+account.1.user = 101" in past_diff(place, 1, f"{MACS[0]}.cfg")


def test_neighbours_end_at_the_ends() -> None:
    assert [neighbour("abc", one, 1) for one in "abcx"] == ["b", "c", "c", "a"]
    assert neighbour("abc", "a", -1) == "a" and neighbour([], "a", 1) == "a"
