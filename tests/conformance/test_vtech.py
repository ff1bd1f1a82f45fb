"""What VTech's files turn inside out: tones as numbers, urgency the other way round, keys without a lamp."""

from __future__ import annotations

import pytest

from aps_tui.domain.site import Key, Value
from aps_tui.vendors.engine import Result
from tests.conformance.judge import read_back
from tests.conformance.phones import PACKS, minimal

VENDOR = PACKS.vendor("vtech")


def _rendered(settings: dict[str, Value], *keys: Key) -> Result:
    return minimal(VENDOR, VENDOR.model("VSP735A")).with_phone(settings=settings, keys=keys).plain()


def _said(settings: dict[str, Value], *keys: Key) -> dict[str, str]:
    return read_back(VENDOR, _rendered(settings, *keys)).parameters


@pytest.mark.parametrize(
    ("tone", "elements"),
    [
        ("350+440/0", ["2 350 -180 440 -180 0 0 0 0 4294967295 0 65535"]),
        ("400/375,0/375", ["1 400 -180 0 0 0 0 0 0 375 375 65535"]),
        ("!350/100,!0/50,440/0", ["1 350 -180 0 0 0 0 0 0 100 50 1", "1 440 -180 0 0 0 0 0 0 4294967295 0 65535"]),
    ],
)
def test_a_tone_becomes_elements_of_a_sound_and_its_silence(tone: str, elements: list[str]) -> None:
    said = _said({"phone.tone_country": "custom", "phone.tone.dial": tone})
    assert said["tone.inside_dial_tone.num_of_elements"] == str(len(elements))
    written = [said[f"tone.inside_dial_tone.element.{n}"] for n in range(1, 6)]
    assert written == elements + [""] * (5 - len(elements))


@pytest.mark.parametrize("tone", ["950/330,1400/330,0/1000", "!400/9,!500/9,!600/9,!700/9,!800/9,900/0"])
def test_a_tone_that_the_phone_cannot_play_warns(tone: str) -> None:
    result = _rendered({"phone.tone_country": "custom", "phone.tone.busy": tone})
    assert any("busy_tone" in warning for warning in result.warnings)
    assert "tone.busy_tone" not in result.files[0].data.decode()


def test_urgency_runs_the_other_way() -> None:
    said = _said({"multicast.barge": 3, "multicast.1.priority": 1, "multicast.2.priority": 4})
    threshold = int(said["page_zone.call_priority_threshold"])
    assert int(said["page_zone.1.priority"]) >= threshold > int(said["page_zone.2.priority"])
    never = int(_said({"multicast.barge": 0})["page_zone.call_priority_threshold"])
    assert all(int(said[f"page_zone.{n}.priority"]) < never for n in range(1, 11))


def test_a_busy_lamp_field_on_a_key_without_a_lamp_dials_and_warns() -> None:
    keys = [Key("dss", n, "blf", 1, str(200 + n), "", "*8") for n in (14, 15)]
    said = _said({}, *keys)
    assert (said["pfk.14.feature"], said["pfk.14.blf"], said["pfk.14.quick_dial"]) == ("busy lamp field", "214", "")
    assert (said["pfk.15.feature"], said["pfk.15.quick_dial"]) == ("quick dial", "215")
    assert said["sip_account.1.blf_remote_pickup_code"] == "*8"
    assert any("lamp" in warning for warning in _rendered({}, *keys).warnings)
