"""Runs the checks: each in a thread of its own, none for ever, and whatever happens in one is a finding."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import NamedTuple

from aps_tui.domain.errors import ApsError
from aps_tui.services.doctor.finding import FAULT, SEVERITIES, UNKNOWN, WARNING, Check, Finding, Said, unknown
from aps_tui.services.doctor.scene import Scene

PATIENCE = 120.0
"""Seconds after which a check is not waited for any longer."""
LOOK_EVERY = 0.1
"""Seconds between two looks at whether to go on waiting."""
AT_ONCE = 4
MOST = 50
"""Findings of one check that are kept."""

Progress = Callable[[int, int], None]
"""Called with how many checks are done, and of how many."""


class Examination(NamedTuple):
    """What all checks found, the worst first, then in the order of the table."""

    findings: list[Finding]
    seconds: float

    def count(self, severity: str) -> int:
        """How many findings are that bad."""
        return sum(one.severity == severity for one in self.findings)

    @property
    def healthy(self) -> bool:
        """Whether nothing is at fault; warnings there may be."""
        return not self.count(FAULT)

    @property
    def words(self) -> str:
        """`2 faults, 1 warning, 3 not looked at`."""
        from aps_tui.services.console import counted

        said = [counted(n, noun) for noun in (FAULT, WARNING) if (n := self.count(noun))]
        said += [f"{n:,} could not be looked at"] if (n := self.count(UNKNOWN)) else []
        return ", ".join(said) or "all is well"


def examine(
    scene: Scene,
    progress: Progress | None = None,
    checks: Sequence[Check] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Examination:
    """Run the checks until `stop` says so; nothing is changed, and nothing raised."""
    from aps_tui.services.doctor import table

    began = time.monotonic()
    wanted = table.CHECKS if checks is None else checks
    done: queue.SimpleQueue[tuple[int, list[Said]]] = queue.SimpleQueue()
    gate = threading.Semaphore(AT_ONCE)
    for number, check in enumerate(wanted):
        # What hangs is left behind: a thread cannot be stopped, and must not keep the process.
        args = (gate, scene, check, number, done)
        threading.Thread(target=_one, args=args, daemon=True, name=f"doctor {check.name}").start()
    found: dict[int, list[Said]] = {}
    while len(found) < len(wanted) and time.monotonic() < began + PATIENCE and not stop():
        try:
            number, said = done.get(timeout=LOOK_EVERY)
        except queue.Empty:
            continue
        found[number] = said
        if progress is not None:
            progress(len(found), len(wanted))
    late = unknown("", f"the check did not end within {time.monotonic() - began:.0f} s")
    findings = [
        Finding(check.name, one.severity, one.subject, one.what, check.why, one.mend, one.fix)
        for number, check in enumerate(wanted)
        for one in found.get(number, [late])
    ]
    findings.sort(key=lambda one: SEVERITIES.index(one.severity))
    return Examination(findings, time.monotonic() - began)


def _one(
    gate: threading.Semaphore, scene: Scene, check: Check, number: int, done: queue.SimpleQueue[tuple[int, list[Said]]]
) -> None:
    with gate:
        done.put((number, _said(scene, check)))


def _said(scene: Scene, check: Check) -> list[Said]:
    """What a check says; what it said before it failed is kept."""
    said: list[Said] = []
    try:
        with scene.site.store.connection() if scene.site else nullcontext():
            for one in check.run(scene):
                said.append(one)
                if len(said) >= MOST:
                    break
    except ApsError as error:
        said.append(unknown("", str(error)))
    except OSError as error:
        said.append(unknown(str(error.filename or ""), error.strerror or type(error).__name__))
    except Exception as error:  # its text could hold a secret
        said.append(unknown("", f"the check itself failed: {type(error).__name__}"))
    return said
