"""Asterisk, passwords and what phones did: good and bad, and no secret in anything that is said."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aps_tui.data.arrivals import Arrival
from aps_tui.data.queue import Sighting
from aps_tui.domain.site import Device
from aps_tui.services.commit import commit
from aps_tui.services.resync import ways
from aps_tui.services.resync.settings import ResyncSettings
from aps_tui.services.unprov.options import Unprov
from aps_tui.services.unprov.prompts import CANDIDATES, DIGITS
from aps_tui.services.values import Level
from aps_tui.services.watch.status import Source, Status, encoded, watching
from aps_tui.services.watch.upkeep import upkeep
from aps_tui.services.workplace import Workplace
from tests.unit.services.arrived import ask
from tests.unit.services.doctor.conftest import Look, severities, told
from tests.unit.services.fake_asterisk import put_asterisk
from tests.unit.services.site_clock import say
from tests.unit.services.small_site import MACS
from tests.unit.wire.fake_ami import SECRET, FakeAmi, fake_ami

HOUR = 3600.0
Provision = Callable[..., None]


def ami_settings(fake: FakeAmi, folder: Path) -> ResyncSettings:
    file = folder / "ami.secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    return ResyncSettings(ami_port=fake.port, ami_user="aps", ami_secret_file=str(file))


def denies(*actions: str) -> Callable[[dict[str, str]], bytes]:
    """Answers as Asterisk does whose account lacks the classes of some actions."""

    def answer(action: dict[str, str]) -> bytes:
        said = "Permission denied" if action["Action"] in actions else "Channel not specified"
        return f"Response: Error\r\nActionID: {action['ActionID']}\r\nMessage: {said}\r\n\r\n".encode()

    return answer


def test_asterisk_is_reached_or_not(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asterisk = put_asterisk(tmp_path)
    settings = ResyncSettings(asterisk=asterisk.command)
    assert "answers on its command line" in told(look("pbx.reached", resync=settings))
    asterisk.says("Unable to connect to remote asterisk")
    assert severities(look("pbx.reached", resync=settings)) == {"fault"}
    monkeypatch.setattr(ways, "SEARCHED", str(tmp_path / "nowhere"))
    assert severities(look("pbx.reached", resync=ResyncSettings(asterisk="no-such-command"))) == {"unknown"}


def test_the_manager_is_reached_or_not(look: Look, tmp_path: Path) -> None:
    with fake_ami() as fake:
        settings = ami_settings(fake, tmp_path)
        assert "its manager interface" in told(look("pbx.reached", resync=settings))
    found = look("pbx.reached", resync=settings)
    assert severities(found) == {"fault"} and SECRET not in told(found)


@pytest.mark.parametrize(
    ("denied", "severity", "may", "not_"),
    [
        (("Command", "Originate"), "warning", "reads every SIP secret", "any command"),
        (("Originate",), "warning", "runs any command", "makes calls"),
        (("GetConfig", "Command", "Originate"), "ok", "nothing dangerous", "secret (GetConfig"),
    ],
)
def test_what_the_managers_account_may_do(
    look: Look, tmp_path: Path, denied: tuple[str, ...], severity: str, may: str, not_: str
) -> None:
    with fake_ami() as fake:
        fake.answer = denies(*denied)
        found = look("pbx.manager", resync=ami_settings(fake, tmp_path))
        asked = [dict(one)["Action"] for one in fake.asked]
    assert severities(found) == {severity} and may in told(found) and not_ not in told(found)
    assert SECRET not in repr(found) and asked == ["GetConfig", "Command", "Originate"]
    assert all("Channel" not in dict(one) and dict(one).get("Command") is None for one in fake.asked)


def test_no_manager_is_used_and_one_over_the_network(look: Look, tmp_path: Path) -> None:
    assert severities(look("pbx.manager")) == {"ok"}
    settings = ResyncSettings(ami_host="192.0.2.77", ami_user="aps", ami_secret_file=str(tmp_path / "none"))
    assert "speaks in clear" in told(look("pbx.manager", resync=settings))


def test_the_sounds(look: Look, provision: Callable[..., None], tmp_path: Path) -> None:
    options = Unprov(sounds=(str(tmp_path / "sounds"),))
    assert "no PIN is set" in told(look("pbx.prompts", unprov=options))
    provision(unprovisioned_pin="739182")
    found = look("pbx.prompts", unprov=options)
    assert severities(found) == {"warning"} and "739182" not in repr(found)
    (tmp_path / "sounds" / "digits").mkdir(parents=True)
    for name in (*(names[0] for names in CANDIDATES.values()), "beep", *DIGITS):
        (tmp_path / "sounds" / f"{name}.gsm").write_text("")
    assert severities(look("pbx.prompts", unprov=options)) == {"ok"}


def test_who_may_hand_calls_over(look: Look) -> None:
    assert severities(look("pbx.fastagi", unprov=Unprov(allow=("192.0.2.5",)))) == {"ok"}
    assert severities(look("pbx.fastagi", unprov=Unprov(allow=("10.0.0.0/8",)))) == {"warning"}


def secret(place: Workplace, number: str, text: str, **more: Any) -> None:
    found = place.store.extensions.find("acme", number)
    assert found is not None
    place.store.extensions.save(replace(found, secret=text, **more))


@pytest.mark.parametrize(
    ("text", "severity", "said"),
    [
        ("101", "fault", "the extension, account or user itself"),
        ("101101", "fault", "the extension, account or user itself"),
        ("ACCOUNT-OF-101", "fault", "the extension, account or user itself"),
        ("Password123", "fault", "is a well-known word"),
        ("4917203856671", "warning", "digits alone"),
        ("kX3-v9", "warning", "shorter than 12"),
        ("s3cret-acme-102", "warning", "shared by several lines"),
        ("kX3-v9-pQ7-r2T-m4", "ok", "none of 5"),
        ("", "ok", "none of 5"),
    ],
)
def test_sip_passwords_that_are_guessed_first(
    place: Workplace, look: Look, text: str, severity: str, said: str
) -> None:
    secret(place, "101", text, account="account-of-101", usable=bool(text))
    found = look("passwords.sip")
    assert severity in severities(found) and said in told(found)
    if severity != "ok":
        assert "acme/101" in told(found) and (text == "101" or text not in told(found))


def test_no_secret_of_the_site_is_said_by_any_of_them(place: Workplace, look: Look) -> None:
    for row in place.store.health.secrets():
        assert row.secret and row.secret not in repr(row)
        for name in ("passwords.sip", "passwords.admin", "devices.exposure"):
            assert row.secret not in repr(look(name))


def test_the_makers_own_password_stays_in_force_or_is_written(
    place: Workplace, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = look("passwords.admin")
    assert severities(found) == {"warning"} and "stays in force: 6 (00:11:22:00:00:00" in told(found)
    place.store.settings.set(Level("site"), "security.admin_password", "a-good-long-one")
    assert severities(look("passwords.admin")) == {"ok"}
    place.store.settings.set(Level("site"), "security.admin_password", "admin1")
    assert "short, digits alone or well known: 6" in told(look("passwords.admin"))
    place.store.settings.set(Level("site"), "security.admin_password", "a-good-long-one")
    model = place.packs.model("testphone", "T1")
    contact = model.contact()._replace(default_passwords={"admin": "factory-word"})
    monkeypatch.setattr(type(model), "contact", lambda self, firmware=None: contact)
    device = place.store.devices.get(MACS[0])
    assert device is not None
    place.store.devices.save(replace(device, settings={"security.admin_password": "factory-word"}))
    found = look("passwords.admin")
    assert severities(found) == {"fault"} and "1 (00:11:22:00:00:00)" in told(found)
    assert "factory-word" not in repr(found) and "a-good-long-one" not in repr(found)


def test_a_device_of_a_lost_pack_is_told_as_unknown(place: Workplace, look: Look) -> None:
    place.store.devices.save(Device("0011220000ff", "acme", "nosuch", "X9"))
    found = told(look("passwords.admin"))
    assert "unknown admin passwords: their files cannot carry one: 1 (00:11:22:00:00:ff)" in found


def seen(place: Workplace, mac: str, source: str, at: float, vendor: str = "testphone") -> None:
    place.store.sightings.record([Sighting(mac, source, "10.0.0.9", at, {})])
    place.store.arrivals.save([Arrival(mac, vendor, first_seen=at, last_seen=at)])


def test_phones_that_dhcp_served_and_that_never_asked(place: Workplace, look: Look) -> None:
    now = time.time()
    assert severities(look("devices.dhcp")) == {"unknown"}
    seen(place, "0011220000a0", "http", now - HOUR)
    ask(place.store, "0011220000a0", "0011220000a0.cfg", 404)
    assert severities(look("devices.dhcp")) == {"ok"}
    seen(place, "0011220000a1", "lease", now - HOUR)
    seen(place, "0011220000a2", "dhcp", now - 5)
    seen(place, "0011220000a3", "dhcp", now - HOUR, vendor="")
    seen(place, "0011220000a4", "lease", now - HOUR)
    place.store.arrivals.ignore(["0011220000a4"])
    found = look("devices.dhcp")
    assert severities(found) == {"warning"} and "--vendor testphone" in told(found)
    assert "1 phone has an address and never asked for a file: 00:11:22:00:00:a1 " in told(found)


def test_files_that_should_have_been_withdrawn(place: Workplace, look: Look) -> None:
    commit(place)
    assert "off" in told(look("devices.windows"))
    say(place, withdraw_hours=1)
    for mac, hours in ((MACS[0], 1.1), (MACS[1], 1.5)):
        place.store.db.execute_sql(
            "INSERT INTO file_window (mac, fetched) VALUES (?, ?)", (mac, time.time() - hours * HOUR)
        )
    found = look("devices.windows")
    assert severities(found) == {"warning"} and "1 device has files on the disk" in told(found), "the other has time"
    assert upkeep(place) == "" and severities(look("devices.windows")) == {"ok"}
    assert severities(look("files.drift")) == {"ok"}


def test_devices_that_have_not_fetched(place: Workplace, look: Look) -> None:
    commit(place)
    now = time.time()
    assert severities(look("devices.fetched", now=now + HOUR)) == {"unknown"}
    for mac in MACS:
        ask(place.store, mac, f"{mac}.cfg", at=now + 60)
    assert severities(look("devices.fetched", now=now + HOUR)) == {"ok"}
    ask(place.store, MACS[0], f"{MACS[0]}.cfg", 404, at=now + 90)
    place.store.db.execute_sql("DELETE FROM request WHERE mac = ?", (MACS[1],))
    seen(place, MACS[0], "http", now)
    found = told(look("devices.fetched", now=now + HOUR))
    assert "1 device has not fetched since the last commit: 00:11:22:00:00:00 " in found
    assert "1 device was never seen on the network: 00:11:22:00:00:01 " in found
    assert severities(look("devices.fetched", now=now + 5)) == {"ok"}, "a phone gets a while"


@pytest.mark.parametrize(
    ("address", "whitelist", "severity"),
    [
        ("10.0.0.7", (), "ok"),
        ("127.0.0.1", ("10.0.0.0/24",), "ok"),
        ("8.8.8.8", (), "fault"),
        ("8.8.8.8", ("8.8.8.0/24",), "ok"),
        ("8.8.8.8", ("00:11:22",), "fault"),
        ("10.9.0.7", ("10.0.0.0/24",), "warning"),
        ("2a00:1450::1", ("10.0.0.0/24",), "fault"),
        ("no address", (), "ok"),
    ],
)
def test_files_that_went_outside(
    place: Workplace,
    look: Look,
    provision: Callable[..., None],
    address: str,
    whitelist: tuple[str, ...],
    severity: str,
) -> None:
    provision(whitelist=whitelist)
    ask(place.store, MACS[0], f"{MACS[0]}.cfg", address=address)
    ask(place.store, MACS[1], f"{MACS[1]}.cfg", 404, address="9.9.9.9")
    found = look("devices.exposure")
    assert severities(found) == {severity}
    assert severity == "ok" or address in told(found)


def test_alarms(place: Workplace, look: Look) -> None:
    assert severities(look("devices.alarms")) == {"ok"}
    place.store.alarms.raise_("harvest", "192.0.2.66" + "x" * 500, "40 unknown MACs")
    found = look("devices.alarms")
    assert severities(found) == {"warning"} and "harvest from 192.0.2.66" in told(found) and len(found[0].what) < 200


def test_the_watcher(place: Workplace, look: Look) -> None:
    assert severities(look("devices.watcher")) == {"warning"}
    missing = Source("/var/lib/kea/kea-leases4.csv", "is not there yet", 0)
    heard = Source("/var/log/nginx/access.log", "", 7)
    lame = Source("DHCP on eth1", "needs CAP_NET_RAW", 0)
    with watching(place.store.path, "alice") as lock:
        for sources, severity, said in (
            ([missing, heard], "ok", "access.log"),
            ([missing, heard, lame], "warning", "needs CAP_NET_RAW"),
            ([missing], "warning", "hears nothing"),
        ):
            lock.say(encoded(Status(1, "alice", 0, 0, sources)))
            found = look("devices.watcher")
            assert severities(found) == {severity} and said in told(found)
