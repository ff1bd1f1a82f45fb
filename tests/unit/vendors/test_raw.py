"""Raw parameters in files with sections: into the one that is named, or in place of the pack's own; never elsewhere."""

from __future__ import annotations

import re

import pytest

from aps_tui.domain.site import Settings
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.formats import FORMATS, Refused
from aps_tui.vendors.loader import SHIPPED, load_packs
from aps_tui.vendors.raw import let_raw_win, name_fault
from aps_tui.vendors.spaces import CannotRender
from tests.unit.vendors.tiny import group, line, phone

BLANK, INI, NESTED, FLAT = (FORMATS[name] for name in ("blank", "ini", "xml-nested", "flat"))
LG = "[LAN]\nvlan 1\n\n[TIME]\nzone 9\n\n; Lists\n[SYSTEM]\nfunction a on\nfunction b off\n\n"
SEP = """\
<device>
<profile>
<port>1</port>
<line button="1">
<port>2</port>
</line>
<line button="2">
<port>3</port>
</line>
</profile>
<config>
<web>0</web>
</config>
{raw}
</device>
"""


@pytest.mark.parametrize(
    ("raw", "after"),
    [
        ("TIME/zone 5", LG.replace("zone 9", "zone 5")),
        ("TIME/server x y", LG.replace("zone 9", "zone 9\nserver x y")),
        ("zone 5", LG.replace("zone 9", "zone 5")),
        ("other 5", LG + "other 5\n"),
        ("function c on", LG.replace("b off", "b off\nfunction c on")),
        ("SYSTEM/function c on", LG.replace("b off", "b off\nfunction c on")),
    ],
)
def test_in_a_plain_file(raw: str, after: str) -> None:
    assert let_raw_win(f"{LG}{raw}\n", {raw.split()[0]}, BLANK, ("function",)) == after


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("config/web", "<web>0</web>", "<web>9</web>"),
        ("web", "<web>0</web>", "<web>9</web>"),
        ("device/config/new", "<web>0</web>", "<web>0</web>\n<new>9</new>"),
        ("profile/port", "<port>1</port>", "<port>9</port>"),
        ("profile/nat", "</line>\n</profile>", "</line>\n<nat>9</nat>\n</profile>"),
    ],
)
def test_in_nested_xml(name: str, before: str, after: str) -> None:
    text = SEP.replace("{raw}", f"<{name}>9</{name}>")
    assert let_raw_win(text, {name}, NESTED) == SEP.replace("\n{raw}", "").replace(before, after, 1)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("vendor/web", "raw parameter vendor/web.*no section vendor .it has device, device/profile"),
        ("line/port", "raw parameter line/port.*2 sections line "),
        ("port", "raw parameter port.*stands in 3 sections.*which is meant: device/profile/port$"),
    ],
)
def test_what_has_no_one_place_is_refused(name: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        let_raw_win(SEP.replace("{raw}", f"<{name}>9</{name}>"), {name}, NESTED)
    assert re.search(said, f"{refused.value.place}: {refused.value}")


def test_a_flat_file_has_no_sections() -> None:
    assert name_fault("a/b", [FLAT]) == "this model's files have no sections: give the name alone"
    assert name_fault("a b", [FLAT]) == "no such name can stand in this model's files"
    assert not name_fault("a/b", [FLAT, INI]) and not name_fault("a.b", [FLAT])


def test_shipped_vendors() -> None:
    packs = load_packs((SHIPPED,))

    def text(vendor: str, model: str, **raw: str) -> str:
        said = {name.replace("__", "/"): value for name, value in raw.items()}
        settings: Settings = {"server.1.host": "pbx", "server.1.port": 5060}
        renderer = GroupRenderer(group(packs.vendor(vendor), settings, model=model, raw=said))
        plain = renderer.plain(phone(line(transport="udp")))
        assert renderer.render(phone(line(transport="udp"))) == plain
        return plain.files[0].data.decode()

    lg = text("lg-ericsson", "LIP-6812", SYSTEM__web_server="7", sntp_server_address="own")
    assert "[NETTIME]\nsntp_server_address own" in lg and lg.count("web_server 7") == 1
    assert lg.index("web_server 7") < lg.index("[DIAL]")
    sep = text("cisco", "7961", vendorConfig__webAccess="7", vendorConfig__new="8")
    assert sep.count("<webAccess>") == 1 and "<new>8</new>\n</vendorConfig>" in sep
    assert "[ Time ]" in text("alcatel", "IP800", Time__Interval="77").split("Interval = 77")[0].split("\n\n")[-1]
    with pytest.raises(CannotRender, match="raw parameter 'a/b': this model's files have no sections"):
        text("yealink", "T46U", a__b="1")
    with pytest.raises(CannotRender, match="raw parameter ROUTE/x: this phone's file has no section ROUTE"):
        text("lg-ericsson", "LIP-6812", ROUTE__x="1")
