"""A small site whose checks are run one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aps_tui.services.config import Config
from aps_tui.services.doctor import Finding, Scene, examine
from aps_tui.services.doctor.table import CHECKS
from aps_tui.services.workplace import Workplace

Look = Callable[..., list[Finding]]


@pytest.fixture
def config(place: Workplace, tmp_path: Path) -> Config:
    """The configuration of the small site: the files have a group of their own."""
    place.root.chmod(0o750)
    return Config(place.store.path, place.root, gid=place.root.stat().st_gid, overlay=tmp_path / "packs")


@pytest.fixture
def look(place: Workplace, config: Config) -> Look:
    """Runs one check; `more` changes the configuration, `now` the time, `touch` whether anything is tried."""

    def run(name: str, *, now: float | None = None, touch: bool = True, **more: Any) -> list[Finding]:
        scene = Scene(replace(config, **more), place, touch=touch)
        scene = replace(scene, now=now) if now is not None else scene
        found = examine(scene, checks=[check for check in CHECKS if check.name == name])
        assert found.findings, "a check says something in any case"
        for one in found.findings:
            assert one.what and one.why and (one.mend or one.severity in ("ok", "unknown")), one
        return found.findings

    return run


@pytest.fixture
def provision(place: Workplace) -> Callable[..., None]:
    """Changes provisioning settings."""

    def change(**said: Any) -> None:
        place.store.provisioning.save(replace(place.store.provisioning.get(), **said))

    return change


def severities(found: list[Finding]) -> set[str]:
    """How bad they are."""
    return {one.severity for one in found}


def told(found: list[Finding]) -> str:
    """All that they say."""
    return "\n".join(f"{one.severity} {one.subject}: {one.what} | {one.mend}" for one in found)
