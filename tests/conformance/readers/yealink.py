"""Reads Yealink files as a phone does: flat `key = value` lines, `%NULL%` putting a parameter back to its default."""

from __future__ import annotations

import re

from tests.conformance.readback import ReadBack

_ACCOUNT = re.compile(r"account\.(\d+)\.(.+)\Z")
_KEY = re.compile(
    r"(?:(?P<bank>linekey|memorykey|programablekey)|expansion_module\.(?P<module>\d+)\.key)"
    r"\.(?P<place>\d+)\.(?P<field>type|value|label)\Z"
)
_FIELDS = {
    "user_name": "user",
    "auth_name": "auth_user",
    "password": "secret",
    "display_name": "display_name",
    "label": "label",
    "sip_server.1.address": "server",
    "sip_server.1.port": "port",
    "sip_server_host": "server",
    "sip_server_port": "port",
    "sip_listen_port": "local_sip_port",
}


def read(files: dict[str, bytes]) -> ReadBack:
    """Understand the per-MAC files of one phone."""
    back = ReadBack()
    for data in files.values():
        first, *lines = data.decode("utf-8").split("\n")
        assert first == "#!version:1.0.0.1", "the phone refuses a file without its version line"
        for line in lines:
            _line(back, line)
    for name, value in back.parameters.items():
        if (found := _ACCOUNT.match(name)) and found[2] in _FIELDS:
            back.accounts.setdefault(int(found[1]), {})[_FIELDS[found[2]]] = value
        elif (key := _KEY.match(name)) and value:
            back.keys.setdefault(_place(back, key), {})[key["field"]] = value
    for n, account in back.accounts.items():
        _template(back, n, account)
        _stand_ins(account)
    for fields in back.keys.values():
        if fields.get("type") == fields.get("value"):
            fields["type"] = "its value"  # a key event: its value is the phone's own code
    return back


def _line(back: ReadBack, line: str) -> None:
    """Take one line; a parameter that stands more than once (a password for each user) keeps every value."""
    if not line.strip() or line.startswith("#"):
        return
    name, equals, value = line.partition("=")
    assert equals, f"no parameter: {line!r}"
    name, value = name.strip(), value.strip()
    assert value, f"{name}: an empty value is ignored, so it says nothing"
    said = "" if value == "%NULL%" else value
    back.parameters[name] = f"{back.parameters[name]}\n{said}" if name in back.parameters else said


def _place(back: ReadBack, key: re.Match[str]) -> tuple[str, int]:
    """The bank and position; memory keys come after the line keys."""
    place = int(key["place"])
    if key["module"]:
        return f"expansion-{key['module']}", place
    if key["bank"] == "memorykey":
        names = (re.match(r"linekey\.(\d+)\.", name) for name in back.parameters)
        return "dss", place + max((int(found[1]) for found in names if found), default=0)
    return ("dss" if key["bank"] == "linekey" else "programmable"), place


def _template(back: ReadBack, n: int, account: dict[str, str]) -> None:
    """Follow an account to the registrars' template that it points at."""
    number = back.parameters.get(f"account.{n}.sip_server.template")
    if number:
        account["server"] = back.parameters[f"template.{number}.sip_server.1.address"]
        account["port"] = back.parameters[f"template.{number}.sip_server.1.port"]


def _stand_ins(account: dict[str, str]) -> None:
    """Drop what only stands in for something unsaid: the number as label, port 0 for asking DNS."""
    if account.get("label") == account.get("user"):
        account.pop("label", None)
    if account.get("port") == "0":
        del account["port"]
