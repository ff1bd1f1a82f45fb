"""A share of the devices: rendered, judged and, for a commit, staged; by this process, or as one of two (`twin`)."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from aps_tui.data.rows import Candidate, DiskFile
from aps_tui.domain.errors import ApsError
from aps_tui.domain.upkeep import content_of
from aps_tui.services.fleet import Fleet
from aps_tui.services.judge import Findings, Judge, Problem, Share
from aps_tui.services.reasons import Cause, causes
from aps_tui.services.staging import Stager
from aps_tui.services.tree import Tree, content_hash
from aps_tui.vendors.engine import Rendered

Put = Callable[[str | None, str, Sequence[Rendered], tuple[Cause, ...]], None]
"""Takes one device's files: see `Sink.put`."""


class Orders(NamedTuple):
    """What is the same for all shares."""

    fleet: Fleet
    tree: Tree
    stale: frozenset[str]
    """Vendors whose pack changed since the last commit."""
    thorough: bool
    stages: bool | None = None
    """See `Sink.stages`."""
    withheld: Mapping[str, str] = {}
    """See `Windows.withheld`."""
    upkeep: bool = False
    """Nothing is written but what withholds files."""


class Part(NamedTuple):
    """The devices of one share, and the files that were written for them last."""

    rows: list[Candidate]
    files: list[DiskFile]


def render_rows(rows: Sequence[Candidate], orders: Orders, found: Findings, put: Put) -> set[str]:
    """Render devices; the MACs of those that rendered well. What stops the others is noted in `found`."""
    done: set[str] = set()
    for row in rows:
        try:
            task = orders.fleet.task(row)
            result = task.renderer.render(task.phone)
        except ApsError as error:
            found.problem(row.mac, row.vendor, str(error))
            continue
        found.warnings.extend(Problem(row.mac, warning) for warning in result.warnings)
        files = result.files
        if row.mac in orders.withheld and _content(files) == orders.withheld[row.mac]:
            found.withheld[row.mac], files = orders.withheld[row.mac], ()
        elif orders.upkeep:
            continue  # it was changed: whoever did so commits that
        put(row.mac, row.vendor, files, causes(row, orders.fleet, orders.stale))
        done.add(row.mac)
    found.done.extend(done)
    return done


def _content(files: Sequence[Rendered]) -> str:
    return content_of((file.path, content_hash(file.data)) for file in files)


def survey(orders: Orders, part: Part) -> Share:
    """All of one share. Raises OSError for what cannot be staged."""
    found = Findings()
    judge = Judge(orders.tree, part.files, found, everything=False, thorough=orders.thorough)
    stager = Stager(orders.tree, bool(orders.stages)).start(judge)
    render_rows(part.rows, orders, found, judge.put if orders.stages is None else stager.put)
    return Share(found, judge.produced, stager.signatures, stager.conflicts, stager.kept)


def main() -> None:
    """The second process: orders and parts come through the pipe that it is given, and shares go back."""
    from multiprocessing.connection import Connection

    threading.Thread(target=_end_with_the_first, daemon=True).start()
    with Connection(int(sys.argv[1])) as pipe:
        try:
            orders: Orders = pipe.recv()
            if orders.stages is not None:
                orders.tree.enter_stage()
            while True:
                pipe.send(survey(orders, pipe.recv()))
        except EOFError:
            return  # there is nothing left to do
        except Exception as error:
            pipe.send(error if isinstance(error, ApsError | OSError) else RuntimeError(type(error).__name__))


def _end_with_the_first() -> None:
    """However the first process ends, the other end of our standard input closes with it.

    Read without Python's buffer: while a thread holds its lock, the interpreter takes a second to end.
    """
    while os.read(0, 1):
        pass
    os._exit(1)
