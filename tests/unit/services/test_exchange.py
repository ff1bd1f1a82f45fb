"""Where people may name files: anywhere, or below one folder with every link followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.roles import Refused
from aps_tui.services.exchange import Exchange
from aps_tui.services.importing import completed_path
from aps_tui.services.surroundings import PATH, keep_known


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, beside a secret that links lead to."""
    inside = tmp_path / "exchange"
    (inside / "sub").mkdir(parents=True)
    (inside / "list.csv").write_text("mac\n")
    (tmp_path / "exchange-not").mkdir()
    (tmp_path / "secret").write_text("x")
    (inside / "link").symlink_to(tmp_path / "secret")
    (inside / "out").symlink_to(tmp_path)
    (inside / "gone").symlink_to(tmp_path / "nothing-yet")
    (inside / "loop").symlink_to(inside / "loop")
    (inside / "same").symlink_to(inside / "list.csv")
    return inside


def test_inside_names_are_relative_to_the_folder_or_whole(folder: Path) -> None:
    files = Exchange(folder)
    assert files.given("list.csv") == files.given(str(folder / "list.csv")) == folder / "list.csv"
    assert files.given("same") == folder / "list.csv"
    assert files.given("sub/../list.csv") == folder / "list.csv"
    assert files.given(".") == folder
    assert files.new("sub/new.csv") == folder / "sub/new.csv"
    assert files.new("~root") == folder / "~root"  # a name like any other


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "..", "../secret", "link", "out/secret", "out", "sub/../../secret", "gone", "/",
     "../exchange-not/x", "/proc/self/fd/0", "/dev/stdin", "out/exchange/../secret", "loop", "a\0b", "x" * 5000],
)  # fmt: skip
def test_outside_is_refused_for_reading_and_writing(folder: Path, name: str) -> None:
    files = Exchange(folder)
    before = sorted(folder.parent.rglob("*"))
    for asked in (files.given, files.new):
        with pytest.raises(ApsError) as said:
            asked(name).read_bytes()
        assert "\n" not in str(said.value)
    assert sorted(folder.parent.rglob("*")) == before


def test_a_new_file_is_new_and_its_folder_is_there(folder: Path) -> None:
    for files in Exchange(folder), Exchange():
        for name in ("list.csv", "same", "sub", ""):
            with pytest.raises(BadValue):
                files.new(name and str(folder / name))
        with pytest.raises(BadValue, match="there is no folder"):
            files.new(str(folder / "nowhere/x"))
    with pytest.raises(BadValue, match="no such user"):
        Exchange().given("~no-such-user-here/x")
    assert Exchange().given("/etc/passwd") == Path("/etc/passwd")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ApsError, match="the folder for files"):
        Exchange(tmp_path / "missing").given("x")


def test_names_are_completed_inside_alone(folder: Path) -> None:
    files = Exchange(folder)
    assert completed_path(files, "li") == ("li", ["link", "list.csv"])
    assert completed_path(files, f"{folder}/lis") == (f"{folder}/list.csv", [])
    for typed in ("/et", "/", "../", "out/", "out/se", "~/"):
        assert completed_path(files, typed) == (typed, [])
    assert completed_path(Exchange(), f"{folder}/su") == (f"{folder}/sub/", [])


def test_a_source_is_said_on_the_command_line_where_names_are_confined(folder: Path) -> None:
    Exchange().no_source()
    with pytest.raises(Refused, match="aps-tui extensions sources add"):
        Exchange(folder).no_source()


def test_the_environment_keeps_what_names_no_program_module_or_file() -> None:
    kept = {
        "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_TIME": "de_DE.UTF-8@euro", "NO_COLOR": "1",
        "SSH_CONNECTION": "fe80::1 5 ::1 22", "TEXTUAL_ANIMATIONS": "none", "HOME": "/var/lib/aps-tui",
    }  # fmt: skip
    env = {
        **kept, "PATH": "/tmp", "LC_ALL": "../../tmp/x", "LD_PRELOAD": "x.so", "PYTHONPATH": "/tmp",
        "TEXTUAL": "devtools", "TEXTUAL_LOG": "/tmp/x", "TEXTUAL_DRIVER": "os:system", "PAGER": "sh", "EDITOR": "sh",
        "SHELL": "/bin/sh", "LOCPATH": "/tmp", "TERMINFO": "/tmp", "TMPDIR": "/etc", "BROWSER": "sh",
        "APS_TUI_DB": "/tmp/x", "TZ": ":/etc/shadow", "SSH_ORIGINAL_COMMAND": "sh", "COLORTERM": "$(sh)",
        "BASH_FUNC_ls%%": "() { sh; }",
    }  # fmt: skip
    keep_known(env)
    assert env == {**kept, "PATH": PATH}
