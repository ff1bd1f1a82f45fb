"""What the commit screen's threads tell it; only its handlers change what is shown."""

from __future__ import annotations

from textual.message import Message

from aps_tui.screens.commit_rows import Section
from aps_tui.services.commit import Outcome
from aps_tui.services.judge import Findings


class Progressed(Message):
    """Work in a thread got on; only the latest word counts."""

    def __init__(self, doing: str, done: int, total: int) -> None:
        super().__init__()
        self.doing, self.done, self.total = doing, done, total

    def can_replace(self, message: Message) -> bool:
        """Fold a burst into one."""
        return isinstance(message, Progressed)


class Planned(Message):
    """A plan is ready."""

    def __init__(self, macs: tuple[str, ...], found: Findings, sections: list[Section]) -> None:
        super().__init__()
        self.macs, self.found, self.sections = macs, found, sections


class Finished(Message):
    """A commit or an undo came to its end; `behind` phones have not fetched what is written."""

    def __init__(self, what: str, outcome: Outcome, target: int = 0, behind: int = 0) -> None:
        super().__init__()
        self.what, self.outcome, self.target, self.behind = what, outcome, target, behind


def bar(done: int, total: int, width: int = 20) -> str:
    """`[#####---------------]`."""
    full = width * done // max(total, 1)
    return f"[{'#' * min(full, width)}{'-' * max(width - full, 0)}]"
