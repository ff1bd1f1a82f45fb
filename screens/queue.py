"""The live queue: phones appear by themselves, are looked into, and become devices, many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import with_colons
from aps_tui.screens.bulk import BulkEdit
from aps_tui.screens.bulk_entries import ENTRIES, Entry
from aps_tui.screens.desk import OpenDevice, PlanDevices, TellDevices, Wrote
from aps_tui.screens.dialogs import Confirm, first_few
from aps_tui.screens.menu import Menu
from aps_tui.screens.pick import Pick
from aps_tui.screens.queue_live import LiveQueue
from aps_tui.screens.queue_rows import LEGEND
from aps_tui.screens.queue_texts import detail, report
from aps_tui.screens.told import Told
from aps_tui.services import importing, queue
from aps_tui.services.console import counted
from aps_tui.services.queue import QueueRow
from aps_tui.widgets.keys import key
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.text_view import Text

NOTHING = """Nobody arrived yet. Plug a phone in: it appears here by itself.

  It is seen by its DHCP lease, or when it asks for its file. Who
  listens is said above; without a watcher nothing is seen.

  6  Import: a list of MACs      7  Scan: who is on the network
  ?  every key                   !  the ignored ones"""
_NEW = {"line_labels": "device_labels"}
"""Edits that are called otherwise for phones that are no devices yet."""
_BULK = tuple(one for one in ENTRIES if one.name not in ("setting", "export"))


class QueueScreen(LiveQueue):
    """The queue, and what is done with it."""

    TITLE = "Queue"
    LEGEND = LEGEND
    CSS_PATH: ClassVar[str | list[str | PurePath]] = ["listing.tcss", "queue.tcss"]
    WRITES = frozenset({
        "bulk", "menu", "take_in", "list", "ignore", "forget", "clear", "known", "commit", "resync", "open_files",
    })  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        key("F", "take_in", "Add", "Make devices of the chosen new phones; devices are told to fetch", footer=True),
        key("b", "menu", "Bulk", "Edit the chosen phones: model, template, extensions ...", footer=True),
        *(
            key(one.letter, f"bulk('{one.name}')", one.title, f"{one.title} of the chosen phones. {one.help}")
            for one in _BULK
        ),
        key("A", "list", "List", "Open the list of new phones that are on their way in"),
        key("y", "why", "Why", "Say why this phone does not work, and what to do", footer=True),
        key("e", "edit", "Edit", "Open the device under the cursor in its editor"),
        key("i", "ignore", "Ignore", "Keep the chosen phones out of the queue; ignored ones come back"),
        key("d", "forget", "Forget", "Forget all that was seen of the chosen phones, after a question"),
        key("c", "clear", "Clear", "Let synced devices go: the chosen ones, or all of them"),
        key("plus", "mark_pattern(True)", "Mark by", "Mark the phones of the list that a pattern matches"),
        key("minus", "mark_pattern(False)", "Unmark by", "Unmark the phones of the list that a pattern matches"),
        key("P", "plan", "Plan", "Show what a commit would change for the chosen devices"),
        key("o", "open_files", "Open files", "Open withdrawn files of the chosen devices for a while, or close them"),
        key("C", "commit", "Commit", "Commit the changes of the whole site, after a question"),
        key("K", "known", "Known", "Say that the alarm on show is known; the audit trail keeps it"),
    ]  # fmt: skip

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing that writes in a read-only console, and to know an alarm only while one is up."""
        allowed = super().check_action(action, parameters)
        return None if allowed and action == "known" and not self.alarms else allowed

    def nothing(self) -> str:
        """How phones come here."""
        return NOTHING

    def detail_of(self, row: str) -> list[Text]:
        """What is known of a phone; runs in a thread."""
        return detail(self.desk.place, row)

    def _chosen(self) -> list[QueueRow]:
        """The marked rows in the list's order, or the one under the cursor."""
        return self.shown.get(self.shown.ordered(self.listed.chosen()))

    @on(RowList.Opened)
    def tell_evidence(self) -> None:
        """Show what each source said of the phone under the cursor."""
        if row := self.listed.current:
            title = f"What is known of {with_colons(row.key)}"
            self.app.push_screen(Told(self.desk.place, title, partial(detail, self.desk.place, row.key)))

    def action_why(self) -> None:
        """Say why the phone under the cursor does not work."""
        if row := self.listed.current:
            title = f"Why does {with_colons(row.key)} not work?"
            self.app.push_screen(Told(self.desk.place, title, partial(report, self.desk.place, row.key)))

    def action_edit(self) -> None:
        """Open the device under the cursor."""
        row = self.listed.current
        if row and any(found.device for found in self.shown.get([row.key])):
            self.post_message(OpenDevice(row.key, self._devices))
        elif row:
            self.notify("It is no device yet: F makes it one", markup=False)

    def _devices(self) -> Sequence[str]:
        return [row.mac for row in self.shown.get(self.shown.keys()) if row.device]

    # Many at once

    def action_bulk(self, name: str) -> None:
        """Begin one edit of the chosen phones."""
        self._of_one_kind(
            lambda new: self._take_in(new, _NEW.get(name, name)), lambda macs: self._edit(macs).begin(name)
        )

    def action_menu(self) -> None:
        """Ask what is to be done to the chosen phones."""

        def asked(name: str | None) -> None:
            if name is not None:
                self.action_bulk(name)

        if chosen := self._chosen():
            self.app.push_screen(Menu(f"{counted(len(chosen), 'phone')}: what is to be done?", _BULK), asked)

    def action_take_in(self) -> None:
        """Make devices of the chosen new phones; where there are none, tell the chosen devices to fetch."""
        new = [row.mac for row in self._chosen() if not row.device]
        if new:
            self._take_in(new, "finish")
        else:
            self.action_resync()

    def action_list(self) -> None:
        """Open the list of new phones that was begun."""
        from aps_tui.screens.queue_new import NewPhones

        with self.complaints():
            draft = importing.current(self.desk.place, NewPhones.KIND)
            self._open(draft, (), "")

    def _of_one_kind(self, new: Callable[[list[str]], None], old: Callable[[list[str]], None]) -> None:
        """Do something to new phones, or to devices; where both are chosen, ask to which."""
        chosen = self._chosen()
        fresh = [row.mac for row in chosen if not row.device]
        devices = [row.mac for row in chosen if row.device]
        if not (fresh and devices):
            if chosen:
                (new if fresh else old)(fresh or devices)
            return

        def asked(which: str | None) -> None:
            if which is not None:
                new(fresh) if which == "new" else old(devices)

        entries = [
            Entry("new", "n", counted(len(fresh), "new phone"), "They are no devices yet"),
            Entry("old", "d", counted(len(devices), "device"), "They have been added already"),
        ]
        self.app.push_screen(Menu("Of which of the marked ones?", entries), asked)

    def _take_in(self, macs: Sequence[str], begin: str) -> None:
        """Put phones into the list of new ones, and begin there what is to be done with them; ask whose they are."""
        place = self.desk.place
        with self.complaints():
            names = place.store.tenants.names()
            if not names:
                raise BadValue("there is no tenant yet: add one in the settings (0)")
            tenant = queue.tenant_of_new(place)
            if tenant or begin == "tenant":
                self._taken_in(macs, begin, tenant)
                return

        def take(picked: str | None) -> None:
            if picked is not None:
                self._taken_in(macs, begin, picked)

        title = f"Whose are the {counted(len(macs), 'new phone')}?"
        self.app.push_screen(Pick(title, [(name, name) for name in names]), take)

    def _taken_in(self, macs: Sequence[str], begin: str, tenant: str) -> None:
        with self.complaints():
            draft, ids = queue.take_in(self.desk.place, macs, tenant)
            self.listed.action_unmark()
            self._open(draft, ids, begin)

    def _open(self, draft: importing.Draft | None, ids: Sequence[int], begin: str) -> None:
        from aps_tui.screens.queue_new import NewPhones

        self.app.push_screen(NewPhones(self.desk, draft, ids, begin))

    def _edit(self, macs: Sequence[str]) -> BulkEdit:
        return BulkEdit(self, macs, lambda: macs, self.show_progress)

    def show_progress(self, text: str) -> None:
        """Say what is being done in the place of the count."""
        self.progress = text and f"{text} ..."
        self.show_row()

    def action_mark_pattern(self, on: bool) -> None:
        """Ask for a pattern, and mark what it matches, or unmark it."""
        from aps_tui.screens.mark_pattern import ask_pattern

        ask_pattern(self, self.listed, self.shown.matching, "phone", on=on)

    # Out of the queue

    def action_ignore(self) -> None:
        """Keep the chosen phones out, or take ignored ones in again."""
        macs = [row.mac for row in self._chosen()]
        ignored = [row.mac for row in self._chosen() if row.state == "I"]
        if not macs:
            return
        with self.complaints():
            if len(ignored) == len(macs):
                with self.desk.edit(f"heed {counted(len(macs), 'phone')}"):
                    count = queue.heed(self.desk.place, macs)
                said = f"{counted(count, 'phone')} in the queue again"
            else:
                with self.desk.edit(f"ignore {counted(len(macs), 'phone')}"):
                    count = queue.ignore(self.desk.place, macs)
                said = f"{counted(count, 'phone')} ignored: ! shows them, i there heeds them again; z takes it back"
            self._done(said)

    def action_forget(self) -> None:
        """Ask, then forget all that was seen of the chosen phones."""
        macs = [row.mac for row in self._chosen() if not row.device]

        def answered(sure: bool | None) -> None:
            if sure:
                with self.complaints():
                    self._done(f"{counted(queue.forget(self.desk.place, macs), 'phone')} forgotten")

        if macs:
            question = [f"Forget all that was seen of {counted(len(macs), 'phone')}?", first_few(macs), "",
                        "Those that are still there come again. i keeps them out for good."]  # fmt: skip
            self.app.push_screen(Confirm(question, "Forget"), answered)
        elif self.listed.total:
            self.notify("Devices are not forgotten: c lets synced ones go, 1 and d deletes one", markup=False)

    def action_clear(self) -> None:
        """Let synced devices go: the marked ones, or all."""
        macs = [*self.listed.marks] or [row.mac for row in self.shown.queue.rows if row.state == "O"]
        with self.complaints():
            gone = queue.clear(self.desk.place, macs)
            if not gone:
                raise BadValue("no synced device is here: those that still wait for something stay in the queue")
            back = partial(self.desk.place.store.arrivals.follow, gone, followed=True)
            self.desk.edits.remember(f"clear {counted(len(gone), 'device')} from the queue", back)
            self._done(f"{counted(len(gone), 'synced device')} let go: 1 lists all devices; z takes it back")

    def action_known(self) -> None:
        """Say that the alarm on show is known."""
        if self.alarms:
            with self.complaints():
                queue.know_alarm(self.desk.place, self.alarms[0].id)
                self._done("The alarm is known; the audit trail (0) keeps it")

    def _done(self, said: str) -> None:
        self.notify(said, markup=False)
        self.did()
        self.post_message(Wrote())

    # To the phones

    def action_plan(self) -> None:
        """Show what a commit would change for the chosen devices."""
        devices = [row.mac for row in self._chosen() if row.device]
        if devices:
            self.post_message(PlanDevices(devices))
        else:
            self.notify("No device is chosen: F makes devices of new phones", markup=False)

    def action_resync(self) -> None:
        """Show how the chosen devices are told to fetch."""
        devices = [row.mac for row in self._chosen() if row.device]
        if devices:
            self.post_message(TellDevices(devices))
        elif self.listed.total:
            self.notify("No device is chosen: F makes devices of new phones", markup=False)

    def action_open_files(self) -> None:
        """Ask for how long the chosen devices' withdrawn files are opened."""
        from aps_tui.screens.open_files import OpenFiles

        devices = [row.mac for row in self._chosen() if row.device]
        if devices:
            OpenFiles(self, devices, lambda: devices, self.show_progress).ask()
        elif self.listed.total:
            self.notify("No device is chosen: F makes devices of new phones", markup=False)

    async def action_commit(self) -> None:
        """Go to the commit, and ask."""
        await self.app.run_action("app.at('commit', 'commit')")
