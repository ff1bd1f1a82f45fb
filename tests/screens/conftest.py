"""A small real site for each test, and cursors that stand still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import _wait, screen
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.widgets import Input

from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import make_pack, open_site
from tests.unit.services.this_machine import pretend

_RULES: dict[object, list[RuleSet]] = {}


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for the end of work every 2 ms, and draw at once: no test waits for a clock."""
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", 0.002)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", 0.0004)
    monkeypatch.setattr(screen, "UPDATE_PERIOD", 0.001)


@pytest.fixture(autouse=True)
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hundreds of consoles of a test run share what they parse of their style sheets."""
    parse = Stylesheet._parse_rules

    def shared(self: Stylesheet, css: str, *how: object, **named: object) -> list[RuleSet]:
        key = (css, how, tuple(named.items()), tuple(self._variables.items()))
        if key not in _RULES:
            _RULES[key] = parse(self, css, *how, **named)  # type: ignore[arg-type]
        return _RULES[key]

    monkeypatch.setattr(Stylesheet, "_parse_rules", shared)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cursor blinks, whatever the clock says."""
    monkeypatch.setattr(Input, "cursor_blink", False)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks the network or this machine's servers."""
    pretend(monkeypatch)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """Six devices, nothing committed yet."""
    make_pack(tmp_path / "packs")
    with open_site(tmp_path) as site:
        yield site
