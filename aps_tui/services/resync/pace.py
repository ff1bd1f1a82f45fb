"""How fast phones are told: so many in a minute, and so many of one tenant. And in which order, with which stops."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

from aps_tui.services.resync.words import Order
from aps_tui.services.workplace import Workplace

TENTH = 10
"""After the first phone, one in so many."""
WORSE = ("failed", "silent")
"""How the last time ended for phones that are not to go first."""


class Pace:
    """When the next phone may be told; times in seconds of one clock. A tenant's phones wait for each other too."""

    def __init__(self, minute: int, tenant_minute: int = 0) -> None:
        self._step = 60 / minute
        self._tenant_step = 60 / tenant_minute if tenant_minute else 0.0
        self._next = float("-inf")
        self._tenants: dict[str, float] = {}

    def ready(self, tenant: str) -> float:
        """From when on a phone of a tenant may be told."""
        return max(self._next, self._tenants.get(tenant, float("-inf")))

    def spend(self, tenant: str, now: float) -> None:
        """One was told."""
        self._next = now + self._step
        self._tenants[tenant] = now + self._tenant_step


class Waiting:
    """Orders that wait for their turn, by tenant."""

    def __init__(self, orders: Iterable[Order]) -> None:
        self._queues: dict[str, deque[Order]] = {}
        for order in orders:
            self._queues.setdefault(order.tenant, deque()).append(order)

    def __bool__(self) -> bool:
        return bool(self._queues)

    def ready(self, pace: Pace) -> float:
        """From when on the next one may be told; never where none waits."""
        return min(map(pace.ready, self._queues), default=float("inf"))

    def take(self, pace: Pace, now: float) -> Order | None:
        """The next one that may be told now; of several tenants the one that has waited longest."""
        tenant = min(self._queues, key=pace.ready, default=None)
        if tenant is None or pace.ready(tenant) > now:
            return None
        queue = self._queues.pop(tenant)
        order = queue.popleft()
        if queue:
            self._queues[tenant] = queue  # behind the others
        return order


class Stage(NamedTuple):
    """Phones that are told before the next ones are."""

    name: str
    orders: Sequence[Order]
    careful: bool
    """Whether one that does not fetch ends it all."""


def stages(orders: Sequence[Order], *, canary: bool) -> list[Stage]:
    """One, then a tenth, then the rest; all at once without a canary, and where there is only one."""
    if not canary or len(orders) < 2:
        return [Stage("all", orders, careful=False)] if orders else []
    tenth = -(-len(orders) // TENTH)
    cut = [Stage("one first", orders[:1], careful=True)]
    if tenth > 1:
        cut.append(Stage("a tenth", orders[1 : 1 + tenth], careful=True))
    rest = orders[1 + tenth :] if tenth > 1 else orders[1:]
    return [*cut, Stage("the rest", rest, careful=False)]


def in_order(place: Workplace, orders: Sequence[Order]) -> list[Order]:
    """Of every model one, then the next of each: the first ones stand for all. Those that were seen to fetch lead."""
    macs = [order.mac for order in orders]
    before, fetched = place.store.resyncs.of(macs), place.store.requests.fetched(macs)

    def doubt(order: Order) -> tuple[bool, bool]:
        last = before.get(order.mac)
        return last is not None and last.state in WORSE, order.mac not in fetched

    kinds: dict[tuple[str, str], list[Order]] = {}
    for order in sorted(orders, key=doubt):
        kinds.setdefault((order.vendor, order.model), []).append(order)
    ranks = zip_longest(*sorted(kinds.values(), key=len, reverse=True))
    return [order for order in chain.from_iterable(ranks) if order is not None]
