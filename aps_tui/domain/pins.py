"""The PIN of the Unprovisioned feature: typed on a keypad, so digits, and not one that is tried first."""

from __future__ import annotations

from itertools import pairwise

from aps_tui.domain.errors import BadValue

SHORTEST, LONGEST = 6, 12

_WELL_KNOWN = frozenset(
    {
        "112233", "123321", "102030", "142536", "147258", "147852",
        "159357", "159753", "246810", "258456", "123654", "135790", "135791", "147369", "147896", "314159",
        "357159", "369258", "456123", "520131", "741852", "753951", "789456", "963852", "987456",
        "11223344", "12344321", "19283746", "31415926",
    }
)  # fmt: skip
"""PINs that head every published list: keypad patterns and well-known numbers."""


def check_pin(pin: str) -> str:
    """Return a PIN that is hard enough to guess; raises BadValue with the reason, without the PIN."""
    if not (pin.isascii() and pin.isdigit()):
        raise BadValue("the PIN holds digits only: it is typed on a keypad")
    if not SHORTEST <= len(pin) <= LONGEST:
        raise BadValue(f"the PIN has {len(pin)} digits; {SHORTEST} to {LONGEST} are needed")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps == {0}:
        raise BadValue("the PIN repeats a single digit")
    if steps == {1} or steps == {9}:
        raise BadValue(f"the PIN counts {'up' if steps == {1} else 'down'}")
    for size in range(2, len(pin) // 2 + 1):
        if len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size):
            raise BadValue(f"the PIN repeats {size} digits over and over")
    if len(set(pin)) < 3:
        raise BadValue("the PIN uses only two digits; use three or more")
    if pin in _WELL_KNOWN:
        raise BadValue("the PIN is well known and tried first")
    return pin
