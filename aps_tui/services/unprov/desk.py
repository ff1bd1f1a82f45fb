"""What a dialogue asks of the site: each question opens the database in a thread of its own, as the calling phone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeVar

from aps_tui.data.requests import Registration
from aps_tui.domain.errors import ApsError
from aps_tui.services.fleet import UNPROV_PREFIX
from aps_tui.services.unprov import binding, guard
from aps_tui.services.unprov.after import Tell, finished, told_to_restart
from aps_tui.services.unprov.binding import Bound
from aps_tui.services.unprov.caller import Caller, Elsewhere, Line, recognised
from aps_tui.services.unprov.guard import Verdict
from aps_tui.services.unprov.options import Unprov
from aps_tui.services.unprov.prompts import Prompts
from aps_tui.services.workplace import Workplace

_T = TypeVar("_T")

Open = Callable[[str], AbstractContextManager[Workplace]]
"""Opens the site for an operator, in the thread that calls it."""
Log = Callable[[str], None]
"""Takes one line for the log. Lines hold no PIN and no secret."""


@dataclass(frozen=True)
class Desk:
    """The site, as calls work on it."""

    open: Open
    options: Unprov
    prompts: Prompts
    log: Log
    tell: Tell = told_to_restart
    one_commit: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One commit at a time within this process."""

    async def ask(self, mac: str, work: Callable[[Workplace], _T]) -> _T:
        """Do some work on the site in a thread, as this phone. Raises what the work raises."""

        def run() -> _T:
            with self.open(f"phone {mac}" if mac else "unprov") as place:
                return work(place)

        return await asyncio.to_thread(run)

    async def answer(self, line: Line) -> Caller:
        """Recognise a call and let it in; what it tells of a phone that is known is kept. Raises Refused."""

        return await self.ask("", lambda place: _answered(place, line))

    async def judge(self, caller: Caller, typed: str) -> Verdict:
        """What becomes of a PIN. Raises Refused."""
        return await self.ask(caller.mac, lambda place: guard.judged(place.store, caller, typed, self.options))

    async def held(self, caller: Caller) -> Bound | None:
        """The extension that the phone has already."""
        return await self.ask(caller.mac, lambda place: binding.held(place, caller.mac))

    async def bind(self, caller: Caller, number: str) -> Bound:
        """Give the phone an extension. Raises Unfit, Refused."""

        def work(place: Workplace) -> Bound:
            bound = binding.bind(place, caller, number)
            if not bound.before:
                _registered(place, caller)
            return bound

        return await self.ask(caller.mac, work)

    async def finish(self, caller: Caller, bound: Bound) -> None:
        """After the call: write the phone's file, and tell that phone alone to fetch it. Never raises ApsError."""
        if not self.options.commit:
            return
        async with self.one_commit:
            try:
                said = await self.ask(caller.mac, lambda place: finished(place, caller, bound, self.tell))
            except ApsError as error:
                said = f"phone {caller.mac} has extension {bound.number}, but its file was not written: {error}"
        self.log(said)


def _answered(place: Workplace, line: Line) -> Caller:
    store = place.store
    try:
        with store.snapshot():
            caller = recognised(store, line)
            guard.admitted(store, caller)
            known = store.devices.existing([caller.mac]) or store.arrivals.get(caller.mac)
    except Elsewhere as error:
        store.alarms.raise_("call", line.address, str(error))
        raise
    if known:
        _registered(place, caller)
    return caller


def _registered(place: Workplace, caller: Caller) -> None:
    """Keep where the phone registered the limited account: it is calling with it."""
    account = UNPROV_PREFIX + caller.mac
    now = place.store.db.now()
    place.store.requests.registered(
        [Registration(caller.mac, account, caller.contact, caller.address, caller.agent, now)]
    )
