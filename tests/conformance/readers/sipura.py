"""Reads the flat profile of an SPA phone or adapter, and an ATA190's device file, by element names.

Written from the makers' guides; it shares nothing with the pack's templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from tests.conformance.readback import ReadBack

_FIELDS = {"user": "User_ID", "secret": "Password", "display_name": "Display_Name", "mailbox": "Mailbox_ID"}
_ENTERPRISE = {
    "user": "name",
    "auth_user": "authName",
    "secret": "authPassword",
    "display_name": "displayName",
    "number": "contact",
    "server": "proxy",
    "port": "port",
}


def read(files: Mapping[str, bytes]) -> ReadBack:
    """Read a device's one file; raises ParseError where it is not well formed."""
    (data,) = files.values()
    root = ElementTree.fromstring(data)
    if root.tag == "device":
        return _enterprise(root)
    assert root.tag == "flat-profile", root.tag
    said: dict[str, str] = {}
    for element in root.iter():
        if len(element) or element is root:
            continue
        assert element.tag not in said, f"{element.tag} stands twice"
        assert element.get("ua", "na") in ("na", "ro", "rw")
        said[element.tag] = element.text or ""
    return ReadBack(dict(_accounts(said)), dict(_keys(said)), said)


def _accounts(said: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Every line that is on or off, with what it still holds."""
    for name in said:
        found = re.fullmatch(r"Line_Enable_(\d+)_", name)
        if found is None:
            continue
        n = int(found[1])
        account = {field: said[f"{key}_{n}_"] for field, key in _FIELDS.items() if f"{key}_{n}_" in said}
        if said.get(f"Use_Auth_ID_{n}_") == "Yes":
            account["auth_user"] = said[f"Auth_ID_{n}_"]
        account |= _registrar(said[f"Proxy_{n}_"])
        if said.get(f"SIP_Port_{n}_", str(5059 + n)) != str(5059 + n):  # what the factory gives the line
            account["local_sip_port"] = said[f"SIP_Port_{n}_"]
        if n == 1 and "Station_Display_Name" in said:
            account["label"] = said["Station_Display_Name"]
        yield n, account


def _registrar(proxy: str) -> dict[str, str]:
    """`host:port`, or the first of `name:SRV=host:port:p=0|…`."""
    listed = re.match(r"[^:]+:SRV=(.+?):p=0\|.+:p=1\Z", proxy)
    host, _, port = (listed[1] if listed else proxy).partition(":")
    return {"server": host, "port": port} if port else {"server": host}


def _keys(said: Mapping[str, str]) -> Iterator[tuple[tuple[str, int], dict[str, str]]]:
    slots = dict(_soft_keys(said.get("Idle_Key_List", "")))
    for name, value in said.items():
        if found := re.fullmatch(r"Extension_(\d+)_", name):
            n = int(found[1])
            yield ("dss", n), _line_key(value, said, n)
        elif found := re.fullmatch(r"Unit_(\d+)_Key_(\d+)", name):
            assert said[f"Unit_{found[1]}_Enable"] == "Yes"
            yield (f"expansion-{found[1]}", int(found[2])), _function(value)
        elif found := re.fullmatch(r"PSK_(\d+)", name):
            n = int(found[1])
            own = slots.get(n, "") in ("", f"psk{n}")
            assert not value or own, f"{name} is on no soft key"
            yield ("programmable", n), _function(value) if own else {"type": slots[n]}


def _soft_keys(listed: str) -> Iterator[tuple[int, str]]:
    """Position and name of each soft key of a list; the first name of a position is shown."""
    for item in reversed(listed.split(";")):
        name, _, slot = item.partition("|")
        if slot:
            yield int(slot), name


def _line_key(extension: str, said: Mapping[str, str], n: int) -> dict[str, str]:
    label = said[f"Short_Name_{n}_"]
    if extension == "Disabled":
        return {**_function(said[f"Extended_Function_{n}_"]), "label": label}
    shared = said[f"Share_Call_Appearance_{n}_"] == "shared"
    assert not said[f"Extended_Function_{n}_"]
    return {"type": "shared" if shared else "line", "line": extension, "label": label}


def _function(text: str) -> dict[str, str]:
    """`fnc=type;name=value;…` as type, value and label."""
    if not text:
        return {"type": "none", "label": ""}
    if not text.startswith("fnc="):
        return {"type": "custom", "value": text}
    parts = {name: value for name, _, value in (part.partition("=") for part in text.split(";"))}
    value = parts.get("ext") or parts.get("sub") or parts.get("url", "")
    return {"type": parts["fnc"], "value": value.removesuffix("@$PROXY"), "label": parts.get("nme", "")}


def _enterprise(root: ElementTree.Element) -> ReadBack:
    """An ATA190's file: parameters by their path, numbered where a path is met again."""
    said: dict[str, str] = {}
    _walk(root, "", said)
    line = root.find("sipProfile/sipLines/line")
    assert line is not None
    account = {field: line.findtext(tag) or "" for field, tag in _ENTERPRISE.items()}
    if account["auth_user"] == account["user"]:
        del account["auth_user"]
    port = root.findtext("sipProfile/voipControlPort")
    if port and port != "5060":
        account["local_sip_port"] = port
    return ReadBack({1: account}, {}, said)


def _walk(element: ElementTree.Element, path: str, said: dict[str, str]) -> None:
    for child in element:
        name = path + child.tag
        if len(child):
            _walk(child, f"{name}/", said)
            continue
        again = sum(1 for known in said if re.fullmatch(rf"{re.escape(name)}(#\d+)?", known))
        said[f"{name}#{again}" if again else name] = child.text or ""
