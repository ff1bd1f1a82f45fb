"""Each tree under tests/oracle is read as the Asterisk that wrote `expected.json` read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aps_tui.pbx.asterisk_conf import Conf, InvalidConf, read_conf

ORACLE = Path(__file__).parents[2] / "oracle"
CASES = [
    pytest.param(folder, name, id=f"{folder.name}-{name}")
    for folder in sorted(ORACLE.iterdir())
    if folder.is_dir()
    for name in json.loads((folder / "case.json").read_text())["ask"]
]


def plain(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def told(conf: Conf, templates: bool) -> list[dict[str, Any]]:
    return [
        {
            "name": plain(section.name),
            "template": section.template,
            "bases": [plain(base) for base in section.bases],
            "lines": [[plain(key), plain(value)] for key, value in section.lines],
        }
        for section in conf.sections
        if templates or not section.template
    ]


@pytest.mark.parametrize(("folder", "name"), CASES)
def test_same_as_asterisk(folder: Path, name: str) -> None:
    expected = json.loads((folder / "expected.json").read_text())
    etc = folder / "etc"
    if expected["getconfig"][name]["response"] == "Error":
        with pytest.raises(InvalidConf):
            read_conf(etc / name)
        return
    conf = read_conf(etc / name, config_dir=etc)
    assert told(conf, templates=False) == expected["getconfig"][name]["categories"]
    assert told(conf, templates=True) == expected["getconfig_with_templates"][name]["categories"]


def test_every_case_is_here() -> None:
    assert len(CASES) >= 28
