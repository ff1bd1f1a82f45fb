"""Writes judged files into the staging folder, and remembers what giving up has to take back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from aps_tui.services.judge import Change, Judge, Share
from aps_tui.services.reasons import Cause
from aps_tui.services.tree import Signature, Tree, explained
from aps_tui.vendors.engine import Rendered

Step = Callable[[str], None]
"""Called before each step of a commit that a crash could follow; tests end the process there."""


def no_step(_: str) -> None:
    """The step of everyday work: nothing."""


class Stager:
    """Stages what changes, file by file as they are rendered: nothing waits in memory.

    There is no thread of its own: two threads of one interpreter wait for each other at each file. The second core
    is used by a second process (`twin`), which has a stager too.
    """

    def __init__(self, tree: Tree, overwrite: bool, step: Step = no_step) -> None:
        self.tree = tree
        self.overwrite = overwrite
        self.step = step
        self.signatures: dict[str, Signature] = {}
        self.conflicts: list[Change] = []
        self.kept: list[str] = []
        self._judge: Judge | None = None

    def start(self, judge: Judge) -> Stager:
        """Begin to take files; `judge` says what each would change."""
        self._judge = judge
        return self

    def put(self, mac: str | None, vendor: str, files: Sequence[Rendered], why: tuple[Cause, ...]) -> None:
        """Judge the files of one device, and stage those that change. Raises TreeError for what cannot be written."""
        judge = self._begun()
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
        """Write one change's new bytes into the staging folder, and keep the old ones; None for a removal.

        Raises TreeError for what cannot be written.
        """
        try:
            self.step(f"stage {change.path}")
            self.tree.open_stage()
            if data is not None:
                self.signatures[change.path] = self.tree.stage(change.path, data)
            if change.old_hash is not None:
                self.step(f"keep {change.path}")
                if self.tree.keep(change.path, change.old_hash):
                    self.kept.append(change.old_hash)
        except OSError as error:
            raise explained(error, str(self.tree.root)) from None

    def take(self, share: Share) -> None:
        """Take over what another process judged and staged."""
        self._begun().take(share)
        self.signatures |= share.signatures
        self.conflicts += share.conflicts
        self.kept += share.kept

    def stages(self) -> bool:
        """Whether hand edits are overwritten; the staging folder is open then."""
        self.tree.open_stage()
        return self.overwrite

    def give_up(self) -> None:
        """Take back what was staged and kept: the tree and the archive are as before."""
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

    def _begun(self) -> Judge:
        assert self._judge is not None, "the stager has not begun"
        return self._judge
