"""Pastes by the block and no larger than a bound: Textual takes them letter by letter, and all there is of them."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers import linux_driver
from textual.message import Message

MOST_KEPT = 8_000_001
"""Characters of a paste; what follows is thrown away as it comes."""
_OVERLAP = len(BRACKETED_PASTE_END) - 1


class PasteParser(XTermParser):
    """Reads what the terminal sends. Textual's own parser sees where a paste begins and ends, and nothing between."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._tail = ""
        """The last that was read: it may be how a mark begins."""
        self._parts: list[str] | None = None
        """What was pasted so far; None outside of a paste."""
        self._size = 0

    def feed(self, data: str) -> Iterable[Message]:
        """The messages that some input comes to; no input is its end."""
        if not data:
            yield from super().feed(data)
        while data:
            if self._parts is None:
                before, data, began = self._split(data, BRACKETED_PASTE_START)
                yield from super().feed(before)
                if began:
                    self._parts, self._size = [], 0
            else:
                data, text = self._pasted(data)
                if text is not None:
                    for message in super().feed(BRACKETED_PASTE_END):
                        yield events.Paste(text) if isinstance(message, events.Paste) else message

    def _split(self, data: str, mark: str) -> tuple[str, str, bool]:
        """The input up to the end of a mark that is there or is completed here, the rest, and whether it is."""
        at = (self._tail + data).find(mark)
        if at < 0:
            self._tail = (self._tail + data)[-_OVERLAP:]
            return data, "", False
        end = at + len(mark) - len(self._tail)
        self._tail = ""
        return data[:end], data[end:], True

    def _pasted(self, data: str) -> tuple[str, str | None]:
        """Take what is pasted; the rest of the input, and the whole text when it has ended."""
        assert self._parts is not None
        seen = self._tail + data
        at = seen.find(BRACKETED_PASTE_END)
        if at < 0:
            self._keep(seen[:-_OVERLAP])
            self._tail = seen[-_OVERLAP:]
            return "", None
        self._keep(seen[:at])
        text = "".join(self._parts).replace("\0", "")
        self._tail, self._parts = "", None
        return seen[at + len(BRACKETED_PASTE_END) :], text

    def _keep(self, text: str) -> None:
        assert self._parts is not None
        kept = text[: max(MOST_KEPT - self._size, 0)]
        self._size += len(kept)
        if kept:
            self._parts.append(kept)


def use_fast_paste() -> None:
    """Have every terminal of this process read so."""
    setattr(linux_driver, "XTermParser", PasteParser)  # noqa: B010 - the module does not offer it
