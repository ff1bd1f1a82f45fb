"""The house keeps its shape: who may import whom, which libraries live where, and the links at the top."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "aps_tui"

ALLOWED: dict[str, set[str]] = {
    "domain": set(),
    "pbx": {"domain"},
    "wire": {"domain"},
    "data": {"domain"},
    "vendors": {"domain"},
    "services": {"services", "data", "vendors", "pbx", "wire", "domain"},
    "widgets": {"domain"},
    "screens": {"services", "widgets", "domain"},
    "cli": {"services", "domain"},
    "app": {"screens", "services", "widgets", "domain"},
    "__main__": {"cli"},
    "__init__": set(),
}
"""Layer to the layers it may import, besides itself."""

HOMES: dict[str, set[str]] = {
    "peewee": {"data"},
    "cryptography": {"data", "services"},
    "playhouse": {"data"},
    "jinja2": {"vendors"},
    "textual": {"app", "screens", "widgets"},
    "rich": {"screens", "widgets"},
    "click": {"cli", "__main__"},
    "nmap": {"services"},
    "psutil": {"services"},
    "tomli_w": {"services"},
}
"""Library to the layers that may use it."""


def modules() -> Iterator[tuple[str, Path]]:
    """(layer, file) for every module, through the links."""
    for folder in ("domain", "pbx", "wire", "data", "vendors", "services", "widgets", "screens", "cli"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            yield folder, path
    for path in sorted(PACKAGE.glob("*.py")):
        yield path.stem, path


def imported(path: Path) -> Iterator[str]:
    """Every absolute module name that a file imports, lazily or not, type checking included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (
                [f"aps_tui.{alias.name}" for alias in node.names] if node.module == "aps_tui" else [node.module or ""]
            )


@pytest.mark.parametrize(("layer", "path"), list(modules()), ids=lambda value: str(value).removeprefix(f"{PACKAGE}/"))
def test_imports_follow_the_arrows(layer: str, path: Path) -> None:
    for name in imported(path):
        top, _, rest = name.partition(".")
        if top == "aps_tui":
            target = rest.split(".")[0]
            fine = target in ("", "__version__", layer) or target in ALLOWED[layer]
            if layer == "cli" and target == "app":
                fine = True  # the command without a subcommand opens the console
            assert fine, f"{layer} may not import {name}"
        else:
            assert layer in HOMES.get(top, {layer}), f"{layer} may not use {top}"


@pytest.mark.parametrize("name", ["data", "screens", "vendors"])
def test_links_are_in_place(name: str) -> None:
    link = PACKAGE / name
    assert link.is_symlink() and link.readlink() == Path("..") / name
    assert (ROOT / name).is_dir() and not (ROOT / name).is_symlink()


def test_help_loads_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; from aps_tui.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'textual','jinja2','peewee','nmap','netaddr'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr.strip() == "[]"


def test_a_start_loads_no_sql_driver_and_no_cipher() -> None:
    unwanted = {"psycopg2", "pymysql", "MySQLdb", "cryptography"}
    code = f"import sys, aps_tui.app, aps_tui.services.commit; print({unwanted!r} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"
    others = [path for _, path in modules() if "peewee import" in path.read_text(encoding="utf-8")]
    assert [path.name for path in others] == ["lean.py"]


def test_nothing_is_longer_than_a_room_should_be() -> None:
    for _, path in modules():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
