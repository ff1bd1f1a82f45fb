"""The devices of a resync as rows, in the order of its stages."""

from __future__ import annotations

from collections.abc import Sequence

from aps_tui.services.resync.run import Run
from aps_tui.services.resync.words import BY_HAND, FAILED, FETCHED, NOT_TOLD, SENT, SILENT, Result
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column

COLUMNS = (
    Column("mac", "MAC", 13),
    Column(
        "state", "State", 9, colours={FETCHED: "green", SENT: "cyan", SILENT: "red", FAILED: "red", BY_HAND: "yellow"}
    ),
    Column("event", "Event", 12, 1),
    Column("target", "By", 14, 2),
    Column("detail", "What is known", 14, 4),
)
LEGEND = (
    "sent: told, and its fetch was not seen yet. fetched: the file server's log shows that it got its file. silent: it "
    "did not, within the time-out. failed: it was not told. by-hand: no NOTIFY is known for the model.\n"
    "That the PBX says that it sends proves nothing; the learner has to follow the server's logs.\n"
    "One that is refused or stays silent among the first ends it."
)
_WAITS = "waits"
"""How NOT_TOLD reads while it is not over."""


class ResultRows:
    """A source of the rows of a run; those that cannot be told come last."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._macs = [*(order.mac for order in run.orders), *(one.mac for one in run.plan.unable)]

    def count(self) -> int:
        """How many devices."""
        return len(self._macs)

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of the rows."""
        return [self._row(self.run.results[mac]) for mac in self._macs[offset : offset + limit]]

    def _row(self, one: Result) -> Row:
        state = _WAITS if one.state == NOT_TOLD and not self.run.over else one.state
        return Row(one.mac, [one.mac, state, one.event, one.target, one.detail])
