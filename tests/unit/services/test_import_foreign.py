"""Lists that other systems export, as their sources and help pages give the columns; the rows are made up."""

from __future__ import annotations

import json
import random

import pytest

from aps_tui.domain.errors import ApsError
from aps_tui.services.importing import Entry, Read, read
from aps_tui.services.importing.foreign import systems

FUSION = """\
device_uuid,device_mac_address,device_label,device_vendor,device_template,device_enabled,device_line_uuid,line_number,\
server_address,display_name,user_id,auth_id,password,sip_port,sip_transport,enabled
u1,805ec0123456,Reception,yealink,yealink/t46s,true,l1,1,pbx.example.com,Zoë,101,101,hidden-1,5060,tcp,true
u1,805ec0123456,Reception,yealink,yealink/t46s,true,l2,2,pbx.example.com,Night,102,102,hidden-2,5060,tcp,true
u2,80:5e:c0:12:34:57,Cellar,yealink,yealink/t46s,true,l3,1,pbx.example.com,Off,103,103,hidden-3,5060,udp,false
"""
FUSION_SHEET = """\
device_address,device_vendor,device_template,line_number,user_id,line_number,user_id,device_key_id,device_key_category,\
device_key_type,device_key_line,device_key_value,device_key_label,device_key_id,device_key_category,device_key_type,\
device_key_value
805ec0123456,yealink,yealink/t46s,1,101,2,102,3,line,blf,1,205,Bob,4,line,16,206
"""
ISSABEL = """\
Vendor,Model,MAC,Ext,IP,Mask,GW,DNS1,Bridge,Time_Zone,DNS2
Yealink,T46G,80:5E:C0:12:34:56,101,192.0.2.9,255.255.255.0,192.0.2.1,,1,-5,
Grandstream,GXP2130,00:0B:82:00:00:01,102,,,,,,,
"""
NESTED = """\
80:5E:C0:12:34:56,Yealink,T46G
,dhcp,1
,,sip,102,2
,,,cid,no
,,sip,101,1
00:0B:82:00:00:01,Grandstream,GXP2130
,dhcp,1
"""
YEASTAR_P = """\
Vendor,Model,MAC Address,Template,Provisioning Method,Hot Desking Phone,Authentication First-time,Assign Extension
Yealink,SIP-T46S,80-5E-C0-12-34-56,YSDP_SIP-T46S,pnp,0,1,1001
Yealink,SIP-W60B,805EC0123457,YSDP_SIP-W60B,pnp,0,1,1:1002&2:1005&3:1006
"""
YEASTAR_S = """\
Manufacturer,Phonetype,Mac Address,Template,Extension,Label,Active
Yealink,T46S,805EC0123456,Default,1001,Front,1
Yealink,T46S,805EC0123456,Default,1002,Back,1
Yealink,T46S,805EC0123456,Default,1003,Gone,0
"""
OSS = "805EC0123456,,Yealink,T46G,101,1\n805EC0123456,,Yealink,T46G,102,2\n000B82000001,,Grandstream,GXP2130,103,1\n"
OSS_OLD = "805EC0123456,Yealink,T46G,101,1\n805EC0123456,Yealink,T46G,102,2\n"
EPM = """\
ext,mac,brand,template,model,account
101,805ec0123456,Yealink,Sales,T46S,1
102,805ec0123456,Yealink,Sales,T46S,2
"""


def lines(entry: Entry) -> dict[int, tuple[str, str]]:
    """Line to its extension and label."""
    more = json.loads(entry.more) if entry.more else {}
    found = {one["number"]: (one.get("extension", ""), one.get("label", "")) for one in more.get("line", ())}
    return {**found, **({1: (entry.extension, entry.line_label)} if entry.extension else {})}


def only(said: Read) -> Entry:
    assert len(said.entries) == 1 and not said.rejected
    return said.entries[0]


def test_fusionpbx() -> None:
    said = read(FUSION)
    first, second = said.entries
    assert (first.mac, first.vendor, first.model, first.label) == (
        "805ec0123456",
        "yealink",
        "yealink/t46s",
        "Reception",
    )
    assert lines(first) == {1: ("101", "Zoë"), 2: ("102", "Night")}
    assert {one["transport"] for one in json.loads(first.more)["line"]} == {"tcp"}
    assert second.mac == "805ec0123457" and lines(second) == {}  # its line is switched off
    assert "hidden" not in repr(said) and "lines that are switched off are left out" in said.notes


