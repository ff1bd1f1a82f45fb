"""What all that was seen of a phone comes to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aps_tui.data.prefix_rules import Rule
from aps_tui.data.queue import Sighting
from aps_tui.domain.observation import AGENT, OPTION_60, PATH, PNP_MODEL, PNP_VENDOR, PNP_VERSION
from aps_tui.services.watch.verdict import Judge, Verdict
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.lab.phones.maker import Maker
from tests.lab.phones.makers import MAKERS, macs

PACKS = load_packs([SHIPPED])
JUDGE = Judge(PACKS)
YEALINK, SNOM, LINKSYS, NOBODY = "805ec0000001", "000413000001", "000e08000001", "112233000001"
T46U = f"Yealink SIP-T46U 108.86.0.20 {YEALINK}"


def seen(said: dict[str, str], at: float = 1.0, mac: str = YEALINK) -> Sighting:
    return Sighting(mac, f"source {at}", "", at, said)


def judged(mac: str, *all_said: dict[str, str], judge: Judge = JUDGE) -> Verdict:
    return judge.judge(mac, [seen(said, 9.0 - n) for n, said in enumerate(all_said)])


@pytest.mark.parametrize("maker", MAKERS.values(), ids=lambda maker: maker.name)
def test_every_maker_is_known_by_its_user_agent(maker: Maker) -> None:
    (mac,) = macs(1, [maker.name])
    found = judged(mac, {AGENT: maker.agent(mac)}, {OPTION_60: maker.vendor_class})
    assert (found.vendor, found.model, found.why, found.conflict) == (maker.vendor, maker.model, AGENT, "")
    assert found.score >= 90 and found.firmware


DOCUMENTED = {
    "Yealink SIP VP-T49G 51.80.0.10 00:15:65:9b:5a:44": "yealink/T49G",
    "Yealink SIP-T56A 58.80.0.25 001565f429a4": "yealink/T56A",
    "AUDC-IPPhone/2.2.8.61 (440HDG-Rev0; 00908F602AAC)": "audiocodes/440HD",
    "Cisco/SPA508G-7.4.8a (0002FDFF2103)(CBT141400UK)": "sipura/SPA508G",
    "Cisco/SPA525G-7.4.7 (CBT141900G7)": "sipura/SPA525G",
    "FileTransport PolyEdge-Edge_E350-UA/8.1.1": "polycom/EdgeE350",
    "FileTransport PolycomSoundPointIP-SPIP_335-UA/3.2.1.0078": "polycom/SPIP335",
    "FileTransport PolycomVVX-VVX_400-UA/4.1.4.7430 Type/Application": "polycom/VVX400",
    "FileTransport SpectraLink-SL_8440-UA/4.0.0": "spectralink/8440",
    "Grandstream Model HW GXP2135 SW 1.0.7.97 DevId 000b828aa872": "grandstream/GXP2135",
    "Linksys/SPA-942-6.1.5(a) (88019FA42805)": "sipura/SPA942",
    "Mozilla/4.0 (compatible; snom320-SIP 8.4.18 1.1.3-s)": "snom/320",
    "Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12 000413741767)": "snom/710",
    "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 000413922D24 SXM:0 UXM:0)": "snom/D785",
    "Panasonic_KX-UT113/01.133 (0080f0c8c381)": "panasonic/KX-UT113",
    "Vtech Vesa VCS754 1.1.4.1-0 001122334455": "vtech/VCS754",
}


@pytest.mark.parametrize("agent", DOCUMENTED)
def test_user_agents_that_were_seen_in_the_world(agent: str) -> None:
    found = judged(NOBODY, {AGENT: agent})
    assert (f"{found.vendor}/{found.model}", found.why) == (DOCUMENTED[agent], AGENT)
    assert ("user agent is that of" in found.conflict) == (any(one in agent.lower() for one in OTHERS))


OTHERS = ("00:15:65", "001565", "00908f", "0002fd", "000b82", "000413", "0080f0", "001122")


def test_the_prefix_alone_gives_a_vendor_and_no_model() -> None:
    assert judged(YEALINK) == Verdict("yealink", "", "", "MAC prefix", 30, "")
    assert judged(NOBODY, {OPTION_60: "MSFT 5.0", AGENT: "curl/8", PATH: "index.html"}) == Verdict()


def test_a_rule_gives_the_model_until_the_phone_says_another() -> None:
    judge = Judge(PACKS, [Rule(0, "805ec0000000", "805ec0ffffff", "yealink", "T48U")])
    assert judged(YEALINK, judge=judge) == Verdict("yealink", "T48U", "", "prefix rule", 80, "")
    found = judged(YEALINK, {AGENT: T46U}, judge=judge)
    assert (found.model, found.conflict, found.score) == ("T46U", "prefix rule says T48U, not T46U", 60)


@pytest.mark.parametrize(
    ("path", "model", "why"),
    [
        ("y000000000108.cfg", "T46U", "file name"),
        ("sub/Y000000000108.CFG", "T46U", "file name"),
        (f"{YEALINK}.cfg", "", "MAC prefix"),
        ("000000000000.cfg", "", "MAC prefix"),
    ],
)
def test_a_models_file_names_the_model(path: str, model: str, why: str) -> None:
    found = judged(YEALINK, {PATH: path})
    assert (found.vendor, found.model, found.why) == ("yealink", model, why)


def test_a_file_of_several_models_leaves_it_open_until_something_tells_them_apart() -> None:
    shared = "y000000000123.cfg"
    models = [name for name, one in PACKS.vendor("yealink").models.items() if one.facts()["y_code"] in shared]
    assert len(models) > 1 and judged(YEALINK, {PATH: shared}).model == ""
    told = judged(YEALINK, {PATH: shared}, {AGENT: f"Yealink SIP-{models[0]} 1.2.3.4 {YEALINK}"})
    assert (told.model, told.conflict) == (models[0], "")
    other = judged(YEALINK, {PATH: shared}, {AGENT: T46U})
    assert other.model == "T46U" and other.conflict.startswith(f"file name says {sorted(models)[0]} or ")


def test_a_phone_that_tries_the_file_of_older_models_is_none_of_them() -> None:
    (mac,) = macs(1, ["grandstream"])
    found = judged(mac, {PATH: f"cfg{mac}", AGENT: MAKERS["grandstream"].agent(mac)})
    assert (found.model, found.conflict) == ("GXP2170", "")


def test_plug_and_play_words_in_any_spelling() -> None:
    for vendor, model in (("snom", "snom370"), ("Snom", "370"), ("", "snom370"), ("SNOM Technology", "SNOM 370")):
        found = judged(SNOM, {PNP_VENDOR: vendor, PNP_MODEL: model, PNP_VERSION: "8.7.3"})
        assert found == Verdict("snom", "370", "8.7.3", "plug and play", 90, "")
    assert judged(SNOM, {PNP_VENDOR: "OEM", PNP_MODEL: "x"}).why == "MAC prefix"


def test_another_maker_and_another_mac_are_conflicts_that_stay_visible() -> None:
    found = judged(YEALINK, {AGENT: "snom320/8.7"})
    assert (found.vendor, found.model, found.conflict) == ("snom", "320", "MAC prefix says Yealink, not Snom")
    sure = judged(YEALINK, {AGENT: T46U})
    stolen = judged(YEALINK, {AGENT: T46U.replace(YEALINK, "001565000009")})
    assert stolen == sure._replace(score=sure.score - 30, conflict="user agent is that of 00:15:65:00:00:09")
    assert judged(YEALINK, {PATH: "snomD785.htm"}).conflict == "file name says Snom, not Yealink"


def test_a_phone_that_was_replaced_by_another_model() -> None:
    found = judged(YEALINK, {AGENT: T46U}, {AGENT: T46U.replace("T46U", "T48U")})
    assert (found.model, found.conflict) == ("T46U", "user agent says T48U, not T46U"), "the latest counts"


def test_what_many_makers_say_names_none() -> None:
    assert judged(YEALINK, {OPTION_60: "dslforum.org"}) == judged(YEALINK)
    found = judged(LINKSYS, {OPTION_60: "dslforum.org"})
    assert (found.vendor, found.model, found.conflict) == ("sipura", "", "")


def test_binary_option_60_is_known_without_its_noughts() -> None:
    found = judged("0004f2000001", {OPTION_60: "\x00\x00\x36\x3d\x01\x08Polycom"})
    assert (found.vendor, found.why) == ("polycom", OPTION_60)


def test_a_new_model_of_a_known_maker_gives_the_vendor() -> None:
    found = judged(NOBODY, {AGENT: "Yealink SIP-T999 1.2.3 beta"}, {OPTION_60: "Yealink"})
    assert (found.vendor, found.model, found.why) == ("yealink", "", AGENT)


TEXT = st.one_of(
    st.text(max_size=300),
    st.sampled_from([T46U, "Mozilla/4.0 (compatible; snom", "y000000000108.cfg", "/", "yealink/", "yealink", "\0"]),
)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.sampled_from([AGENT, OPTION_60, PATH, PNP_VENDOR, PNP_MODEL, PNP_VERSION]), TEXT))
def test_no_text_makes_it_fail_or_is_believed_without_bounds(said: dict[str, str]) -> None:
    found = judged(YEALINK, said)
    assert 0 < found.score <= 100 and found.vendor in PACKS.vendors
    assert not found.model or found.model in PACKS.vendor(found.vendor).models
    assert found.firmware.isprintable() and len(found.firmware) <= 200 and len(found.conflict) < 500


@pytest.mark.parametrize("text", ["Mozilla/4.0 (compatible; snom1-SIP 1 " + "a" * 5000, "Yealink " + "SIP-" * 2000,
                                  "Grandstream Model HW a" + " V" * 3000, "x/" * 3000])  # fmt: skip
def test_long_texts_are_cut_before_they_are_searched(text: str) -> None:
    said = dict.fromkeys((AGENT, OPTION_60, PATH, PNP_VENDOR, PNP_MODEL), text)
    assert judged(YEALINK, said) == judged(YEALINK, {word: one[:200] for word, one in said.items()})
