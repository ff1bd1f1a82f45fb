"""What a check says, and what a finding is."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from aps_tui.services.doctor.scene import Scene

FAULT, WARNING, UNKNOWN, OK = "fault", "warning", "unknown", "ok"
SEVERITIES = (FAULT, WARNING, UNKNOWN, OK)
"""How bad a finding is, the worst first; unknown: it could not be looked at, and the finding says why."""
FEW = 5
"""Names that a finding gives of many."""
_LONGEST = 60
"""Characters of a name."""


class Fix(NamedTuple):
    """What may safely be done about a finding: rights are taken away, begun work is finished, nothing else."""

    kind: Literal["rights", "files", "recover"]
    """rights: take rights away from one file or folder of ours; files: from the phones' files that a commit wrote;
    recover: finish a commit that was interrupted."""
    path: Path
    take: int = 0
    """The permission bits to take away."""

    @property
    def words(self) -> str:
        """What would be done, for people."""
        if self.kind == "recover":
            return "finish the commit that was interrupted"
        if self.kind == "files":
            return f"chmod o-rwx on the phones' files in {self.path}"
        return f"chmod {spelled(self.take)} {self.path}"


class Said(NamedTuple):
    """What a check yields."""

    severity: str
    subject: str
    """What it is about: a path, a setting, a host name …"""
    what: str
    mend: str = ""
    """How to mend it; empty where nothing is to be done."""
    fix: Fix | None = None


class Finding(NamedTuple):
    """What was found, with why it matters. Subject and text may hold what a device or a file said; never a secret."""

    check: str
    severity: str
    subject: str
    what: str
    why: str
    mend: str
    fix: Fix | None = None


class Check(NamedTuple):
    """One line of a table of checks."""

    name: str
    """`files.root`: the area, and what is looked at."""
    looks: str
    """What it looks at, for people."""
    why: str
    """Why that matters."""
    run: Callable[[Scene], Iterator[Said]]
    """May raise ApsError where it cannot look."""


def ok(subject: str, what: str) -> Said:
    """All is well."""
    return Said(OK, subject, what)


def unknown(subject: str, what: str, mend: str = "") -> Said:
    """It could not be looked at; `what` says why."""
    return Said(UNKNOWN, subject, what, mend)


def warning(subject: str, what: str, mend: str, fix: Fix | None = None) -> Said:
    """It should be mended."""
    return Said(WARNING, subject, what, mend, fix)


def fault(subject: str, what: str, mend: str, fix: Fix | None = None) -> Said:
    """It must be mended."""
    return Said(FAULT, subject, what, mend, fix)


def some(names: Sequence[str]) -> str:
    """`a, b, c and 40 more`; a name may come from anywhere."""
    more = len(names) - FEW
    return ", ".join(short(name) for name in names[:FEW]) + (f" and {more:,} more" if more > 0 else "")


def short(name: str) -> str:
    """A name from anywhere, in a bearable length."""
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def have(number: int, noun: str, verbs: tuple[str, str] = ("has", "have")) -> str:
    """`1 device has`, `40 devices have`."""
    from aps_tui.services.console import counted

    return f"{counted(number, noun)} {verbs[number != 1]}"


def spelled(take: int) -> str:
    """Permission bits that are to go, as chmod takes them: `o-rwx`, `g-w,o-w`."""
    parts = []
    for who, shift in (("g", 3), ("o", 0)):
        bits = take >> shift & 7
        if bits:
            letters = "".join(letter for letter, bit in zip("rwx", (4, 2, 1), strict=True) if bits & bit)
            parts.append(f"{who}-{letters}")
    return ",".join(parts)


OTHERS = stat.S_IRWXO
"""All that everybody may do."""
