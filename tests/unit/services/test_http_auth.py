"""HTTP passwords of devices: in the files of every vendor, in the password file, and never lost on the way."""

from __future__ import annotations

import base64
import hashlib
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bcrypt
import pytest

from aps_tui.data.requests import Request
from aps_tui.data.settings import Level
from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.http_auth import check_key, check_password, check_user, password_of, user_of, with_login
from aps_tui.services import http_auth, passwords
from aps_tui.services.commit import commit, recover
from aps_tui.services.diffs import open_diffs
from aps_tui.services.planning import plan
from aps_tui.services.render import render_device
from aps_tui.services.sitefile import dump, load
from aps_tui.services.undo import undo
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.unit.services.small_site import MACS, make_pack, open_site
from tests.unit.services.test_every_family import document, families

FIRST, SECRET = "newphone", "First-Contact-7yK2"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """The small site, whose phones carry HTTP user and password, with both ways on."""
    make_pack(tmp_path / "packs")
    template = tmp_path / "packs" / "testphone" / "mac.cfg.j2"
    template.write_text("user = {{ general.http_user }}\npass = {{ general.http_password }}\n" + template.read_text())
    with open_site(tmp_path) as site:
        turn_on(site)
        yield site


def turn_on(place: Workplace) -> None:
    settings = place.store.provisioning.get()
    place.store.provisioning.save(
        replace(settings, http_auth=True, first_contact_user=FIRST, first_contact_password=SECRET)
    )


def key_of(place: Workplace) -> str:
    return place.store.provisioning.get().http_key


def users(place: Workplace) -> dict[str, str]:
    lines = place.passwords.file.read_text().splitlines()
    return dict(line.split(":", 1) for line in lines)


def lets_in(place: Workplace, user: str, password: str) -> bool:
    said = users(place).get(user)
    if said is None or said.startswith("$"):
        return said is not None and bcrypt.checkpw(password.encode(), said.encode())
    return said == "{SHA}" + base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()


def fetched(place: Workplace, mac: str, user: str, status: int = 200) -> None:
    """A web server's log says that a phone came as a user."""
    at = place.store.db.now() + 1
    place.store.requests.record([Request(mac, f"{mac}.cfg", "10.0.0.1", "http", status, 100, "", at, user)])


def test_a_commit_writes_password_file_and_files_alike(place: Workplace) -> None:
    outcome = commit(place)
    assert not outcome.refused
    assert set(users(place)) == {*MACS, FIRST}
    assert stat.S_IMODE(place.passwords.file.stat().st_mode) == 0o640
    for mac in MACS:
        said = dict(re.findall(r"^(user|pass) = (.*)$", (place.root / f"{mac}.cfg").read_text(), re.M))
        assert said["user"] == mac and lets_in(place, mac, said["pass"]), mac
        assert re.fullmatch("[A-Za-z0-9]{24}", said["pass"])
    assert lets_in(place, FIRST, SECRET) and not lets_in(place, FIRST, "x")
    without_line = {path.name for path in place.passwords.contacts.iterdir()}
    lineless = {mac for mac in MACS if "UNPROV" in (place.root / f"{mac}.cfg").read_text()}
    assert without_line == lineless and lineless
    before = place.passwords.file.stat().st_mtime_ns, place.passwords.file.read_bytes()
    assert commit(place).generation is None
    assert (place.passwords.file.stat().st_mtime_ns, place.passwords.file.read_bytes()) == before


def test_off_writes_nothing_and_an_unprovisioned_phone_is_told_no_half_of_it(tmp_path: Path) -> None:
    make_pack(tmp_path / "packs")
    template = tmp_path / "packs" / "testphone" / "mac.cfg.j2"
    template.write_text("user = {{ general.http_user }}\npass = {{ general.http_password }}\n" + template.read_text())
    with open_site(tmp_path) as place:
        for name, value in (("general.http_user", "phones"), ("general.http_password", "pssst-pssst")):
            place.store.settings.set(Level("site"), name, value)
        commit(place)
        assert not place.passwords.file.exists()
        for mac in MACS:
            text = (place.root / f"{mac}.cfg").read_text()
            assert ("phones" in text, "pssst-pssst" in text) == (("UNPROV" not in text),) * 2


def test_a_password_changes_in_two_steps(place: Workplace) -> None:
    commit(place)
    mac, key = MACS[0], key_of(place)
    old, new = password_of(key, mac, 0), password_of(key, mac, 1)
    assert http_auth.rotate(place, [mac]).done == [mac]
    assert [change.mac for change in plan(place).changes] == [mac]
    commit(place)
    assert lets_in(place, mac, old) and lets_in(place, f"{mac}.2", new)
    assert f"user = {mac}.2\npass = {new}\n" in (place.root / f"{mac}.cfg").read_text()

    assert http_auth.rotate(place, [mac]) == ([], [mac])  # a phone that has not fetched would be locked out
    fetched(place, mac, mac)
    fetched(place, mac, f"{mac}.2", status=401)
    commit(place)
    assert lets_in(place, mac, old)
    fetched(place, mac, f"{mac}.2")
    commit(place)
    assert mac not in users(place) and lets_in(place, f"{mac}.2", new)

    assert http_auth.rotate(place, None).done == sorted(MACS)
    commit(place)
    assert lets_in(place, mac, password_of(key, mac, 2)) and lets_in(place, f"{mac}.2", new)
    http_auth.drop(place, [mac])
    assert f"{mac}.2" not in users(place) and lets_in(place, mac, password_of(key, mac, 2))


