"""Checks are run to their end, whatever happens in one, and their table is what the document says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.services.config import Config
from aps_tui.services.doctor import Fix, Scene, examine, run
from aps_tui.services.doctor.finding import Check, Said, fault, ok, some, spelled, warning
from aps_tui.services.doctor.table import CHECKS, documented
from aps_tui.services.workplace import Workplace
from tests.unit.services.doctor.conftest import told

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "doctor.md"


def good(scene: Scene) -> Iterator[Said]:
    yield ok("good", "well")


def bad(scene: Scene) -> Iterator[Said]:
    yield warning("bad", "before it fails", "mend it")
    raise ValueError("a secret of ours")


def refuses(scene: Scene) -> Iterator[Said]:
    if scene.touch:
        raise BadValue("this cannot be looked at")
    yield ok("", "")


def lost(scene: Scene) -> Iterator[Said]:
    if scene.touch:
        raise FileNotFoundError(2, "No such file or directory", "/nowhere")
    yield ok("", "")


def endless(scene: Scene) -> Iterator[Said]:
    while True:
        yield fault("more", "and more", "mend it")


def checks(*runs: object) -> list[Check]:
    return [Check(run.__name__, "", "because", run) for run in runs]  # type: ignore[attr-defined, arg-type]


def test_what_fails_is_a_finding_and_the_others_go_on(config: Config, place: Workplace) -> None:
    told_of: list[tuple[int, int]] = []
    scene = Scene(config, place)
    found = examine(scene, lambda done, total: told_of.append((done, total)), checks(good, bad, refuses, lost))
    assert [(one.check, one.severity) for one in found.findings] == [
        ("bad", "warning"), ("bad", "unknown"), ("refuses", "unknown"), ("lost", "unknown"), ("good", "ok"),
    ]  # fmt: skip
    said = told(found.findings)
    assert "the check itself failed: ValueError" in said and "secret" not in said and "/nowhere: No such file" in said
    assert told_of == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert found.healthy and found.words == "1 warning, 3 could not be looked at"


def test_a_check_that_hangs_is_not_waited_for(
    config: Config, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    def hangs(scene: Scene) -> Iterator[Said]:
        release.wait(30)
        yield ok("", "late")

    monkeypatch.setattr(run, "PATIENCE", 0.2)
    found = examine(Scene(config, place), checks=checks(good, hangs))
    release.set()
    assert [one.check for one in found.findings] == ["hangs", "good"]
    assert "did not end" in found.findings[0].what


def test_whoever_leaves_need_not_wait(config: Config, place: Workplace) -> None:
    release = threading.Event()

    def hangs(scene: Scene) -> Iterator[Said]:
        release.wait(30)
        yield ok("", "late")

    found = examine(Scene(config, place), checks=checks(hangs), stop=lambda: True)
    release.set()
    assert [one.severity for one in found.findings] == ["unknown"]


def test_a_check_that_says_too_much_is_cut(config: Config, place: Workplace) -> None:
    found = examine(Scene(config, place), checks=checks(endless))
    assert len(found.findings) == run.MOST and not found.healthy


def test_every_check_has_a_name_and_says_why() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert all(check.looks and check.why.endswith(".") and "." in check.name for check in CHECKS)


def test_the_document_has_the_table() -> None:
    assert "\n".join(documented()) in DOCUMENT.read_text()


def test_words() -> None:
    assert spelled(0o007) == "o-rwx" and spelled(0o062) == "g-rw,o-w"
    assert some(["a"] * 7) == "a, a, a, a, a and 2 more" and len(some(["x" * 500])) == 60
    assert Fix("rights", Path("/x"), 0o040).words == "chmod g-r /x"
