"""SIP plug and play: the SUBSCRIBE for `ua-profile` that a phone from the factory sends to 224.0.1.75:5060.

It tells vendor, model and version. The MAC is written in many ways: `sip:MAC%3a00135E874B49@…`,
`sip:MAC=00304fa99948@…`, `sip:805ec0123456@…`; where there is none, the
frame's sender is the phone, as multicast is not routed here.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from aps_tui.domain.observation import AGENT, PNP, PNP_MODEL, PNP_VENDOR, PNP_VERSION, Observation
from aps_tui.wire.frames import Datagram, datagram
from aps_tui.wire.lines import address_of, said
from aps_tui.wire.macs import mac_in_text, mac_of

GROUP, PORT = "224.0.1.75", 5060
_MOST = 8192
_SHORT = {"o": "event", "f": "from", "t": "to", "m": "contact"}
"""Short names of headers (RFC 3261, RFC 6665)."""
_PARAMETER = re.compile(r';\s*([\w-]{1,40})\s*=\s*(?:"([^"]*)"|([^;"\s]*))')
_URI = re.compile(r"sips?:([^@>\s]{1,100})@", re.IGNORECASE)


def pnp_frame(frame: bytes, at: float) -> Observation | None:
    """What an Ethernet frame that goes to the group tells; None for all others."""
    found = datagram(frame)
    return pnp(found, at) if found and found.target == GROUP and found.port == PORT else None


def pnp(came: Datagram, at: float) -> Observation | None:
    """What a SUBSCRIBE for a profile tells; None for any other message."""
    if not came.payload.startswith(b"SUBSCRIBE "):
        return None
    first, *lines = came.payload[:_MOST].decode("utf-8", "replace").split("\r\n\r\n", 1)[0].split("\r\n")
    headers: dict[str, str] = {}
    for line in lines[:100]:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        headers.setdefault(_SHORT.get(name, name), value.strip())
    event = headers.get("event", "")
    if not event.lower().startswith("ua-profile"):
        return None
    told = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(event)}
    uris = (first, headers.get("from", ""), headers.get("to", ""), headers.get("contact", ""))
    mac = next(filter(None, map(_mac, uris)), "") or mac_of(came.sender.hex())
    if not mac:
        return None
    words = said(
        (PNP_VENDOR, told.get("vendor", "")), (PNP_MODEL, told.get("model", "")),
        (PNP_VERSION, told.get("version", "")), (AGENT, headers.get("user-agent", "")),
    )  # fmt: skip
    return Observation(PNP, mac, address_of(came.source), at, words)


def _mac(text: str) -> str:
    """The MAC in the user part of a SIP URI; `MAC` and a sign may stand before it."""
    found = _URI.search(text)
    if not found:
        return ""
    user = unquote(found[1])
    if user[:3].lower() == "mac":
        user = user[3:].lstrip(":= ")
    return mac_in_text(user)
