"""Files are withdrawn some hours after their first fetch, come back when they change or are opened, and stand still."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data.requests import Request
from aps_tui.domain.errors import ApsError, BadValue, Faults
from aps_tui.domain.site import Extension, Line
from aps_tui.services import provisioning
from aps_tui.services.commit import commit, recover
from aps_tui.services.lock import Busy, commit_lock
from aps_tui.services.planning import plan
from aps_tui.services.queue import why
from aps_tui.services.sitefile import dump, load
from aps_tui.services.undo import undo
from aps_tui.services.watch.upkeep import NOTE, upkeep
from aps_tui.services.windows import Standing, close_files, open_files, standings
from aps_tui.services.workplace import Workplace
from tests.unit.services.site_clock import HOUR, SiteClock, fetched, say
from tests.unit.services.small_site import MACS, contents

HOURS = 24
MAC, OTHER = MACS[0], MACS[1]
FILE = f"{MAC}.cfg"


@pytest.fixture
def clock(place: Workplace) -> SiteClock:
    """The site's clock; all is committed, and files are withdrawn after a day."""
    found = SiteClock(place)
    say(place, withdraw_hours=HOURS)
    commit(place)
    return found


def fetch(place: Workplace, *macs: str) -> None:
    """Phones get their files a second from now, and that second goes by."""
    fetched(place, *(macs or (MAC,)))
    clock = place.store.db.now
    assert isinstance(clock, SiteClock)
    clock.now += 1


def standing(place: Workplace, mac: str = MAC) -> Standing:
    (found,) = standings(place, [mac])
    return found


def state(place: Workplace, mac: str = MAC) -> str:
    return place.store.queue.of([mac])[0].state


def relabel(place: Workplace, mac: str = MAC) -> None:
    device = place.store.devices.get(mac)
    assert device is not None
    place.store.devices.save(replace(device, lines=(replace(device.lines[0], label="another"), *device.lines[1:])))


@pytest.fixture
def withdrawn(place: Workplace, clock: SiteClock) -> Workplace:
    """One phone fetched its file, and a day went by."""
    fetch(place)
    clock.later(hours=HOURS)
    assert upkeep(place) == "" and FILE not in contents(place.root)
    return place


def test_it_is_off_until_it_is_said(place: Workplace) -> None:
    clock = SiteClock(place)
    commit(place)
    fetch(place)
    clock.later(hours=10_000)
    assert upkeep(place) == "" and plan(place).changes == [] and standing(place).state == "kept"


def test_a_plan_shows_it_the_watcher_does_it_and_the_next_commit_writes_nothing(
    place: Workplace, clock: SiteClock
) -> None:
    fetch(place)
    assert standing(place).state == "closing" and standing(place).until == clock.now + HOURS * HOUR
    clock.later(hours=HOURS - 0.1)
    assert plan(place).changes == [] and upkeep(place) == ""
    clock.later(hours=0.2)
    before = contents(place.root)
    found = plan(place)
    assert [(one.path, one.kind) for one in found.changes] == [(FILE, "remove")]
    assert found.reasons(place).words(found.changes[0].causes) == ["withdrawn: 24 h after their first fetch"]
    assert contents(place.root) == before, "a plan writes nothing"
    assert upkeep(place) == ""
    assert contents(place.root).keys() == before.keys() - {FILE}
    assert place.store.generations.history(1)[0].generation.note == NOTE
    last = place.store.audit.of("device", MAC, 1)[0]
    assert (last.action, last.detail) == ("withdraw", "24 h after their first fetch")
    assert plan(place).changes == [] and commit(place).generation is None and commit(place, [MAC]).generation is None
    assert commit(place, overwrite=True).generation is None and upkeep(place) == ""


def test_an_operators_commit_withdraws_as_well(place: Workplace, clock: SiteClock) -> None:
    fetch(place)
    clock.later(hours=HOURS)
    outcome = commit(place)
    assert outcome.removed == 1 and FILE not in contents(place.root) and commit(place).generation is None


def test_all_lists_take_it_for_synced(withdrawn: Workplace) -> None:
    place = withdrawn
    row = place.store.queue.of([MAC])[0]
    assert row.state == "O" and row.withdrawn
    assert place.store.devices.page("state:w")[0].mac == MAC and place.store.devices.states()["W"] == 1
    assert MAC not in place.store.resyncs.behind() and OTHER in place.store.resyncs.behind()
    assert MAC not in [one.mac for one in place.store.health.fetching()]
    found = [one for one in why(place, MAC).findings if one.kind in ("fault", "doubt")]
    assert not found and "withdrawn" in why(place, MAC).findings[0].text
    place.store.requests.record([Request(MAC, FILE, "10.0.0.1", "http", 404, 0, "", place.store.db.now())])
    assert not [one for one in why(place, MAC).findings if one.kind in ("fault", "doubt")], "it asks in vain"


