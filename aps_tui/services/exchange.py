"""The paths that people type: anywhere, or in one folder alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.roles import REFUSED, Refused

_SHOWN = 60
"""Characters of a wrong name that are shown."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where files that people name are read and written; `folder` None: wherever the process may."""

    folder: Path | None = None

    def given(self, name: str) -> Path:
        """The path of a file or folder that is read. Raises BadValue, Refused for one that is elsewhere."""
        try:
            path = Path(name).expanduser() if self.folder is None else self._inside(name)
            path.exists()  # a name that no file can have is found here
        except RuntimeError:
            raise BadValue(f"{name}: there is no such user") from None
        except (OSError, ValueError):
            raise BadValue(f"{name[:_SHOWN]!a} is no name of a file") from None
        return path

    def new(self, name: str) -> Path:
        """The path of a file that is not there yet, in a folder that is. Raises BadValue, Refused."""
        if not name:
            raise BadValue("name a file")
        path = self.given(name).absolute()
        if path.exists() or path.is_symlink():
            raise BadValue(f"{path} is there already: choose another name")
        if not path.parent.is_dir():
            raise BadValue(f"there is no folder {path.parent}")
        return path

    def no_source(self) -> None:
        """Raise Refused for a new source of extensions where paths are confined: it may lead to files of its own."""
        if self.folder is not None:
            raise Refused(f"{REFUSED}where a source reads is said on the command line: aps-tui extensions sources add")

    def _inside(self, name: str) -> Path:
        """The path with every link in it followed; relative ones start at the folder."""
        assert self.folder is not None
        try:
            home = self.folder.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise ApsError(f"the folder for files, {self.folder}, cannot be used: {error}") from None
        try:
            path = (home / name).resolve()
        except RuntimeError:
            raise BadValue(f"{name}: its links lead in a circle") from None
        if not path.is_relative_to(home):
            raise self._refused(name)
        return path

    def _refused(self, name: str) -> Refused:
        return Refused(f"{REFUSED}{name} is not below {self.folder}, and files are read and written there alone")
