"""What the checks look at: the configuration, and the site where its database can be opened."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aps_tui.domain.errors import ApsError
from aps_tui.services.config import Config
from aps_tui.services.opening import open_place
from aps_tui.services.workplace import Workplace


@dataclass(frozen=True)
class Scene:
    """One look at an installation. Checks run in threads, each with a connection of its own."""

    config: Config
    site: Workplace | None
    """None where the database cannot be opened."""
    shut: str = ""
    """Why it cannot."""
    touch: bool = True
    """Whether a probe file may be put under the root for a moment."""
    now: float = field(default_factory=time.time)

    @property
    def place(self) -> Workplace:
        """The site. Raises ApsError where the database cannot be opened."""
        if self.site is None:
            raise ApsError("the database is not open: see database.open")
        return self.site


@contextmanager
def open_scene(config: Config) -> Iterator[Scene]:
    """Look at an installation, whatever state it is in; its database is opened to be read."""
    try:
        opened = open_place(config, read_only=True)
        place = opened.__enter__()
    except ApsError as error:
        yield Scene(config, None, str(error))
        return
    try:
        yield Scene(config, place)
    finally:
        opened.__exit__(None, None, None)


def scene_of(place: Workplace, config: Config | None = None, *, touch: bool = True) -> Scene:
    """Look at a site that is open already, as the console has it."""
    known = config or Config(place.store.path, place.root, place.gid, retention=place.retention, resync=place.resync)
    return Scene(known, place, touch=touch)
