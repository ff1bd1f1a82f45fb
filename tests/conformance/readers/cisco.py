"""Reads Cisco's three kinds of file: a multiplatform profile, an enterprise SEP file, a 7940's cnf.

Written from Cisco's guides and usecallmanager.nz's description; it shares nothing with the pack's templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from tests.conformance.readback import ReadBack

_NUMBERED = re.compile(r"(User_ID|Auth_ID|Password|Display_Name|Mailbox_ID|Proxy|SIP_Port)_(\d+)_\Z")
_FIELDS = {
    "User_ID": "user",
    "Auth_ID": "auth_user",
    "Password": "secret",
    "Display_Name": "display_name",
    "Mailbox_ID": "mailbox",
}
_BUTTONS = re.compile(r" Buttons (\d+) to (\d+): (the phone|expansion module (\d+)) ")
_CNF = re.compile(r'(\w+)\s*:\s*"([^"]*)"\Z')
_CNF_FIELDS = {
    "name": "user",
    "authname": "auth_user",
    "password": "secret",
    "displayname": "display_name",
}


def read(files: Mapping[str, bytes]) -> ReadBack:
    """Understand the one file that a phone has of its own."""
    ((path, data),) = files.items()
    if path.endswith(".cnf.xml"):
        return _enterprise(data)
    return _cnf(data) if path.endswith(".cnf") else _profile(data)


# -------------------------------------------------------------------------------------------------- multiplatform


def _profile(data: bytes) -> ReadBack:
    """A flat profile: every element once."""
    root = ElementTree.fromstring(data)
    assert root.tag == "flat-profile"
    back = ReadBack()
    for element in root:
        assert element.tag not in back.parameters, element.tag
        back.parameters[element.tag] = element.text or ""
    for name, value in back.parameters.items():
        if found := _NUMBERED.match(name):
            back.accounts.setdefault(int(found[2]), {}).update(_account(found[1], int(found[2]), value))
    _profile_keys(back)
    return back


def _account(name: str, n: int, value: str) -> dict[str, str]:
    if name == "SIP_Port":
        return {} if value == str(5059 + n) else {"local_sip_port": value}
    if name != "Proxy":
        return {_FIELDS[name]: value}
    if not value:
        return {}
    first = value.partition(":SRV=")[2].partition("|")[0] or value
    host, _, rest = first.partition(":")
    return {"server": host, **({"port": rest.partition(":")[0]} if rest else {})}


def _profile_keys(back: ReadBack) -> None:
    said = back.parameters
    for name in list(said):
        if found := re.fullmatch(r"Extension_(\d+)_", name):
            n = found[1]
            back.keys["dss", int(n)] = _key(said[name], said[f"Extended_Function_{n}_"], said[f"Short_Name_{n}_"])
        elif found := re.fullmatch(r"Unit_(\d+)_Extension_(\d+)_", name):
            unit, n = found.groups()
            label, function = said[f"Unit_{unit}_Short_Name_{n}_"], said[f"Unit_{unit}_Key_{n}_"]
            back.keys[f"expansion-{unit}", int(n)] = _key(said[name], function, label)
    if "Idle_Key_List" in said:
        _soft_keys(back)


def _key(extension: str, function: str, label: str) -> dict[str, str]:
    if extension != "Disabled":
        return {"type": "line", "line": extension, "label": label}
    return {**_function(function), "label": label}


def _function(text: str) -> dict[str, str]:
    """`fnc=sd;ext=201@$PROXY;nme=Desk` → type and value; what is no function is a value of its own."""
    if not text:
        return {"type": "none"}
    if not text.startswith("fnc="):
        return {"type": "custom", "value": text}
    parts = dict(part.partition("=")[::2] for part in text.split(";"))
    target = parts.get("ext") or parts.get("sub") or parts.get("url") or ""
    return {"type": parts["fnc"], "value": target.removesuffix("@$PROXY")}


def _soft_keys(back: ReadBack) -> None:
    """The idle list gives each slot a keyword or one of the phone's programmable soft keys."""
    entries = (entry.split("|", 1) for entry in back.parameters["Idle_Key_List"].split(";") if "|" in entry)
    slots = {slot: word for word, slot in entries}
    for name, function in list(back.parameters.items()):
        if found := re.fullmatch(r"PSK_(\d+)", name):
            does = slots.get(found[1], "none")
            key = _function(function) if does == f"psk{found[1]}" else {"type": does}
            back.keys["programmable", int(found[1])] = key


