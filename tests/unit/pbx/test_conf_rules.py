"""The rules of Asterisk's configuration syntax that the trees under tests/oracle do not show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.pbx.asterisk_conf import Conf, InvalidConf, read_conf

Tree = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., Conf]


def lines(conf: Conf) -> dict[str, list[tuple[str, str]]]:
    return {section.name: list(section.lines) for section in conf.sections}


def test_bases_are_copied_in_order(conf: Read) -> None:
    read = conf("[secure](!)\na=1\n[nat](!)\na=2\n[102](secure,nat)\na=3\n[secure](+TEMPLATES=include)\nb=4\n")
    assert lines(read)["102"] == [("a", "1"), ("a", "2"), ("a", "3")]
    assert read.sections[-1].bases == ("secure", "nat")


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ("e = > 5", ("e", "> 5")),
        ("f==6", ("f", "=6")),
        ("k=>v", ("k", "v")),
        ("k=>  v  ", ("k", "v")),
        (r"s=abc\;def", ("s", "abc;def")),
        (r"s=abc\\;def", ("s", r"abc\;def")),
        ('s="a;b"', ("s", '"a')),
        (r"\[x]=1", ("[x]", "1")),
        (r"\#h=1", ("#h", "1")),
        (r"\=a=b", ("=a", "b")),
        ("new+=>w", ("new", ">w")),
        ("empty=", ("empty", "")),
        ("k=a ;-- x ;-- y --; z --; b", ("k", "a  b")),
    ],
)
def test_one_line(conf: Read, line: str, pair: tuple[str, str]) -> None:
    assert lines(conf(f"[101]\n{line}\n"))["101"] == [pair]


@pytest.mark.parametrize(
    "text",
    [
        "[101\nx=1\n",
        "[101](a\nx=1\n",
        "[a](!)\n[b](!)\n[101](a, b)\n",
        "[101](+)\nx=1\n",
        "[101](none)\n",
        "[101](+type=peer)\n",
        "[101]\n\\\n",
        "[101]\n\\\x7f\xe9=1\n[102](none)\n",
        "word\n[101]\n",
        "[101]\n#include nothere.d/*.conf\n",
        '[101]\n#include "nothere.conf"\n',
        "[101]\n#include .\n",
    ],
)
def test_asterisk_refuses(conf: Read, text: str) -> None:
    with pytest.raises(InvalidConf) as caught:
        conf(text)
    assert caught.value.line >= 1
    assert caught.value.path.endswith("/etc/sip.conf")


def test_an_error_in_a_glob_loses_the_files_after_it(conf: Read) -> None:
    read = conf(
        "[100]\n#include d/*.conf\nx=1\n",
        **{"d/1.conf": "[1]\n", "d/2.conf": "[2]\n[3](none)\n[4]\n", "d/3.conf": "[5]\n"},
    )
    assert list(lines(read)) == ["100", "1", "2"]
    assert lines(read)["100"] == [("x", "1")]
    assert any("2.conf, line 2" in warning for warning in read.warnings)


def test_a_broken_include_keeps_its_level(conf: Read) -> None:
    text = "[100]\n" + "#include bad.conf\n" * 10 + "#tryinclude good.conf\n[101]\n"
    read = conf(text, **{"bad.conf": "[x](none)\n", "good.conf": "[good]\n"})
    assert list(lines(read)) == ["100", "101"]


def test_a_missing_include_ends_only_an_included_file(conf: Read) -> None:
    read = conf("[100]\n#include a.conf\n[102]\n", **{"a.conf": "[a]\n#include none.conf\n[b]\n"})
    assert list(lines(read)) == ["100", "a", "102"]


def test_lines_after_an_include_go_on_in_the_includer(conf: Read) -> None:
    read = conf("[100]\n#include a.conf\nx=1\n#include b.conf\n", **{"a.conf": "[a]\n", "b.conf": "y=2\n"})
    assert lines(read) == {"100": [("x", "1")], "a": [("y", "2")]}


def test_an_open_comment_goes_on_in_the_next_file_of_a_glob(conf: Read) -> None:
    read = conf(
        "#include d/*.conf\n[z]\n",
        **{"d/1.conf": "[1]\n;-- open\n[2]\n", "d/2.conf": "[3]\n--;\n[4]\n"},
    )
    assert list(lines(read)) == ["1", "4", "z"]


def test_a_stray_close_swallows_lines(conf: Read) -> None:
    read = conf("[1]\na=1 --;\nb=2\nc=3\n;-- back\nd=4\n")
    assert lines(read)["1"] == [("a", "1 --;"), ("d", "4")]
    assert read.warnings == ()


def test_a_comment_left_open_loses_the_rest(conf: Read) -> None:
    read = conf("[1]\na=1\n;-- open\n[2]\n")
    assert list(lines(read)) == ["1"]
    assert len(read.warnings) == 1


def test_bom_crlf_and_bytes_that_are_not_utf8(conf: Read) -> None:
    read = conf(b"\xef\xbb\xbf[101]\r\ncallerid=Andr\xe9\r\n\xe9=x\r\n")
    assert lines(read)["101"] == [("callerid", "Andr\udce9"), ("\udce9", "x")]


@pytest.mark.parametrize(("length", "kept"), [(8189, 2), (8190, 0), (8191, 1), (16381, 0), (50_000, 1)])
def test_a_long_line_is_skipped(conf: Read, length: int, kept: int) -> None:
    """A line that fills the buffer to its end takes the next one with it."""
    read = conf("[1]\n" + "k=" + "v" * (length - 2) + "\na=1\n")
    assert len(read.sections[0].lines) == kept


def test_names_are_cut_at_79_bytes(conf: Read) -> None:
    assert conf(f"[{'n' * 100}]\n").sections[0].name == "n" * 79


def test_plus_with_a_filter_takes_the_first_that_fits(conf: Read) -> None:
    read = conf("[1]\ntype=endpoint\n[1]\ntype=aor\nmax=2\n[1](+type=^aor$&max=.)\nadded=1\n")
    assert [len(section.lines) for section in read.sections] == [1, 3]


def test_plus_changes_the_last_value_of_that_very_key(conf: Read) -> None:
    read = conf("[1]\na=x\nA=x\nb=\nb+= y \na+=1\n")
    assert lines(read)["1"] == [("a", "x1"), ("A", "x"), ("b", "y")]


def test_braces_and_classes(tree: Tree) -> None:
    names = ("a1.conf", "b1.conf", "b2.conf", "c.conf")
    main = "#include {b[[:digit:]],a?,zz}.conf\n#include [^ab].conf\n#tryinclude {}.conf\n#include <d/../c.conf>\n"
    read = read_conf(tree({"sip.conf": main, "d/x": "", **{name: f"[{name}]\n" for name in names}}))
    assert [section.name for section in read.sections] == ["b1.conf", "b2.conf", "a1.conf", "c.conf", "c.conf"]


def test_files_deep_in_the_asterisk_folder_include_from_its_top(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    top = tree({"top.conf": "[top]\n", "sub/sip.conf": "#include top.conf\n"}).parent
    monkeypatch.setattr("aps_tui.pbx.asterisk_conf.ASTERISK", top)
    assert [section.name for section in read_conf(top / "sub" / "sip.conf").sections] == ["top"]


def test_exec_is_told_and_never_run(conf: Read, tree: Tree) -> None:
    marker = tree({"x": ""}).parent / "ran"
    read = conf(f"[1]\n#exec /usr/bin/touch {marker}\n")
    assert not marker.exists()
    assert "never run" in read.warnings[0]
