"""Reads a tree of Asterisk configuration files as data: what Asterisk itself resolves, nothing run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aps_tui.domain.errors import BadValue
from aps_tui.pbx.conf_guard import InvalidConf, open_regular, shown
from aps_tui.pbx.conf_reader import Reader

__all__ = ["Conf", "InvalidConf", "Section", "read_conf"]

ASTERISK = Path("/etc/asterisk")


@dataclass(frozen=True, slots=True)
class Section:
    """One section. `lines` are (key, value) in order, inherited ones first.

    Bytes that are not UTF-8 stay as lone surrogates (Python's surrogateescape).
    """

    name: str
    template: bool
    bases: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return f"Section({self.name!r}, {len(self.lines)} lines)"

    def first(self, key: str) -> str | None:
        """The first value of a key, which is compared without case."""
        return next((value for name, value in self.lines if name.lower() == key), None)

    def last(self) -> dict[str, str]:
        """Each key in lower case with its last value: how Asterisk's modules see single values."""
        return {name.lower(): value for name, value in self.lines}


@dataclass(frozen=True, slots=True)
class Conf:
    """The sections in order, templates among them, and one line for each thing worth telling."""

    sections: tuple[Section, ...]
    warnings: tuple[str, ...]

    def real(self) -> tuple[Section, ...]:
        """The sections that are no templates."""
        return tuple(section for section in self.sections if not section.template)


def read_conf(path: Path, *, config_dir: Path | None = None, roots: Sequence[Path] = ()) -> Conf:
    """Read a file and all it includes.

    `config_dir` is where relative includes start (default: /etc/asterisk for files in it, else the file's
    folder). Includes that lie outside
    it, /etc/asterisk and `roots` are warned of and not followed; a link inside them is followed wherever
    it leads. Raises InvalidConf where Asterisk refuses the file; BadValue when it is missing, unreadable,
    no text or too large.
    """
    main = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they are
    home = ASTERISK if main.is_relative_to(ASTERISK) else main.parent
    folder = os.path.abspath(config_dir or home)  # noqa: PTH100
    reader = Reader(folder, [folder, *map(str, (ASTERISK, *roots))])
    _check_text(str(main))
    if not reader.load([str(main)]):
        raise BadValue(f"{shown(str(main))}: no such file")
    sections = tuple(
        Section(
            _decoded(section.name),
            section.template,
            tuple(map(_decoded, section.bases)),
            tuple((_decoded(key), _decoded(value)) for key, value in section.pairs),
        )
        for section in reader.sections
    )
    return Conf(sections, tuple(reader.warnings))


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _check_text(path: str) -> None:
    file = open_regular(path)
    if file is None:
        kind = "not a regular file" if os.path.lexists(path) else "no such file"
        raise BadValue(f"{shown(path)}: {kind}")
    with file:
        if b"\0" in file.read(1 << 16):
            raise BadValue(f"{shown(path)}: not a text file")
