"""Ready configuration to read, and to write to a file: several named texts, one in front. No text is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from aps_tui.domain.errors import BadValue
from aps_tui.screens.desk import Desk
from aps_tui.screens.reader import Reader
from aps_tui.screens.value_dialog import Ask
from aps_tui.services.writing import write_private
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.tab_strip import TabStrip
from aps_tui.widgets.text_view import Text, TextView

_COMMENT = ("#", ";", "//")
"""How a line of comment begins in the languages of the texts."""


class ConfigText(NamedTuple):
    """One text."""

    name: str
    """What its tab and the command line call it: `dhcp isc`."""
    file: str
    """An example of a file to write it to."""
    say: Callable[[], Sequence[str]]
    """Its lines; asked in a thread with a connection, may raise ApsError."""


class ConfigTextScreen(ModalScreen[None]):
    """The texts, each behind a tab."""

    LEGEND = "The texts are made anew from the site each time. What to do with one stands in its comments."
    BINDINGS: ClassVar[list[BindingType]] = [
        key("tab,right_square_bracket", "turn(1)", "Next", "Show the next text", footer=True),
        key("shift+tab,left_square_bracket", "turn(-1)", "Before", "Show the text before"),
        key("w", "write", "Write", "Write this text to a file of this machine", footer=True),
        key("escape,q", "dismiss", "Back", "Go back", footer=True),
        key("question_mark,f1", "app.help", "Help", "Show the keys", footer=True),
    ]
    DEFAULT_CSS = """
    ConfigTextScreen {
        layout: vertical; background: $background;
        #name { height: 1; text-style: bold reverse; text-wrap: nowrap; }
        #text { height: 1fr; padding: 0 1; }
    }
    """

    strip = query_one(TabStrip)
    view = query_one("#text", TextView)

    def __init__(self, desk: Desk, title: str, texts: Sequence[ConfigText], first: str = "") -> None:
        """`first`: the name of the text in front, or how it begins. Raises BadValue where none is called so."""
        super().__init__()
        self.desk = desk
        self.title_text = title
        self.texts = texts
        self.at = next((number for number, one in enumerate(texts) if one.name.startswith(first)), -1)
        if self.at < 0:
            raise BadValue(f"there is no text {first!r}; there are: {', '.join(one.name for one in texts)}")

    def compose(self) -> ComposeResult:
        """The title, the tabs, the text."""
        yield Static(Content(f" {plain(self.title_text)}"), id="name")
        yield TabStrip([one.name for one in self.texts])
        yield TextView([Text("...")], id="text")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Show the first one."""
        self.reader = Reader[ConfigText](self.view, self.desk.place, _lines)
        self.view.focus()
        self.action_turn(0)

    def action_turn(self, step: int) -> None:
        """Show the text that is so many further."""
        self.at = (self.at + step) % len(self.texts)
        self.strip.turn_to(self.at)
        self.reader.want(self.texts[self.at])

    def action_write(self) -> None:
        """Ask for a file, then write."""
        text, files = self.texts[self.at], self.desk.place.files
        help = "Writes the text to a new file on this machine, readable by you alone."
        dialog = Ask(f"Write {text.name} to which file?", "", files.new, help=help, example=text.file)

        def chosen(name: str | None) -> None:
            if name is not None:
                self._write(text, files.new(name))

        self.app.push_screen(dialog, chosen)

    @work(thread=True, group="write", exit_on_error=False)
    def _write(self, text: ConfigText, file: Path) -> None:
        with self.desk.place.store.connection():
            lines = text.say()
        write_private(file, "".join(f"{line}\n" for line in lines).encode())
        self.call_later(self.notify, plain(f"{text.name} written to {file}"), markup=False, timeout=10)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a thread."""
        if event.state is WorkerState.ERROR:
            self.notify(plain(str(event.worker.error)), severity="error", markup=False)


def _lines(text: ConfigText) -> list[Text]:
    return [Text(line, "hunk" if line.lstrip().startswith(_COMMENT) else "plain") for line in text.say()]
