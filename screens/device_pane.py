"""What the tabs of the device editor share: each reads when it is shown, and saves what is changed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from aps_tui.domain.errors import ApsError
from aps_tui.domain.site import Device
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.services.device_edit import Opened, opened, save
from aps_tui.widgets.pages import Row
from aps_tui.widgets.plain import plain

NO_DEVICE = "No device chosen: press 1, go to one and press Enter; or type : and device MAC."


def line_row(text: str) -> Row:
    """A text across all columns of a list."""
    return Row("", [text], "line")


class DevicePane(Vertical):
    """One tab of the device editor. `load` reads the device `mac`; it is empty while none is chosen."""

    DEFAULT_CSS = "DevicePane { height: 1fr; }"

    class Ready(Message):
        """The tab shows its device and can take the keys."""

        def __init__(self, pane: DevicePane) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.mac = ""
        self._there = False
        self._seen: tuple[str, int] | None = None

    def on_mount(self) -> None:
        """Read the device for the first time."""
        self._there = True
        self.show()

    def show(self) -> None:
        """Read the desk's device, unless that is what is shown already."""
        wanted = (self.desk.device, self.desk.edition)
        if self._there and self._seen != wanted:
            self._seen, self.mac = wanted, self.desk.device
            self.load()
        self.call_after_refresh(self.post_message, self.Ready(self))

    def load(self) -> None:
        """Read the device and show it."""

    @property
    def entry(self) -> Widget | None:
        """What takes the keys when the tab comes to the front."""
        return next((widget for widget in self.query("*") if widget.focusable), None)

    def opened(self) -> Opened | None:
        """The device, to be changed; None when there is none (any more), or it cannot be read, which is said."""
        try:
            return opened(self.desk.place, self.mac) if self.mac else None
        except ApsError as error:
            self.complain(error)
            return None

    def save(self, before: Opened, words: str, after: Device) -> None:
        """Store a changed device. Raises ApsError."""
        with self.desk.edit(f"{before.title}: {words}"):
            warnings = save(self.desk.place, before, after)
        self.warn(warnings)
        self.wrote()

    def try_to(self, act: Callable[[], object]) -> None:
        """Do something whose error is said in one line."""
        try:
            act()
        except ApsError as error:
            self.complain(error)

    def wrote(self) -> None:
        """Say that the site was changed, and read again."""
        self._seen = None
        self.post_message(Wrote())

    def warn(self, warnings: Sequence[str]) -> None:
        """Say what a change warns of."""
        for warning in warnings:
            self.notify(plain(warning), severity="warning", markup=False)

    def complain(self, error: ApsError) -> None:
        """Say what went wrong."""
        self.notify(plain(str(error).replace("\n", "; ")), severity="error", markup=False, timeout=10)
