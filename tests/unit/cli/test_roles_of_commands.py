"""Commands obey roles: a viewer's read, an operator's work, and what is refused is one line that names the role."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run, Site
from tests.unit.services.small_site import MACS

READ = (("plan",), ("history",), ("audit",), ("export",), ("explain", MACS[0], "time.zone"), ("queue",), ("vendors",))


@pytest.fixture
def shared(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The small site with roles; this account is shared."""
    for name in ("APS_TUI_DB", "APS_TUI_ROOT"):
        monkeypatch.delenv(name)
    (site.folder / "exchange").mkdir()
    me = pwd.getpwuid(os.getuid()).pw_name
    (site.folder / "config.toml").write_text(
        'vendors = "packs"\ndb = "state/aps.sqlite3"\nroot = "tftpboot"\nfiles = "exchange"\n[operators]\n'
        'viewer = ["vera"]\n'
        f'operator = ["olga"]\nadmin = ["anna"]\nshared = ["{me}"]\n[operators.tenants]\nolga = ["acme"]\n'
    )
    return site


@pytest.mark.parametrize("command", READ, ids=lambda words: words[0])
def test_a_viewer_reads(shared: Site, run: Run, command: tuple[str, ...]) -> None:
    done = run("--operator", "vera", *command)
    assert done.status in (0, 3) and done.err == ""


@pytest.mark.parametrize(
    ("who", "command", "needs"),
    [
        ("vera", ("commit", "--yes"), "a commit needs the role operator, and yours is viewer"),
        ("vera", ("dump",), "seeing a secret needs the role admin, and yours is viewer"),
        ("vera", ("export", "--db", "elsewhere"), "another database or root needs the role admin"),
        ("vera", ("window", "open", MACS[0]), "a change needs the role operator, and yours is viewer"),
        ("olga", ("window", "open", MACS[3]), "device 001122000003"),
        ("olga", ("dump",), "seeing a secret needs the role admin, and yours is operator of acme"),
        ("olga", ("backup", "copy"), "a backup needs the role admin"),
        ("olga", ("watch",), "a watcher needs the role admin"),
        ("olga", ("extensions", "sync", "--from", "csv:/etc/passwd", "--tenant", "acme"), "a source that is not kept"),
        ("olga", ("audit", "--csv", "/tmp/aps-tui-outside.csv"), "is not below"),
        ("olga", ("import", "/etc/passwd", "--tenant", "acme"), "is not below"),
        ("nora", ("plan",), "nora has no role"),
    ],
)
def test_what_is_refused_is_one_line(shared: Site, run: Run, who: str, command: tuple[str, ...], needs: str) -> None:
    done = run("--operator", who, *command)
    assert done.status == 1 and done.out == ""
    assert done.err.startswith("aps-tui: refused: ") and needs in done.err and done.err.count("\n") == 1
    assert not Path("/tmp/aps-tui-outside.csv").exists()


def test_an_operator_works_and_exports_into_the_folder(shared: Site, run: Run) -> None:
    assert run("--operator", "olga", "commit", "--yes").status == 0
    assert sorted(path.name for path in shared.root.iterdir() if path.is_file()) == [f"{mac}.cfg" for mac in MACS[:3]]
    assert run("--operator", "olga", "audit", "--csv", "mine.csv").status == 0
    assert ",olga," in (shared.folder / "exchange/mine.csv").read_text()
    assert run("--operator", "anna", "dump").status == 0
    with shared.store() as store:
        assert [(row.operator, row.action) for row in store.audit.recent(2)] == [("anna", "reveal"), ("olga", "commit")]
