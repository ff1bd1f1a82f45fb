"""The ways from anywhere to anything: a screen, a device, a template, a setting, a filtered list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual import on
from textual.widget import Widget

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.setting import Level
from aps_tui.screens.area import AreaScreen
from aps_tui.screens.desk import Desk, OpenDevice, PlanDevices, TellDevices
from aps_tui.widgets.plain import plain
from aps_tui.widgets.typing_ahead import TypeAhead

if TYPE_CHECKING:
    from aps_tui.services.finding import Found

# What is not needed before the first such journey is imported on the way: the console starts sooner.


@runtime_checkable
class Filtered(Protocol):
    """A screen with a filter line."""

    def put_filter(self, text: str) -> None:
        """Filter the list."""


class Going(TypeAhead):
    """The App's actions that lead somewhere; the command line and the palette know nothing else."""

    desk: Desk

    @contextmanager
    def complaints(self) -> Iterator[None]:
        """Show what goes wrong inside as one line."""
        try:
            yield
        except ApsError as error:
            self.notify(plain(str(error)), severity="error", markup=False, timeout=10)

    async def action_area(self, name: str) -> None:
        """Go to a screen."""
        await self.switch_mode(name)

    async def action_at(self, name: str, action: str) -> None:
        """Go to a screen and do there what a key of it does."""
        await self.switch_mode(name)
        if not await self.run_action(f"screen.{action}"):
            self.notify("That is not offered now, or the console is read-only", severity="warning", markup=False)

    def action_add(self, what: str) -> None:
        """Add a device, a template or a mapping, from wherever one is; asks which, where nothing is said."""
        from aps_tui.screens.menu import Menu
        from aps_tui.screens.words import ADDED, added

        with self.complaints():
            if what:
                self.call_later(self.action_at, added(what), "add")
            else:
                self.push_screen(Menu("Add", ADDED), lambda name: self.action_add(name) if name else None)

    async def action_here(self, action: str, otherwise: str) -> None:
        """Do what a key of the present screen does; where it has none such, go to another screen."""
        if not await self.run_action(f"screen.{action}"):
            await self.action_area(otherwise)

    async def action_listed(self, name: str, text: str) -> None:
        """Go to a list; a text filters it."""
        await self.switch_mode(name)
        if text:
            self.action_narrow(text)

    def action_narrow(self, text: str) -> None:
        """Filter the list of the present screen."""
        if isinstance(self.screen, Filtered):
            self.screen.put_filter(text)
        else:
            self.notify("This screen has no filter", severity="warning", markup=False)

    @on(PlanDevices)
    async def plan_devices(self, event: PlanDevices) -> None:
        """Go to the commit screen with some devices."""
        self.desk.plan_for = event.macs
        await self.action_area("commit")

    @on(TellDevices)
    def tell_devices(self, event: TellDevices) -> None:
        """Show how some devices are told to fetch, over the screen that is in front."""
        from aps_tui.screens.resync import ResyncScreen

        if self.desk.read_only:
            self.notify("A read-only console tells nobody", severity="warning", markup=False)
        elif self.desk.running:
            self.notify(f"Wait: a {self.desk.running} is under way", markup=False)
        else:
            self.push_screen(ResyncScreen(self.desk, event.macs))

    async def action_tell(self, text: str) -> None:
        """Tell a device, named by its MAC or extension; else what the present screen is about, else what changed."""
        from aps_tui.services.finding import device_of

        with self.complaints():
            if text:
                self.tell_devices(TellDevices([device_of(self.desk.place, text)]))
            elif not await self.run_action("screen.resync"):
                self.tell_devices(TellDevices())

    @on(OpenDevice)
    async def open_device(self, event: OpenDevice) -> None:
        """Go to the editor of a device."""
        self.desk.device, self.desk.among = event.mac, event.among
        await self.action_area("device")
        if isinstance(self.screen, AreaScreen):
            self.screen.freshen()  # it may have been in front already

    async def action_device(self, text: str) -> None:
        """Go to the editor of a device, named by its MAC or its extension; without a name, to the one it shows."""
        from aps_tui.services.finding import device_of

        if not text:
            await self.action_area("device")
            return
        with self.complaints():
            await self.open_device(OpenDevice(device_of(self.desk.place, text)))

    async def action_export(self, file: str) -> None:
        """Write the marked devices, or all of the list, to a file."""
        from aps_tui.screens.devices import DevicesScreen

        await self.switch_mode("devices")
        assert isinstance(self.screen, DevicesScreen)
        self.screen.export_to(file)

    async def action_server_text(self, name: str) -> None:
        """Show a ready configuration text, named as its tab or as that begins."""
        from aps_tui.screens.server_texts import server_texts

        with self.complaints():
            await self.push_screen(server_texts(self.desk, name.strip()))

    async def action_doctor(self) -> None:
        """Check the whole installation."""
        from aps_tui.screens.doctor import DoctorScreen

        if not isinstance(self.screen, DoctorScreen):
            await self.push_screen(DoctorScreen(self.desk))

    async def action_template(self, text: str) -> None:
        """Go to the editor of a template, named by itself."""
        from aps_tui.services.finding import template_of

        with self.complaints():
            await self._open_template(template_of(self.desk.place, text).id)

    async def _open_template(self, id: int) -> None:
        """Open a template's editor over the list of templates, in the place of another one."""
        from aps_tui.screens.template_editor import TemplateScreen
        from aps_tui.services.templates import row_of

        row = row_of(self.desk.place, id)
        if row is None:
            raise BadValue("this template is no more")
        await self.switch_mode("templates")
        if isinstance(self.screen, TemplateScreen):
            await self.pop_screen()
        await self.push_screen(TemplateScreen(self.desk, row))

    async def go_to(self, found: Found) -> None:
        """Open what was found."""
        with self.complaints():
            if found.kind == "template":
                await self._open_template(int(found.key))
            elif found.kind == "mapping":
                await self.action_listed("mappings", found.key)
            elif found.mac:
                await self.open_device(OpenDevice(found.mac))
            else:
                await self.action_listed("extensions", found.key)

    async def action_setting(self, text: str) -> None:
        """Go to a setting, named by its id or words of its label."""
        from aps_tui.services.finding import setting_of

        with self.complaints():
            await self.go_to_setting(setting_of(text))

    async def go_to_setting(self, id: str) -> None:
        """Go to a setting in the editor in front; where there is none, among the settings of the site."""
        from aps_tui.domain.catalogue import find

        if self._seek(id):
            return
        setting = find(id)
        if Level.GLOBAL in setting.levels:
            from aps_tui.screens.settings import SettingsScreen, Spot

            await self.switch_mode("settings")
            assert isinstance(self.screen, SettingsScreen)
            self.screen.go([Spot("site")])
            if self.screen.pane is not None:
                self.screen.pane.call_after_refresh(self._seek, id)
        else:
            levels = " or ".join(one.word for one in setting.levels)
            said = f"{setting.label} is said for a {levels}: open one, its settings, tab {setting.tab}"
            self.notify(said, markup=False, timeout=10)

    def _seek(self, id: str) -> bool:
        """Put the cursor on a setting in the editor that is in front, if there is one."""
        from aps_tui.screens.settings_editor import SettingsEditor

        return any(_in_front(editor) and editor.seek(id) for editor in self.screen.query(SettingsEditor))


def _in_front(widget: Widget) -> bool:
    """Whether a widget and all that holds it are shown."""
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))
