"""Keeps secrets and MACs out of files that several phones read: what is refused is never shown."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from aps_tui.domain.errors import ApsError
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

    @cached_property
    def _forbidden(self) -> dict[str, list[str]]:
        """Every secret and MAC of the site under its beginning."""
        found: dict[str, list[str]] = {}
        for text in self.fleet.render.secrets_and_macs():
            if len(text) >= _SHORTEST:
                found.setdefault(text[:_SHORTEST], []).append(text)
        return found

    def check(self, file: Rendered) -> None:
        """Raise ApsError when the file holds a MAC or a secret of this site."""
        text = file.text
        folded = text.lower()
        beginnings = {said[at : at + _SHORTEST] for said in (text, folded) for at in range(len(said) - _SHORTEST + 1)}
        for beginning in beginnings & self._forbidden.keys():
            if any(forbidden in text or forbidden in folded for forbidden in self._forbidden[beginning]):
                raise ApsError(f"{file.path}: several phones read it, and it would hold a secret or a MAC: refused")
