"""What the palette finds: screens, what can be done on the present one, settings, and every object of the site."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode

from aps_tui.domain.errors import ApsError
from aps_tui.screens.areas import AREAS
from aps_tui.screens.going import Going
from aps_tui.screens.words import ADDED
from aps_tui.services.finding import FEW, Found, find_all, settings_like
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import shown
from aps_tui.widgets.plain import plain

LEAST = 2
"""Letters from which the site is searched."""
_SETTING = 0.4
"""How far up a setting comes."""


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
        for entry in ADDED:
            yield f"Add a {entry.name}", entry.help, self.app, f"add('{entry.name}')"
        yield "Doctor", "Checks the whole installation, and says how to mend each fault", self.app, "doctor"
        nodes: list[DOMNode] = [*([self.focused] if self.focused else []), self.screen, self.app]
        for node in nodes:
            for one in shown(node):
                if not one.action.startswith("area("):
                    yield one.title, f"{one.help} ({one.keys})", node, one.action


class SettingCommands(Provider):
    """The settings of the catalogue, by their id or words of their label and tab."""

    async def search(self, query: str) -> Hits:
        """The first few that match."""
        app = self.app
        if isinstance(app, Going) and len(query) >= LEAST:
            for id, one in settings_like(query)[:FEW]:
                title = f"{one.label} ({id})"
                yield Hit(_SETTING, Content(title), partial(app.go_to_setting, id), title, f"setting, tab {one.tab}")


class ObjectCommands(Provider):
    """Devices, extensions, templates and mappings by any of their words, found by the database in a thread."""

    async def search(self, query: str) -> Hits:
        """The first few of each that match."""
        app = self.app
        if not isinstance(app, Going) or len(query) < LEAST:
            return
        try:
            found = await asyncio.to_thread(_found, app.desk.place, query)
        except ApsError as error:
            app.notify(plain(str(error)), severity="error", markup=False)
            return
        for one in found:
            title = plain(one.title)
            yield Hit(_score(one.title, query), Content(title), partial(app.go_to, one), title, plain(one.about))


def _found(place: Workplace, query: str) -> list[Found]:
    with place.store.connection():
        return find_all(place, query)


def _score(title: str, query: str) -> float:
    """How far up an object comes: further where its title says every word, or begins with them."""
    said, words = title.casefold(), query.casefold()
    return 0.5 + 0.1 * all(word in said for word in words.split()) + 0.1 * said.startswith(words)
