"""Why a phone does not work: each fault is found from what was really seen and what really lies on the disk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data.requests import Registration
from aps_tui.domain.errors import BadValue
from aps_tui.services.commit import commit
from aps_tui.services.queue import why
from aps_tui.services.workplace import Workplace
from tests.unit.services.arrived import arrive, ask
from tests.unit.services.small_site import MACS

MAC, UNBOUND, NEW = MACS[0], MACS[5], "0011220000aa"
FILE = f"{MAC}.cfg"


@pytest.fixture
def late(place: Workplace) -> float:
    """The site is committed; a time after that."""
    commit(place)
    return place.store.db.now() + 60


def told(place: Workplace, mac: str = MAC) -> dict[str, list[str]]:
    """What is found, by how bad it is, each with what to do."""
    found: dict[str, list[str]] = {}
    for one in why(place, mac).findings:
        assert one.do or one.kind in ("good", "note"), one
        found.setdefault(one.kind, []).append(f"{one.text} {one.do}")
    return found


def test_a_phone_that_works_has_no_fault(place: Workplace, late: float) -> None:
    arrive(place.store, [MAC])
    ask(place.store, MAC, FILE, at=late, bytes=(place.root / FILE).stat().st_size)
    place.store.requests.registered([Registration(MAC, "101", "", "10.0.0.7", "", late)])
    found = told(place)
    assert not found.keys() & {"fault", "doubt"}
    assert any("as it stands now" in one for one in found["good"]) and any("as 101" in one for one in found["good"])


@pytest.mark.parametrize(
    ("path", "status", "more", "said"),
    [
        (FILE, 404, {}, "so the server serves another root"),
        (FILE, 404, {"source": "tftp"}, "--permissive"),
        (FILE, 200, {"bytes": 3}, "serves another root"),
        (FILE, 401, {}, "general.http_password"),
        (FILE, 403, {}, "may not give it"),
        (FILE, 503, {}, "its error log"),
        (FILE.upper(), 404, {}, f"its file is called {FILE}"),
        (f"tftpboot/{FILE}", 404, {}, "Take tftpboot/ off the URL"),
    ],
)
def test_what_it_got_tells_what_is_wrong(
    place: Workplace, late: float, path: str, status: int, more: dict[str, object], said: str
) -> None:
    arrive(place.store, [MAC])
    ask(place.store, MAC, path, status, late, **more)
    assert any(said in one for one in told(place)["fault"])


def test_a_fetch_before_the_commit_is_an_older_file(place: Workplace, late: float) -> None:
    arrive(place.store, [MAC])
    ask(place.store, MAC, FILE, at=late - 3600)
    assert any("before the last commit" in one for one in told(place)["doubt"])
    ask(place.store, MAC, FILE, 404, late - 3500)
    assert any("before the file was written" in one for one in told(place)["doubt"])


def test_the_disk_is_looked_at(place: Workplace, late: float) -> None:
    file = place.root / FILE
    file.chmod(0o600)
    assert any("its owner alone (mode 600)" in one for one in told(place)["fault"])
    file.write_text("by hand\n")
    assert any("someone edited it" in one for one in told(place)["doubt"])
    file.unlink()
    assert any("is gone" in one for one in told(place)["fault"])
    file.symlink_to("/etc/hostname")
    assert any("link or a folder" in one for one in told(place)["fault"])


def test_a_phone_that_asked_for_nothing(place: Workplace, late: float) -> None:
    assert any("never seen" in one for one in told(place)["fault"])
    arrive(place.store, [MAC])
    assert any("asked for no file" in one and "aps-tui dhcp" in one for one in told(place)["fault"])
    ask(place.store, MAC, "common-T1.cfg", at=late)
    assert any(f"never for {FILE}" in one for one in told(place)["doubt"])


def test_the_wrong_model_shows(place: Workplace, late: float) -> None:
    arrive(place.store, [MAC], model="T2")
    assert any("testphone/T1, and by its user agent it is testphone/T2" in one for one in told(place)["doubt"])
    arrive(place.store, [MAC], conflict="lease says T2")
    assert any("lease says T2" in one for one in told(place)["doubt"])


def test_how_the_pbx_and_a_resync_know_it(place: Workplace, late: float) -> None:
    arrive(place.store, [MAC])
    place.store.requests.registered([Registration(MAC, f"aps-{MAC}", "", "", "", late)])
    assert any("has not taken the file with its line" in one for one in told(place)["fault"])
    for state, kind in (("sent", "note"), ("fetched", "good"), ("silent", "fault"), ("failed", "fault")):
        place.store.db.execute_sql("REPLACE INTO resync (mac, at, event, state) VALUES (?, 1, 'x', ?)", (MAC, state))
        assert any("told to fetch" in one for one in told(place)[kind])


def test_what_is_no_device_gets_no_file(place: Workplace) -> None:
    arrive(place.store, [NEW])
    assert any("no device yet" in one for one in told(place, NEW)["fault"])
    place.store.provisioning.save(replace(place.store.provisioning.get(), whitelist=("10.9.0.0/16",)))
    assert any("whitelist does not let it in" in one for one in told(place, NEW)["fault"])
    place.store.arrivals.ignore([NEW])
    assert any("ignored" in one for one in told(place, NEW)["fault"])
    arrive(place.store, ["00e0b5000001"], vendor="", model="")
    assert any("No vendor pack supports it" in one for one in told(place, "00e0b5000001")["fault"])


def test_what_waits_for_a_commit_says_so(place: Workplace) -> None:
    assert any("not written yet" in one for one in told(place)["fault"])
    assert any("no file of it is written yet" in one for one in told(place, UNBOUND)["fault"])
    commit(place)
    assert any("It has no line" in one for one in told(place, UNBOUND)["note"])


def test_hostile_names_are_never_looked_up(place: Workplace, late: float) -> None:
    arrive(place.store, [MAC])
    for path in ("../state/aps.sqlite3", "/etc/passwd", "a\x1b[2Jb", "x" * 500, "", "a/./b"):
        ask(place.store, MAC, path, 404, late)
    report = why(place, MAC)
    assert report.scene.under_root == frozenset()


def test_what_was_never_seen_is_an_error(place: Workplace) -> None:
    with pytest.raises(BadValue, match="never seen"):
        why(place, "00:11:22:00:00:ee")
    with pytest.raises(BadValue, match="not a MAC"):
        why(place, "nonsense")


def test_a_root_that_is_gone_is_said(place: Workplace, late: float) -> None:
    place.root.rename(place.root.with_name("elsewhere"))
    assert any("root cannot be looked at" in one for one in told(place)["fault"])
