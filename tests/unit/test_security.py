"""The tests that SECURITY.md names are there, and every defence in it names one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.test_acceptance import TABLE, is_there

TEXT = (Path(__file__).resolve().parents[2] / "SECURITY.md").read_text(encoding="utf-8")
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
