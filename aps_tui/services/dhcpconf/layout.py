"""What the three servers' texts have in common: comments, and bytes as their languages write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from textwrap import wrap

from aps_tui.services.dhcpconf.classes import DhcpClass, PerPhone, Section
from aps_tui.services.dhcpconf.server import Server
from aps_tui.wire.dhcp_hook import SPOOL

WIDTH = 76
"""Cells of a line of comment."""
HOOKS = "/usr/local/lib/aps-tui/"
"""Where the texts look for the hooks of dnsmasq and Kea."""
_MACS_SHOWN = 4


def comment(text: str, indent: str = "") -> list[str]:
    """A text as comment lines, which nothing in it can end."""
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    head = f"{indent}# "
    return [head + line for line in wrap(plain, WIDTH, subsequent_indent="  ", break_on_hyphens=False)]


def comments(texts: Iterable[str], indent: str = "") -> list[str]:
    """Several texts, each on lines of its own."""
    return [line for text in texts for line in comment(text, indent)]


def heading(name: str, server: Server, steps: Sequence[str]) -> list[str]:
    """What the text is, and what is to be done with it; the steps are laid out already."""
    files = [f"Phones are told to fetch their files from {server.url}"] if server.said_url or server.hostname else []
    told = [
        f"DHCP classes for phones, for {name}. Made by aps-tui: make it again when the site's addresses change.",
        *files,
        "A class takes a phone by how its option 60 begins, or by its MAC.",
        "What is unverified in a pack says so.",
        "Next steps:",
    ]
    return [*comments(told), *(f"#   {step}" for step in steps)]


def hook_steps(kind: str) -> list[str]:
    """How the hook of dnsmasq or Kea comes to where the text names it."""
    return [
        f"#   aps-tui dhcp {kind} --hook > {HOOKS}{kind}-hook",
        f"#   chmod 755 {HOOKS}{kind}-hook",
        *comment(f"{PurePosixPath(SPOOL).parent} must be a folder where {kind} may write and aps-tui watch may read."),
    ]


def of_section(section: Section) -> list[str]:
    """What stands above a vendor's classes."""
    return ["", *comments([f"---- {section.vendor}", *section.notes])]


def of_class(one: DhcpClass) -> list[str]:
    """Whom a class takes, in words."""
    begins = [f"option 60 begins with {' or '.join(map(str, one.begins))}"] if one.begins else []
    macs = [f"the MAC begins with {_some(one.macs)}"] if one.macs else []
    said = (" and " if one.both else ", or ").join([*begins, *macs])
    but = [f"but not {', '.join(map(str, one.but_not))}, which another class takes"] if one.but_not else []
    return comments([one.phones, ", ".join([said, *but]), *one.notes])


def of_phone(each: PerPhone, example: Iterable[str]) -> list[str]:
    """Why phones have no class, and what to do instead."""
    told = [
        f"{each.phones}: option {each.option} is {each.pattern}, another text for each phone: no class can say it.",
        *each.notes,
        "Give each of them an entry by its MAC instead:",
    ]
    return [*comments(told), *(f"#   {line}" for line in example)]


def with_colons(digits: str) -> str:
    """`80:5e:c0` of `805ec0`."""
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def whole_bytes(prefix: str) -> Iterator[str]:
    """A MAC prefix of hex digits as prefixes of whole bytes: 16 of them where it ends within one."""
    yield from (prefix,) if len(prefix) % 2 == 0 else (f"{prefix}{digit:x}" for digit in range(16))


def is_plain(data: bytes) -> bool:
    """Whether bytes may stand between quotes in every server's language as they are."""
    return all(byte < 0x7F and (chr(byte).isalnum() or chr(byte) in " .,-_/:") for byte in data)


def _some(macs: Sequence[str]) -> str:
    more = f" or {len(macs) - _MACS_SHOWN} more" if len(macs) > _MACS_SHOWN else ""
    return " or ".join(map(with_colons, macs[:_MACS_SHOWN])) + more
