"""Writes judged files into the staging folder while others are still rendered: one thread, bounded memory."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence

from aps_tui.services.judge import Change, Judge, Share
from aps_tui.services.reasons import Cause
from aps_tui.services.tree import Signature, Tree, explained
from aps_tui.vendors.engine import Rendered

Step = Callable[[str], None]
"""Called before each step of a commit that a crash could follow; tests end the process there."""

_BATCH = 32
_WAITING = 8
"""Batches that may wait: at 30 KB a file, at most some 8 MB."""

_Put = tuple[str | None, str, Sequence[Rendered], tuple[Cause, ...]]


def no_step(_: str) -> None:
    """The step of everyday work: nothing."""


class Staging:
    """Stages what changes, and remembers what giving up has to take back."""

    def __init__(self, tree: Tree, overwrite: bool, step: Step = no_step) -> None:
        self.tree = tree
        self.overwrite = overwrite
        self.step = step
        self.signatures: dict[str, Signature] = {}
        self.conflicts: list[Change] = []
        self.kept: list[str] = []

    def judged(
        self, judge: Judge, mac: str | None, vendor: str, files: Sequence[Rendered], why: tuple[Cause, ...]
    ) -> None:
        """Judge the files of one device, and stage those that change."""
        for file in files:
            change = judge.judge(file, mac, vendor, why)
            if change is None:
                continue
            if change.path in judge.found.edited and not self.overwrite:
                self.conflicts.append(change)
                continue
            self.stage(change, file.data)
            judge.found.changes.append(change)

    def stage(self, change: Change, data: bytes | None) -> None:
        """Write one change's new bytes into the staging folder, and keep the old ones; None for a removal."""
        self.step(f"stage {change.path}")
        self.tree.open_stage()
        if data is not None:
            self.signatures[change.path] = self.tree.stage(change.path, data)
        if change.old_hash is not None:
            self.step(f"keep {change.path}")
            if self.tree.keep(change.path, change.old_hash):
                self.kept.append(change.old_hash)


class Stager(Staging):
    """Judges and stages in a thread of its own; the renderer goes on meanwhile.

    Hashing, writing and linking leave the interpreter free, so the second core is used without a second process.
    """

    def __init__(self, tree: Tree, overwrite: bool, step: Step = no_step) -> None:
        super().__init__(tree, overwrite, step)
        self._batch: list[_Put] = []
        self._queue: queue.Queue[list[_Put] | Share | None] = queue.Queue(_WAITING)
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    def start(self, judge: Judge) -> Stager:
        """Begin to take files; `judge` says what each would change."""
        self._thread = threading.Thread(target=self._work, args=(judge,), name="stager", daemon=True)
        self._thread.start()
        return self

    def put(self, mac: str | None, vendor: str, files: Sequence[Rendered], why: tuple[Cause, ...]) -> None:
        """Hand over one device's files. Raises what went wrong with earlier ones."""
        self._batch.append((mac, vendor, files, why))
        if len(self._batch) >= _BATCH:
            self._hand_over()

    def take(self, share: Share) -> None:
        """Take over what another process judged and staged."""
        self._queue.put(share)

    def stages(self) -> bool:
        """Whether hand edits are overwritten; the staging folder is open then."""
        self.tree.open_stage()
        return self.overwrite

    def close(self) -> None:
        """Wait until all is staged. Raises TreeError for what could not be written."""
        self._end()
        self._raise()

    def give_up(self) -> None:
        """Take back what was staged and kept: the tree and the archive are as before."""
        self._error = self._error or RuntimeError("given up")
        self._end()
        for content in self.kept:
            self.tree.forget(content)
        self.tree.drop_stage()

    def take_back(self, held: Iterable[Change], others: Iterable[Change]) -> None:
        """Forget what was kept for changes that will not be made, but for what others need as well."""
        needed = {change.old_hash for change in others}
        for change in held:
            if change.old_hash in self.kept and change.old_hash not in needed:
                self.kept.remove(change.old_hash)
                self.tree.forget(change.old_hash)

    def _end(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            self._queue.put(self._batch)
            self._batch = []
            self._queue.put(None)
            self._thread.join()

    def _hand_over(self) -> None:
        self._raise()
        self._queue.put(self._batch)
        self._batch = []

    def _raise(self) -> None:
        if self._error is not None:
            error, self._error = self._error, None
            raise explained(error, str(self.tree.root)) if isinstance(error, OSError) else error

    def _work(self, judge: Judge) -> None:
        while (batch := self._queue.get()) is not None:
            try:
                if isinstance(batch, Share):
                    self._take(judge, batch)
                elif self._error is None:
                    for put in batch:
                        self.judged(judge, *put)
            except BaseException as error:
                self._error = error

    def _take(self, judge: Judge, share: Share) -> None:
        judge.take(share)
        self.signatures |= share.signatures
        self.conflicts += share.conflicts
        self.kept += share.kept
