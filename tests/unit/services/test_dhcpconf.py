"""The DHCP texts: every pack's classes in every server's language, and nothing that a value could break out of."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aps_tui.data.store import Store
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import AddressMapping, Provisioning
from aps_tui.services.dhcpconf import SERVERS, configuration
from aps_tui.services.dhcpconf.beginnings import Beginning, CannotSay, beginnings_of
from aps_tui.services.dhcpconf.classes import DhcpClass, Section, sections
from aps_tui.services.dhcpconf.server import Server
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, Packs, load_packs
from tests.unit.vendors.tiny import DEVICE_FILE, folder

PACKS = load_packs([SHIPPED])
SERVER = Server("", "192.0.2.1", "pbx.example.net")
URL = "http://pbx.example.net:5555/tftpboot/"
PATTERNS = sorted(
    {pattern for v in PACKS.vendors.values() for way, _ in v.contacts() for pattern in way.dhcp.vendor_class}
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A site with every shipped pack that says where it is."""
    with Store.open(tmp_path / "aps.sqlite3") as store:
        place = Workplace(store, tmp_path, PACKS)
        say(place, "192.0.2.1", "pbx.example.net")
        yield place


def say(place: Workplace, address: str, hostname: str) -> None:
    place.store.provisioning.save(Provisioning(tftp_server_address=address, server_hostname=hostname))


def url(place: Workplace, text: str) -> None:
    site = place.store.settings.site()
    place.store.settings.save_site(replace(site, settings={**site.settings, "general.provisioning_url": text}))


def found(packs: Packs = PACKS, slug: str = "", server: Server = SERVER) -> Section:
    return sections(packs.vendors.values(), [slug], server)[0]


def fits(beginning: Beginning, data: bytes) -> bool:
    """As the servers compare."""
    pieces = [(piece, data[at : at + len(piece)]) for at, piece in beginning.pieces()]
    return all(want == got or (beginning.folded and want.lower() == got.lower()) for want, got in pieces)


def takes(one: DhcpClass, mac: str, data: bytes) -> bool:
    """Whether a class takes a phone."""
    by_class = any(fits(b, data) for b in one.begins) and not any(fits(b, data) for b in one.but_not)
    by_mac = mac.startswith(one.macs)
    return by_class and by_mac if one.both else by_class or by_mac


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("^[yY]ealink$", ['"yealink"', '"Yealink"']),
        (r"^(?:Aastra|Mitel)IPPhone(?P<model>\w+)$", ['"AastraIPPhone"', '"MitelIPPhone"']),
        (r"^Cisco,? (?:CP-)?(?P<model>\d{4})(?!-3PCC)", ['"Cisco, "', '"Cisco "']),
        (r"^CP-(?P<model>\d{4})-3PCC", ['"CP-????-3PCC"']),
        (r"(?i)^(?:X|Cisco) SPA-?\w+", [f'"{x} SPA" in capital or small letters' for x in ("X", "Cisco")]),
        (r"^\x00\x00\x36\x3d", [r'"\x00\x006="']),
        (r"^snom[a-z]*x", ['"snom"']),
        (r"^ab{3}c{2,}d", ['"abbbcc"']),
        (r"^abcd?e+?f", ['"abcde"', '"abce"']),
        (r"^ABC[^d-]\.x\b", ['"ABC?.x"']),
    ],
)  # fmt: skip
def test_how_option_60_begins(pattern: str, said: list[str]) -> None:
    assert [str(one) for one in beginnings_of(pattern)] == said


@pytest.mark.parametrize(
    "pattern",
    ["yealink", ".*phone", "^.*phone", "^a", r"^\d{4}", "^(?<=x)abc", r"^(a)\1bcd", "^éclair", "^(abc", "^abc)",
     "^[ab][cd][ef][gh][ij][kl][mn]"],
)  # fmt: skip
def test_what_no_server_can_compare_is_not_said(pattern: str) -> None:
    with pytest.raises(CannotSay):
        beginnings_of(pattern)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_whatever_fits_a_packs_expression_fits_one_of_its_beginnings(pattern: str) -> None:
    begins = beginnings_of(pattern)

    @settings(max_examples=15, deadline=None)
    @given(st.from_regex(pattern, alphabet=st.characters(max_codepoint=0x7E)))
    def check(text: str) -> None:
        assert any(fits(one, text.encode()) for one in begins)

    check()


