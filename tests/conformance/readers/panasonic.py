"""Reads Panasonic files as a phone does: `NAME="value"` lines, the first of a name winning; KX-UTG files are XML."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from tests.conformance.readback import ReadBack

_HEADER = re.compile(r"# (?:Panasonic SIP Phone|PCC) Standard Format File #")
_LINE = re.compile(r'(\w{1,32})="([^"]{0,500})"\Z')
_ACCOUNT = re.compile(r"([A-Z_]+)_(\d+)\Z")
_KEY = re.compile(r"(FLEX|DSS)_BUTTON_(FACILITY_ACT|FACILITY_ARG|QUICK_DIAL|(?:FACILITY_)?LABEL)(\d+)\Z")
_FIELDS = {
    "SIP_URI": "user",
    "LINE_ID": "user",
    "PHONE_NUMBER": "number",
    "SIP_AUTHID": "auth_user",
    "SIP_PASS": "secret",
    "DISPLAY_NAME": "display_name",
    "SIP_RGSTR_ADDR": "server",
    "SIP_RGSTR_PORT": "port",
    "SIP_SRC_PORT": "local_sip_port",
}


def read(files: dict[str, bytes]) -> ReadBack:
    """Understand the per-MAC files of one phone."""
    back = ReadBack()
    for data in files.values():
        (_xml if data.startswith(b"<?xml") else _flat)(back, data)
    for name, value in back.parameters.items():
        if (account := _ACCOUNT.match(name)) and account[1] in _FIELDS:
            back.accounts.setdefault(int(account[2]), {})[_FIELDS[account[1]]] = value
        elif key := _KEY.match(name):
            back.keys.setdefault(_place(key), {})[key[2]] = value
    for n, fields in back.accounts.items():
        _forget_stand_ins(n, fields)
    back.keys = {place: _key(fields) for place, fields in back.keys.items()}
    return back


def _flat(back: ReadBack, data: bytes) -> None:
    """Lines that end with CR LF, after the maker's header."""
    text = data.decode("utf-8")
    assert _HEADER.match(text), "the phone refuses a file without its header"
    assert text.endswith("\r\n\r\n"), "an empty line ends the file"
    for line in text.split("\r\n"):
        if not line or line.startswith("#"):
            continue
        assert len(line.encode()) <= 535, f"ignored, as it is too long: {line[:40]}"
        found = _LINE.match(line)
        assert found, f"no parameter: {line!r}"
        back.parameters.setdefault(found[1], found[2])


def _xml(back: ReadBack, data: bytes) -> None:
    """Elements by their tag; those of a line with its number, as the other files have them."""
    root = ElementTree.fromstring(data)
    assert root.tag == "PANASIPPhoneConfig"
    for line in root.iterfind("./Device/Lines/Line"):
        for leaf in _leaves(line):
            back.parameters[f"{leaf.tag}_{line.get('idx')}"] = leaf.text or ""
        line.clear()
    for leaf in _leaves(root):
        back.parameters[leaf.tag] = leaf.text or ""


def _leaves(branch: ElementTree.Element) -> list[ElementTree.Element]:
    return [one for one in branch.iter() if len(one) == 0 and one.get("perm")]


def _place(key: re.Match[str]) -> tuple[str, int]:
    """Bank and position: modules of 40 keys count on."""
    n = int(key[3]) - 1
    return ("dss", n + 1) if key[1] == "FLEX" else (f"expansion-{n // 40 + 1}", n % 40 + 1)


def _key(fields: dict[str, str]) -> dict[str, str]:
    """Type, value and label; a one-touch key keeps its number apart."""
    type_ = fields["FACILITY_ACT"]
    value = fields["QUICK_DIAL" if type_.endswith("ONETOUCH") else "FACILITY_ARG"]
    return {"type": type_, "value": value, "label": fields.get("LABEL", fields.get("FACILITY_LABEL", ""))}


def _forget_stand_ins(n: int, fields: dict[str, str]) -> None:
    """Drop what only stands in for something unsaid: the user as number, the number as name, the factory's port."""
    number = fields.get("number")
    if number == fields.get("user"):
        del fields["number"]
    if fields.get("display_name") == number:
        fields.pop("display_name", None)
    if fields.get("local_sip_port") == str(5050 + 10 * n):
        del fields["local_sip_port"]
