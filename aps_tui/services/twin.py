"""A second process for large commits and plans: it does devices from the far end, on the second core.

It is started, not forked: nothing of a console's threads and locks comes into it, and no database. Rows go to it, and
what it found comes back, through a pipe that only the two have.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from queue import SimpleQueue

from aps_tui.data.rows import Candidate
from aps_tui.domain.errors import ApsError
from aps_tui.services.judge import Share
from aps_tui.services.shares import Orders, Part
from aps_tui.services.tree import explained

_AHEAD = 2
"""Parts that a twin is given ahead of its answers: one in hand, one waiting."""
_CODE = "from aps_tui.services.shares import main; main()"
_ENDED = "the second process of this work was ended: nothing was changed, so try again"
_ROOT = Path(__file__).parents[2]
"""Where the second process finds the same code as we are, whatever folder we stand in."""


def start_twin(orders: Orders) -> Twin | None:
    """A second process; None where there is no second core for it, or no memory."""
    if len(os.sched_getaffinity(0)) < 2 or not sys.executable:
        return None
    with suppress(OSError):
        return Twin(orders)
    return None


class Twin:
    """The first process's hold on the second. Close it in any case, and take its last answers then."""

    def __init__(self, orders: Orders) -> None:
        self._pipe, theirs = Pipe()
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - no shell; every word is ours
                [sys.executable, "-P", "-c", _CODE, str(theirs.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                process_group=0,  # a terminal's ^c is for the first process, which ends the second
                env={**os.environ, "PYTHONPATH": path},
            )
        self._orders = pickle.dumps(orders)  # here, where the database may be read
        self._root = str(orders.tree.root)
        self._parts: SimpleQueue[Part | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[list[Candidate], Share]] = SimpleQueue()
        self._waiting = 0
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._serve, name="twin", daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Whether it should be given more."""
        return self._waiting < _AHEAD

    def give(self, part: Part) -> None:
        """Devices for it to do."""
        self._waiting += 1
        self._parts.put(part)

    def answers(self) -> Iterator[tuple[list[Candidate], Share]]:
        """What it did since the last time: the devices of each part, and what it made of them."""
        while not self._answers.empty():
            self._waiting -= 1
            yield self._answers.get()

    def check(self) -> None:
        """Raise what went wrong with it."""
        if self._fault is not None:
            raise self._fault

    def check_all(self) -> None:
        """Raise what went wrong with it, once it is closed; an answer that is missing, too."""
        self.check()
        if self._waiting:
            raise ApsError(_ENDED)

    def close(self) -> None:
        """Wait until it has done all that it was given, and for its end."""
        self._parts.put(None)
        self._thread.join()
        self._pipe.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def _serve(self) -> None:
        """Hand over one part after the other and wait for each answer, so that never both sides write."""
        try:
            self._pipe.send_bytes(self._orders)
            while (part := self._parts.get()) is not None:
                self._pipe.send(part)
                answer = self._pipe.recv()
                if isinstance(answer, Exception):
                    self._fault = explained(answer, self._root) if isinstance(answer, OSError) else answer
                    return
                self._answers.put((part.rows, answer))
        except (EOFError, OSError):
            self._fault = ApsError(_ENDED)
        except Exception as error:
            self._fault = error
