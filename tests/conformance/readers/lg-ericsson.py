"""Reads LG-Ericsson files as a phone does: `name value ;comment` under `[SECTION]`, double quotes around blanks."""

from __future__ import annotations

import re

from tests.conformance.readback import ReadBack

_SECTIONS = {"LAN", "NETTIME", "PROVISION", "DSP", "CALL", "FWRD", "SYSTEM", "DIAL", "PROG", "VOIP"}
_LISTS = ("add", "function", "vsc")
"""Words that begin an entry of a list: the next word tells which."""
_LINE = re.compile(r"line(\d+)_(proxy_address|proxy_port|displayname|name|authname|password|type|extension)\Z")
_FIELDS = {
    "proxy_address": "server",
    "proxy_port": "port",
    "displayname": "label",
    "name": "user",
    "authname": "auth_user",
    "password": "secret",
}


def read(files: dict[str, bytes]) -> ReadBack:
    """Understand the per-MAC file of one phone."""
    back = ReadBack()
    (data,) = files.values()
    for line in data.decode("utf-8").split("\n"):
        _line(back, line)
    lines: dict[int, dict[str, str]] = {}
    for name, value in back.parameters.items():
        if found := _LINE.match(name):
            lines.setdefault(int(found[1]), {})[found[2]] = value
    for n, line_fields in lines.items():
        if line_fields["type"] == "dss":
            value, label = line_fields["extension"], line_fields["displayname"]
            back.keys["dss", n] = {"type": "dss", "value": value, "label": label}
        else:
            back.accounts[n] = {_FIELDS[field]: value for field, value in line_fields.items() if field in _FIELDS}
            back.keys["dss", n] = {"type": "private"}
    for name, value in back.parameters.items():
        if name.startswith("add ") and name[4:].isdecimal():
            back.keys["dss", int(name[4:])] = {"type": value, "value": back.parameters[f"{name} number"]}
    return back


def _line(back: ReadBack, line: str) -> None:
    section = re.fullmatch(r"\[(\w+)\]", line)
    assert section is None or section[1] in _SECTIONS, line
    if section or not line.strip() or line.startswith(";"):
        return
    name, _, rest = line.partition(" ")
    assert re.fullmatch(r"\w+", name), f"no parameter: {line!r}"
    if name in _LISTS and " " in rest:
        which, _, rest = rest.partition(" ")
        name = f"{name} {which}"
    if name.startswith("add "):
        rest, _, number = rest.partition(" ")
        back.parameters[f"{name} number"] = _value(number)
    back.parameters[name] = _value(rest)


def _value(text: str) -> str:
    """A value without its quotes, or without the comment that follows one that has none."""
    if text.startswith('"'):
        quoted = re.fullmatch(r'"([^"]*)"(?:\s+;.*)?', text)
        assert quoted, f"broken quotes: {text!r}"
        return quoted[1]
    return re.split(r"\s;|\A;", text)[0]
