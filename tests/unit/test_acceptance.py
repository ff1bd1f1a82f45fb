"""The tests that acceptance.toml names are there."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TABLE: dict[str, list[str]] = tomllib.loads((TESTS / "acceptance.toml").read_text(encoding="utf-8"))


def is_there(named: str) -> bool:
    """Whether there is a test of this name (`file::test`), or any test in a file, below `tests`."""
    file, _, test = named.partition("::")
    if not (TESTS / file).is_file():
        return False
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return test in there if test else any(name.startswith("test_") for name in there)


@pytest.mark.parametrize("number", TABLE)
def test_each_statement_is_held_by_tests_that_are_there(number: str) -> None:
    assert TABLE[number]
    for named in TABLE[number]:
        assert is_there(named), named


def test_no_statement_is_left_out() -> None:
    assert TABLE.keys() == {str(number) for number in range(1, 99)}
