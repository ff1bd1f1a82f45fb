"""Reads CyberData files as a unit does: sections under one root, each with its elements."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from tests.conformance.readback import ReadBack

_FIELDS = {
    "SIPSettings/SIPUserID": "user",
    "SIPSettings/AuthenticateID": "auth_user",
    "SIPSettings/AuthenticatePassword": "secret",
    "SIPSettings/SIPServer": "server",
    "SIPSettings/RemoteSIPPort": "port",
    "SIPSettings/LocalSIPPort": "local_sip_port",
    "MiscSettings/DeviceName": "label",
}
_AS_BUILT = {"label": "CyberData VoIP Device", "local_sip_port": "5060"}


def read(files: Mapping[str, bytes]) -> ReadBack:
    """Understand a unit's own file; raises ParseError for one that is not well formed."""
    back = ReadBack()
    said: dict[str, str] = {}
    for path, data in files.items():
        assert path == path.lower(), "a unit asks for its MAC in lower case"
        root = ElementTree.fromstring(data)
        assert root.tag == "specific"
        for section in root:
            for element in section:
                name = f"{section.tag}/{element.tag}"
                assert name not in said, f"{name} stands twice"
                said[name] = element.text or ""
                back.parameters[element.tag] = said[name]
    account = {field: said[name] for name, field in _FIELDS.items() if name in said}
    back.accounts[1] = {field: text for field, text in account.items() if text != _AS_BUILT.get(field)}
    if "SIPSettings/DialoutExtension0" in said:
        value, label = said["SIPSettings/DialoutExtension0"], said["SIPSettings/DialoutID0"]
        back.keys["dss", 1] = {"type": "DialoutExtension0" if value else "", "value": value, "label": label}
    return back
