"""A sensible value for every setting of the catalogue, so that a full phone says all there is to say."""

from __future__ import annotations

from collections.abc import Callable

from aps_tui.domain.catalogue import CATALOGUE, check, numbered
from aps_tui.domain.setting import Level, Setting
from aps_tui.domain.site import Value

DUMMY = "1.1.1.1"
"""The address that operators enter and the IP/DNS mapping replaces."""

_CHOSEN: dict[str, object] = {
    "general.sync_method": "weekly",
    "general.sync_interval_minutes": 60,
    "general.sync_days": ["mon", "fri"],
    "general.firmware_policy": "on-provisioning",
    "general.http_user": "phones",
    "server.1.host": DUMMY,
    "server.2.host": "10.0.0.2",
    "server.outbound_proxy.host": "proxy.example.com",
    "server.outbound_proxy.port": 5080,
    "server.retry_seconds": 30,
    "server.session_timer_seconds": 1800,
    "server.codecs": ["g722", "pcmu", "pcma", "g729"],
    "server.dial_plan": "[2-9]xx",
    "server.voicemail_number": "*97",
    "network.keepalive": "options",
    "network.keepalive_seconds": 25,
    "network.stun_host": "stun.example.com",
    "network.vlan_id": 20,
    "network.vlan_priority": 5,
    "network.pc_vlan_id": 30,
    "network.pc_vlan_priority": 1,
    "network.rtp_port_min": 16384,
    "network.rtp_port_max": 32766,
    "network.ip_mode": "static",
    "network.address": "192.0.2.50",
    "network.gateway": "192.0.2.1",
    "network.dns_1": "192.0.2.53",
    "network.dns_2": "192.0.2.54",
    "time.ntp_1": "ntp1.example.com",
    "time.ntp_2": "ntp2.example.com",
    "time.format": "24",
    "time.date_format": "ymd-",
    "phone.language": "en",
    "phone.tone_country": "custom",
    "phone.ring_tone": "Ring3",
    "phone.forward_always": "201",
    "phone.forward_busy": "202",
    "phone.forward_no_answer": "203",
    "phone.forward_no_answer_seconds": 20,
    "keys.enhanced": True,
    "security.web_access": "https",
    "multicast.codec": "g722",
    "multicast.barge": 10,
    "ldap.host": DUMMY,
    "ldap.port": 389,
    "ldap.tls": "starttls",
    "ldap.version": "3",
    "ldap.user": "cn=phones,dc=example,dc=com",
    "ldap.max_hits": 50,
}
"""What one would say to a phone, where neither the catalogue's default nor its example does."""


def _url(id: str) -> str:
    return f"http://{DUMMY}/{id.replace('.', '-')}"


def _words(id: str) -> str:
    return id.rpartition(".")[2].replace("_", " ").capitalize()


_BY_KIND: dict[str, Callable[[str], object]] = {
    "bool": lambda _: True,
    "seconds": lambda _: 60,
    "netmask": lambda _: "255.255.255.0",
    "url": _url,
    "text": _words,
    "secret": lambda id: f"pw-{id.replace('.', '-')}-7Qz",
    "extension": lambda _: "101",
    "country": lambda _: "CA",
}
_MEMBERS: dict[str, Callable[[int], object]] = {
    "multicast.N.address": lambda n: f"224.5.6.{n}",
    "multicast.N.port": lambda n: 10000 + n,
    "multicast.N.label": lambda n: f"Page {n}",
    "multicast.N.priority": lambda n: n,
    "services.directory.N.name": lambda n: f"Directory {n}",
    "server.N.transport": lambda _: "udp",
}


def _raw(setting: Setting, id: str, n: int) -> object:
    """What an operator would type for one id; `n` is its number in a list, from 1."""
    if id in _CHOSEN:
        return _CHOSEN[id]
    if setting.id in _MEMBERS:
        return _MEMBERS[setting.id](n)
    if setting.default is not None:
        return setting.default
    return setting.example or _BY_KIND[setting.kind](id)


def every_setting(level: Level) -> dict[str, Value]:
    """A checked value for each id that may be said at a level, but for those that only a model can answer."""
    found: dict[str, Value] = {}
    for setting in CATALOGUE.values():
        if setting.id in _OF_THE_MODEL or level not in setting.levels:
            continue
        for n, id in enumerate(numbered(setting), 1):
            found[id] = check(id, _raw(setting, id, n), level)
    return found


_OF_THE_MODEL = frozenset({"general.firmware", "keys.expansion_type", "keys.expansion_count"})
