"""Reads Aastra / Mitel files as a phone does: `key: value` lines, the last of a name winning, names in any case."""

from __future__ import annotations

import re

from tests.conformance.readback import ReadBack

_LINE = re.compile(r"[!^]*([^:#]+?)\s*:\s*(.*?)\s*\Z")
_ACCOUNT = re.compile(r"sip line(\d+) (.+)\Z")
_KEY = re.compile(r"(?:(prgkey|topsoftkey|softkey)(\d+)|expmod(\d+) key(\d+)) (type|value|label|line)\Z")
_FIELDS = {
    "user name": "user",
    "auth name": "auth_user",
    "password": "secret",
    "display name": "display_name",
    "screen name": "label",
    "screen name 2": "number",
    "registrar ip": "server",
    "registrar port": "port",
}


def read(files: dict[str, bytes]) -> ReadBack:
    """Understand the per-MAC files of one phone."""
    back = ReadBack()
    for data in files.values():
        for line in data.decode().split("\n"):
            found = _LINE.match(line)
            if found and not line.startswith("#"):
                back.parameters[found[1].lower()] = _value(found[2])
    for name, value in back.parameters.items():
        if account := _ACCOUNT.match(name):
            if account[2] in _FIELDS:
                back.accounts.setdefault(int(account[1]), {})[_FIELDS[account[2]]] = value
        elif key := _KEY.match(name):
            back.keys.setdefault(_place(back, key), {})[key[5]] = value
    for account_fields in back.accounts.values():
        _forget_stand_ins(account_fields)
    return back


def _value(text: str) -> str:
    """A value without its quotes, or without the comment that follows an unquoted one."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    return re.split(r"\s#|\A#", text)[0]


def _place(back: ReadBack, key: re.Match[str]) -> tuple[str, int]:
    """The bank and position of a key; soft keys are the DSS bank of a phone that has no keys but those."""
    if key[3]:
        return f"expansion-{key[3]}", int(key[4])
    others = "prgkey1 type" in back.parameters or "topsoftkey1 type" in back.parameters
    return "programmable" if key[1] == "softkey" and others else "dss", int(key[2])


def _forget_stand_ins(account: dict[str, str]) -> None:
    """Drop a name that only repeats another: the phone is given the number where there is no name."""
    number, name = account.get("number"), account.get("display_name")
    if account.get("label") in (number, name):
        del account["label"]
    if name == number:
        del account["display_name"]
