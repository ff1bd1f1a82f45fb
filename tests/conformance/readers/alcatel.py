"""Reads the files of ALE and Temporis phones: settings by id, or sections of key=value.

Written from descriptions of the formats; it shares nothing with the pack's templates.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from tests.conformance.readback import ReadBack

_MYRIAD = {
    "UserName": "user",
    "RegName": "auth_user",
    "Password": "secret",
    "Label": "label",
    "DisplayName": "display_name",
    "Server1Address": "server",
    "Server1Port": "port",
}
_DESK = {
    "DeviceUri": "user",
    "AuthenticationName": "auth_user",
    "AuthenticationPassword": "secret",
    "LabelName": "label",
    "DisplayName": "display_name",
    "DomainName": "server",
}
_TOUCH = {
    "user_name": "user",
    "authentication_name": "auth_user",
    "authentication_password": "secret",
    "display_name": "display_name",
    "registrar_addr": "server",
    "registrar_port": "port",
}
_TEMPORIS = {
    "UserName": "user",
    "AuthName": "auth_user",
    "password": "secret",
    "Label": "label",
    "DisplayName": "display_name",
    "SIPServerHost": "server",
    "SIPServerPort": "port",
    "SIPListenPort": "local_sip_port",
}
Section = tuple[str, dict[str, str]]


def read(files: Mapping[str, bytes]) -> ReadBack:
    """Read a device's files, of whichever dialect they are."""
    if any(path.endswith(".xml") for path in files):
        return _settings(files)
    ((path, data),) = files.items()
    sections = list(_sections(data.decode()))
    return _touch(sections) if path.startswith("sipconfig-") else _temporis(sections)


# ------------------------------------------------------------------------------------------------ XML settings


def _settings(files: Mapping[str, bytes]) -> ReadBack:
    """The file that has the MAC in capitals must say what the other one says."""
    assert len(set(files.values())) == 1
    assert len({path.lower() for path in files}) == 1
    back = ReadBack()
    for element in ElementTree.fromstring(next(iter(files.values()))).iterfind("setting"):
        name = element.attrib["id"]
        assert name not in back.parameters, f"{name} stands twice"
        back.parameters[name] = element.attrib["value"]
    for name, value in back.parameters.items():
        if found := re.fullmatch(r"(Account|SIPGroup)(\d+)(\w+)", name):
            fields = _MYRIAD if found[1] == "Account" else _DESK
            if found[3] in fields:
                back.accounts.setdefault(int(found[2]), {})[fields[found[3]]] = value
        elif found := re.fullmatch(r"(?:Aom(\d))?(ProgramKey|DynamicSoftKey)(\d+)Type", name):
            bank = f"expansion-{found[1]}" if found[1] else "dss" if found[2] == "ProgramKey" else "programmable"
            back.keys[bank, int(found[3])] = _program_key(back.parameters, name.removesuffix("Type"), value)
        elif found := re.fullmatch(r"SIPUseDeviceKey(\d+)", name):
            back.keys["dss", int(found[1])] = {"type": "number" if value else "", "value": value}
    return back


def _program_key(said: Mapping[str, str], key: str, type_: str) -> dict[str, str]:
    value = said[f"{key}Value"]
    assert said.get(f"{key}Number", value) == value
    return {"type": type_, "value": value, "label": said[f"{key}Label"]}


# ---------------------------------------------------------------------------------------------------- sections


def _sections(text: str) -> Iterator[Section]:
    section: Section | None = None
    for line in text.split("\n"):
        if found := re.fullmatch(r"\[ ?(\w+) ?\]", line):
            if section:
                yield section
            section = found[1], {}
        elif line and not line.startswith("#"):
            assert section, f"no section: {line!r}"
            name, equals, value = line.partition("=")
            assert equals, f"no parameter: {line!r}"
            assert name.strip() not in section[1], f"{name} stands twice in a section"
            section[1][name.strip()] = value.removeprefix(" ")
    if section:
        yield section


def _touch(sections: list[Section]) -> ReadBack:
    """One account; a speed dial needs a name."""
    back = ReadBack()
    for _, said in sections:
        assert not said.keys() & back.parameters.keys()
        back.parameters |= said
    assert back.parameters["dns_addr"]
    back.accounts[1] = {field: back.parameters[name] for name, field in _TOUCH.items() if name in back.parameters}
    if not back.accounts[1]["display_name"]:
        del back.accounts[1]["display_name"]
    for name, value in back.parameters.items():
        if found := re.fullmatch(r"speed_dial_(\d+)_uri", name):
            label = back.parameters[f"speed_dial_{found[1]}_first_name"]
            assert label or not value, "a speed dial needs a name"
            back.keys["dss", int(found[1])] = {"type": "number" if value else "", "value": value, "label": label}
    return back


def _temporis(sections: list[Section]) -> ReadBack:
    """A section belongs to the file that its path names; what is said later of the same one wins."""
    back = ReadBack()
    times = Counter(name for _, said in sections for name in said if name != "path")
    for section, said in sections:
        assert next(iter(said)) == "path", f"[ {section} ] begins with its path"
        account = re.fullmatch(r"/config/voip/sipAccount(\d)\.cfg", said["path"])
        n = int(account[1]) + 1 if account else 0
        for name, value in said.items():
            where = f"{section}{n or ''}.{name}"
            back.parameters[name if times[name] == 1 else where] = value
            if section == "account" and name in _TEMPORIS:
                back.accounts.setdefault(n, {})[_TEMPORIS[name]] = value
        if (found := re.fullmatch(r"memory1(\d)", section)) and "DKtype" in said:
            key = {"type": said["DKtype"], "value": said.get("Value", ""), "label": said.get("Label", "")}
            back.keys["dss", int(found[1])] = key
    for one in back.accounts.values():
        if one.get("local_sip_port") == "5060":  # what an account has that names none
            del one["local_sip_port"]
    return back
