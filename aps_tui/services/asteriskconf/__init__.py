"""Ready configuration of Asterisk for UNPROV and resync: files to put beside its own, and lines to put into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aps_tui.services.asteriskconf import chan_sip, pjsip
from aps_tui.services.asteriskconf.values import Part, Values, values_of
from aps_tui.services.workplace import Workplace

__all__ = ["DRIVERS", "Part", "lines_of", "parts_of", "text_of"]

DRIVERS: Mapping[str, Callable[[Values], list[Part]]] = {"pjsip": pjsip.parts, "chan-sip": chan_sip.parts}
"""Each SIP driver's word, and what writes its texts."""


def parts_of(place: Workplace, driver: str = "pjsip", *, reveal: bool = False) -> list[Part]:
    """The texts for a driver of `DRIVERS`; the limited account's password is in them with `reveal` alone.

    Revealing leaves an audit row. Raises BadValue for a value that Asterisk's files cannot carry.
    """
    return DRIVERS[driver](values_of(place, reveal=reveal))


def lines_of(place: Workplace, driver: str) -> list[str]:
    """All texts for a driver, line by line and without the password, for the console."""
    return text_of(parts_of(place, driver)).splitlines()


def text_of(parts: Sequence[Part]) -> str:
    """All texts as one, each under the file that it is for."""
    return "\n".join(f"; ======== {part.place} ========\n{part.text}" for part in parts)
