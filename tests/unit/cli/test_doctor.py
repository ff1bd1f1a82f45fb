"""aps-tui doctor: its contract, its exit status, and what --fix does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from aps_tui.domain.site import Provisioning
from aps_tui.services.doctor import run as module
from aps_tui.services.doctor import table
from tests.unit.cli.conftest import Run, Site

KEYS = {"check", "severity", "subject", "what", "why", "mend", "fixable"}
OF_THE_MACHINE = ("network.", "pbx.", "servers.", "files.root", "files.space")
"""Checks whose answers depend on where the tests run."""


@pytest.fixture
def here(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The committed small site, looked at by the checks that say the same everywhere."""
    checks = tuple(check for check in table.CHECKS if not check.name.startswith(OF_THE_MACHINE))
    monkeypatch.setattr(table, "CHECKS", checks)
    assert module.PATIENCE > 60
    yield site


def test_a_site_that_is_well_ends_with_0(here: Site, run: Run) -> None:
    run("commit", "--yes")
    done = run("doctor")
    assert done.status == 0 and "FAULT" not in done.out and "SQLite finds it whole" not in done.out
    assert "SQLite finds it whole" in run("doctor", "--all").out


def test_the_document_is_the_contract(here: Site, run: Run) -> None:
    done = run("doctor", "--json")
    assert done.status == 0 and done.json.keys() == {"findings", "seconds"} and done.err == ""
    assert all(one.keys() == KEYS for one in done.json["findings"])
    assert {one["severity"] for one in done.json["findings"]} <= {"fault", "warning", "unknown", "ok"}
    with here.store() as store:
        secrets = [row.secret for row in store.health.secrets()]
    assert len(secrets) == 5 and not [secret for secret in secrets if secret in done.out]


def test_a_fault_ends_with_1_and_fix_mends_it(here: Site, run: Run) -> None:
    here.db.with_name("aps.sqlite3.archive").mkdir(mode=0o755)
    done = run("doctor")
    assert done.status == 1 and "chmod g-rx,o-rx" in done.out and "(or --fix)" in done.out
    assert run("doctor", "--fix").status == 2, "nobody can be asked"
    done = run("doctor", "--fix", "--yes")
    assert done.status == 0 and "would chmod g-rx,o-rx" in done.err
    assert here.db.with_name("aps.sqlite3.archive").stat().st_mode & 0o777 == 0o700


def test_fix_asks_first(here: Site, run: Run, terminal: Callable[[bool], None]) -> None:
    archive = here.db.with_name("aps.sqlite3.archive")
    archive.mkdir(mode=0o755)
    terminal(False)
    done = run("doctor", "--fix")
    assert done.status == 1 and "nothing was changed" in done.err and archive.stat().st_mode & 0o777 == 0o755


def test_a_database_that_everybody_may_read_is_mended_though_it_does_not_open(here: Site, run: Run) -> None:
    here.db.chmod(0o644)
    done = run("doctor", "--json")
    (opened,) = [one for one in done.json["findings"] if one["check"] == "database.open"]
    assert done.status == 1 and opened["severity"] == "fault"
    assert run("doctor", "--fix", "--yes").status == 0 and here.db.stat().st_mode & 0o777 == 0o600


def test_nothing_can_be_mended_safely(here: Site, run: Run) -> None:
    with here.store() as store:
        store.provisioning.save(Provisioning())
    done = run("doctor", "--fix")
    assert done.status == 1 and "nothing of this can be mended safely by itself" in done.err


@pytest.mark.parametrize("arguments", [["doctor"], ["doctor", "--json"]])
def test_a_configuration_that_cannot_be_read_is_the_fault(here: Site, run: Run, arguments: list[str]) -> None:
    (here.folder / "config.toml").chmod(0o666)
    done = run(*arguments)
    assert done.status == 1 and "everybody may write in it" in done.out + done.err
    if "--json" in arguments:
        assert done.json["findings"][0]["severity"] == "fault" and done.json["findings"][0].keys() == KEYS


def test_nothing_is_changed_by_looking(here: Site, run: Run) -> None:
    run("commit", "--yes")
    before = {path: path.read_bytes() for path in here.root.rglob("*")}
    run("doctor")
    assert {path: path.read_bytes() for path in here.root.rglob("*")} == before