# ----------------------------------------------------------------------------------------------------- enterprise


def _enterprise(data: bytes) -> ReadBack:
    """A SEP file. It is the phone's whole configuration: a line or button that is not in it is off."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    root = ElementTree.fromstring(data, ElementTree.XMLParser(target=builder))
    assert root.tag == "device"
    back = ReadBack(parameters=dict(_leaves(root, "")))
    members = root.findall("devicePool/callManagerGroup/members/member")
    secured = root.findtext("transportLayerProtocol") == "3"
    lines = root.find("sipProfile/sipLines")
    assert lines is not None
    places: dict[int, tuple[str, int]] = {}
    for one in lines:
        tag: object = one.tag  # a comment's tag is a function
        if tag is ElementTree.Comment:
            text = one.text or ""
            if found := _BUTTONS.fullmatch(text):
                bank = f"expansion-{found[4]}" if found[4] else "dss"
                first, last = int(found[1]), int(found[2])
                places |= {button: (bank, button - first + 1) for button in range(first, last + 1)}
            elif found := re.fullmatch(r" Button (\d+): none ", text):
                back.keys[places[int(found[1])]] = {"type": "none"}
            elif found := re.fullmatch(r" Line (\d+): none ", text):
                back.parameters[f"sipProfile/sipLines/line[{found[1]}]/name"] = ""
            continue
        button = int(one.attrib["button"])
        if "lineIndex" in one.attrib:
            port = "ports/securedSipPort" if secured else "ports/sipPort"
            back.accounts[int(one.attrib["lineIndex"])] = _line(one) | {
                "server": members[0].findtext("callManager/processNodeName", ""),
                "port": members[0].findtext(f"callManager/{port}", ""),
            }
        if button in places:
            back.keys[places[button]] = _button(one)
    port = root.findtext("sipProfile/voipControlPort", "5060")
    if port != "5060" and 1 in back.accounts:
        back.accounts[1]["local_sip_port"] = port
    return back


def _line(element: ElementTree.Element) -> dict[str, str]:
    fields = {"user": "name", "auth_user": "authName", "secret": "authPassword", "display_name": "displayName"}
    return {field: element.findtext(tag, "") for field, tag in fields.items()}


def _button(element: ElementTree.Element) -> dict[str, str]:
    feature = element.findtext("featureID", "")
    key = {"type": feature, "label": element.findtext("featureLabel", "")}
    for tag in ("speedDialNumber", "serviceURI"):
        if (value := element.findtext(tag)) is not None:
            key["value"] = value
    if feature.isdigit() and int(feature) > 200:
        return {"type": "custom", "value": feature, "label": key["label"]}
    return key


def _leaves(element: ElementTree.Element, path: str) -> Iterator[tuple[str, str]]:
    """Every text with its path; what stands in the root or in vendorConfig goes by its name alone."""
    counted: dict[str, int] = {}
    for child in element:
        tag: object = child.tag  # a comment's tag is a function
        if not isinstance(tag, str):
            continue
        button = f"button {child.attrib['button']}" if "button" in child.attrib else None
        number = child.get("lineIndex") or button or child.get("priority") or child.get("idx")
        if child.tag == "ntp":
            number = str(counted.setdefault("ntp", 0))
            counted["ntp"] += 1
        name = path + child.tag + (f"[{number}]" if number else "")
        if len(child):
            yield from _leaves(child, "" if child.tag == "vendorConfig" else f"{name}/")
        else:
            yield name, child.text or ""


# ------------------------------------------------------------------------------------------------- 7940 and 7960


def _cnf(data: bytes) -> ReadBack:
    back = ReadBack()
    for line in data.decode().split("\n"):
        if line and not line.startswith("#"):
            found = _CNF.match(line)
            assert found, line
            assert found[1] not in back.parameters, line
            back.parameters[found[1]] = found[2]
    for name, value in back.parameters.items():
        found = re.fullmatch(r"line(\d+)_(\w+)", name)
        if found and found[2] in _CNF_FIELDS:
            back.accounts.setdefault(int(found[1]), {})[_CNF_FIELDS[found[2]]] = value
    for n, account in back.accounts.items():
        for field, name in (("server", "address"), ("port", "port")):
            if back.parameters.get(f"proxy{n}_{name}"):
                account[field] = back.parameters[f"proxy{n}_{name}"]
    if back.parameters.get("voip_control_port", "5060") != "5060":
        back.accounts[1]["local_sip_port"] = back.parameters["voip_control_port"]
    return back
