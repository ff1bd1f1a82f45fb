"""One call: PIN, extension, goodbye. A call that ends at any point has bound its phone wholly or not at all."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from aps_tui.domain.errors import ApsError
from aps_tui.domain.pins import LONGEST
from aps_tui.services.unprov.binding import Bound, Unfit
from aps_tui.services.unprov.caller import Caller, Refused, line_of
from aps_tui.services.unprov.desk import Desk
from aps_tui.services.unprov.guard import Verdict
from aps_tui.services.unprov.options import Use
from aps_tui.wire.agi import Agi, HungUp, NoAgi

PAUSE = 8
"""Seconds without a key after which what was typed counts."""
MOST_DIGITS = 10
"""Digits of an extension."""


class _Silent(ApsError):
    """No sound could be played."""


@dataclass
class Call:
    """A call as it goes on."""

    agi: Agi
    desk: Desk
    caller: Caller | None = None
    bound: Bound | None = None
    """What the call came to; it stays so whatever happens afterwards."""

    async def hold(self) -> None:
        """Lead the call to its end. Whatever goes wrong is one line in the log, and ends this call alone."""
        try:
            try:
                await self._lead()
            except (Refused, _Silent) as error:
                self.desk.log(f"call refused: {error}")
            await self._goodbye()
        except HungUp as error:
            self.desk.log(f"{self._name}: {error}")
        except NoAgi as error:
            self.desk.log(f"call refused: {error}")
        except ApsError as error:  # the database, or a disk that is full
            self.desk.log(f"{self._name}: {error}")
            await self._try_goodbye()

    async def finish(self) -> None:
        """What is to be done when the call is over."""
        if self.caller is not None and self.bound is not None:
            await self.desk.finish(self.caller, self.bound)

    @property
    def _name(self) -> str:
        return f"phone {self.caller.mac}" if self.caller else "call"

    async def _lead(self) -> None:
        environment = await self.agi.environment()
        self.caller = caller = await self.desk.answer(await line_of(self.agi, environment))
        if caller.note:
            self.desk.log(f"{caller.note} ({caller.address or 'Asterisk tells no address'})")
        if not await self._pin(caller):
            return
        self.bound = await self.desk.held(caller) or await self._extension(caller)
        if self.bound is not None:
            state = "has" if self.bound.before else "was given"
            self.desk.log(f"phone {caller.mac} {state} extension {self.bound.number} of tenant {self.bound.tenant}")
            await self.agi.say_digits(self.bound.number)
            await self._say("thanks")

    async def _pin(self, caller: Caller) -> bool:
        """Ask for the PIN; False when the call is to end."""
        prompt: Use = "pin"
        for _ in range(self.desk.options.tries):
            typed = await self._typed(prompt, LONGEST)
            if typed:
                verdict = await self.desk.judge(caller, typed)
                if verdict is Verdict.RIGHT:
                    return True
                if verdict is Verdict.BLOCKED:
                    self._blocked(caller)
                    return False
            prompt = "wrong-pin"  # digits typed while a file is streamed would be lost: it is the next prompt
        return False

    def _blocked(self, caller: Caller) -> None:
        options = self.desk.options
        self.desk.log(
            f"{options.tries} wrong PINs from {caller.address or 'unknown'}, "
            f"phone {caller.mac}: blocked for {options.block_minutes} min"
        )

    async def _extension(self, caller: Caller) -> Bound | None:
        """Ask for an extension until one fits; None when the call is to end."""
        prompt: Use = "extension"
        for _ in range(self.desk.options.tries):
            number = await self._typed(prompt, MOST_DIGITS)
            if number:
                try:
                    return await self._bind(caller, number)
                except Unfit as error:
                    self.desk.log(f"phone {caller.mac}: {error}")
            prompt = "invalid"
        return None

    async def _bind(self, caller: Caller, number: str) -> Bound:
        """Bind the phone; what has begun is waited for, also when this call is cut off meanwhile."""
        binding = asyncio.ensure_future(self.desk.bind(caller, number))
        try:
            return await asyncio.shield(binding)
        except asyncio.CancelledError:
            with suppress(ApsError):
                self.bound = await binding
            raise

    async def _typed(self, use: Use, most: int) -> str:
        """Play a prompt and take keys."""
        for file in self.desk.prompts.files[use]:
            typed = await self.agi.get_data(file, PAUSE, most)
            if typed is not None:
                return typed
        raise _Silent(f"Asterisk plays no sound for {use}: install its core sounds")

    async def _say(self, use: Use) -> None:
        for file in self.desk.prompts.files[use]:
            if await self.agi.stream(file):
                return

    async def _goodbye(self) -> None:
        await self._say("goodbye")
        await self.agi.hang_up()

    async def _try_goodbye(self) -> None:
        try:
            await self._goodbye()
        except ApsError:
            return  # the call is over in any case
