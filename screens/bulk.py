"""Edits of the chosen devices: what is asked, the review, and the thread that saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.screen import Screen

from aps_tui.domain.errors import ApsError, BadValue, Faults
from aps_tui.screens.area import AreaScreen
from aps_tui.screens.bulk_entries import ENTRIES, Entry
from aps_tui.screens.desk import Wrote
from aps_tui.screens.form import Field, Form
from aps_tui.screens.menu import Menu
from aps_tui.screens.pick import Pick
from aps_tui.screens.review import Review
from aps_tui.services import bulk
from aps_tui.services.adding import models_of, template_key, template_title
from aps_tui.services.console import counted
from aps_tui.services.export import export_to


class BulkEdit:
    """One edit of some devices of a list, from the question to the saved edit.

    `ordered` gives their MACs in the list's order; it is called in a thread. `progress` shows a line of progress.
    """

    ENTRIES: ClassVar[Sequence[Entry]] = ENTRIES
    """What the menu offers."""

    def __init__(
        self, screen: AreaScreen, chosen: Sequence[str], ordered: Callable[[], Sequence[str]],
        progress: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.screen, self.desk, self.place = screen, screen.desk, screen.desk.place
        self.chosen, self.ordered, self.progress = chosen, ordered, progress
        self.many = counted(len(chosen), "device")

    def menu(self) -> None:
        """Ask which edit."""
        self._push(Menu(f"{self.many}: what is to be done?", self.ENTRIES), self.begin)

    def begin(self, name: str | None) -> None:
        """Begin the edit of this name."""
        if name is not None:
            with self.screen.complaints():
                getattr(self, name)()

    def _push(self, screen: Screen[str | None], take: Callable[[str], None]) -> None:
        def taken(given: str | None) -> None:
            if given is not None:
                take(given)

        self.screen.app.push_screen(screen, taken)

    def model(self) -> None:
        """Ask for a model; those of the first device's vendor come first."""
        first = self.place.store.devices.get(self.chosen[0])
        options = models_of(self.place, first.vendor if first else "")

        def take(picked: str) -> None:
            vendor, _, name = picked.partition("/")
            self.review(f"model {picked} for {self.many}", bulk.set_model(vendor, name))

        current = f"{first.vendor}/{first.model}" if first else ""
        self._push(Pick(f"Model for {self.many}", options, current), take)

    def template(self) -> None:
        """Ask for one of the templates that fit all devices."""
        found = {template_key(one.name, one.tenant): one for one in bulk.fitting(self.place, self.chosen)}
        options = [(name, template_title(one.name, one.tenant)) for name, one in found.items()]

        def take(picked: str) -> None:
            one = found.get(picked)
            if one is None:
                self.review(f"no template for {self.many}", bulk.set_template(None))
            else:
                self.review(f"template {one.name} for {self.many}", bulk.set_template(one.name, one.tenant))

        title = f"Template for {self.many}" + ("" if found else ": none fits them all (another model or tenant)")
        self._push(Pick(title, [*options, ("-", "no template")]), take)

    def tenant(self) -> None:
        """Ask for a tenant."""
        names = [(name, name) for name in self.place.store.tenants.names()]
        title = f"Tenant for {self.many}"
        self._push(
            Pick(title, names), lambda name: self.review(f"tenant {name} for {self.many}", bulk.set_tenant(name))
        )

    def extensions(self) -> None:
        """Ask for a series of extensions."""
        fields = [
            Field("series", "Extensions", help="101..148, or 101,103,110..120, or 101.. for all that are free from 101",
                  check=bulk.parse_series),
            Field("line", "Line", "1", help="the line that gets them", check=_number),
            Field("kept", "Who has the line", "keep", options=(("keep", "keeps it"), ("renew", "gets another one")),
                  help="whether devices that have this line already get an extension from the series too"),
        ]  # fmt: skip

        def take(values: dict[str, str] | None) -> None:
            if values:
                series, line = bulk.parse_series(values["series"]), _number(values["line"])
                change = bulk.give_extensions(series, line, renew=values["kept"] == "renew")
                self.review(f"extensions {series.text} on line {line} of {self.many}", change)

        self.screen.app.push_screen(Form(f"Extensions for {self.many}", fields, nothing, does="go on"), take)

    def line_labels(self) -> None:
        """Ask for a pattern of line labels."""
        self._labels("Line labels", lambda said: bulk.label_lines(said["pattern"], _number(said["line"])), line=True)

    def device_labels(self) -> None:
        """Ask for a pattern of device labels."""
        self._labels("Device labels", lambda said: bulk.label_devices(said["pattern"]), line=False)

    def _labels(self, title: str, change: Callable[[dict[str, str]], bulk.Change], *, line: bool) -> None:
        help = "{extension} {name} {n:03} {mac4} {mac} {model} {vendor} {template} {tenant} {label}; empty takes it off"
        fields = [Field("pattern", "Pattern", help=help)]
        if line:
            fields.append(Field("line", "Line", "1", help="the line whose label it is", check=_number))

        def preview(said: dict[str, str]) -> str:
            found = self.foresee(self.chosen[:1], change(said))
            return "for the first: " + (found.shown[0] if found.shown else "nothing changes")

        def take(said: dict[str, str] | None) -> None:
            if said is not None:
                self.review(f"{title.lower()} {said['pattern'] or 'off'} for {self.many}", change(said))

        form = Form(f"{title} for {self.many}", fields, lambda said: change(said), does="go on", preview=preview)
        self.screen.app.push_screen(form, take)

    def setting(self) -> None:
        """Ask for a setting and its value."""
        from aps_tui.screens.bulk_setting import ask_setting

        ask_setting(self.screen, self.chosen, self.review)

    def export(self) -> None:
        """Ask for a file, and write the devices to it."""
        fields = [Field("file", "File", help="a new file, as devices.csv or /root/devices.csv", check=some_text)]

        def take(said: dict[str, str] | None) -> None:
            if said is not None:
                with self.screen.complaints():
                    self.write_to(said["file"])

        form = Form(
            f"Export {self.many} as CSV", fields, lambda said: self.place.files.new(said["file"]), does="write it"
        )
        self.screen.app.push_screen(form, take)

    def write_to(self, file: str) -> None:
        """Write the devices to a new file, in a thread. Raises BadValue."""
        self._thread(partial(self._export, self.place.files.new(file)))

    def _export(self, file: Path) -> None:
        self._progress(f"writing {self.many} to {file}")
        count = export_to(self.place.store, file, self.ordered())
        self._later(self._tell, f"{counted(count, 'device')} written to {file}")

    def delete(self, gone: Callable[[], None]) -> None:
        """Delete the devices; `gone` is called when they are."""
        self._thread(partial(self._delete, gone))

    def _delete(self, gone: Callable[[], None]) -> None:
        self._progress(f"deleting {self.many}")
        with self.desk.edit(f"delete {self.many}"):
            count = self.place.store.devices.delete(self.chosen)
        self._later(gone)
        self._later(self._tell, f"{count:,} deleted; the next commit removes their files. z brings them back")
        self._later(self.screen.post_message, Wrote())

    def review(self, words: str, change: bulk.Change) -> None:
        """Work an edit out in a thread, show it, and save it when the operator says so."""
        self._thread(partial(self._work_out, words, change))

    def _work_out(self, words: str, change: bulk.Change) -> None:
        self._progress(f"working out: {words}")
        macs = self.ordered()
        found: bulk.Outcome | Sequence[str]
        try:
            found = self.foresee(macs, change)
        except Faults as faults:
            found = faults.faults
        except BadValue as error:
            found = [str(error)]
        self._later(self._show, words, change, macs, found)

    def _show(self, words: str, change: bulk.Change, macs: Sequence[str], found: bulk.Outcome | Sequence[str]) -> None:
        def answered(sure: bool | None) -> None:
            if sure and isinstance(found, bulk.Outcome):
                self._thread(partial(self._save, words, change, macs, found))

        self.screen.app.push_screen(Review(words, found), answered)

    def _save(self, words: str, change: bulk.Change, macs: Sequence[str], seen: bulk.Outcome) -> None:
        count = self.store(words, macs, change, seen)
        self._later(self._tell, f"{counted(count, 'device')} changed; z takes it back")
        self._later(self.wrote)

    def wrote(self) -> None:
        """Called when an edit was saved."""
        self.screen.post_message(Wrote())

    def foresee(self, keys: Sequence[str], change: bulk.Change) -> bulk.Outcome:
        """What an edit of these devices would do. Raises Faults or BadValue."""
        return bulk.outcome(self.place, keys, change)

    def store(self, words: str, keys: Sequence[str], change: bulk.Change, seen: bulk.Outcome) -> int:
        """Save an edit as it was seen; how many devices it changed. Raises ChangedMeanwhile."""
        with self.desk.edit(words):
            return bulk.apply(self.place, keys, change, seen, self._progress)

    def _tell(self, text: str) -> None:
        self.screen.notify(text, markup=False)

    def _thread(self, do: Callable[[], None]) -> None:
        """Do something in a thread, one at a time; what goes wrong is shown."""
        if self.desk.running:
            self.screen.complain(ApsError(f"a {self.desk.running} is under way: wait for it"))
            return
        self.desk.running = "bulk edit"
        self.screen.run_worker(partial(self._run, do), group="bulk", thread=True, exit_on_error=False)

    def _run(self, do: Callable[[], None]) -> None:
        try:
            with self.place.store.connection():
                do()
        finally:
            self.desk.running = ""
            self._progress("")

    def _progress(self, text: str) -> None:
        self._later(self.progress, text)

    def _later(self, do: Callable[..., object], *args: object) -> None:
        self.screen.call_later(do, *args)


def nothing(values: dict[str, str]) -> None:
    """A form that only asks has nothing to save."""


def _number(text: str) -> int:
    """A line's number. Raises BadValue."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 99:
        raise BadValue(f"{text or 'nothing'} is no line: write a number from 1")
    return int(text)


def some_text(text: str) -> None:
    """Raise BadValue for nothing."""
    if not text:
        raise BadValue("something is needed here")
