"""The texts for Asterisk, judged by the reader that agrees with a real Asterisk."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import with_colons
from aps_tui.pbx.asterisk_conf import Conf, read_conf
from aps_tui.services.asteriskconf import DRIVERS, parts_of, text_of
from aps_tui.services.unprov.options import Unprov
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS
from tests.unit.services.this_machine import pretend

SECRET = "limited-secret"
"""The small site's."""


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose networks are known."""
    pretend(monkeypatch)


def provide(place: Workplace, **changes: object) -> None:
    """Change the provisioning settings."""
    place.store.provisioning.save(replace(place.store.provisioning.get(), **changes))  # type: ignore[arg-type]


def texts(place: Workplace, driver: str = "pjsip", *, reveal: bool = True) -> dict[str, str]:
    """File name to text."""
    return {part.name: part.text for part in parts_of(place, driver, reveal=reveal)}


def read(folder: Path, name: str, texts: dict[str, str]) -> Conf:
    """What Asterisk reads when the texts lie in a folder."""
    for file, text in texts.items():
        (folder / file).write_text(text)
    return read_conf(folder / name)


def test_pjsip_reads_as_it_was_proved(place: Workplace, tmp_path: Path) -> None:
    provide(place, whitelist=("10.77.0.0/22", "10.9.9.9", with_colons(MACS[0])))
    conf = read(tmp_path, "pjsip.conf", texts(place))
    assert conf.warnings == ()
    kinds = [(section.name, section.last()["type"]) for section in conf.sections]
    assert kinds == [
        ("global", "global"), ("apunprov", "endpoint"), ("apunprov", "auth"), ("apunprov", "aor"),
        ("aps-unprov-id", "identify"),
    ]  # fmt: skip
    top, endpoint, auth, aor, identify = (section.last() for section in conf.sections)
    assert top["endpoint_identifier_order"] == "header,ip,username,auth_username"
    assert top["default_outbound_endpoint"] == "apunprov"
    assert (endpoint["auth"], endpoint["aors"]) == ("apunprov", "apunprov") and "callerid" not in endpoint
    assert (endpoint["context"], endpoint["message_context"]) == ("aps-unprov", "aps-none")
    permits = [value for key, value in conf.sections[1].lines if key == "permit"]
    assert permits == ["10.77.0.0/22", "10.9.9.9/32"]
    assert (auth["username"], auth["password"]) == ("apunprov", SECRET)
    assert (aor["max_contacts"], aor["remove_existing"]) == ("1", "yes")
    pattern = identify["match_header"].removeprefix("From: /").removesuffix("/")
    assert re.search(pattern, "<sip:aps-805ec0112233@pbx>") and not re.search(pattern, "<sip:447911123456@pbx>")


def test_the_dialplan_lets_nothing_but_the_agi_be_reached(place: Workplace, tmp_path: Path) -> None:
    conf = read(tmp_path, "aps_unprov_extensions.conf", texts(place))
    nothing, unprov = conf.sections
    assert (nothing.name, nothing.lines) == ("aps-none", ())
    assert [value for _, value in unprov.lines] == [
        "_[0-9*#+]!,1,Answer()",
        "n,AGI(agi://127.0.0.1:4573/unprov)",
        'n,ExecIf($["${AGISTATUS}" = "FAILURE"]?Playback(pbx-invalid))',
        "n,Hangup()",
        "s,1,Goto(1,1)",
    ]


def test_manager_and_notify(place: Workplace, tmp_path: Path) -> None:
    every = texts(place)
    manager = read(tmp_path, "manager.conf", every)
    assert [section.name for section in manager.sections] == ["general", "aps"]
    assert manager.sections[1].last() == {
        "deny": "0.0.0.0/0.0.0.0", "permit": "127.0.0.1/255.255.255.255", "write": "system",
    }  # fmt: skip
    notify = read(tmp_path, "pjsip_notify.conf", every)
    assert [(section.name, section.first("event")) for section in notify.sections] == [("aps-check-sync", "check-sync")]


@pytest.mark.parametrize(
    "secret", ["a;b", ";--x", "--;", "a\\;b", '"q"', "=x", "#include y", "[x]", "p=q", "ü$password;-"]
)
@pytest.mark.parametrize("driver", DRIVERS)
def test_whatever_the_password_is_it_is_read_back(place: Workplace, tmp_path: Path, driver: str, secret: str) -> None:
    provide(place, unprovisioned_secret=secret)
    every = texts(place, driver)
    name = "aps_unprov_pjsip.conf" if driver == "pjsip" else "aps_unprov_sip.conf"
    conf = read(tmp_path, name, every)
    key = "password" if driver == "pjsip" else "secret"
    found = [value for section in conf.sections for word, value in section.lines if word == key]
    assert set(found) == {secret}
    assert {section.name for section in conf.sections} <= {"apunprov", "aps-unprov-id", "aps-unprov", f"aps-{MACS[5]}"}


@pytest.mark.parametrize("secret", [" qq", "qq ", ">qq", "a\nb", "a\n[evil]\n", "x" * 201, "a\x00b"])
def test_a_password_that_cannot_be_carried_is_refused_and_not_shown(place: Workplace, secret: str) -> None:
    provide(place, unprovisioned_secret=secret)
    for reveal in (True, False):
        with pytest.raises(BadValue, match="UNPROV password: ") as error:
            texts(place, reveal=reveal)
        assert secret not in str(error.value)


def test_a_hostile_name_of_the_manager_is_refused(place: Workplace) -> None:
    import msgspec

    for name in ("a\nb", "x]\n[y", "a]b"):
        resync = msgspec.structs.replace(place.resync, ami_user=name)
        with pytest.raises(BadValue, match="ami_user"):
            parts_of(replace(place, resync=resync))


def test_the_password_is_shown_when_asked_for_alone_and_that_is_audited(place: Workplace, tmp_path: Path) -> None:
    for driver in DRIVERS:
        assert SECRET not in text_of(parts_of(place, driver))
    assert not [row for row in place.store.audit.recent() if row.action == "reveal"]
    conf = read(tmp_path, "pjsip.conf", texts(place, reveal=False))
    assert "password" not in conf.sections[2].last()  # Asterisk refuses such an auth: nobody gets in by a placeholder
    assert SECRET in text_of(parts_of(place, reveal=True))
    [row] = [row for row in place.store.audit.recent() if row.action == "reveal"]
    assert row[3:] == (row.epoch, "provisioning", "", "reveal", "unprovisioned_secret")
    provide(place, unprovisioned_secret="")
    assert "no UNPROV password yet" in texts(place)["aps_unprov_pjsip.conf"]


def test_the_networks_of_the_addresses_that_phones_are_told(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    from aps_tui.services import network

    own = [network.OwnAddress("eth0", "192.0.2.1", True, "255.255.255.0")]
    monkeypatch.setattr(network, "own_addresses", lambda: own)
    provide(place, sip_server_address="192.0.2.1")
    assert "\npermit=192.0.2.0/24\n" in texts(place)["aps_unprov_pjsip.conf"]
    provide(place, sip_server_address="")
    assert "until then nobody gets in" in texts(place)["aps_unprov_pjsip.conf"]
    provide(place, whitelist=("0.0.0.0/0",))
    assert "every address there is" in texts(place)["aps_unprov_pjsip.conf"]


def test_chan_sip_is_marked_and_opens_no_door_by_itself(place: Workplace, tmp_path: Path) -> None:
    every = texts(place, "chan-sip")
    assert all("UNVERIFIED" in every[name] for name in ("aps_unprov_sip.conf", "sip.conf", "sip_notify.conf"))
    assert read(tmp_path, "sip.conf", every).sections == ()
    conf = read(tmp_path, "aps_unprov_sip.conf", every)
    assert [section.name for section in conf.sections if not section.template] == [f"aps-{MACS[5]}"]
    assert conf.sections[-1].last()["context"] == "aps-unprov"


def test_other_places_to_listen_on(place: Workplace) -> None:
    for listen, said in (("127.0.0.1:9", "agi://127.0.0.1:9/"), ("[::1]:9", "agi://[::1]:9/")):
        every = {part.name: part.text for part in parts_of(replace(place, unprov=Unprov(listen=listen)))}
        assert said in every["aps_unprov_extensions.conf"]
