"""Reads a handset's master file and the file of its own that this names, by attribute names whatever the elements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from tests.conformance.readback import ReadBack

_FIELDS = {
    "address": "user",
    "auth.userID": "auth_user",
    "auth.password": "secret",
    "label": "label",
    "displayName": "display_name",
    "server.1.address": "server",
    "server.1.port": "port",
}


def read(files: Mapping[str, bytes]) -> ReadBack:
    """Read a device's files; raises ParseError for one that is not well formed."""
    name = next(path for path in files if re.fullmatch(r"[0-9a-f]{12}\.cfg", path))
    master = ElementTree.fromstring(files[name])
    assert master.tag == "MASTER_CONFIG"
    said = _attributes(master)
    for path in said["CONFIG_FILES"].split(","):
        if path.strip() in files:
            root = ElementTree.fromstring(files[path.strip()])
            assert root.tag == "handsetConfig"
            said |= _attributes(root)
    back = ReadBack(parameters=said)
    for key, value in said.items():
        found = re.fullmatch(r"reg\.(\d)\.([\w.]+)", key)
        if found and found[2] in _FIELDS:
            back.accounts.setdefault(int(found[1]), {})[_FIELDS[found[2]]] = value
    if said.get("voIpProt.SIP.local.port", "0") != "0" and 1 in back.accounts:
        back.accounts[1]["local_sip_port"] = said["voIpProt.SIP.local.port"]
    return back


def _attributes(root: ElementTree.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter():
        for name, value in element.attrib.items():
            assert name not in found, f"{name} stands twice"
            found[name] = value
    for name in found:
        if name.startswith("device.") and not name.endswith(".set"):
            assert found.get(f"{name}.set") == "1", f"{name} needs its .set"
    return found
