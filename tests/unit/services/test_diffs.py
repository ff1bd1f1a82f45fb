"""Masks and diffs: a rotation is seen, and no secret, present or past, can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.services.commit import commit
from aps_tui.services.diffs import masker, open_diffs
from aps_tui.services.masks import Masker, looks_secret
from aps_tui.services.planning import plan
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.formats import FORMATS
from aps_tui.vendors.loader import Packs
from tests.unit.services.small_site import MACS

FLAT, XML = FORMATS["flat"], FORMATS["xml-attributes"]
MASKER = Masker(b"k" * 32, ["tops3cret", "a&b<c>d", "7391"])


def diffs(place: Workplace) -> dict[str, str]:
    """Path to diff of everything that a commit would change."""
    found = plan(place)
    with open_diffs(place) as made:
        return {change.path: made.of(change) for change in found.changes}


def test_a_mask_tells_secrets_apart_and_installations_too() -> None:
    assert MASKER.mask("one") == MASKER.mask("one") != MASKER.mask("two")
    assert MASKER.mask("one") != Masker(b"x" * 32, []).mask("one") and MASKER.mask("") == ""


@pytest.mark.parametrize(
    "name", ["account.1.password", "userPin", "http_pass", "linesip_pwd", "sip.auth-secret", "x.token", "SIP PIN"]
)
def test_names_of_secrets(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize("name", ["ping.interval", "shipping", "account.1.user", "time.zone", "keypad.tone"])
def test_names_of_no_secrets(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("account.1.password = older", "older"),
        ("account.1.password = tops3cret", "tops3cret"),
        ("odd.name = x-tops3cret-x", "tops3cret"),
        ("account.1.key = gone-by", "gone-by"),
        ("# was: password=older", "older"),
        ('<a password="older" user="x"/>', "older"),
        ("<user_pass idx='1'>older</user_pass>", "older"),
        ("line1 password: older", "older"),
    ],
)
def test_lines_are_masked(line: str, hidden: str) -> None:
    masked = MASKER.text(line, FLAT, {"account.1.key": "••••(0000)"})
    assert hidden not in masked and "••••(" in masked
    assert hidden not in MASKER.text(line + "\r", None) or line.startswith("account.1.key")


def test_a_secret_inside_a_longer_value_that_stayed_shows_no_difference() -> None:
    new = MASKER.text(f"user_password = admin:{MASKER.mask('tops3cret')}", FLAT)
    old = MASKER.text("user_password = admin:tops3cret", FLAT, MASKER.masked_values(new, FLAT))
    assert old == new == f"user_password = admin:{MASKER.mask('tops3cret')}"
    longer = MASKER.text("user_password = admin:tops3cretolder", FLAT, MASKER.masked_values(new, FLAT))
    assert "older" not in longer and "admin" not in longer


def test_what_is_no_secret_stays() -> None:
    text = "account.1.user = 7391\npassword.ask = 1\nshow_password = off\nserver = pbx.example.net\n"
    assert MASKER.text(text, FLAT) == text


def test_an_escaped_secret_has_the_mask_of_the_secret_itself() -> None:
    assert MASKER.mask("a&b<c>d") in MASKER.text(' password="a&amp;b&lt;c&gt;d"', XML)
    assert "amp;b" not in MASKER.text(' odd="x a&amp;b&lt;c&gt;d"', XML)


def test_an_unchanged_secret_is_context_and_a_rotated_one_two_lines(place: Workplace) -> None:
    commit(place)
    one, two = (place.store.extensions.find("acme", number) for number in ("101", "102"))
    assert one is not None and two is not None
    place.store.extensions.save_many([replace(one, name="New name"), replace(two, secret="s3cret-rotated")])
    found = diffs(place)
    same = found[f"{MACS[0]}.cfg"]
    assert "+account.1.label = New name" in same and "\n account.1.password = ••••(" in same
    assert found[f"{MACS[1]}.cfg"].count("account.1.password = ••••(") == 2
    assert "s3cret" not in "".join(found.values())


def test_a_file_that_goes_and_one_from_before_are_masked(place: Workplace) -> None:
    commit(place)
    place.store.devices.delete([MACS[0]])
    old = place.root / f"{MACS[1]}.cfg"
    old.write_bytes(b"account.1.password = long-forgotten\nuser_pass = \xff\xfe\n")
    place.store.extensions.save(replace(place.store.extensions.all("acme")[1], name="Other"))
    found = diffs(place)
    gone = found[f"{MACS[0]}.cfg"]
    assert "+++ /dev/null" in gone and "-account.1.user = ••••(" in gone and "101" not in gone and "s3cret" not in gone
    assert "long-forgotten" not in found[f"{MACS[1]}.cfg"] and "\\xff" not in found[f"{MACS[1]}.cfg"]


def test_nothing_is_shown_of_a_file_whose_pack_is_gone(place: Workplace) -> None:
    commit(place)
    place.store.devices.delete([MACS[0]])
    assert "it is not shown" in diffs(replace(place, given=Packs({}, ())))[f"{MACS[0]}.cfg"]


def test_shared_files_are_shown_as_they_are(place: Workplace) -> None:
    assert "+version = 1\n" in diffs(place)["common-T1.cfg"]


def test_a_mac_is_no_secret(place: Workplace) -> None:
    assert MACS[0] in masker(place).text(f"device.mac = {MACS[0]}", FLAT)


def test_a_masker_is_kept_until_a_secret_is_another(place: Workplace) -> None:
    before = masker(place)
    assert masker(place) is before
    one = place.store.extensions.find("acme", "101")
    assert one is not None
    place.store.extensions.save_many([replace(one, secret="brand-new-one")])
    assert "brand-new-one" in before.text("x = brand-new-one", FLAT) and "••••(" in masker(place).text(
        "x = brand-new-one", FLAT
    )
