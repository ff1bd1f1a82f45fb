"""Following files as servers write, rotate, replace and cut them."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aps_tui.domain.errors import BadValue
from aps_tui.services.watch.follow import GRACE, MISSING, PIECE, Follower, Whole
from aps_tui.services.watch.journal import AGAIN_AFTER, Journal
from aps_tui.wire.lines import LONGEST_LINE
from tests.lab.until import until


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def all_of(follower: Follower) -> list[str]:
    """What comes until nothing is left to be read at once."""
    found = follower.read()
    while follower.more:
        found += follower.read()
    return found


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_text("one\ntwo\nhal")
    return path


@pytest.mark.parametrize(
    ("last", "lines"),
    [(0, []), (2, []), (7, ["two"]), (11, ["one", "two"]), (99, ["one", "two"]), (None, ["one", "two"])],
)
def test_where_it_begins(log: Path, last: int | None, lines: list[str]) -> None:
    follower = Follower(log, last)
    assert (all_of(follower), follower.state) == (lines, "")
    append(log, "f\nthree\n")
    assert all_of(follower) == (["half", "three"] if lines else ["three"]), "the middle of a line is no line"
    assert follower.read() == []
    follower.close()


def test_it_begins_behind_the_last_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\n")
    follower = Follower(path)
    append(path, "two\n")
    assert follower.read() == ["two"]
    follower.close()


def test_renamed_and_made_anew_nothing_is_lost_of_either(log: Path) -> None:
    now = [0.0]
    follower = Follower(log, None, lambda: now[0])
    assert all_of(follower) == ["one", "two"]
    log.rename(log.with_suffix(".1"))
    append(log.with_suffix(".1"), "f\nlate\n")
    assert all_of(follower) == ["half", "late"]
    append(log, "new\n")
    assert all_of(follower) == ["new"]
    append(log.with_suffix(".1"), "later\n")
    append(log, "newer\n")
    assert all_of(follower) == ["later", "newer"], "a server writes to the old one until it is told"
    now[0] = GRACE + 1
    all_of(follower)
    append(log.with_suffix(".1"), "too late\n")
    append(log, "newest\n")
    assert all_of(follower) == ["newest"]
    follower.close()


def test_replaced_by_another_file_at_once_and_twice(log: Path) -> None:
    follower = Follower(log, None)
    all_of(follower)
    for text in ("a\nb\n", "c\n"):
        log.with_suffix(".new").write_text(text)
        log.with_suffix(".new").replace(log)
        assert all_of(follower) == text.split()
    follower.close()
    assert not [fd for fd in Path("/proc/self/fd").iterdir() if os.path.realpath(fd).startswith(str(log))]


def test_cut_in_place_it_is_read_from_its_start(log: Path) -> None:
    follower = Follower(log, None)
    all_of(follower)
    os.truncate(log, 0)
    assert follower.read() == []
    append(log, "new\n")
    assert follower.read() == ["new"]
    log.write_text("x\n")
    assert follower.read() == ["x"], "what was held of the line before is forgotten"
    follower.close()


def test_missing_at_first_and_gone_for_a_while(tmp_path: Path) -> None:
    path = tmp_path / "none" / "log"
    follower = Follower(path)
    assert (follower.read(), follower.state) == ([], MISSING)
    path.parent.mkdir()
    append(path, "one\n")
    assert (all_of(follower), all_of(follower), follower.state) == ([], ["one"], "")
    path.unlink()
    assert (follower.read(), follower.state) == ([], MISSING)
    append(path, "two\n")
    assert all_of(follower) == ["two"]
    follower.close()


def test_what_may_not_be_read_is_said_and_not_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name, said in (("fifo", "it is no regular file"), ("", "it is no regular file")):
        for one in (Follower(tmp_path / name), Whole(tmp_path / name)):
            assert not one.read() and said in one.state

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "log").write_text("one\n")
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuse)
        follower = Follower(tmp_path / "log")
        assert follower.read() == [] and "adm" in follower.state
    assert (all_of(follower), all_of(follower), follower.state) == ([], ["one"], "")
    follower.close()


def test_lines_without_end_do_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * (PIECE * 2 + 5) + b"\ny\n" + b"z" * (LONGEST_LINE + 1))
    follower = Follower(path, None)
    assert all_of(follower) == ["y"]
    append(path, "z\nw\n")
    assert all_of(follower) == ["w"]
    follower.close()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=20)), st.integers(1, 40))
def test_written_in_pieces_of_any_size(tmp_path_factory: pytest.TempPathFactory, lines: list[str], size: int) -> None:
    path = tmp_path_factory.getbasetemp() / "pieces.log"
    path.write_bytes(b"")
    follower = Follower(path)
    raw = "".join(f"{line}\n" for line in lines).encode()
    found = []
    for at in range(0, len(raw), size):
        with path.open("ab") as file:
            file.write(raw[at : at + size])
        found += follower.read()
    assert found == lines
    follower.close()


def test_a_small_file_is_given_each_time_that_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "leases"
    whole = Whole(path)
    assert (whole.read(), whole.state) == (None, MISSING)
    path.write_text("a\n")
    os.utime(path, (5, 5))
    assert (whole.read(), whole.read(), whole.state) == (("a\n", 5.0), None, "")
    path.write_text("b\n")
    assert [found[0] for found in (whole.read(), whole.read()) if found] == ["b\n", "b\n"], "young: once more"


FAKE = """#!{python} -I
import json, sys, time
print(json.dumps(sys.argv[1:]), flush=True)
print("half", end="", flush=True)
{then}
"""


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, then: str) -> None:
    program = folder / "journalctl"
    program.write_text(FAKE.format(python=sys.executable, then=then))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_the_journal_is_followed_and_ends_with_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, monkeypatch, "time.sleep(600)")
    journal = Journal()
    lines: list[str] = []

    def came() -> bool:
        lines.extend(journal.read())
        return bool(lines)

    until(came, "the first line")
    assert json.loads(lines[0])[-3:-1] == ["-t", "in.tftpd"] and journal.state == ""
    assert journal._process is not None
    group = journal._process.pid
    journal.close()
    journal.close()
    until(lambda: not living(group), "nothing of it lives")


def living(group: int) -> list[int]:
    """The processes of a group that are not only waiting to be reaped."""
    found = []
    for process in psutil.process_iter(["status"]):
        with suppress(ProcessLookupError, psutil.Error):
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def test_a_journal_that_ends_is_said_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    fake(tmp_path, monkeypatch, "")
    journal = Journal("dnsmasq", clock=lambda: now[0])
    until(lambda: not journal.read() and journal.state != "", "its end is noticed")
    assert "journalctl ended" in journal.state
    now[0] = AGAIN_AFTER
    journal.read()
    assert journal.state == ""
    journal.close()


def test_without_journalctl_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    journal = Journal()
    assert journal.read() == [] and "not installed" in journal.state
    for name in ("", "-a", "in.tftpd; id", "x" * 65):
        with pytest.raises(BadValue, match="no program's name"):
            Journal(name)
