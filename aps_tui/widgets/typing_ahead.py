"""Keys that are typed faster than the console works: each one waits until the one before has had its effect."""

from __future__ import annotations

from collections import deque
from time import monotonic

from textual import events
from textual.app import App
from textual.dom import DOMNode

PATIENCE = 0.5
"""Seconds after which a key no longer waits: its predecessor's widget may be gone, and with it what it was to say."""

ROUNDS = 3
"""Journeys of a mark: behind the key, behind the messages of its action, behind the first ones of a new dialog."""


class TypeAhead(App[None]):
    """Gives keys and pastes out one by one.

    Textual forwards each key at once to the widget that has the focus, so of `Tab x`, sent as one burst as lines over
    a network are, both would go to the first field. Here a mark follows every key on its way through the queues: from
    the widget up to the app, then through the screen that is up by now, so that it is there and has its focus.
    """

    def __init__(self, *, ansi_color: bool = False) -> None:
        super().__init__(ansi_color=ansi_color)
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._since = 0.0
        """When the key under way was given out; 0.0: none is."""
        self._count = 0
        """Keys given out: the mark of an earlier one, that comes late, says nothing."""

    async def on_event(self, event: events.Event) -> None:
        """Queue what is typed, and pass on all else."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        self._waiting.append(event)
        if not self._since:
            await self._give()
        elif len(self._waiting) == 1:
            self.set_timer(PATIENCE, self._hurry)

    async def _give(self) -> None:
        """Give out the next key, and send its mark after it."""
        if not self._waiting:
            self._since = 0.0
            return
        event = self._waiting.popleft()
        self._since = monotonic()
        self._count += 1
        target = self.focused or self.screen
        await super().on_event(event)
        self._pass_on(target, self._count, ROUNDS)

    def _pass_on(self, node: DOMNode, mark: int, rounds: int) -> None:
        """Let the mark go through a node's queue, behind what is there, and on to its parent."""
        if node is self or node.parent is None:
            self.call_later(self._arrived, mark, rounds - 1)
        elif not node.call_later(self._pass_on, node.parent, mark, rounds):
            self._pass_on(node.parent, mark, rounds)

    async def _arrived(self, mark: int, rounds: int) -> None:
        """The mark is back at the app: another round from where the focus is by now, or the next key."""
        if mark != self._count:
            return
        if rounds:
            self._pass_on(self.focused or self.screen, mark, rounds)
        else:
            await self._give()

    async def _hurry(self) -> None:
        """Go on where a mark was lost with its widget."""
        if self._waiting:
            if monotonic() - self._since >= PATIENCE:
                await self._give()
            self.set_timer(PATIENCE, self._hurry)
