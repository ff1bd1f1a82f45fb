"""The table of all checks, area by area. A check more is a line in the table of its area."""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.services.doctor import database, devices, files, networks, passwords, pbx, servers
from aps_tui.services.doctor.finding import Check

AREAS = (database, files, servers, networks, pbx, passwords, devices)
CHECKS: tuple[Check, ...] = tuple(check for area in AREAS for check in area.CHECKS)
"""Every check."""


def documented() -> Iterator[str]:
    """The table of docs/doctor.md, line by line."""
    yield "| check | looks at | why it matters |"
    yield "|---|---|---|"
    yield from (f"| `{check.name}` | {check.looks} | {check.why} |" for check in CHECKS)
