"""Reads Polycom's master file, configuration and directory by attribute names, whatever the elements."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from tests.conformance.readback import ReadBack

_LINE_KEY = re.compile(r"lineKey\.(\d+)\.category")
_MODULES = (84, 40, 14)
"""How many keys a module can have."""


def read(files: dict[str, bytes]) -> ReadBack:
    """A device's files: the master names the configuration, which alone is read; favourites are in the directory."""
    master = _attributes(next(data for name, data in files.items() if re.fullmatch(r"[0-9a-f]{12}\.cfg", name)))
    told = [name.strip() for name in master["CONFIG_FILES"].split(",")]
    parameters: dict[str, str] = {}
    for name in told:
        if name in files:
            parameters = {**_attributes(files[name]), **parameters}
    favourites: dict[str, dict[str, str]] = {}
    for name, data in files.items():
        if name.endswith("-directory.xml"):
            favourites = _favourites(data)
    keys = {**_line_keys(parameters, favourites), **_soft_keys(parameters)}
    said = {f"item[{index}].{tag}": text for index, item in favourites.items() for tag, text in item.items()}
    return ReadBack(_accounts(parameters), keys, {**master, **parameters, **said})


def _attributes(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in ElementTree.fromstring(data).iter():
        for name, value in element.attrib.items():
            assert name not in found, f"{name} stands twice"
            found[name] = value
    for name in found:
        if name.startswith("device.") and f"{name}.set" not in found:
            assert name.endswith(".set"), f"{name} needs its .set"
    return found


def _favourites(data: bytes) -> dict[str, dict[str, str]]:
    items = ElementTree.fromstring(data).iter("item")
    entries = [{child.tag: child.text or "" for child in item} for item in items]
    return {entry["sd"]: entry for entry in entries}


def _accounts(parameters: dict[str, str]) -> dict[int, dict[str, str]]:
    numbers = {int(found[1]) for name in parameters if (found := re.match(r"reg\.(\d+)\.address\Z", name))}
    fields = {
        "user": "address",
        "auth_user": "auth.userId",
        "secret": "auth.password",
        "display_name": "displayName",
        "label": "label",
        "server": "server.1.address",
        "port": "server.1.port",
    }
    accounts = {
        n: {field: parameters[f"reg.{n}.{name}"] for field, name in fields.items() if f"reg.{n}.{name}" in parameters}
        for n in sorted(numbers)
    }
    port = parameters.get("voIpProt.SIP.local.port", parameters.get("voIpProt.local.port", ""))
    if port not in ("", "0") and 1 in accounts:
        accounts[1]["local_sip_port"] = port
    return accounts


def _line_keys(
    parameters: dict[str, str], favourites: dict[str, dict[str, str]]
) -> dict[tuple[str, int], dict[str, str]]:
    """Every line key; those of expansion modules are counted on from the phone's own, and cut up again here."""
    assert parameters["lineKey.reassignment.enabled"] == "1"
    places = sorted(int(found[1]) for name in parameters if (found := _LINE_KEY.match(name)))
    assert places == list(range(1, len(places) + 1))
    size, own = _layout(len(places))
    macros = {parameters[name]: name.rpartition(".")[0] for name in parameters if name.endswith(".mname")}
    of_line: dict[str, int] = {}
    keys: dict[tuple[str, int], dict[str, str]] = {}
    watched = 0
    for place in places:
        category, index = parameters[f"lineKey.{place}.category"], parameters[f"lineKey.{place}.index"]
        key = {"type": category}
        if category == "BLF":
            watched += 1
            entry = f"attendant.resourceList.{watched}"
            key |= {"value": parameters[f"{entry}.address"], "label": parameters[f"{entry}.label"]}
        elif category == "SpeedDial":
            key |= _favourite(favourites[index], macros, parameters)
        elif category == "EFK":
            key |= _macro(f"efk.efklist.{index}", parameters)
        elif category == "Line":
            of_line[index] = of_line.get(index, 0) + 1
            label = parameters.get(f"reg.{index}.line.{of_line[index]}.label")
            key |= {"line": index} | ({} if label is None else {"label": label})
        module, rest = divmod(place - own - 1, size)
        keys[("dss", place) if place <= own else (f"expansion-{module + 1}", rest + 1)] = key
    return keys


def _layout(count: int) -> tuple[int, int]:
    """(keys of a module, the phone's own keys): modules come in threes in the tests, or there is none."""
    for size in _MODULES:
        if 3 * size < count <= 3 * size + 16:
            return size, count - 3 * size
    return 1, count


def _favourite(item: dict[str, str], macros: dict[str, str], parameters: dict[str, str]) -> dict[str, str]:
    if item["ct"].startswith("!k") and item["ct"][1:] in macros:
        return _macro(macros[item["ct"][1:]], parameters) | {"label": item["ln"]}
    return {"value": item["ct"], "label": item["ln"]}


def _macro(entry: str, parameters: dict[str, str]) -> dict[str, str]:
    assert parameters[f"{entry}.status"] == "1"
    return {"value": _value(parameters[f"{entry}.action.string"]), "label": parameters[f"{entry}.label"]}


def _value(action: str) -> str:
    """What an action string was made for, without its commands."""
    bare = re.sub(r"\$T(invite|dtmf|intercom)\$\Z", "", action)
    found = re.fullmatch(r"\$F([^$]*)\$", bare)
    return found[1] if found else bare


def _soft_keys(parameters: dict[str, str]) -> dict[tuple[str, int], dict[str, str]]:
    numbers = {int(found[1]) for name in parameters if (found := re.match(r"softkey\.(\d+)\.enable\Z", name))}
    return {
        ("programmable", n): {
            "type": parameters[f"softkey.{n}.enable"],
            "label": parameters[f"softkey.{n}.label"],
            "value": _value(parameters[f"softkey.{n}.action"]),
        }
        for n in sorted(numbers)
    }
