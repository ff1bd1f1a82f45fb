"""Waiting for what other processes do: bounded, and loud when it never comes."""

from __future__ import annotations

import time
from collections.abc import Callable

PAUSE = 0.02
"""Seconds between two looks."""


def until(true: Callable[[], bool], what: str, seconds: float = 20, seen: Callable[[], str] = str) -> None:
    """Wait until something is true; AssertionError with `what` and what was `seen` last when it never is."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s still not: {what}\n{seen()}")
        time.sleep(PAUSE)