def test_only_what_was_fetched_since_it_was_written_counts(place: Workplace, clock: SiteClock) -> None:
    place.store.requests.record([Request(MAC, FILE, "10.0.0.1", "http", 200, 9, "", clock.now - 60)])
    place.store.requests.record([Request(MAC, FILE, "10.0.0.1", "http", 404, 9, "", clock.now + 60)])
    place.store.requests.record([Request(OTHER, FILE, "10.0.0.1", "http", 200, 9, "", clock.now + 60)])
    clock.later(hours=10 * HOURS)
    assert standing(place).state == "open" and plan(place).changes == []


def test_the_first_fetch_counts_and_not_the_latest(place: Workplace, clock: SiteClock) -> None:
    fetch(place)
    clock.later(hours=HOURS - 1)
    fetch(place)
    clock.later(hours=1)
    assert len(plan(place).changes) == 1


def test_a_change_opens_it_until_it_is_fetched(withdrawn: Workplace, clock: SiteClock) -> None:
    place = withdrawn
    relabel(place)
    assert state(place) == "B"
    assert upkeep(place) == "" and FILE not in contents(place.root), "the watcher commits nobody's changes"
    assert commit(place).written == 1 and "another" in contents(place.root)[FILE].decode()
    assert standing(place).state == "open" and state(place) == "C"
    clock.later(hours=10 * HOURS)
    assert upkeep(place) == "" and FILE in contents(place.root), "it was not fetched yet"
    fetch(place)
    assert state(place) == "O"
    clock.later(hours=HOURS)
    assert upkeep(place) == "" and FILE not in contents(place.root)


def test_what_renders_the_same_stays_withdrawn(withdrawn: Workplace) -> None:
    place = withdrawn
    device = place.store.devices.get(MAC)
    assert device is not None
    place.store.devices.save(replace(device, label="at the door"))  # no file carries it
    assert plan(place).changes == [] and commit(place).generation is None
    assert FILE not in contents(place.root) and standing(place).state == "withdrawn"


def test_a_change_that_is_not_committed_is_not_written_by_the_watcher(place: Workplace, clock: SiteClock) -> None:
    fetch(place)
    clock.later(hours=HOURS)
    relabel(place)
    before = contents(place.root)
    assert upkeep(place) == "" and contents(place.root) == before
    assert [one.kind for one in plan(place).changes] == ["change"], "and by its operator it is"


def test_opened_for_an_hour(withdrawn: Workplace, clock: SiteClock) -> None:
    place = withdrawn
    before = place.store.generations.history(1)[0].generation.id
    found = open_files(place, [MAC, OTHER], 1)
    assert found == ([MAC], [OTHER], before + 1) and FILE in contents(place.root)
    assert standing(place).state == "closing" and standing(place).until == clock.now + HOUR
    assert state(place) == "O", "it has what the file says"
    assert place.store.audit.of("device", MAC, 1)[0][6:] == ("open", "for 1 h")
    assert plan(place).changes == [] and upkeep(place) == ""
    clock.later(hours=1)
    assert upkeep(place) == "" and FILE not in contents(place.root) and state(place) == "O"


def test_opened_until_it_is_fetched(withdrawn: Workplace, clock: SiteClock) -> None:
    place = withdrawn
    open_files(place, [MAC], None)
    clock.later(hours=10 * HOURS)
    assert upkeep(place) == "" and FILE in contents(place.root) and state(place) == "C"
    fetch(place)
    clock.later(hours=HOURS)
    assert upkeep(place) == "" and FILE not in contents(place.root)


def test_closed_before_its_time(withdrawn: Workplace) -> None:
    place = withdrawn
    open_files(place, [MAC], 8)
    assert close_files(place, [MAC, OTHER])[:2] == ([MAC], [OTHER]) and FILE not in contents(place.root)
    assert close_files(place, [MAC]).done == []


def test_what_is_to_be_withdrawn_later_is_kept_longer(place: Workplace, clock: SiteClock) -> None:
    fetch(place)
    clock.later(hours=HOURS - 1)
    assert open_files(place, [MAC], 5).done == [MAC]
    clock.later(hours=2)
    assert upkeep(place) == "" and FILE in contents(place.root)
    clock.later(hours=3)
    assert upkeep(place) == "" and FILE not in contents(place.root)


