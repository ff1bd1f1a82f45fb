"""The classes for dnsmasq, as tags, in a file of its configuration folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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

_MAC_DIGITS = 12
_LEAST_TEXT = 5
"""Letters of option 60 that may be looked for anywhere in it; fewer are compared at its beginning, as hex digits."""
_CASE = "dnsmasq tells capital from small letters: only these ways of writing it are taken."
_STEPS = (
    "1. Keep this as /etc/dnsmasq.d/aps-phones.conf.",
    "2. Add the classes to the DHCP subnet: dnsmasq calls them tags, and gives",
    "   their options in every dhcp-range. A range for one class alone says it:",
    "     dhcp-range=tag:NAME,FIRST,LAST,MASK,TIME",
    "3. Commit the network changes, and try them: dnsmasq --test",
    "4. Restart the DHCP server: systemctl restart dnsmasq",
)
_LEARNING = (
    "For the live queue (aps-tui watch): dnsmasq's list of leases lacks option 60, which a hook is told; the second "
    "line has it told of a phone that restarts within its lease as well. Make the hook, then take away the #:",
)


def lines(sections: Sequence[Section], server: Server) -> Iterator[str]:
    """The file, line by line."""
    yield from heading("dnsmasq", server, _STEPS)
    yield from ("", *comments(_LEARNING), *hook_steps("dnsmasq"))
    yield f"#dhcp-script={HOOKS}dnsmasq-hook"
    yield "#script-on-renewal"
    for section in sections:
        yield from of_section(section)
        for one in section.classes:
            yield from _class(one)
        for each in section.each:
            yield from of_phone(each, _host(each))


def _class(one: DhcpClass) -> Iterator[str]:
    yield from of_class(one)
    if any(begins.folded for begins in one.begins):
        yield from comments([_CASE])
    by_class, by_mac = (f"{one.name}-60", f"{one.name}-mac") if one.both else (one.name, one.name)
    yield from (line for begins in one.begins for line in _begins(by_class, begins))
    yield from (line for begins in one.but_not for line in _begins(f"not-{one.name}", begins))
    yield from (_mac(by_mac, prefix) for given in one.macs for prefix in whole_bytes(given))
    tags = [f"tag:{tag}" for tag in dict.fromkeys((by_class, by_mac))] + [f"tag:!not-{one.name}"] * bool(one.but_not)
    value = one.value if one.option == ADDRESSES else f'"{one.value}"'
    option = f"{one.option}" if one.suboption is None else f"encap:{one.option},{one.suboption}"
    yield f"dhcp-option-force={','.join(tags)},{option},{value}"


def _begins(tag: str, begins: Beginning) -> Iterator[str]:
    text = bytes(cell or 0 for cell in begins.cells)
    if None not in begins.cells and len(text) >= _LEAST_TEXT and is_plain(text) and text == text.strip():
        yield from (f'dhcp-vendorclass=set:{tag},"{written.decode()}"' for written in _written(text, begins.folded))
        return
    for written in _written(text, begins.folded):
        cells = zip(begins.cells, written, strict=True)
        yield f"dhcp-match=set:{tag},60,{':'.join('*' if cell is None else f'{byte:02x}' for cell, byte in cells)}"


def _written(text: bytes, folded: bool) -> list[bytes]:
    """A text in the ways in which it is most likely written."""
    return list(dict.fromkeys((text, text.lower(), text.upper()))) if folded else [text]


def _mac(tag: str, prefix: str) -> str:
    rest = ":*" * ((_MAC_DIGITS - len(prefix)) // 2)
    return f"dhcp-mac=set:{tag},{with_colons(prefix)}{rest}"


def _host(each: PerPhone) -> Iterator[str]:
    yield f"dhcp-mac=set:phone-{each.mac},{with_colons(each.mac)}"
    yield f'dhcp-option-force=tag:phone-{each.mac},{each.option},"{each.value}"'
