"""The neutral words for keys, banks and line fields (a contract with site files)."""

from __future__ import annotations

KEY_TYPES: tuple[str, ...] = (
    "none", "line", "blf", "blf-list", "speed-dial", "intercom", "feature", "dtmf", "key-event",
    "directory", "ldap", "xml-directory", "voicemail", "forward", "dnd", "transfer", "conference",
    "hold", "redial", "call-return", "park", "pickup", "group-pickup", "group-listen", "record",
    "multicast-paging", "url", "xml-browser", "private-hold", "shared-line", "hot-desk", "acd",
    "history", "menu", "headset", "prefix", "custom",
)  # fmt: skip
"""Every key type. `feature` (a PBX feature code) is offered only with `keys.enhanced`."""

VALUE_TYPES: frozenset[str] = frozenset(
    {"blf", "blf-list", "speed-dial", "intercom", "feature", "dtmf", "multicast-paging", "url",
     "xml-browser", "prefix", "key-event", "custom"}
)  # fmt: skip
"""Key types that do nothing without a value; a key of these types must have one."""

BANKS: tuple[str, ...] = ("dss", "programmable", *(f"expansion-{n}" for n in range(1, 7)))

CALLER_ID_SOURCES: tuple[str, ...] = (
    "from", "pai", "pai-from", "rpid-pai-from", "pai-rpid-from", "rpid-from",
)  # fmt: skip
SRTP_MODES: tuple[str, ...] = ("off", "optional", "required")
TRANSPORTS: tuple[str, ...] = ("udp", "tcp", "tls", "dns-srv")
SUGGESTED_SIP_PORTS = range(10000, 20001)
"""Local SIP ports outside this range warn: the seed suggests 10000-20000 against ghost calls."""
