"""Whether the kernel's clock is kept by a time server, as timedatectl tells it: adjtimex(2) knows."""

from __future__ import annotations

import ctypes

_TIME_ERROR = 5
"""The clock is not synchronised (adjtimex(2))."""
_ROOM = 512
"""Bytes for struct timex, whose largest form has 208."""


def synchronised() -> bool | None:
    """Whether it is; None where the kernel does not tell."""
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    state = int(adjtimex(ctypes.create_string_buffer(_ROOM)))  # all zero: nothing is changed
    return None if state < 0 else state != _TIME_ERROR
