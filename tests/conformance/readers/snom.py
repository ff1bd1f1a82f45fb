"""Reads Snom's XML settings as a phone does: names with their idx, function keys counted from 0 through the modules.

Written from the maker's own description of the format; it shares nothing with the pack's templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from tests.conformance.readback import ReadBack

_OWN_KEYS = {
    "300": 6, "320": 12, "360": 12, "370": 12, "710": 5, "715": 5, "720": 18, "725": 18, "760": 16, "820": 16,
    "821": 12, "870": 15, "D120": 2, "D140": 2, "D150": 2, "D305": 5, "D315": 5, "D335": 32, "D345": 48, "D375": 12,
    "D385": 48, "D710": 5, "D712": 5, "D713": 4, "D715": 5, "D717": 3, "D725": 18, "D735": 32, "D745": 32, "D765": 16,
    "D785": 24, "D810": 16, "D812": 32, "D815": 40, "D862": 32, "D865": 40, "D892": 40, "D895": 56, "SP800": 28,
}  # fmt: skip
_WITH_ARGUMENT = ("blf", "speed", "icom", "dtmf", "keyevent", "orbit", "multicast", "url", "mult")
_FIELDS = {
    "user_name": "user",
    "user_pname": "auth_user",
    "user_pass": "secret",
    "user_realname": "display_name",
    "user_idle_text": "label",
    "user_idle_number": "number",
}


def read(files: Mapping[str, bytes]) -> ReadBack:
    """Read a device's files; raises ParseError for one that is not well formed."""
    back = ReadBack()
    for path, data in files.items():
        root = ElementTree.fromstring(data)
        for name, value in _parameters(root):
            assert name not in back.parameters, name
            back.parameters[name] = value
        for key in root.iterfind("functionKeys/fkey"):
            place = _place(_model(path), int(key.attrib["idx"]))
            back.keys[place] = {**_action(key.text or ""), "label": key.attrib["label"]}
    _soft_keys(back)
    _accounts(back)
    return back


def _parameters(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """`name`, or `name[idx]`; an attribute that holds a text is `name[idx]@attribute`."""
    for section in root:
        for element in section:
            index = element.get("idx")
            name = element.tag + (f"[{index}]" if index is not None else "")
            if element.tag != "certificate":
                yield name, element.text or ""
            for attribute in ("context", "label", "short_label", "url"):
                if attribute in element.attrib:
                    yield f"{name}@{attribute}", element.attrib[attribute]


def _model(path: str) -> str:
    found = re.fullmatch(r"snom(\w+)-[0-9A-F]{12}\.htm", path)
    assert found, path
    return found[1]


def _place(model: str, index: int) -> tuple[str, int]:
    """Where a function key is: D3xx phones leave room for three old modules of 42 keys before their own kind."""
    own = _OWN_KEYS[model]
    if index < own:
        return "dss", index + 1
    size = 42 if model in ("320", "360", "370") else 18
    module, key = divmod(index - own - (126 if model.startswith("D3") else 0), size)
    return f"expansion-{module + 1}", key + 1


def _action(text: str) -> dict[str, str]:
    """`speed 201` → type and value; an event named F_… belongs to the type, and a pickup code is cut off."""
    type_, _, value = text.partition(" ")
    if type_ == "keyevent" and value.startswith("F_"):
        return {"type": text, "value": ""}
    if type_ in _WITH_ARGUMENT:
        return {"type": type_, "value": value.partition("|")[0] if type_ == "blf" else value}
    if text in ("line", "none"):
        return {"type": text, "value": ""}
    return {"type": "", "value": text}


def _soft_keys(back: ReadBack) -> None:
    for n in range(4):
        name, label = f"context_key[{n}]", f"context_key_label[{n}]"
        if name in back.parameters:
            back.keys["programmable", n + 1] = {**_action(back.parameters[name]), "label": back.parameters[label]}
        elif f"gui_fkey{n + 1}" in back.parameters:
            back.keys["programmable", n + 1] = _action(back.parameters[f"gui_fkey{n + 1}"])


def _accounts(back: ReadBack) -> None:
    """The identities; on a DECT base several share the registrar of a server entry."""
    said = back.parameters
    for name in list(said):
        found = re.fullmatch(r"user_active\[(\d+)\]", name)
        if found is None:
            continue
        n = int(found[1])
        account = {field: said[f"{key}[{n}]"] for key, field in _FIELDS.items() if f"{key}[{n}]" in said}
        registrar = said.get(f"user_host[{said.get(f'subscr_sip_ua_data_server_id[{n}]', n)}]", "")
        account["server"], _, port = registrar.partition(":")
        if port:
            account["port"] = port
        back.accounts[n] = account
    if said.get("network_id_port", "5060") != "5060" and 1 in back.accounts:  # 5060 is what a line has that names none
        back.accounts[1]["local_sip_port"] = said["network_id_port"]