def test_fusionpbx_sheet_with_lines_and_keys_in_one_row() -> None:
    entry = only(read(FUSION_SHEET))
    assert lines(entry) == {1: ("101", ""), 2: ("102", "")}
    (key,) = json.loads(entry.more)["key"]  # a type that is a number of the vendor's is left out, and said
    assert (key["bank"], key["position"], key["type"], key["value"], key["label"]) == ("dss", 3, "blf", "205", "Bob")
    assert any(note.startswith("keys whose type") for note in read(FUSION_SHEET).notes)


def test_issabel() -> None:
    first, second = read(ISSABEL).entries
    assert (first.mac, first.vendor, first.model, first.extension) == ("805ec0123456", "Yealink", "T46G", "101")
    settings = json.loads(first.more)["settings"]
    assert settings["network.ip_mode"] == "static" and settings["network.address"] == "192.0.2.9"
    assert first.address == "" and second.more == ""  # its IP is the one it is to have, not where it was seen


def test_issabel_with_accounts() -> None:
    first, second = read(NESTED).entries
    assert lines(first) == {1: ("101", ""), 2: ("102", "")}  # by priority
    assert (second.vendor, second.model, lines(second)) == ("Grandstream", "GXP2130", {})


def test_yeastar() -> None:
    desk, base = read(YEASTAR_P).entries
    assert (desk.model, desk.template, lines(desk)) == ("SIP-T46S", "", {1: ("1001", "")})
    assert lines(base) == {1: ("1002", ""), 2: ("1005", ""), 3: ("1006", "")}
    assert lines(only(read(YEASTAR_S))) == {1: ("1001", "Front"), 2: ("1002", "Back")}


def test_freepbx() -> None:
    first, second = read(OSS).entries
    assert (first.vendor, first.model, lines(first)) == ("Yealink", "T46G", {1: ("101", ""), 2: ("102", "")})
    assert second.extension == "103"
    assert lines(only(read(OSS_OLD))) == {1: ("101", ""), 2: ("102", "")}
    said = read(EPM)
    assert lines(only(said)) == {1: ("101", ""), 2: ("102", "")} and "not verified" in said.notes[0]


@pytest.mark.parametrize(
    "text", ["mac,model,extension\n805ec0123456,T46S,101\n", "805ec0123456\n", "805ec0123456,T46S,101\n"]
)
def test_other_lists_stay_what_they_are(text: str) -> None:
    assert not any("read as a list of" in note for note in read(text).notes)


def test_every_system_is_told_from_the_others() -> None:
    for system in systems():
        heads = ",".join(sorted({heading for headings in system.columns.values() for heading in headings} | {
            min(group) for group in system.needs}))  # fmt: skip
        assert any(system.name in note for note in read(f"{heads}\n").notes), system.name


def test_broken_rows_are_rejected_alone() -> None:
    said = read(
        YEASTAR_S + "Yealink,T46S,805EC012345,Default,1004,Short,1\n" + f"Yealink,T46S,805EC0123459,,{'9' * 400},,1\n"
    )
    assert [one.line for one in said.rejected] == [5, 6] and len(said.entries) == 1
    handsets = read(YEASTAR_P.replace("3:1006", "999:1006"))
    assert [one.reason for one in handsets.rejected] == ["the number of a handset is 1 to 200"]


def test_noise_never_breaks_the_reader() -> None:
    rng = random.Random(7)
    samples = [FUSION, FUSION_SHEET, ISSABEL, NESTED, YEASTAR_P, YEASTAR_S, OSS, EPM]
    for _ in range(400):
        text = list(rng.choice(samples))
        for _ in range(rng.randrange(1, 12)):
            at = rng.randrange(len(text))
            text[at] = rng.choice(['"', ",", "\n", "\t", "\x7f", "é", "9" * 50, ":", "", "&", "\u2028"])
        try:
            said = read("".join(text))
        except ApsError:
            continue
        assert all(len(entry.mac) == 12 for entry in said.entries)