@pytest.mark.parametrize("name", SERVERS)
def test_every_way_of_every_pack_is_in_every_servers_text(place: Workplace, name: str) -> None:
    lines = configuration(place, name)
    text = "\n".join(lines)
    assert all(line.isprintable() for line in lines)
    for section in sections(PACKS.vendors.values(), PACKS.vendors, SERVER):
        for one in section.classes:
            assert one.name in text and (f'"{one.value}"' if one.option != 150 or name == "kea" else one.value) in text
        for each in section.each:
            assert f'"{each.value}"' in text and "no class can say it" in re.sub(r"\n# +", " ", text)
        vendor = next(one for one in PACKS.vendors.values() if one.name == section.vendor)
        ways = {(way.dhcp.option, way.dhcp.suboption, way.dhcp.url) for way, _ in vendor.contacts()}
        assert len(section.classes) + len(section.each) == len(ways)
    if name == "kea":
        assert json.loads("{" + "\n".join(line for line in lines if not line.startswith("#")) + "}")


@pytest.mark.parametrize("name", SERVERS)
def test_the_next_steps_are_said(place: Workplace, name: str) -> None:
    text = "\n".join(line for line in configuration(place, name) if line.startswith("#"))
    assert "Add the classes to the DHCP subnet" in text and "Commit the network changes" in text
    assert "Restart the DHCP server: systemctl restart" in text and "aps-tui watch" in text
    assert "unverified: dhcp option 60: its text can be configured" in text


def test_one_class_takes_what_a_vendor_says_and_no_other_does() -> None:
    every = [one for slug in PACKS.vendors for one in found(slug=slug).classes]
    said = {
        bytes(0x37 if cell is None else cell for cell in begins.cells) + b"00" for one in every for begins in one.begins
    }
    for data in said - {b"dslforum.org00"}:
        assert len([one.name for one in every if takes(one, "0" * 12, data)]) == 1, data
    assert not [one.name for one in every if takes(one, "0" * 12, b"dslforum.org")]
    assert [one.name for one in every if takes(one, "000e08000001", b"dslforum.org")] == ["aps-sipura-pap2t"]


def test_a_site_without_an_address_is_told_what_to_fill(place: Workplace) -> None:
    say(place, "", "")
    with pytest.raises(BadValue, match=r"fill Server host name \(server_hostname\) or TFTP server address"):
        configuration(place, "isc")
    say(place, "", "pbx.example.net")
    with pytest.raises(BadValue, match=r"option 150 needs an IPv4 address: fill TFTP server address"):
        configuration(place, "isc")
    assert configuration(place, "isc", ["yealink"])
    say(place, "2001:db8::1", "")
    assert '  option tftp-server-name "http://[2001:db8::1]:5555/tftpboot/";' in configuration(
        place, "isc", ["yealink"]
    )
    with pytest.raises(BadValue, match="option 150 needs an IPv4 address"):
        configuration(place, "isc", ["cisco"])


def test_the_sites_own_url_is_told_as_the_global_mappings_make_it(place: Workplace) -> None:
    url(place, "https://1.1.1.1/files/")
    place.store.mappings.save(AddressMapping("1.1.1.1", "files.example.net"))
    text = "\n".join(configuration(place, "dnsmasq", ["yealink", "sipura"]))
    assert 'tag:aps-yealink,66,"https://files.example.net/files/"' in text
    assert '"https://files.example.net/files/spa$PSN.cfg"' in text
    assert 'tag:aps-sipura-ata190,66,"192.0.2.1"' in text


