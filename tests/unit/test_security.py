"""The tests that SECURITY.md and security.toml name are there, and every defence and statement in them names one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.unit.test_acceptance import TABLE, TESTS, is_there

TEXT = (Path(__file__).resolve().parents[2] / "SECURITY.md").read_text(encoding="utf-8")
CHAPTERS: dict[str, dict[str, list[str]]] = tomllib.loads((TESTS / "security.toml").read_text(encoding="utf-8"))
STATEMENTS = [(chapter, statement) for chapter, said in CHAPTERS.items() for statement in said]
NAMED = re.findall(r"`([\w/]+\.py::\w+)`", TEXT)


@pytest.mark.parametrize("named", NAMED)
def test_each_defence_is_held_by_a_test_that_is_there(named: str) -> None:
    assert is_there(named)


def test_every_defence_names_a_test() -> None:
    defences = TEXT.partition("## What is protected")[2].partition("## What is not protected")[0].split("\n- ")[1:]
    assert len(defences) > 15
    for defence in defences:
        assert "::test_" in defence, defence


def test_no_statement_of_security_is_left_out() -> None:
    assert {str(number) for number in range(93, 99)} <= TABLE.keys()


@pytest.mark.parametrize(("chapter", "statement"), STATEMENTS)
def test_each_statement_of_the_chapters_is_held_by_tests_that_are_there(chapter: str, statement: str) -> None:
    assert CHAPTERS[chapter][statement]
    for named in CHAPTERS[chapter][statement]:
        assert "::test_" in named and is_there(named), named


def test_no_chapter_is_left_out() -> None:
    assert [len(said) for said in CHAPTERS.values()] == [7, 5, 6]
