"""Trees made to hang, to eat memory or to reach other files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aps_tui.domain.errors import BadValue
from aps_tui.pbx import KINDS, read_source
from aps_tui.pbx.asterisk_conf import Conf, InvalidConf, read_conf

Tree = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., Conf]


def test_includes_outside_are_told_and_not_followed(tmp_path: Path, tree: Tree) -> None:
    (tmp_path / "other.conf").write_text("[other]\n")
    path = tree(
        {
            "sip.conf": f"[1]\n#include {tmp_path}/other.conf\n#include ../oth*.conf\n#include d/../../other.conf\n",
            "d/x": "",
        }
    )
    read = read_conf(path)
    assert [section.name for section in read.sections] == ["1"]
    assert len(read.warnings) == 3
    assert all("other.conf" in warning or "oth*" in warning for warning in read.warnings)
    assert len(read_conf(path, roots=[tmp_path]).sections) == 4


def test_a_link_in_the_folder_is_followed(tmp_path: Path, tree: Tree) -> None:
    path = tree({"sip.conf": "#include linked.conf\n"})
    (tmp_path / "real.conf").write_text("[1]\n")
    (path.parent / "linked.conf").symlink_to(tmp_path / "real.conf")
    assert len(read_conf(path).sections) == 1


def test_a_fifo_never_blocks(tree: Tree) -> None:
    path = tree({"sip.conf": "[1]\n#tryinclude fifo.conf\n[2]\n", "bad.conf": "[1]\n#include fifo.conf\n"})
    os.mkfifo(path.parent / "fifo.conf")
    assert len(read_conf(path).sections) == 2
    with pytest.raises(InvalidConf):
        read_conf(path.parent / "bad.conf")
    with pytest.raises(BadValue, match="not a regular file"):
        read_conf(path.parent / "fifo.conf")


def test_a_huge_line_is_skipped(conf: Read) -> None:
    read = conf(b"[1]\n" + b"x" * 50_000_000 + b"\na=1\n")
    assert read.sections[0].lines == (("a", "1"),)


@pytest.mark.parametrize(
    "text",
    [
        "[a0](!)\nk=v\n" + "".join(f"[a{n}](a{n - 1},a{n - 1})\n" for n in range(1, 40)),
        "[1]\n" + "#include sip.conf\n" * 20,
        "[1]\nk=1\n" + f"k+={'x' * 8000}\n" * 20,
        "[1]\nk=1\n[1](+,1)\n",
        "[1]\n" + ";-- " * 200,
        "[1]\nk=" + "x" * 8000 + "\n[1](+k=x*x*x*x*x*y)\n",
    ],
    ids=["doubling", "fan-out", "append", "itself", "comments", "filter"],
)
def test_bombs_end_in_one_error(conf: Read, text: str) -> None:
    with pytest.raises(BadValue) as caught:
        conf(text)
    assert "\n" not in str(caught.value)


def test_braces_do_not_explode(conf: Read) -> None:
    assert len(conf("[1]\n#tryinclude " + "{a,b}" * 300 + "\n").sections) == 1


def test_warnings_are_bounded(conf: Read) -> None:
    assert len(conf("[1]\n" + "no equal sign\n" * 1000).warnings) == 201


PIECES = [
    "[1]", "[2](!)", "(1,2)", "(+)", "\n", "=", "+=", ";--", "--;", ";", "\\", "type", "endpoint", "auth", "#include ",
    "#tryinclude x", "*.conf", '"', ",", "host=dynamic\n", "secret=x\n", "type=peer\n", "{", "}",
]  # fmt: skip
ANYTHING = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
    st.lists(st.sampled_from(PIECES), max_size=60).map(lambda parts: "".join(parts).encode()),
)


@pytest.mark.parametrize("kind", KINDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(ANYTHING)
def test_anything_gives_a_reading_or_one_bad_value(tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / "any.conf"
    path.write_bytes(content)
    try:
        reading = read_source(kind, str(path))
    except BadValue as error:
        assert "\n" not in str(error)
        return
    for account in reading.accounts:
        assert account.usable == bool(account.secret)
        repr(account).encode("utf-8")
