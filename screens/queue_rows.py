"""The rows and columns of the live queue."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from aps_tui.services.queue import STATES, Queue, QueueRow, expires_soon, guess
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column

LEGEND = (
    "State: S seen, no device yet (or added, and its first file waits for the commit); X rejected by the whitelist; "
    "U unprovisioned, its file is written; R registered, it shows UNPROV; B bound, its line waits for the commit; "
    "C committed, it has not fetched since; O synced; I ignored. A + behind it: new within the last seconds; "
    "a !: nobody claims it, and it expires within three days (Enter says when).\n"
    "Phone: T46U? is a guess, T46U?! one about which its sources contradict each other; Enter shows what each said.\n"
    "New phones come by themselves; the cursor and the marks stay on theirs. p holds the list still and loses "
    "nothing; f keeps the cursor on the newest until you move it.\n"
    "m t T x l begin a list of those that are no devices yet, as an import does: F adds them, all or none. On devices "
    "they are the edits of the devices screen. z takes back.\n"
    "Filter: words narrow the list; !word leaves out; column:value (mac, vendor, model, address, agent, firmware, "
    "host, sources, tenant, extensions, label); state:u takes a state letter."
)

_COLOURS = {"S": "cyan", "X": "red", "U": "magenta", "R": "blue", "B": "yellow", "C": "yellow", "O": "green"}
FRESH = 10.0
"""Seconds for which a row that is new, or in another state, has its sign."""
_SIGN = "+"
_EXPIRES = "!"
_WHERE_IT_FITS = (
    (
        0,
        Column(
            "state",
            "S",
            2,
            colours=_COLOURS
            | {letter + _SIGN: one for letter, one in _COLOURS.items()}
            | {letter + _EXPIRES: "red" for letter in "SUR"},
        ),
    ),
    (0, Column("mac", "MAC", 12)),
    (0, Column("phone", "Phone", 17, 2)),
    (0, Column("address", "Address", 13, 1)),
    (0, Column("seen", "Seen", 8)),
    (0, Column("extensions", "Ext", 5)),
    (0, Column("agent", "Calls itself", 10, 2)),
    (130, Column("firmware", "Firmware", 11, 1)),
    (150, Column("tenant", "Tenant", 8, 1)),
    (150, Column("label", "Label, host", 10, 2)),
    (170, Column("first", "First", 8)),
    (170, Column("sources", "Sources", 10, 1)),
)
"""Each column with the width of the window from which there is room for it."""


Prepared: TypeAlias = tuple[object, list[QueueRow], dict[str, int]]
"""What was arranged and how, its rows in order, and each MAC's place."""


class QueueRows:
    """The queue as it is shown: those rows that the filter lets through, sorted. It stands still until it is told."""

    def __init__(self) -> None:
        self.queue = Queue()
        self.began = False
        """Whether it was read yet."""
        self.text = ""
        self.sort = "seen"
        self.descending = True
        self.columns: tuple[Column, ...] = ()
        self.fresh: dict[str, float] = {}
        """MAC to the moment up to which its row has its sign."""
        self._arranged: Prepared = (None, [], {})
        self.fit(0)

    def fit(self, width: int) -> bool:
        """Take the columns that a window of this width has room for; whether they are others."""
        before, self.columns = self.columns, tuple(column for least, column in _WHERE_IT_FITS if width >= least)
        return before != self.columns

    def prepared(self, queue: Queue) -> Prepared:
        """The queue as it would be shown now; runs in a thread, so that no key waits for it."""
        key = (queue, self.text, self.sort, self.descending)
        rows = queue.arranged(self.text, self.sort, descending=self.descending)
        return key, rows, {row.mac: place for place, row in enumerate(rows)}

    def take(self, queue: Queue, prepared: Prepared | None = None) -> str:
        """Show the queue as it is by now; what is new in words, empty for nothing and for the first time."""
        before, self.queue = self.queue, queue
        if prepared is not None:
            self._arranged = prepared
        began, self.began = self.began, True
        if not began:
            return ""
        other = [row for row in queue.rows if row.state != "I" and changed(before, row)]
        until = time.monotonic() + FRESH
        self.fresh |= dict.fromkeys((row.mac for row in other), until)
        return news(before, other)

    def age(self) -> bool:
        """Take the sign off rows that had it long enough; whether there were any."""
        now = time.monotonic()
        over = [mac for mac, until in self.fresh.items() if until <= now]
        for mac in over:
            del self.fresh[mac]
        return bool(over)

    def count(self) -> int:
        """How many the filter lets through."""
        return len(self._rows)

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of them."""
        names = [column.name for column in self.columns]
        return [Row(row.mac, [self._cell(row, name) for name in names]) for row in self._rows[offset : offset + limit]]

    def keys(self) -> Sequence[str]:
        """The MACs of all of them."""
        return [row.mac for row in self._rows]

    def place_of(self, key: str) -> int | None:
        """Where a MAC is in the list; None where the filter hides it."""
        self.count()
        return self._arranged[2].get(key)

    def ordered(self, chosen: Collection[str]) -> Sequence[str]:
        """Some MACs in the list's order; those that the filter hides come last."""
        wanted = set(chosen)
        shown = [row.mac for row in self._rows if row.mac in wanted]
        return [*shown, *(mac for mac in chosen if mac not in self._arranged[2])]

    def matching(self, text: str) -> Sequence[str]:
        """The MACs of the list's rows that a pattern matches."""
        return [row.mac for row in self.queue.arranged(f"{self.text} {text}", self.sort, descending=self.descending)]

    def get(self, macs: Iterable[str]) -> list[QueueRow]:
        """The rows of some MACs; those that are no more are left out."""
        return [self.queue.by_mac[mac] for mac in macs if mac in self.queue.by_mac]

    @property
    def _rows(self) -> list[QueueRow]:
        key = (self.queue, self.text, self.sort, self.descending)
        if self._arranged[0] != key:
            self._arranged = self.prepared(self.queue)
        return self._arranged[1]

    def _cell(self, row: QueueRow, name: str) -> str:
        if name == "state":
            sign = _SIGN if row.mac in self.fresh else _EXPIRES if expires_soon(row, time.time()) else ""
            return row.state + sign
        if name == "phone":
            return guess(row) or "not supported"
        if name in ("seen", "first"):
            return short_time(row.last_seen if name == "seen" else row.first_seen)
        if name == "label":
            return row.label or row.host
        return str(getattr(row, name))


def changed(before: Queue, row: QueueRow) -> bool:
    """Whether a row is new, or in another state than before."""
    known = before.by_mac.get(row.mac)
    return known is None or known.state != row.state


def news(before: Queue, other: Sequence[QueueRow]) -> str:
    """`3 new, 805ec0123456 is bound`, `1 new, 12 committed`."""
    new = sum(row.mac not in before.by_mac for row in other)
    moved = [row for row in other if row.mac in before.by_mac]
    said = [f"{new:,} new"] if new else []
    if len(moved) == 1:
        said.append(f"{moved[0].mac} is {STATES[moved[0].state]}")
    else:
        said += [f"{number:,} {STATES[state]}" for state, number in Counter(row.state for row in moved).most_common()]
    return ", ".join(said)


def short_time(at: float) -> str:
    """The clock of a time of today, else its day: `12:04:31`, `14 Nov`, `Nov 2024`."""
    if not at:
        return ""
    then, now = time.localtime(at), time.localtime()
    if then[:3] == now[:3]:
        return time.strftime("%H:%M:%S", then)
    return (
        f"{then.tm_mday} {time.strftime('%b', then)}" if then.tm_year == now.tm_year else time.strftime("%b %Y", then)
    )
