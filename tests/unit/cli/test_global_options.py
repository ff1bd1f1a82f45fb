"""The global options may stand anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.cli.main import main


@pytest.mark.parametrize("form", ["before", "behind", "joined"])
def test_global_options_stand_anywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    missing = str(tmp_path / "none.sqlite3")
    arguments = {
        "before": ["--db", missing, "history"],
        "behind": ["history", "--db", missing],
        "joined": ["history", f"--db={missing}"],
    }
    assert main(arguments[form]) == 1
    assert f"there is no database {missing}" in capsys.readouterr().err


def test_an_option_without_its_value_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--db"]) == 2
    assert "requires an argument" in capsys.readouterr().err
