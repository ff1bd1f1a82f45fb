"""Renders devices into a sink: alone, or from the front while a second process does so from the back."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from aps_tui.data.disk import DiskFiles
from aps_tui.data.rows import Candidate
from aps_tui.services.judge import Findings, Sink
from aps_tui.services.notices import Notices
from aps_tui.services.shares import Orders, Part, render_rows

if TYPE_CHECKING:
    from aps_tui.services.twin import Twin

Progress = Callable[[int, int], None]
"""Called with how many devices are done, and of how many."""

MANY = 2_000
"""Devices from which on a second process is worth its start."""
_AT_A_TIME = 100
"""Devices that either process does before it looks what the other did."""


@dataclass
class Rendering:
    """One run over some devices. What they are and what was written for them is read here, from the snapshot."""

    orders: Orders
    files: DiskFiles
    sink: Sink
    found: Findings
    notices: Notices
    progress: Progress | None = None
    _: KW_ONLY
    _done: int = 0
    _of: int = 0

    def run(self, ids: array[int]) -> None:
        """Render the devices with these ids. Those that have most in common had best stand side by side."""
        self._of = len(ids)
        twin = self._twin() if len(ids) >= MANY else None
        if twin is None:
            self._alone(ids)
            return
        try:
            while ids:
                if twin.idle:
                    rows, ids = self._rows(ids[-_AT_A_TIME:]), ids[:-_AT_A_TIME]
                    twin.give(Part(rows, self.files.of([row.mac for row in rows])))
                else:
                    self._alone(ids[:_AT_A_TIME])
                    ids = ids[_AT_A_TIME:]
                self._take(twin)
                twin.check()
        finally:
            twin.close()
            self._take(twin)
        twin.check_all()

    def _twin(self) -> Twin | None:
        from aps_tui.services.twin import start_twin

        return start_twin(self.orders._replace(stages=self.sink.stages()))

    def _alone(self, ids: array[int]) -> None:
        for start in range(0, len(ids), _AT_A_TIME):
            rows = self._rows(ids[start : start + _AT_A_TIME])
            self._tell(rows, render_rows(rows, self.orders, self.found, self.sink.put))

    def _take(self, twin: Twin) -> None:
        """Take over what the twin did meanwhile: all of it first, as giving up takes back what is known of."""
        taken = []
        for rows, share in twin.answers():
            taken.append((rows, frozenset(share.found.done)))
            self.sink.take(share)
        for rows, well in taken:
            self._tell(rows, well)

    def _rows(self, ids: array[int]) -> list[Candidate]:
        return [*self.orders.fleet.render.load(ids)]

    def _tell(self, rows: Sequence[Candidate], well: Collection[str]) -> None:
        """Note what the operator should know of devices that are done; `well`: those that could be rendered."""
        for row in rows:
            if row.mac in well:
                self.notices.of(row)
        self._done += len(rows)
        if self.progress is not None:
            self.progress(self._done, self._of)
