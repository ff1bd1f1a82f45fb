"""plan, commit, history and undo as commands: their JSON, their statuses, what stops them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aps_tui.data.settings import Level
from tests.unit.cli.conftest import Run, Site
from tests.unit.services.small_site import MACS, contents

SECRET = "s3cret"


def test_plan_says_what_the_contract_says(run: Run, site: Site) -> None:
    done = run("plan", "--json")
    assert done.status == 3
    assert {*done.json} >= {"changes", "unchanged", "edited_on_disk", "problems"}
    assert done.json["changes"][0] == {
        "path": f"{MACS[0]}.cfg",
        "kind": "add",
        "macs": [MACS[0]],
        "reasons": ["new device"],
    }
    assert next(one for one in done.json["changes"] if one["path"] == "common-T1.cfg")["macs"] == []
    assert done.json["unchanged"] == 0 and done.json["problems"] == [] and contents(site.root) == {}


def test_commit_writes_and_then_there_is_nothing_to_plan(run: Run, site: Site) -> None:
    done = run("commit", "--yes", "--json", "--note", "first")
    assert done.status == 0
    assert (done.json["generation"], done.json["written"], done.json["removed"]) == (1, 8, 0)
    assert len(contents(site.root)) == 8 and done.json["seconds"] >= 0
    after = run("plan", "--json")
    assert (after.status, after.json["changes"], after.json["unchanged"]) == (0, [], 8)
    assert "nothing to write" in run("commit", "--yes").out


def test_plan_of_named_devices_in_any_notation(run: Run, site: Site) -> None:
    done = run("plan", "00:11:22:00:00:01", "--json")
    assert [one["path"] for one in done.json["changes"]] == [f"{MACS[1]}.cfg"]
    assert run("plan", "no-mac").status == 1
    assert "no such device" in run("plan", "001122aabbcc").err


def test_a_rotated_secret_shows_in_the_diff_and_cannot_be_read(run: Run, site: Site) -> None:
    run("commit", "--yes")
    with site.store() as store:
        old = store.extensions.find("acme", "101")
        assert old is not None
        store.extensions.save(replace(old, secret="s3cret-brand-new"))
    done = run("plan", "--diff")
    assert done.status == 3 and SECRET not in done.out + done.err
    lines = [line.strip() for line in done.out.splitlines() if "password" in line]
    assert lines[0].startswith("-account.1.password = ••••(") and lines[1].startswith("+account.1.password = ••••(")
    assert lines[0][1:] != lines[1][1:]
    shown = run("plan", "--diff", "--json")
    assert SECRET not in shown.out and "••••(" in shown.json["changes"][0]["diff"]


def test_a_first_plan_with_diff_shows_whole_files_without_secrets(run: Run, site: Site) -> None:
    with site.store() as store:
        store.settings.set(Level("site"), "security.admin_password", "adm1n-Secret!")
        store.settings.set_raw(Level("site"), "testphone", "vpn.password", "raw-Secret!")
    done = run("plan", "--diff")
    assert "+account.1.user = 101" in done.out and "+version = 1" in done.out
    for secret in (SECRET, "limited-secret", "adm1n-Secret!", "raw-Secret!"):
        assert secret not in done.out + done.err


def test_commit_without_a_terminal_needs_yes(run: Run, site: Site) -> None:
    done = run("commit")
    assert done.status == 2 and "--yes" in done.err and contents(site.root) == {}


def test_commit_asks_where_it_can(run: Run, site: Site, terminal: Callable[[bool], None]) -> None:
    terminal(False)
    refused = run("commit")
    assert refused.status == 1 and "8 to add" in refused.err and contents(site.root) == {}
    terminal(True)
    assert run("commit").status == 0 and len(contents(site.root)) == 8


def test_a_problem_stops_the_commit_and_is_named(run: Run, site: Site) -> None:
    _spoil(site)
    done = run("commit", "--yes", "--json")
    assert done.status == 1 and contents(site.root) == {}
    assert [one["mac"] for one in done.json["problems"]] == [MACS[0]] and done.json["generation"] is None
    assert f"aps-tui: {MACS[0]}: " in done.err and "nothing was written" in done.err
    going = run("commit", "--yes", "--keep-going", "--json")
    assert going.status == 1 and going.json["written"] == 7 and f"{MACS[0]}.cfg" not in contents(site.root)
    assert run("plan").status == 1


def test_a_file_edited_by_hand_is_never_overwritten_silently(run: Run, site: Site) -> None:
    run("commit", "--yes")
    file = site.root / f"{MACS[0]}.cfg"
    file.write_text("mine = 1\naccount.1.password = old-unknown-value\n")
    with site.store() as store:
        store.settings.set(Level("device", MACS[0]), "time.zone", "Europe/Rome")
    shown = run("plan", "--diff", "--json")
    assert shown.json["edited_on_disk"] == [file.name] and "old-unknown-value" not in shown.out
    stopped = run("commit", "--yes")
    assert stopped.status == 1 and file.name in stopped.err and file.read_text().startswith("mine")
    assert run("commit", "--yes", "--overwrite").status == 0 and "mine" not in file.read_text()


def test_history_and_undo(run: Run, site: Site) -> None:
    assert run("history", "--json").json == {"generations": []}
    assert run("undo", "--yes").status == 1
    run("commit", "--yes", "--note", "one")
    first = contents(site.root)
    with site.store() as store:
        store.settings.set(Level("site"), "time.zone", "Europe/Rome")
        store.devices.delete([MACS[5]])
    run("commit", "--yes", "--note", "two")
    assert contents(site.root) != first
    newest = run("history", "--json").json["generations"][0]
    assert (newest["generation"], newest["note"], newest["removed"]) == (2, "two", 1)
    assert newest["at"].endswith("+00:00") and newest["operator"]
    assert run("undo").status == 2
    done = run("undo", "--yes")
    assert done.status == 0 and f"+ {MACS[5]}.cfg" in done.err
    assert contents(site.root) == first
    assert run("undo", "0", "--yes", "--json").json["removed"] == 8 and contents(site.root) == {}
    assert run("undo", "99", "--yes").status == 1 and run("undo", "x", "--yes").status == 2
    assert "two" in run("history").out


def test_undo_stops_at_a_file_edited_by_hand(run: Run, site: Site) -> None:
    run("commit", "--yes")
    (site.root / f"{MACS[0]}.cfg").write_text("mine\n")
    assert run("undo", "--yes").status == 1 and len(contents(site.root)) == 8
    assert run("undo", "--yes", "--overwrite").status == 0 and contents(site.root) == {}


def _spoil(site: Site) -> None:
    """A line break that its file cannot carry."""
    with site.store() as store:
        device = store.devices.get(MACS[0])
        assert device is not None
        store.devices.save(replace(device, lines=(replace(device.lines[0], label="two\nlines"),)))
