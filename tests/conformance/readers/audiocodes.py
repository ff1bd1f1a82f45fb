"""Reads AudioCodes files as a device does: a phone's `path/to/key=value`, a gateway's ini parameters and table rows."""

from __future__ import annotations

import re

from tests.conformance.readback import ReadBack

_LINE = re.compile(r"voip/line/(\d+)/(id|description|auth_name|auth_password|extension_display)\Z")
_KEY = re.compile(r"personal_settings/functional_key/(\d+)/(type|speed_dial_number|key_label|key_event)\Z")
_LINE_FIELDS = {
    "id": "user",
    "description": "display_name",
    "auth_name": "auth_user",
    "auth_password": "secret",
    "extension_display": "label",
}
_KEY_FIELDS = {"type": "type", "speed_dial_number": "value", "key_label": "label", "key_event": "event"}
_PORT = re.compile(r"(\d+)-\1,(.*)\Z")


def read(files: dict[str, bytes]) -> ReadBack:
    """Understand the per-MAC files of one device; its file's ending tells which kind it is."""
    back = ReadBack()
    for path, data in files.items():
        lines = data.decode("utf-8").split("\n")
        if path.endswith(".ini"):
            _gateway(back, lines)
        else:
            _phone(back, lines)
    return back


def _phone(back: ReadBack, lines: list[str]) -> None:
    for line in lines:
        if line and not line.startswith(("#", ";")):
            name, equals, value = line.partition("=")
            assert equals and name == name.strip(), f"no parameter: {line!r}"
            back.parameters[name] = value
    keys = sum(
        name.startswith("personal_settings/functional_key/") and name.endswith("/type") for name in back.parameters
    )
    for name, value in back.parameters.items():
        if line_field := _LINE.match(name):
            back.accounts.setdefault(int(line_field[1]) + 1, {})[_LINE_FIELDS[line_field[2]]] = value
        elif key_field := _KEY.match(name):
            back.keys.setdefault(_place(keys, int(key_field[1])), {})[_KEY_FIELDS[key_field[2]]] = value
    for n, account in back.accounts.items():
        account["server"] = back.parameters.get("voip/signalling/sip/sip_registrar/addr", "")
        account["port"] = back.parameters.get("voip/signalling/sip/sip_registrar/port", "")
        if n == 1 and (own := back.parameters.get("voip/signalling/sip/port")) != "5060":
            account["local_sip_port"] = own or ""
        if account["label"] in (account["display_name"], account["user"]):
            del account["label"]
    for fields in back.keys.values():
        if fields["type"] == "EVENT":
            fields["value"] = fields.pop("event")


def _place(keys: int, index: int) -> tuple[str, int]:
    """The bank and position of a function key of so many: 9 are digits held, of 18 the last 6 are the line keys."""
    if keys == 9:
        return "programmable", index + 1
    if keys == 18:
        return "dss", index - 11 if index >= 12 else index + 7
    return "dss", index + 1


def _gateway(back: ReadBack, lines: list[str]) -> None:
    for line in (line.strip() for line in lines):
        if not line or line.startswith((";", "[", "FORMAT ")):
            continue
        name, equals, value = line.partition("=")
        assert equals, f"no parameter: {line!r}"
        name, value = name.strip(), value.strip()
        row = " " in name
        assert value.endswith(";") is row, f"only a row of a table ends with a semicolon: {line!r}"
        value = value.removesuffix(";")
        if name == "TRUNKGROUP" and (port := _PORT.match(value)):
            name, value = f"TRUNKGROUP {port[1]}", port[2]
            back.accounts[int(port[1])] = {"user": value}
        back.parameters[name] = value.strip() if not row else value
    for name, value in back.parameters.items():
        login = re.match(r"Authentication[ _](\d+)\Z", name)
        if login and value.strip(" ,$"):
            auth_user, _, secret = value.partition(",")
            fields = back.accounts.setdefault(int(login[1]) + 1, {})
            fields |= {"auth_user": auth_user.strip(), "secret": secret.strip()}
    for account in back.accounts.values():
        account["server"] = back.parameters["RegistrarIP"]
