"""However a command ends: one clear line, the right status, and what is wrong with database, root or configuration."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aps_tui.cli.main import main
from tests.unit.cli.conftest import Run, Site
from tests.unit.services.small_site import MACS

CHECKOUT = Path(__file__).resolve().parents[3]
PROGRAM = [sys.executable, "-m", "aps_tui"]


def started(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, without a terminal."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True, text=True, cwd=CHECKOUT, stdin=subprocess.DEVNULL, env={**os.environ, **env}, check=False,
    )  # fmt: skip


def test_the_console_needs_a_terminal(run: Run, site: Site) -> None:
    for arguments in ([], ["--read-only"], ["--screen", "devices"]):
        done = run(*arguments)
        assert done.status == 1 and len(done.err.splitlines()) == 1 and "terminal" in done.err


def test_a_dumb_terminal_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    assert "TERM" in run().err


@pytest.mark.parametrize(
    "arguments", [["plann"], ["plan", "--nope"], ["load"], ["history", "--limit", "0"], ["--nope"]]
)
def test_wrong_usage_is_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.status == 2 and "Error" in done.err and done.out == ""


def test_help_and_version(run: Run) -> None:
    assert run("--help").status == 0 and run("--version").out.startswith("aps-tui")


def test_what_can_be_wrong_with_the_database(run: Run, tmp_path: Path, site: Site) -> None:
    assert "no database" in run("--db", str(tmp_path / "none" / "a.sqlite3"), "plan").err
    assert not (tmp_path / "none").exists()
    odd = tmp_path / "state" / "odd.sqlite3"
    odd.write_text("this is not a database, however long it may be")
    odd.chmod(0o600)
    for bad in (odd, tmp_path, tmp_path / "config.toml" / "a.sqlite3"):
        done = run("--db", str(bad), "plan")
        assert done.status == 1 and len(done.err.splitlines()) == 1, done.err


def test_what_can_be_wrong_with_the_root(run: Run, tmp_path: Path, site: Site) -> None:
    for root in (tmp_path / "none", tmp_path / "config.toml"):
        for command in (["plan"], ["commit", "--yes"], ["undo", "0", "--yes"]):
            done = run("--root", str(root), *command)
            assert done.status == 1 and str(root) in done.err, done.err


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_root_that_may_not_be_written(run: Run, site: Site) -> None:
    site.root.chmod(0o500)
    done = run("commit", "--yes")
    assert done.status == 1 and "permission" in done.err.lower()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("retenton = 3", "retenton"),
        ("retention = 0", "retention"),
        ("retention = 'many'", "retention"),
        ("db = ", "line 1"),
        ("group = 'no-such-group'", "no group 'no-such-group'"),
    ],
)
def test_a_fault_of_the_configuration_names_its_place(run: Run, site: Site, text: str, said: str) -> None:
    file = site.folder / "config.toml"
    file.write_text(text + "\n")
    done = run("plan")
    assert done.status == 1 and str(file) in done.err and said in done.err and len(done.err.splitlines()) == 1


def test_a_configuration_that_is_named_must_exist(run: Run, site: Site) -> None:
    assert "no configuration file" in run("--config", str(site.folder / "none.toml"), "plan").err


def test_what_nobody_foresaw_is_one_line_without_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], site: Site
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("holds s3cret-acme-101")

    monkeypatch.setattr("aps_tui.services.opening.packs_of", broken)
    assert main(["vendors"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("aps-tui: internal error: RuntimeError at ") and "s3cret" not in err
    assert len(err.splitlines()) == 1


def test_a_system_error_names_the_file(monkeypatch: pytest.MonkeyPatch, run: Run, site: Site) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "/var/lib/x")

    monkeypatch.setattr("aps_tui.services.opening.packs_of", full)
    done = run("vendors")
    assert done.status == 1 and "/var/lib/x: No space left on device" in done.err


def test_an_interruption_is_130(monkeypatch: pytest.MonkeyPatch, run: Run, site: Site) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("aps_tui.services.opening.packs_of", interrupted)
    done = run("vendors")
    assert done.status == 130 and done.err.strip() == "aps-tui: interrupted"


def test_a_reader_that_leaves_is_no_error(site: Site) -> None:
    with subprocess.Popen([*PROGRAM, "dump", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=CHECKOUT
                          ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait() == 128 + signal.SIGPIPE and err == b""


def test_a_process_of_its_own_keeps_json_pure_in_any_locale(site: Site) -> None:
    done = started("plan", "--diff", "--json", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 3 and done.stdout.startswith("{") and done.stdout.rstrip().endswith("}")
    assert "s3cret" not in done.stdout + done.stderr
    text = started("plan", "--diff", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert text.returncode == 3 and "Traceback" not in text.stderr and MACS[0] in text.stdout


def test_the_operator_is_the_account_or_the_login_behind_sudo(site: Site) -> None:
    me, daemon = pwd.getpwuid(os.getuid()).pw_name, pwd.getpwnam("daemon")
    behind = {"SUDO_USER": "daemon", "SUDO_UID": str(daemon.pw_uid)}
    assert started("commit", "--yes", **behind, LOGNAME="boss").returncode == 0
    assert started("undo", "0", "--yes", SUDO_USER="daemon", SUDO_UID="0", LOGNAME="boss").returncode == 0
    with site.store() as store:
        names = [one.generation.operator for one in store.generations.history()]
        assert names == [me, "daemon" if os.getuid() == 0 else me]
