"""aps-tui queue: the phones that arrived, and why one does not work."""

from __future__ import annotations

from tests.unit.cli.conftest import Run, Site
from tests.unit.services.arrived import AT, arrive, ask
from tests.unit.services.small_site import MACS

NEW, IGNORED = "0011220000aa", "0011220000bb"


def test_the_queue_in_json_and_in_words(run: Run, site: Site) -> None:
    with site.store() as store:
        arrive(store, [NEW, IGNORED], conflict="lease says T2")
        store.arrivals.ignore([IGNORED])
    first, second = run("queue", "--json").json["queue"]
    assert first == {
        "mac": NEW, "state": "seen", "vendor": "testphone", "model": "T1", "firmware": "1.2.3", "score": 95,
        "conflict": "lease says T2", "address": "10.0.0.7", "agent": "Testphone T1 1.2.3 00:11:22:33:44:55",
        "sources": ["http", "lease"], "first_seen": AT, "last_seen": AT, "tenant": None, "extensions": [],
        "label": None, "host": "phone", "device": False, "withdrawn": None, "expires": None,
    }  # fmt: skip
    assert (second["mac"], second["tenant"], second["last_seen"]) == (MACS[5], "bolt", None)
    assert [one["state"] for one in run("queue", "--all", "--json").json["queue"]] == ["seen", "ignored", "seen"]
    done = run("queue")
    assert done.status == 0 and NEW in done.out and "testphone/T1?!" in done.out and "2 phones in the queue" in done.out


def test_one_phone_and_why_it_does_not_work(run: Run, site: Site) -> None:
    with site.store() as store:
        arrive(store, [NEW], agent="evil\x1b[2J")
        ask(store, NEW, "x\x1b]0;y\x07.cfg", 404)
    said = run("queue", "00:11:22:00:00:AA", "--json").json
    assert said["mac"] == NEW and said["whitelist"] == "is empty" and said["names"] == [f"{NEW}.cfg"]
    assert [one["source"] for one in said["evidence"]] == ["http", "lease"]
    assert said["requests"][0]["status"] == 404
    assert said["why"][0]["kind"] == "fault" and said["why"][0]["do"]
    done = run("queue", NEW)
    assert done.status == 0 and "no device yet" in done.out and "\x1b" not in done.out


def test_what_cannot_be_asked(run: Run, site: Site) -> None:
    assert run("queue", "0011220000cc").err == "aps-tui: 0011220000cc was never seen, and is no device\n"
    assert run("queue", "nonsense").status == 1
    assert run("queue", NEW, "--all").status == 2