def test_an_undo_brings_back_files_whose_password_is_valid(place: Workplace) -> None:
    commit(place)
    mac, key = MACS[0], key_of(place)
    http_auth.rotate(place, [mac])
    commit(place)
    fetched(place, mac, f"{mac}.2")
    commit(place)
    http_auth.drop(place, [mac])
    assert mac not in users(place)
    undo(place, 1)
    assert f"user = {mac}\n" in (place.root / f"{mac}.cfg").read_text()
    assert lets_in(place, mac, password_of(key, mac, 0)) and lets_in(place, f"{mac}.2", password_of(key, mac, 1))
    commit(place)
    fetched(place, mac, f"{mac}.2")
    commit(place)
    assert mac not in users(place)


def test_first_contact_opens_for_a_window_and_ends_when_the_phone_was_seen(place: Workplace) -> None:
    commit(place)
    bound = next(mac for mac in MACS if "UNPROV" not in (place.root / f"{mac}.cfg").read_text())
    marker = place.passwords.contacts / bound
    assert not marker.exists()
    assert http_auth.open_contact(place, [bound], 24).done == [bound] and marker.exists()
    assert [one.first_contact for one in http_auth.standings(place, [bound])] == [True]
    fetched(place, bound, bound)
    commit(place)
    assert not marker.exists()
    http_auth.open_contact(place, [bound], 24)
    http_auth.open_contact(place, [bound], 0)
    assert not marker.exists()


def test_what_cannot_be_written_stops_the_commit_before_anything_changes(place: Workplace, tmp_path: Path) -> None:
    blocked = replace(place, htpasswd=tmp_path / "packs" / "testphone" / "vendor.toml" / "htpasswd")
    with pytest.raises(ApsError, match=r"cannot be written .*\[web\] htpasswd"):
        commit(blocked)
    assert list(place.root.iterdir()) == [] and place.store.generations.history() == []
    below = replace(place, htpasswd=place.root / "htpasswd")
    with pytest.raises(ApsError, match="below the root"):
        commit(below)
    assert list(place.root.iterdir()) == []
    assert not commit(place).refused


def test_a_commit_that_was_killed_leaves_a_password_file_that_fits(place: Workplace) -> None:
    class Killed(Exception):
        pass

    def step(what: str) -> None:
        if what == "begun":
            raise Killed

    with pytest.raises(Killed):
        commit(place, step=step)
    assert recover(place) == 1
    mac = MACS[0]
    assert lets_in(place, mac, password_of(key_of(place), mac, 0))
    assert not list(place.passwords.file.parent.glob(".*.new"))


def test_a_device_may_say_its_own_password(place: Workplace) -> None:
    mac = MACS[0]
    place.store.settings.set(Level("device", mac), "general.http_password", "My-Own-Password-1")
    commit(place)
    assert lets_in(place, mac, "My-Own-Password-1")
    assert "pass = My-Own-Password-1\n" in (place.root / f"{mac}.cfg").read_text()
    assert http_auth.rotate(place, [mac]) == ([], [mac])
    assert http_auth.reveal(place, mac) == (mac, "My-Own-Password-1")


def test_secrets_stay_out_of_diffs_dumps_and_the_audit_trail(place: Workplace) -> None:
    mac, key = MACS[0], key_of(place)
    commit(place)
    http_auth.rotate(place, [mac])
    assert http_auth.reveal(place, mac)[1] == password_of(key, mac, 1)
    with open_diffs(place) as diffs:
        shown = "\n".join(diffs.of(change) for change in plan(place).changes)
    secrets = (key, SECRET, password_of(key, mac, 0), password_of(key, mac, 1))
    assert f"{mac}.2" in shown
    trail = repr(place.store.audit.recent(1000))
    assert "HTTP password" in trail
    for secret in secrets:
        assert secret not in shown and secret not in trail
        assert secret not in repr(dump(place.store, secrets=False)) and secret not in repr(
            place.store.provisioning.get()
        )
    assert key in repr(dump(place.store))


def test_a_site_file_carries_the_key_and_one_without_it_leaves_it(place: Workplace, tmp_path: Path) -> None:
    key, packs = key_of(place), place.packs
    document = dump(place.store)
    with Store.open(tmp_path / "other.sqlite3") as other:
        load(other, packs, document)
        assert other.provisioning.get().http_key == key
    load(place.store, packs, {"version": 1, "provisioning": {"http_auth": False}})
    load(place.store, packs, {"version": 1, "provisioning": {"http_auth": True}})
    assert key_of(place) == key
    for said in ({"http_key": "x"}, {"first_contact_user": MACS[0]}, {"first_contact_password": "short"}):
        with pytest.raises(ApsError) as caught:
            load(place.store, packs, {"version": 1, "provisioning": said})
        assert next(iter(said)) in str(caught.value) and "short" not in str(caught.value)


