"""No command gives a terminal what a phone, a log, a file name or an overlay wants it to do; none shows a secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aps_tui.cli.main import main
from aps_tui.cli.output import asked, put, say_json
from aps_tui.domain.site import Device, Line
from tests.unit.cli.conftest import Run, Site
from tests.unit.services.hostile_site import NASTY, NEW, fill_with_hostile_texts
from tests.unit.services.small_site import MACS, open_site

LISTS = [
    ["queue"], ["queue", NEW[0]], ["audit"], ["history"], ["extensions", "list"], ["plan"], ["plan", "--diff"],
    ["vendors", "testphone"], ["explain", MACS[0], "time.zone"],
    ["watch", "--status"], ["doctor"],
]  # fmt: skip
"""Commands that show what others said, or what lies on the disk."""
SECRET = "s3cret-acme-101"


@pytest.fixture
def hostile(site: Site) -> Site:
    """The small site with hostile texts wherever one may stand, and an overlay that is broken in hostile ways."""
    with open_site(site.folder) as place:
        fill_with_hostile_texts(place)
        place.store.devices.save(
            Device("0011220000ff", "acme", "nosuch", "X9", label="\u202eevil", lines=(Line(1, "104"),))
        )
    broken = site.folder / "packs" / "x\x1b[2J"
    broken.mkdir()
    (broken / "vendor.toml").write_text("name = ")
    return site


def _no_trick(text: str) -> None:
    bad = {char for char in text if not (char.isprintable() or char == "\n")}
    assert not bad, bad


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_no_list_plays_tricks_on_a_terminal(run: Run, hostile: Site, command: list[str]) -> None:
    done = run(*command)
    assert done.status in (0, 1, 3) and done.out + done.err
    _no_trick(done.out + done.err)
    assert "Usage" not in done.err, done.err
    as_json = run(*command, "--json")
    _no_trick(as_json.out + as_json.err)
    if as_json.status != 2:
        json.loads(as_json.out or "0")


def test_json_says_every_text_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = NASTY + 'é日本🙂\\"\t'
    say_json({text: [text]})
    out = capsys.readouterr().out
    _no_trick(out)
    assert json.loads(out) == {text: [text]} and "é日本🙂" in out


def test_what_is_printed_whole_is_harmless_on_a_terminal_and_exact_in_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "a = \x9b2J\u202e\tx\n\nb\n"
    put(text)
    assert capsys.readouterr().out == text
    monkeypatch.setattr("aps_tui.cli.output.is_terminal", lambda _: True)
    put(text)
    out = capsys.readouterr().out
    _no_trick(out)
    assert out.count("\n") == text.count("\n")


def test_a_question_plays_no_tricks(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("aps_tui.cli.output.interactive", lambda: True)

    def confirm(text: str, **_: object) -> bool:
        said.append(text)
        return True

    monkeypatch.setattr("click.confirm", confirm)
    assert asked(f"Remove {NASTY}?", yes=False)
    _no_trick(said[0])


COMMANDS = [
    ["plan", "--diff"], ["commit", "--yes"], ["history"], ["audit"], ["undo", "0", "--yes"], ["render", MACS[0]],
    ["render", MACS[0], "--masked"], ["explain", MACS[0], "time.zone"], ["extensions", "list"], ["queue"], ["export"],
    ["dump"], ["dump", "--no-secrets"], ["vendors"], ["dhcp", "isc"], ["asterisk"],
    ["systemd"], ["backup", "copy"], ["import", "list.txt", "--tenant", "acme"], ["load", "site.toml"],
]  # fmt: skip
FAULTS = {
    "in a view": ("aps_tui.data.database.Database.rows", "aps_tui.data.database.Database.execute_sql"),
    "in a render": ("aps_tui.vendors.engine.GroupRenderer.render", "aps_tui.vendors.engine.GroupRenderer.plain"),
    "in a vendor's pack": ("aps_tui.services.opening.packs_of", "aps_tui.vendors.loader.load_packs"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_nobody_foresaw_shows_no_secret_in_any_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], site: Site, tmp_path: Path, fault: str
) -> None:
    """Not in the line, and not in what APS_TUI_DEBUG=1 adds: places and kinds of errors, no texts and no variables."""

    def broken(*given: object, **named: object) -> None:
        held = SECRET
        try:
            raise ValueError(held)
        except ValueError:
            raise RuntimeError(f"holds {held} \x1b[2J", given, named) from KeyError(held)

    (tmp_path / "list.txt").write_text("001122000077\n")
    (tmp_path / "site.toml").write_text("version = 1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APS_TUI_DEBUG", "1")
    for name in FAULTS[fault]:
        monkeypatch.setattr(name, broken)
    failed = 0
    for command in COMMANDS:
        capsys.readouterr()
        status = main(command)
        done = capsys.readouterr()
        failed += status == 1 and "internal error: RuntimeError at " in done.err
        assert SECRET not in done.err, command
        if command[0] not in ("render", "dump") or status:
            assert SECRET not in done.out, command
        _no_trick(done.err)
    assert failed >= 3


DEEP = "a." * 3_000 + "a = 1\n"


@pytest.mark.parametrize(
    "text",
    [
        DEEP, f"site.{DEEP}", f"site.settings.{DEEP}", f"provisioning.{DEEP}",
        f"[[tenant]]\nname = 't'\nsettings.{DEEP}",
        f"[[device]]\nmac = '001122000077'\nsettings.{DEEP}", f"[[device]]\n{DEEP}", f"[[template]]\nraw.{DEEP}",
        f"[[device]]\nlabel = '{'x' * 500_000}'\n", f"[[device]]\nmac = {json.dumps(NASTY[:-210])!r}\n",
        "[[tenant]]\nname = '../../etc'\n[[tenant]]\nname = '.'\n[[tenant]]\nname = \"\\u001b[2J\"\n",
        "[[template]]\nname = '../x'\nvendor = '../../etc'\nmodel = '/etc/passwd'\n",
        "[[device]]\nmac = '../../../etc'\ntenant = 'acme'\nvendor = 'testphone'\nmodel = 'T1'\n",
        "[[source]]\nname = '../x'\nkind = 'csv'\nlocation = \"/etc\\u0000/passwd\"\ntenant = 'acme'\n",
    ],
    ids=range(14),
)  # fmt: skip
def test_no_site_file_brings_load_down_or_gets_a_file_written_elsewhere(
    run: Run, site: Site, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "in" / "site.toml"
    file.parent.mkdir()
    file.write_text(f"version = 1\n{text}", encoding="utf-8", errors="replace")
    before = {path for path in tmp_path.rglob("*") if site.root not in path.parents and "state" not in path.parts}
    done = run("load", str(file))
    _no_trick(done.out + done.err)
    assert done.status in (0, 1) and all(len(line) < 2_000 for line in done.err.splitlines())
    _no_trick(run("commit", "--yes", "--keep-going").err)
    after = {path for path in tmp_path.rglob("*") if site.root not in path.parents and "state" not in path.parts}
    assert after == before
