"""Findings of a plan, commit or undo as JSON and as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aps_tui.cli.output import counted, fault, say, warn

if TYPE_CHECKING:
    from aps_tui.services.commit import Outcome
    from aps_tui.services.judge import Change, Findings
    from aps_tui.services.workplace import Workplace

SIGNS = {"add": "+", "change": "~", "remove": "-"}
_MOST_LINES = 20
"""Groups of changes that a summary names."""


def no_diff(_: Change) -> str:
    """A diff that nobody asked for."""
    return ""


def findings_json(
    place: Workplace, found: Findings, diff: Callable[[Change], str] | None = None
) -> dict[str, Any]:  # fmt: skip
    """The document of `plan --json`; each change has a `diff` where one was asked for."""
    words = found.reasons(place)
    changes: list[dict[str, Any]] = []
    for change in found.changes:
        one = {
            "path": change.path,
            "kind": change.kind,
            "macs": [change.mac] if change.mac else [],
            "reasons": words.words(change.causes),
        }
        changes.append(one if diff is None else one | {"diff": diff(change)})
    return {
        "changes": changes,
        "unchanged": found.unchanged,
        "edited_on_disk": sorted(found.edited),
        "problems": [{"mac": one.mac, "problem": one.problem} for one in found.problems],
        "warnings": [{"mac": one.mac, "warning": one.problem} for one in found.warnings],
    }


def outcome_json(place: Workplace, outcome: Outcome) -> dict[str, Any]:
    """The document of `commit --json`."""
    return findings_json(place, outcome.found) | {
        "generation": outcome.generation,
        "written": outcome.written,
        "removed": outcome.removed,
        "seconds": round(outcome.seconds, 3),
    }


def say_changes(place: Workplace, found: Findings, diff: Callable[[Change], str] = no_diff) -> None:
    """A line for each file, with its reasons and its diff."""
    words = found.reasons(place)
    for change in found.changes:
        say(f"{SIGNS[change.kind]} {change.path}  {', '.join(words.words(change.causes))}")
        for line in diff(change).splitlines():
            say(f"    {line}")


def summary(place: Workplace, found: Findings) -> list[str]:
    """How many files of which kind for which reason, the most first."""
    words = found.reasons(place)
    groups = Counter((change.kind, ", ".join(words.words(change.causes))) for change in found.changes)
    lines = [f"{SIGNS[kind]} {counted(number, 'file')}: {why}" for (kind, why), number in groups.most_common()]
    more = len(lines) - _MOST_LINES
    return lines if more <= 0 else [*lines[:_MOST_LINES], f"  and {more} more reasons"]


def totals(found: Findings) -> str:
    """`8 to add, 1 to change, 0 to remove, 300 unchanged`."""
    kinds = Counter(change.kind for change in found.changes)
    said = ", ".join(f"{kinds[kind]:,} to {kind}" for kind in SIGNS)
    return f"{said}, {found.unchanged:,} unchanged"


def say_troubles(found: Findings) -> None:
    """Problems, files edited by hand and warnings, on stderr; a warning of many devices is said once."""
    for one in found.problems:
        fault(f"{one.mac}: {one.problem}" if one.mac else one.problem)
    for path in sorted(found.edited):
        warn(f"{path} was edited by hand, or is not ours: it is left alone unless --overwrite is given")
    alike: dict[str, list[str]] = {}
    for one in found.warnings:
        alike.setdefault(one.problem, []).append(one.mac)
    for text, macs in alike.items():
        more = f" and {counted(len(macs) - 1, 'device')} more" if len(macs) > 1 else ""
        warn(f"{macs[0]}{more}: {text}" if macs[0] else text)