@pytest.mark.parametrize(
    "path", ['a"; include "/etc/passwd', "a\\", "a,b", "a b", "a'b", "a<b", "a\nb", "é", "x" * 300]
)
@pytest.mark.parametrize("name", SERVERS)
def test_a_value_that_a_text_cannot_hold_is_refused(place: Workplace, name: str, path: str) -> None:
    url(place, f"http://192.0.2.1/{path}/")
    with pytest.raises(BadValue, match="Provisioning URL"):
        configuration(place, name, ["yealink"])


def test_an_unknown_vendor_is_refused(place: Workplace) -> None:
    with pytest.raises(BadValue, match="unknown vendor 'nosuch'"):
        configuration(place, "isc", ["nosuch"])


def overlay(tmp_path: Path, dhcp: str, more: str = "", name: str = "Tiny", slug: str = "tiny") -> Packs:
    toml = (
        f'name = "{name}"\nmac_prefixes = ["00aabb", "00ccdde"]\n{more}\n[dhcp]\n{dhcp}\n{DEVICE_FILE}\n'
        "[model]\nT1 = {}\n"
    )
    packs = load_packs([folder(tmp_path / "own", {"vendor.toml": toml, "mac.j2": "a = 1\n"}, slug)])
    assert packs.faults == ()
    return packs


Text = Callable[[Packs], str]


@pytest.fixture(params=SERVERS)
def text_of(request: pytest.FixtureRequest, place: Workplace) -> Text:
    """The text of the pack `tiny` for each server."""
    return lambda packs: "\n".join(configuration(replace(place, given=packs), request.param, ["ti_ny"]))


@pytest.mark.parametrize("pattern", ["phone", "^.+$"])
def test_what_cannot_be_compared_goes_by_mac_and_says_so(tmp_path: Path, text_of: Text, pattern: str) -> None:
    text = text_of(overlay(tmp_path, f"vendor_class = ['{pattern}']", slug="ti_ny"))
    assert f"option 60 as {pattern} cannot be compared" in text and "by MAC" in text
    assert "00:aa:bb" in text or "0x00aabb" in text
    assert "00:cc:dd:ef" in text or "0x00ccddef" in text, "a prefix that ends within a byte"
    assert "ti_ny" not in text and "aps-ti-ny" in text


def test_what_a_pack_says_cannot_leave_its_comment(tmp_path: Path, text_of: Text) -> None:
    evil = r"x\n}}; include \"/etc/passwd\";\u2028dhcp-script=/bin/sh"
    text = text_of(overlay(tmp_path, "", f'unverified = ["dhcp: {evil}"]', slug="ti_ny"))
    lines = [line for line in text.splitlines() if "passwd" in line or "/bin/sh" in line]
    assert lines and all(line.startswith("#") for line in lines)


def test_bytes_of_option_60_that_are_a_languages_own_are_said_as_hex(tmp_path: Path, text_of: Text) -> None:
    text = text_of(overlay(tmp_path, """vendor_class = ["^a'\\"\\\\\\\\x"]""", slug="ti_ny"))
    assert "61:27:22:5c:78" in text or "0x6127225c78" in text


def test_phones_of_which_nothing_is_known_are_named(tmp_path: Path, text_of: Text) -> None:
    toml = "option = 66\nmac_prefixes = []"
    packs = overlay(tmp_path, toml, slug="ti_ny")
    nothing = replace(packs.vendor("ti_ny"), mac_prefixes=())
    text = text_of(Packs({"ti_ny": nothing}, ()))
    assert "Tiny T1: nothing is known by which a DHCP server could tell them: no class" in text


def test_the_same_option_60_in_two_packs_is_the_first_ones(tmp_path: Path) -> None:
    own = overlay(tmp_path, "option = 160\nvendor_class = ['^yealink$']", slug="zz")
    packs = Packs({**PACKS.vendors, **own.vendors}, ())
    assert [str(one) for one in found(packs, "yealink").classes[0].begins] == ['"yealink"', '"Yealink"']
    assert found(packs, "zz").classes[0].begins == ()
