"""A small site that commands work on: its database, its root, and a vendor pack through the configuration's overlay."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aps_tui.cli.main import main
from aps_tui.data.store import Store
from tests.unit.services.small_site import make_pack, open_site


@dataclass
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its stdout, which must be one JSON document and nothing else."""
        return json.loads(self.out)


Run = Callable[..., Done]


@dataclass
class Site:
    """Where the small site lies."""

    folder: Path

    @property
    def db(self) -> Path:
        return self.folder / "state" / "aps.sqlite3"

    @property
    def root(self) -> Path:
        return self.folder / "tftpboot"

    def store(self) -> Store:
        return Store.open(self.db, operator="tester")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command in this process; whatever it prints or raises is caught and checked for what must never be."""
    for name in ("APS_TUI_DB", "APS_TUI_ROOT", "APS_TUI_CONFIG", "APS_TUI_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Done:
        capsys.readouterr()
        status = main([str(one) for one in arguments])
        done = Done(status, *capsys.readouterr())
        assert "Traceback" not in done.out + done.err
        assert "internal error" not in done.err
        return done

    yield call


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Site:
    """Two tenants, six devices (small_site), named by the environment."""
    make_pack(tmp_path / "packs")
    with open_site(tmp_path):
        pass
    (tmp_path / "config.toml").write_text('vendors = "packs"\n')
    monkeypatch.setenv("APS_TUI_DB", str(tmp_path / "state" / "aps.sqlite3"))
    monkeypatch.setenv("APS_TUI_ROOT", str(tmp_path / "tftpboot"))
    monkeypatch.setenv("APS_TUI_CONFIG", str(tmp_path / "config.toml"))
    return Site(tmp_path)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Pretends that someone sits there and answers every question."""

    def answer(yes: bool) -> None:
        monkeypatch.setattr("aps_tui.cli.output.interactive", lambda: True)
        monkeypatch.setattr("click.confirm", lambda *_, **__: yes)

    return answer
