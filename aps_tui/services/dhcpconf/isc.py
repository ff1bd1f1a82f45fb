"""The classes for ISC dhcpd, in a file that dhcpd.conf includes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aps_tui.services.dhcpconf.beginnings import Beginning
from aps_tui.services.dhcpconf.classes import ADDRESSES, DhcpClass, PerPhone, Section
from aps_tui.services.dhcpconf.layout import (
    comments,
    heading,
    is_plain,
    of_class,
    of_phone,
    of_section,
    whole_bytes,
    with_colons,
)
from aps_tui.services.dhcpconf.server import Server

_OPTIONS = {66: "tftp-server-name", 67: "bootfile-name"}
"""Options of a text that dhcpd knows by itself; others are defined."""
_CLASS = "option vendor-class-identifier"
_SPACE = "aps43"
_LEARNING = (
    "For the live queue (aps-tui watch), which reads dhcpd.leases: option 60 is kept there, and a phone that restarts "
    "early in its lease is written there too.",
)


def lines(sections: Sequence[Section], server: Server) -> Iterator[str]:
    """The file, line by line."""
    classes = [one for section in sections for one in section.classes]
    yield from heading("ISC dhcpd", server, list(_steps(classes)))
    yield from ("", *comments(_LEARNING))
    yield f"set vendor-class-identifier = {_CLASS};"
    yield "dhcp-cache-threshold 0;"
    yield from _definitions(classes)
    for section in sections:
        yield from of_section(section)
        for one in section.classes:
            yield from _class(one)
        for each in section.each:
            yield from of_phone(each, _host(each))


def _steps(classes: Sequence[DhcpClass]) -> Iterator[str]:
    yield "1. Keep this as /etc/dhcp/aps-phones.conf; dhcpd.conf reads it first:"
    yield '     include "/etc/dhcp/aps-phones.conf";'
    yield "2. Add the classes to the DHCP subnet: in the pool of phones alone,"
    yield from (f'     allow members of "{one.name}";' for one in classes)
    yield "   A pool without such lines serves everyone, and gives the options as well."
    yield "3. Commit the network changes, and try them: dhcpd -t -cf /etc/dhcp/dhcpd.conf"
    yield "4. Restart the DHCP server: systemctl restart isc-dhcp-server"


def _definitions(classes: Sequence[DhcpClass]) -> Iterator[str]:
    """The options that dhcpd does not know."""
    own = sorted({one.option for one in classes if one.suboption is None} - {*_OPTIONS})
    inner = sorted({one.suboption for one in classes if one.suboption is not None})
    if own or inner:
        yield from ("", *comments(["Options that dhcpd does not know by itself:"]))
    for option in own:
        yield f"option {_name(option)} code {option} = {'array of ip-address' if option == ADDRESSES else 'text'};"
    if inner:
        yield f"option space {_SPACE};"
    yield from (f"option {_SPACE}.url{code} code {code} = text;" for code in inner)


def _name(option: int) -> str:
    return _OPTIONS.get(option, f"aps-option-{option}")


def _class(one: DhcpClass) -> Iterator[str]:
    yield from of_class(one)
    yield f'class "{one.name}" {{'
    first, *more = _test(one)
    yield f"  match if {first}"
    yield from (f"    {line}" for line in more)
    yield "  ;"
    if one.suboption is not None:
        yield f"  vendor-option-space {_SPACE};"
        yield f'  option {_SPACE}.url{one.suboption} "{one.value}";'
    else:
        value = one.value if one.option == ADDRESSES else f'"{one.value}"'
        yield f"  option {_name(one.option)} {value};"
    yield "}"


def _test(one: DhcpClass) -> list[str]:
    by_class = _any(_begins(begins) for begins in one.begins)
    if one.but_not:
        by_class = [*_grouped(by_class), "and not", *_grouped(_any(_begins(begins) for begins in one.but_not))]
    by_mac = _any(
        f"substring(hardware, 1, {len(prefix) // 2}) = {with_colons(prefix)}"
        for given in one.macs for prefix in whole_bytes(given)
    )  # fmt: skip
    if not by_class or not by_mac:
        return by_class or by_mac
    return [*_grouped(by_class), "and" if one.both else "or", *_grouped(by_mac)]


def _any(tests: Iterable[str]) -> list[str]:
    return [test if number == 0 else f"or {test}" for number, test in enumerate(tests)]


def _grouped(tests: list[str]) -> list[str]:
    return [f"({tests[0]}", *tests[1:-1], f"{tests[-1]})"] if len(tests) > 1 else [f"({tests[0]})"]


def _begins(begins: Beginning) -> str:
    tests = [_piece(at, piece, begins.folded) for at, piece in begins.pieces()]
    return tests[0] if len(tests) == 1 else f"({' and '.join(tests)})"


def _piece(at: int, piece: bytes, folded: bool) -> str:
    there = f"substring({_CLASS}, {at}, {len(piece)})"
    if folded:
        there, piece = f"lcase({there})", piece.lower()
    return f"{there} = " + (f'"{piece.decode()}"' if is_plain(piece) else with_colons(piece.hex()))


def _host(each: PerPhone) -> Iterator[str]:
    yield f"host phone-{each.mac} {{ hardware ethernet {with_colons(each.mac)};"
    yield f'  option {_name(each.option)} "{each.value}"; }}'
