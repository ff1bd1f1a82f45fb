"""IP/DNS mapping: whole source addresses in a value become host names, in one pass."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence

from aps_tui.domain.errors import BadValue
from aps_tui.domain.kinds import host
from aps_tui.domain.site import AddressMapping

_BEFORE = r"(?<![\w.-])(?<!::[fF]{4}:)"
_AFTER = r"(?![\w-]|\.\w)"
"""What an address may not touch: a longer address, number, version or host name, or IPv6 around it."""

_ANY = re.compile(rf"{_BEFORE}[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}{_AFTER}")


def addresses_in(text: str) -> frozenset[str]:
    """Every whole address in a text: what a mapping of it would replace."""
    return frozenset(_ANY.findall(text))


def _unchanged(text: str) -> str:
    """What is used where no mapping applies."""
    return text


def compile_mappings(global_: Sequence[AddressMapping], tenant: Sequence[AddressMapping]) -> Callable[[str], str]:
    """Return the function that maps every whole address in a text.

    A tenant's mapping beats a global one of the same address; disabled ones count for nothing.
    What a mapping put in is never mapped again.
    """
    names = {one.source: one.hostname for one in (*global_, *tenant) if one.enabled}
    if not names:
        return _unchanged
    addresses = "|".join(map(re.escape, names))
    whole = re.compile(f"{_BEFORE}(?:{addresses}){_AFTER}")

    def name_of(found: re.Match[str]) -> str:
        """The host name for the address that was found."""
        return names[found[0]]

    def mapped(text: str) -> str:
        """The text with its addresses replaced."""
        return whole.sub(name_of, text)

    return mapped


def check_mapping(source: str, hostname: str) -> tuple[str, str]:
    """Return the source and its replacement, checked and stripped.

    The source is an IPv4 address; the replacement is a host name or another IPv4 address (IPv6
    would need brackets in one place and none in the next). Raises BadValue.
    """
    source, hostname = source.strip(), hostname.strip()
    try:
        source = str(ipaddress.IPv4Address(source))
    except ValueError:
        raise BadValue(f"source: {source[:40]!r} is not an IPv4 address such as 1.1.1.1") from None
    if not hostname:
        raise BadValue(f"{source}: a host name to replace it with is needed")
    if ":" in hostname:
        raise BadValue(f"{source}: the replacement is a host name or an IPv4 address, without port or protocol")
    try:
        name = host(hostname)
    except BadValue as error:
        raise BadValue(f"{source}: {error}") from None
    if name == source:
        raise BadValue(f"{source}: an address cannot be replaced with itself")
    return source, name
