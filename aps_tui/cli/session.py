"""What the global options say, handed to every command; opens the site as it is needed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aps_tui.cli.output import warn

if TYPE_CHECKING:
    from aps_tui.services.config import Config
    from aps_tui.services.exchange import Exchange
    from aps_tui.services.opening import Store
    from aps_tui.services.workplace import Workplace


@dataclass
class Session:
    """The global options; None where one was not given."""

    db: Path | None = None
    root: Path | None = None
    file: Path | None = None
    operator: str = ""

    @cached_property
    def config(self) -> Config:
        """The configuration in force. Raises BadValue."""
        from aps_tui.services.config import read_config

        return read_config(self.file, self.db, self.root, named=self.operator)

    def store(self, *, create: bool = False) -> AbstractContextManager[Store]:
        """The database alone."""
        from aps_tui.services.opening import open_store

        return open_store(self.config, create=create)

    def place(
        self, *, create: bool = False, read_only: bool = False, confined: bool = False
    ) -> AbstractContextManager[Workplace]:
        """Database, root and vendor packs; `confined`: files are those of the folder for them, whoever asks."""
        from aps_tui.services.opening import open_place

        return open_place(self.config, create=create, read_only=read_only, confined=confined)

    def given(self, path: Path) -> Path:
        """The path of a file that is named, where this operator may name files. Raises Refused."""
        return path if str(path) == "-" else self._files.given(str(path))

    @cached_property
    def _files(self) -> Exchange:
        from aps_tui.domain.roles import Role
        from aps_tui.services.exchange import Exchange

        config = self.config
        return Exchange(config.files if config.files and config.who().rights.role < Role.ADMIN else None)


pass_session = click.make_pass_decorator(Session)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
yes_option = click.option("--yes", is_flag=True, help="Do it without asking; needed where there is no terminal.")


def warn_of_packs(place: Workplace) -> None:
    """Say on stderr which vendor packs could not be loaded."""
    for fault in place.packs.faults:
        warn(f"vendor pack left out: {fault}")