@pytest.mark.parametrize("hours", [0, -1, 24 * 31 + 1, float("nan"), float("inf")])
def test_hours_that_are_none(withdrawn: Workplace, hours: float) -> None:
    with pytest.raises(BadValue, match="hours are needed"):
        open_files(withdrawn, [MAC], hours)


def test_devices_that_are_none(withdrawn: Workplace) -> None:
    for act in (lambda mac: open_files(withdrawn, [mac], 1), lambda mac: close_files(withdrawn, [mac]),
                lambda mac: standings(withdrawn, [mac])):  # fmt: skip
        with pytest.raises(BadValue, match="no such device"):
            act("00112233ffff")
        with pytest.raises(BadValue):
            act("not a mac")


def test_an_opening_that_cannot_be_written_opens_nothing(withdrawn: Workplace) -> None:
    place = withdrawn
    (place.root / FILE).write_text("of somebody else")
    with pytest.raises(ApsError, match="edited by hand"):
        open_files(place, [MAC], 1)
    assert standing(place).state == "withdrawn" and contents(place.root)[FILE] == b"of somebody else"
    with commit_lock(place.store.path, "bob"), pytest.raises(Busy):
        open_files(place, [MAC], 1)
    assert standing(place).state == "withdrawn"


def test_an_undo_brings_files_back_and_they_stay(withdrawn: Workplace, clock: SiteClock) -> None:
    place = withdrawn
    undo(place)
    assert FILE in contents(place.root) and standing(place).state == "open"
    clock.later(hours=10 * HOURS)
    assert upkeep(place) == "" and plan(place).changes == [] and FILE in contents(place.root)


def test_off_again_it_all_comes_back_with_the_next_commit(withdrawn: Workplace) -> None:
    place = withdrawn
    say(place, withdraw_hours=0)
    assert upkeep(place) == "" and [one.kind for one in plan(place).changes] == ["add"]
    assert commit(place).written == 1 and FILE in contents(place.root) and commit(place).generation is None
    assert standing(place).state == "kept"


def test_longer_or_shorter_renders_nothing(place: Workplace, clock: SiteClock) -> None:
    fetch(place)
    for hours in (48, 12):
        say(place, withdraw_hours=hours)
        assert plan(place).done == []
    clock.later(hours=13)
    assert len(plan(place).changes) == 1


def test_unprovisioned_phones_and_shared_files_stay(place: Workplace, clock: SiteClock) -> None:
    fetch(place, *MACS)
    place.store.requests.record([Request(MAC, "common-T1.cfg", "10.0.0.1", "http", 200, 9, "", clock.now + 1)])
    clock.later(hours=HOURS)
    assert upkeep(place) == ""
    assert contents(place.root).keys() == {f"{MACS[5]}.cfg", "common-T1.cfg", "common-T2.cfg"}
    device = place.store.devices.get(MACS[5])
    assert device is not None
    place.store.extensions.save_many([Extension("bolt", "150", "150", "150", "s3cret-bolt-150", "New")])
    place.store.devices.save(replace(device, lines=(Line(1, "150"),)))
    commit(place)
    assert standing(place, MACS[5]).state == "open", "what it fetched as an unprovisioned phone does not count"


def test_a_line_less_gets_its_unprov_file(withdrawn: Workplace) -> None:
    place = withdrawn
    device = place.store.devices.get(MAC)
    assert device is not None
    place.store.devices.save(replace(device, lines=()))
    assert commit(place).written == 1 and "UNPROV" in contents(place.root)[FILE].decode()


def test_a_device_that_is_made_anew_begins_anew(withdrawn: Workplace) -> None:
    place = withdrawn
    device = place.store.devices.get(MAC)
    assert device is not None
    place.store.devices.delete([MAC])
    place.store.devices.save(replace(device, id=None))
    assert commit(place).written == 1 and standing(place).state == "open"


def test_vendors_whose_phones_need_their_file(place: Workplace, clock: SiteClock) -> None:
    vendor = place.packs.vendors["testphone"]
    place.packs.vendors["testphone"] = replace(vendor, never_withdraw=True)  # type: ignore[index]
    fetch(place)
    clock.later(hours=HOURS)
    assert upkeep(place) == "" and plan(place).changes == [] and standing(place).state == "kept"


