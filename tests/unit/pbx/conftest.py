"""Helpers for the tests of the PBX readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.pbx.asterisk_conf import Conf, read_conf

Files = dict[str, str | bytes]
Tree = Callable[[Files], Path]
Lines = dict[str, list[tuple[str, str]]]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files under a fresh folder and returns the first one's path."""

    def write(files: Files) -> Path:
        for name, content in files.items():
            path = tmp_path / "etc" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path / "etc" / next(iter(files))

    return write


@pytest.fixture
def conf(tree: Tree) -> Callable[..., Conf]:
    """Reads a tree whose main file is the first argument."""

    def read(main: str | bytes, **others: str | bytes) -> Conf:
        return read_conf(tree({"sip.conf": main, **{name.replace("__", "/"): text for name, text in others.items()}}))

    return read
