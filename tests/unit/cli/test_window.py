"""`aps-tui window`: what is withdrawn is shown, opened again and closed."""

from __future__ import annotations

import time

import pytest

from aps_tui.data.store import Store
from tests.unit.cli.conftest import Run, Site
from tests.unit.services.small_site import MACS, contents

MAC, OTHER = MACS[:2]
FILE = f"{MAC}.cfg"
HOUR = 3600.0


@pytest.fixture
def withdrawn(run: Run, site: Site) -> Site:
    """The file of one phone, which got it two hours ago, was withdrawn by a commit."""
    with site.store() as store:
        store.db.execute_sql("INSERT INTO provisioning (name, value) VALUES ('withdraw_hours', '1')")
    assert run("commit", "--yes").status == 0
    with site.store() as store:
        fetched(store, MAC, time.time() - 2 * HOUR)
    done = run("plan", "--json")
    assert done.status == 3 and [one["path"] for one in done.json["changes"]] == [FILE]
    assert done.json["changes"][0]["reasons"] == ["withdrawn: 1 h after their first fetch"]
    assert "withdrawn: 1 h after their first fetch" in run("plan").out
    assert run("commit", "--yes").status == 0 and FILE not in contents(site.root)
    return site


def fetched(store: Store, mac: str, at: float) -> None:
    store.db.execute_sql("INSERT INTO file_window (mac, fetched) VALUES (?, ?)", (mac, at))


def test_what_stands_where(run: Run, withdrawn: Site) -> None:
    found = {one["mac"]: one for one in run("window", "show", "--json").json["devices"]}
    assert found.keys() == {*MACS}
    assert [found[mac]["state"] for mac in (MAC, OTHER, MACS[5])] == ["withdrawn", "open", "kept"]
    assert found[MAC]["since"] and found[MAC]["until"] is None and found[OTHER]["fetched"] is None
    lines = run("window", "show", MAC).out.splitlines()
    assert len(lines) == 1 and lines[0].split()[:2] == [MAC, "withdrawn"]
    row = next(one for one in run("queue", "--json").json["queue"] if one["mac"] == MACS[5])
    assert row["withdrawn"] is None and row["expires"] is None
    assert "withdrawn" in run("queue", MAC).out


def test_opened_and_closed(run: Run, withdrawn: Site) -> None:
    done = run("window", "open", MAC, OTHER)
    assert (done.status, done.out) == (0, "1 device: open for 1 h\n")
    assert done.err == f"1 device: left: their files are not withdrawn ({OTHER})\n"
    assert FILE in contents(withdrawn.root)
    assert run("commit", "--yes").status == 0 and FILE in contents(withdrawn.root)
    found = run("window", "show", MAC, "--json").json["devices"][0]
    assert found["state"] == "closing" and found["until"] > time.time() + 0.9 * HOUR
    assert run("window", "close", MAC, "--json").json["done"] == [MAC] and FILE not in contents(withdrawn.root)
    assert run("window", "open", MAC, "--until-fetched", "--json").json["done"] == [MAC]
    assert run("window", "show", MAC, "--json").json["devices"][0]["state"] == "open"
    trail = [row["action"] for row in run("audit", "--json").json["changes"] if row["name"] == MAC]
    assert trail[:4] == ["open", "withdraw", "close", "open"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("open",), 2, "Missing argument"),
        (("open", MAC, "--hours", "0"), 1, "hours are needed"),
        (("open", MAC, "--hours", "nan"), 1, "hours are needed"),
        (("open", MAC, "--hours", "x"), 2, "not a valid float"),
        (("open", MAC, "--hours", "1", "--until-fetched"), 2, "not both"),
        (("open", "00:11:22:33:ff:ff"), 1, "no such device: 00112233ffff"),
        (("close", "x"), 1, "x"),
        (("show", "00112233ffff"), 1, "no such device"),
    ],
)
def test_bad_words(run: Run, withdrawn: Site, words: tuple[str, ...], status: int, said: str) -> None:
    done = run("window", *words)
    assert done.status == status and said in done.err and done.out == ""
    assert FILE not in contents(withdrawn.root)


def test_the_queue_and_a_plan_say_what_expires(run: Run, site: Site) -> None:
    bare = MACS[5]
    with site.store() as store:
        store.db.execute_sql("INSERT INTO provisioning (name, value) VALUES ('expire_days', '30')")
        store.db.execute_sql("UPDATE audit SET at = at - 29 * 86400")
    assert run("commit", "--yes").status == 0
    row = next(one for one in run("queue", "--json").json["queue"] if one["mac"] == bare)
    assert time.time() < row["expires"] < time.time() + 86400 and "it expires" in run("queue", bare).out
    with site.store() as store:
        store.db.execute_sql("UPDATE audit SET at = at - 2 * 86400")
    found = run("plan", "--json")
    assert [one["reasons"] for one in found.json["changes"]] == [["expired: nobody claimed it for 30 days"]]
    assert run("commit", "--yes").status == 0 and f"{bare}.cfg" not in contents(site.root)
    assert run("undo", "--yes").status == 0 and f"{bare}.cfg" in contents(site.root)
    assert run("plan").status == 0