def test_and_when_a_pack_comes_to_say_so_files_come_back(withdrawn: Workplace) -> None:
    vendor = withdrawn.packs.vendors["testphone"]
    withdrawn.packs.vendors["testphone"] = replace(vendor, never_withdraw=True)  # type: ignore[index]
    assert commit(withdrawn).written == 1 and FILE in contents(withdrawn.root)


def test_a_file_that_was_edited_is_not_taken_and_the_watcher_says_so(place: Workplace, clock: SiteClock) -> None:
    fetch(place, MAC, OTHER)
    (place.root / FILE).write_text("by hand")
    clock.later(hours=HOURS)
    assert "edited by hand" in upkeep(place)
    assert FILE in contents(place.root) and f"{OTHER}.cfg" not in contents(place.root), "the others go"
    assert commit(place, overwrite=True).removed == 1


def test_a_device_that_cannot_be_rendered_keeps_the_others_from_nothing(place: Workplace, clock: SiteClock) -> None:
    fetch(place, MAC, OTHER)
    place.store.db.execute_sql("UPDATE device SET model = 'T9', template = NULL WHERE mac = ?", (MAC,))
    clock.later(hours=HOURS)
    assert f"files of {MAC}" in upkeep(place)
    assert FILE in contents(place.root) and f"{OTHER}.cfg" not in contents(place.root)


def test_killed_right_after_the_point_of_no_return_it_is_withdrawn_all_the_same(
    place: Workplace, clock: SiteClock
) -> None:
    fetch(place)
    clock.later(hours=HOURS)

    def killed(step: str) -> None:
        if step == "begun":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commit(place, step=killed)
    recover(place)
    assert FILE not in contents(place.root) and standing(place).state == "withdrawn"
    assert plan(place).changes == [] and commit(place).generation is None


def test_with_encrypted_secrets_and_http_passwords(place: Workplace, clock: SiteClock) -> None:
    place.store.reseal(bytes(range(64)))
    say(place, http_auth=True)
    commit(place)
    fetch(place)
    clock.later(hours=HOURS)
    users = place.passwords.file.read_text()
    assert upkeep(place) == "" and FILE not in contents(place.root)
    assert place.passwords.file.read_text() == users, "the phone may go on asking"
    relabel(place)
    assert commit(place).written == 1 and FILE in contents(place.root)


def test_many_at_once_go_in_pieces(place: Workplace, clock: SiteClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aps_tui.services.watch.upkeep.MOST", 2)
    fetch(place, *MACS)
    clock.later(hours=HOURS)
    before = place.store.generations.history(1)[0].generation.id
    assert upkeep(place) == ""
    assert place.store.generations.history(1)[0].generation.id == before + 3
    assert sorted(one.state for one in standings(place)) == ["kept", *["withdrawn"] * 5]


def test_the_site_file_carries_it(place: Workplace, clock: SiteClock) -> None:
    say(place, expire_days=30)
    said = dump(place.store)
    assert said["provisioning"].items() >= {"withdraw_hours": HOURS, "expire_days": 30}.items()
    say(place, withdraw_hours=0, expire_days=0)
    assert not {"withdraw_hours", "expire_days"} & dump(place.store)["provisioning"].keys()
    load(place.store, place.packs, said)
    settings = place.store.provisioning.get()
    assert (settings.withdraw_hours, settings.expire_days) == (HOURS, 30)


@pytest.mark.parametrize("value", [-1, 24 * 366 + 1, 1.5, True, "24"])
@pytest.mark.parametrize("name", ["withdraw_hours", "expire_days"])
def test_a_site_file_with_times_that_are_none(place: Workplace, name: str, value: object) -> None:
    with pytest.raises(Faults, match=f"{name}: a whole number"):
        load(place.store, place.packs, {"version": 1, "provisioning": {name: value}})
    assert getattr(place.store.provisioning.get(), name) == 0


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "9999999", "²", "1 2"])
def test_settings_that_are_no_times(place: Workplace, text: str) -> None:
    for name in ("withdraw_hours", "expire_days"):
        with pytest.raises(BadValue, match="a whole number of"):
            provisioning.save(place, name, text)
    assert provisioning.save(place, "withdraw_hours", " 48 ") == []
    rows = {row.name: row for row in provisioning.rows(place)}
    assert (rows["withdraw_hours"].shown, rows["expire_days"].shown) == ("48 hours", "never")
    provisioning.save(place, "withdraw_hours", "")
    assert place.store.provisioning.get().withdraw_hours == 0
