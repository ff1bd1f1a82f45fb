"""Pastes: the same messages as Textual's own parser gives, but for what it gets wrong."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

from aps_tui.widgets import paste
from aps_tui.widgets.paste import PasteParser, use_fast_paste

START, END = "\x1b[200~", "\x1b[201~"
PIECES = st.sampled_from(
    ["a", "\r", "\x1b[A", "\x1b[5~", f"{START}{END}", f"{START}1234\t56\r\n{END}", f"{START}[201~{END}"]
)


def said(messages: Iterable[Message]) -> list[tuple[str, str]]:
    """Each message as its kind and its key or text."""
    return [(type(one).__name__, getattr(one, "key", getattr(one, "text", ""))) for one in messages]


def fed(parser: XTermParser, text: str, size: int) -> list[tuple[str, str]]:
    """What a parser makes of a text that comes in blocks."""
    return [one for at in range(0, len(text), size) for one in said(parser.feed(text[at : at + size]))]


@given(st.lists(PIECES), st.integers(1, 12))
def test_it_reads_as_textual_does(pieces: list[str], size: int) -> None:
    text = "".join(pieces)
    assert fed(PasteParser(), text, size) == fed(XTermParser(), text, size)


@given(st.integers(1, 12))
def test_keys_within_a_paste_stay_text(size: int) -> None:
    text = f"q{START}00:15\x1b[A\x1b\x1b[200~z\x1b[201{END}q"
    wanted = [("Key", "q"), ("Paste", "00:15\x1b[A\x1b\x1b[200~z\x1b[201"), ("Key", "q")]
    assert fed(PasteParser(), text, size) == wanted


def test_a_paste_without_end_takes_no_more_room_than_its_bound() -> None:
    parser, block = PasteParser(), "x" * 1_000_000
    assert said(parser.feed(START)) == []
    for _ in range(50):
        assert said(parser.feed(block)) == []
    (message,) = parser.feed(END)
    assert isinstance(message, events.Paste) and len(message.text) == paste.MOST_KEPT


def test_the_terminal_s_driver_reads_so() -> None:
    use_fast_paste()
    assert vars(linux_driver)["XTermParser"] is PasteParser