def test_hashes_are_made_once(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = passwords._hash

    def counted(password: str, way: str) -> str:
        made.append(password)
        return real(password, way)

    monkeypatch.setattr(passwords, "_hash", counted)
    commit(place)
    assert len(made) == len(MACS) + 1
    commit(place)
    assert len(made) == len(MACS) + 1
    http_auth.rotate(place, [MACS[0]])
    commit(place)
    assert len(made) == len(MACS) + 2
    place.store.devices.delete([MACS[1]])
    commit(place)
    assert MACS[1] not in users(place) and MACS[1] not in place.store.http_logins.hashes()


def test_what_people_chose_is_hashed_slowly_and_what_we_made_tells_by_no_time_who_there_is(place: Workplace) -> None:
    place.store.settings.set(Level("device", MACS[0]), "general.http_password", "typed-by-people")
    commit(place)
    slow = {user for user, hash in users(place).items() if hash.startswith("$2y$05$")}
    assert slow == {FIRST, MACS[0]} and lets_in(place, MACS[0], "typed-by-people")
    assert {hash[:5] for user, hash in users(place).items() if user not in slow} == {"{SHA}"}


def test_hashes_of_another_kind_are_made_anew(place: Workplace) -> None:
    commit(place)
    hashes = place.store.http_logins.hashes()
    place.store.http_logins.keep_hashes(dict.fromkeys(MACS, ("0" * 24, "$2y$04$of-an-earlier-day")))
    commit(place)
    assert place.store.http_logins.hashes() == hashes


@pytest.mark.parametrize("text", ["", "ab", "805ec0000001", "805EC0000001", "a b c", "név", "a:b", "x" * 33, "1abc"])
def test_hostile_users_of_first_contact_are_refused(text: str) -> None:
    with pytest.raises(BadValue):
        check_user(text)


@pytest.mark.parametrize(
    "text", ["", "short", "with blank in it", "with:colon-in-it", "x" * 65, "slash/slash/slash", "é" * 12]
)
def test_hostile_passwords_of_first_contact_are_refused_without_being_shown(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        check_password(text)
    assert not text or text not in str(caught.value)
    with pytest.raises(BadValue):
        check_key(text)


def test_a_url_takes_a_login_once() -> None:
    assert with_login("http://1.1.1.1:5555/a/", "u", "p") == "http://u:p@1.1.1.1:5555/a/"
    for same in ("tftp://1.1.1.1/", "http://x:y@1.1.1.1/", ""):
        assert with_login(same, "u", "p") == same


def test_every_family_of_every_vendor_is_told_its_own_login(tmp_path: Path) -> None:
    packs = load_packs([SHIPPED])
    chosen = families(packs)
    said = document(chosen)
    said["site"]["settings"]["general.provisioning_url"] = "http://1.1.1.1:5555/tftpboot/"
    said["provisioning"] = {"http_auth": True, "unprovisioned_secret": "limited-Account-5x"}
    (tmp_path / "tftpboot").mkdir()
    with Store.open(tmp_path / "state" / "aps.sqlite3", operator="tester") as store:
        load(store, packs, said)
        place = Workplace(store, tmp_path / "tftpboot", packs)
        for bound in (True, False):
            if not bound:
                lineless = [{**one, "line": [], "key": []} for one in said["device"]]
                load(store, packs, {"version": 1, "device": lineless})
            outcome = commit(place)
            assert outcome.found.problems == []
            owners = {one["mac"]: model.family for (_, model), one in zip(chosen, said["device"], strict=True)}
            assert {family for mac, family in owners.items() if not told(place, mac)} == NOT_TOLD, bound
            by_hand = {owners[one.mac] for one in http_auth.standings(place) if one.state == "by hand"}
            assert by_hand == NOT_TOLD
            secrets = {mac: password_of(key_of(place), mac, 0).encode() for mac in owners}
            for path in place.root.iterdir():
                data = path.read_bytes()
                found = [mac for mac, secret in secrets.items() if secret in data]
                assert found in ([], [mac for mac in owners if mac in path.name.lower()]), path.name
            assert set(users(place)) == set(owners)


NOT_TOLD = {"touch", "MP-11x", "7940", "79x5", "79xx", "89xx", "ata190", "intercom", "speaker", "mdect"}
"""Families whose files have no place for it: they take their files by TFTP, or are told in the unit itself."""


def told(place: Workplace, mac: str) -> bool:
    """Whether the files of a device hold its user and its password; masked, they never do."""
    password = password_of(key_of(place), mac, 0)
    text = "\n".join(file.text for file in render_device(place, mac).files)
    masked = "\n".join(file.text for file in render_device(place, mac, masked=True).files)
    assert password not in masked
    return password in text and user_of(mac, 0) in text
