"""Keeps secrets and MACs out of files that several phones read: what is refused is never shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from aps_tui.domain.resolve import resolve
from aps_tui.domain.setting import Level
from aps_tui.domain.site import Value
from aps_tui.vendors.engine import Rendered

if TYPE_CHECKING:
    from aps_tui.services.fleet import Fleet

_SHORTEST = 5
"""Shorter secrets are found in any text by chance; a template cannot reach them in a shared file anyway."""


class SharedGuard:
    """Checks shared files against every secret and MAC of the site."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet

    @cached_property
    def settings(self) -> dict[str, Value]:
        """What shared files are rendered from: catalogue defaults and the global site level alone."""
        from aps_tui.services.fleet import decoded

        levels = [(Level.GLOBAL, decoded(self.fleet.site.settings))]
        return {name: one.value for name, one in resolve(levels).items()}

    def refused(self, files: Sequence[Rendered]) -> set[str]:
        """The paths of those that hold a MAC or a secret of this site. Secrets pass by, none is kept in memory."""
        texts = {file.path: (file.text, file.text.lower()) for file in files}
        begun: dict[str, set[str]] = {}
        for path, both in texts.items():
            for said in both:
                for at in range(len(said) - _SHORTEST + 1):
                    begun.setdefault(said[at : at + _SHORTEST], set()).add(path)
        found: set[str] = set()
        for forbidden in self.fleet.render.secrets_and_macs() if begun else ():
            if len(forbidden) >= _SHORTEST:
                paths = begun.get(forbidden[:_SHORTEST], ())
                found.update(path for path in paths if any(forbidden in said for said in texts[path]))
        return found
