"""The last edits of one console, to be taken back one by one while no commit has written them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import NamedTuple

from aps_tui.data.edits import Edit
from aps_tui.data.errors import ChangedMeanwhile, Committed
from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError

__all__ = ["Committed", "RecentEdits"]

MOST = 50
"""How many edits are kept."""

MOST_STEPS = 200_000
"""How many changed rows they may have in all (about 400 bytes each in memory); the newest edit always stays."""


class _Kept(NamedTuple):
    """What is taken back together."""

    edit: Edit
    then: Callable[[], object] | None
    """Called in the transaction that took the edit back."""


class RecentEdits:
    """Edits of this console, newest last; false when there is none. Any thread that is connected may make one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._edits: list[_Kept] = []
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._edits)

    @contextmanager
    def edit(self, words: str, then: Callable[[], object] | None = None) -> Iterator[None]:
        """Make an edit: one transaction, kept when it ended well and changed something.

        `then` is called when it is taken back, in the same transaction: it puts back what is not of the site.
        """
        with self._store.edits.recording(words) as edit:
            yield
        if edit:
            self._keep(_Kept(edit, then))

    def remember(self, words: str, take_back: Callable[[], object]) -> None:
        """Keep an edit of what is not of the site, as a list of new devices, which `take_back` takes back.

        It raises ChangedMeanwhile when that can never be done.
        """
        self._keep(_Kept(Edit(words, self._store.db.operator), take_back))

    def _keep(self, kept: _Kept) -> None:
        with self._lock:
            self._edits.append(kept)
            while len(self._edits) > MOST or (len(self._edits) > 1 and self._steps() > MOST_STEPS):
                del self._edits[0]

    def take_back(self) -> str:
        """Take back the newest edit, and say its words.

        Raises Committed, ChangedMeanwhile: that edit can never be taken back and is forgotten, so that the next call
        takes back the one before. After any other StoreError it can be tried again.
        """
        with self._lock:
            if not self._edits:
                raise ApsError("there is nothing to take back")
            edit, then = self._edits[-1]
            try:
                with self._store.transaction():
                    if edit:
                        self._store.edits.take_back(edit)
                    if then:
                        then()
            except Committed:
                self._edits.clear()  # a commit writes the older ones too
                raise
            except ChangedMeanwhile:
                del self._edits[-1]
                raise
            return self._edits.pop().edit.words

    def _steps(self) -> int:
        return sum(len(kept.edit.steps) for kept in self._edits)
