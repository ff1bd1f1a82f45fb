"""Who calls: the phone that a call says it comes from, and whether its address fits what is known of it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import NamedTuple

from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.observation import HTTP, TFTP, heard
from aps_tui.services.fleet import UNPROV_PREFIX
from aps_tui.wire.agi import Agi

EVIDENCE_DAYS = 7
"""For how long a lease or a request says where a phone is."""

_SERVERS = frozenset({HTTP, TFTP})
_ACCOUNT = re.compile(UNPROV_PREFIX + r"([0-9a-f]{12})\Z")
_URI = re.compile(r"sips?:(?:([A-Za-z0-9_.!~*'()%+-]{1,64})@)?[A-Za-z0-9.\[\]:-]{1,80}(?:;[A-Za-z0-9_.=;-]{1,100})?\Z")

_VARIABLES: Mapping[str, tuple[str, str, str]] = {
    "PJSIP": ("CHANNEL(pjsip,remote_addr)", "CHANNEL(pjsip,target_uri)", "PJSIP_HEADER(read,User-Agent)"),
    "SIP": ("CHANNEL(recvip)", "CHANNEL(uri)", "CHANNEL(useragent)"),
}
"""Channel type to what tells address, contact and user agent. Those of chan_sip are unverified."""


class Refused(ApsError):
    """The call is refused; the reason is for the log, the caller hears none."""


class Elsewhere(Refused):
    """The call comes from another address than its phone is at: someone may call in its name."""


class Caller(NamedTuple):
    """A phone on the line. `agent` is hostile text."""

    mac: str
    address: str
    """An IP address; empty where Asterisk does not tell it."""
    contact: str
    """Its SIP URI, to tell it alone to fetch; empty where it is not known."""
    agent: str
    note: str = ""
    """What the operator may want to know of how it was recognised."""

    @property
    def who(self) -> list[str]:
        """What wrong PINs are counted for."""
        return [one for one in (self.mac, self.address) if one]


class Line(NamedTuple):
    """What a channel tells."""

    account: str
    address: str
    contact: str
    agent: str


async def line_of(agi: Agi, environment: Mapping[str, str]) -> Line:
    """Ask the channel where the call comes from."""
    names = _VARIABLES.get(environment.get("agi_type", "PJSIP").upper(), _VARIABLES["PJSIP"])
    address, contact, agent = [await agi.variable(name) for name in names]
    return Line(environment.get("agi_callerid", ""), bare_address(address), sip_uri(contact), heard(agent))


def recognised(store: Store, line: Line) -> Caller:
    """The phone at the other end; take it within a snapshot. Raises Refused, Elsewhere."""
    mac = mac_of(line.account) or mac_of(_user_of(line.contact)) or _alone_at(store, line.address)
    if not mac:
        raise Refused("the call says no phone that is known: neither by its account nor by its address")
    known = known_addresses(store, mac)
    if known and line.address and line.address not in known:
        raise Elsewhere(f"phone {mac} is at {', '.join(sorted(known))}, and the call comes from {line.address}")
    note = "" if known and line.address else f"nothing says where phone {mac} is: its address was not compared"
    return Caller(mac, line.address, line.contact, line.agent, note)


def known_addresses(store: Store, mac: str) -> set[str]:
    """Where leases, requests and the like of late say that a phone is.

    A registration says nothing: whoever may call may register, under any MAC. Nor does a request that was refused, or
    for another file: whoever reaches a server may ask for what he likes.
    """
    since = store.db.now() - EVIDENCE_DAYS * 86400
    found = {seen.address for seen in store.sightings.of(mac) if seen.seen_at >= since and seen.source not in _SERVERS}
    found |= {request.address for request in store.requests.of(mac) if request.at >= since and request.gives_own}
    return {address for text in found if (address := bare_address(text))}


def mac_of(account: str) -> str:
    """The MAC of an account such as `aps-805ec0112233`; "" for any other."""
    found = _ACCOUNT.match(account.lower())
    try:
        return parse_mac(found[1]) if found else ""
    except BadValue:
        return ""


def bare_address(text: str) -> str:
    """An IP address without its port, in its usual notation: `10.0.0.5:5060`, `[::1]:5060`; "" for anything else."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def sip_uri(text: str) -> str:
    """A SIP URI without what could be taken for more than one; "" for anything else."""
    uri = text.strip().strip("<>")
    return uri if _URI.match(uri) else ""


def _user_of(uri: str) -> str:
    found = _URI.match(uri)
    return (found[1] or "") if found else ""


def _alone_at(store: Store, address: str) -> str:
    """The one unprovisioned phone that is known at an address; "" for none or several."""
    macs = store.requests.unbound_at(address, store.db.now() - EVIDENCE_DAYS * 86400) if address else []
    return macs[0] if len(macs) == 1 else ""
