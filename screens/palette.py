"""What the palette finds: screens, what can be done on the present one, and devices."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode

from aps_tui.domain.errors import ApsError
from aps_tui.domain.mac import with_colons
from aps_tui.screens.area import AreaScreen
from aps_tui.screens.areas import AREAS
from aps_tui.widgets.keys import shown
from aps_tui.widgets.plain import plain

FOUND = 10
"""Devices that one search shows."""


class ActionCommands(Provider):
    """The screens, and the actions of the present one."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for title, help, node, action in self._all():
            yield DiscoveryHit(Content(title), partial(self.app.run_action, action, node), title, help)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for title, help, node, action in self._all():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, Content(title), partial(self.app.run_action, action, node), title, help)

    def _all(self) -> Iterator[tuple[str, str, DOMNode, str]]:
        for area in AREAS:
            yield f"Go to {area.title}", area.help, self.app, f"area('{area.name}')"
        nodes: list[DOMNode] = [*([self.focused] if self.focused else []), self.screen, self.app]
        for node in nodes:
            for one in shown(node):
                if not one.action.startswith("area("):
                    yield one.title, f"{one.help} ({one.keys})", node, one.action


class DeviceCommands(Provider):
    """Devices by any of their words, found by the database."""

    async def search(self, query: str) -> Hits:
        """The first few that match."""
        if not isinstance(self.screen, AreaScreen) or len(query) < 2:
            return
        desk = self.screen.desk
        try:
            rows = desk.place.store.devices.page(query, limit=FOUND, stale_vendors=desk.now.stale)
        except ApsError as error:
            self.screen.complain(error)
            return
        for row in rows:
            title = plain(" ".join(filter(None, (with_colons(row.mac), row.extensions, row.label, row.tenant))))
            yield Hit(0.5, Content(title), partial(self._open, row.mac), title, plain(f"{row.vendor} {row.model}"))

    def _open(self, mac: str) -> None:
        from aps_tui.screens.device import DeviceScreen

        if isinstance(self.screen, AreaScreen):
            self.app.push_screen(DeviceScreen(self.screen.desk, mac))
