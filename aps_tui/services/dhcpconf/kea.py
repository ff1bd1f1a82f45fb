"""The classes for Kea: members of "Dhcp4", in a file that kea-dhcp4.conf includes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aps_tui.services.dhcpconf.beginnings import Beginning
from aps_tui.services.dhcpconf.classes import ADDRESSES, DhcpClass, PerPhone, Section
from aps_tui.services.dhcpconf.layout import (
    HOOKS,
    comments,
    heading,
    hook_steps,
    is_plain,
    of_class,
    of_phone,
    of_section,
    whole_bytes,
    with_colons,
)
from aps_tui.services.dhcpconf.server import Server

_KNOWN = (66, 67)
"""Options that Kea knows by itself; others are defined."""
_SPACE = "vendor-encapsulated-options-space"
_CASE = "Kea 2.2 tells capital from small letters: only these ways of writing it are taken."
_STEPS = (
    "1. Keep this as /etc/kea/aps-phones.json, and have kea-dhcp4.conf read it,",
    '   right behind  "Dhcp4": {',
    '     <?include "/etc/kea/aps-phones.json"?>,',
    '   Where "option-def" or "client-classes" are there already, put these entries',
    "   into them instead.",
    "2. Add the classes to the DHCP subnet: Kea gives their options in every",
    '   subnet. For one alone, say  "only-if-required": true  in each class, and there',
)
_AFTER = (
    "3. Commit the network changes, and try them:",
    "     kea-dhcp4 -t /etc/kea/kea-dhcp4.conf",
    "4. Restart the DHCP server: systemctl restart kea-dhcp4-server",
)
_LEARNING = (
    "For the live queue (aps-tui watch), which reads Kea's leases (a memfile lease-database with persist): Kea keeps "
    "option 60 nowhere, so the watcher listens for it on the phones' network. A hook tells of leases at once. Make it, "
    "then take away the #:",
)
_HOOK = (
    '#"hooks-libraries": [{"library": "/usr/lib/x86_64-linux-gnu/kea/hooks/libdhcp_run_script.so",',
    f'#  "parameters": {{"name": "{HOOKS}kea-hook", "sync": false}}}}],',
)


def lines(sections: Sequence[Section], server: Server) -> Iterator[str]:
    """The file, line by line."""
    classes = [one for section in sections for one in section.classes]
    required = [f"     {name}" for name in _listed(json.dumps(one.name) for one in classes)]
    steps = [*_STEPS, '     "require-client-classes": [', *required, "     ]", *_AFTER]
    yield from heading("Kea", server, steps)
    yield from ("", *comments(_LEARNING), *hook_steps("kea"))
    yield from (*_HOOK, "", '"option-def": [')
    yield from _listed(json.dumps(one) for one in _definitions(classes))
    yield from ("],", '"client-classes": [')
    left = len(classes)
    for section in sections:
        yield from of_section(section)
        for one in section.classes:
            left -= 1
            yield from (*of_class(one), *_class(one, "," if left else ""))
        for each in section.each:
            yield from of_phone(each, _reservation(each))
    yield "]"


def _listed(items: Iterable[str]) -> Iterator[str]:
    """Members of a JSON list."""
    held = list(items)
    yield from (f"  {item}{',' if number < len(held) else ''}" for number, item in enumerate(held, 1))


def _definitions(classes: Sequence[DhcpClass]) -> Iterator[dict[str, Any]]:
    """The options that Kea does not know."""
    for option in sorted({one.option for one in classes if one.suboption is None} - {*_KNOWN}):
        shape = {"type": "ipv4-address", "array": True} if option == ADDRESSES else {"type": "string"}
        yield {"name": f"aps-option-{option}", "code": option, "space": "dhcp4", **shape}
    for code in sorted({one.suboption for one in classes if one.suboption is not None}):
        yield {"name": f"aps-url-{code}", "code": code, "space": _SPACE, "type": "string"}


def _class(one: DhcpClass, comma: str) -> Iterator[str]:
    if any(begins.folded for begins in one.begins):
        yield from comments([_CASE])
    yield f'{{ "name": {json.dumps(one.name)},'
    yield f'  "test": {json.dumps(_test(one))},'
    yield f'  "option-data": {json.dumps(_data(one))} }}{comma}'


def _data(one: DhcpClass) -> list[dict[str, Any]]:
    if one.suboption is None:
        return [{"code": one.option, "data": one.value, "always-send": True}]
    inner = {"code": one.suboption, "space": _SPACE, "data": one.value, "always-send": True}
    return [{"code": one.option, "always-send": True}, inner]


def _test(one: DhcpClass) -> str:
    by_class = _any(test for begins in one.begins for test in _begins(begins))
    if one.but_not:
        by_class = f"({by_class}) and not ({_any(test for begins in one.but_not for test in _begins(begins))})"
    by_mac = _any(
        f"substring(pkt4.mac,0,{len(prefix) // 2}) == 0x{prefix}"
        for given in one.macs for prefix in whole_bytes(given)
    )  # fmt: skip
    both = [f"({test})" if by_class and by_mac else test for test in (by_class, by_mac) if test]
    return (" and " if one.both else " or ").join(both)


def _any(tests: Iterable[str]) -> str:
    return " or ".join(tests)


def _begins(begins: Beginning) -> Iterator[str]:
    """Tests of which one must hold."""
    changes = (bytes, bytes.lower, bytes.upper) if begins.folded else (bytes,)
    for pieces in dict.fromkeys(tuple((at, change(piece)) for at, piece in begins.pieces()) for change in changes):
        tests = [_piece(at, piece) for at, piece in pieces]
        yield tests[0] if len(tests) == 1 else f"({' and '.join(tests)})"


def _piece(at: int, piece: bytes) -> str:
    value = f"'{piece.decode()}'" if is_plain(piece) else f"0x{piece.hex()}"
    return f"substring(option[60].hex,{at},{len(piece)}) == {value}"


def _reservation(each: PerPhone) -> Iterator[str]:
    entry = {
        "hw-address": with_colons(each.mac),
        "option-data": [{"code": each.option, "data": each.value, "always-send": True}],
    }
    yield f'"reservations": [{json.dumps(entry)}]   in the subnet'
