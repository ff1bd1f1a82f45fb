"""`aps-tui scan`, with an nmap that says what the test wants."""

from __future__ import annotations

import pytest

from tests.unit.cli.conftest import Run, Site
from tests.unit.services.fake_nmap import answering, host, put_nmap

WHERE = ("192.0.2.1", "192.0.2.254", "--interface", "eth0", "--tenant", "acme")
HOSTS = [host("192.0.2.10", "00:11:22:00:00:A0"), host("192.0.2.11", "00:11:22:00:00:00"),
         host("192.0.2.12", "00:1B:63:00:00:01"), host("192.0.2.13", "02:42:AC:00:00:01")]  # fmt: skip


@pytest.fixture
def lan(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new phone, a known one, one of another maker, a virtual machine."""
    answering(site.folder, monkeypatch, HOSTS)


def test_it_lists_what_answers_and_adds_nothing(run: Run, site: Site, lan: None) -> None:
    done = run("scan", *WHERE)
    assert done.status == 0
    first, second, third, words = done.out.splitlines()
    assert first.split()[:4] == ["0011220000a0", "192.0.2.10", "testphone", "new"]
    assert second.split()[:4] == ["001122000000", "192.0.2.11", "testphone", "acme"]
    assert third.split()[2] == "unsupported" and "1 new, 1 known already" in words
    assert "locally administered" in done.err
    with site.store() as store:
        assert len(store.devices.macs()) == 6
        assert [one.source for one in store.sightings.of("0011220000a0")] == ["scan"]


def test_as_json(run: Run, site: Site, lan: None) -> None:
    said = run("scan", *WHERE, "--json").json
    assert said["range"] == {"first": "192.0.2.1", "last": "192.0.2.254", "interface": "eth0", "addresses": 254}
    assert [(one["mac"], one["vendor"], one["tenant"]) for one in said["found"]] == [
        ("0011220000a0", "testphone", None), ("001122000000", "testphone", "acme"), ("001b63000001", None, None),
    ]  # fmt: skip
    assert said["strange"][0]["mac"] == "0242ac000001" and said["added"] == [] == said["waiting"]


def test_adding_leaves_those_without_a_model_for_the_console(run: Run, site: Site, lan: None) -> None:
    said = run("scan", *WHERE, "--add", "--json").json
    assert said["added"] == [] and [one["mac"] for one in said["waiting"]] == ["0011220000a0"]
    done = run("scan", *WHERE, "--add", "--model", "testphone/T1", "--sip-server", "192.0.2.1")
    assert "1 device added" in done.out
    with site.store() as store:
        device = store.devices.get("0011220000a0")
        assert device is not None and (device.tenant, device.model) == ("acme", "T1")
    assert "0 new" in run("scan", *WHERE, "--add").out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("192.0.2.9", "192.0.2.1", *WHERE[2:]), 1, "comes after"),
        (("172.16.0.1", "172.16.0.9", *WHERE[2:]), 1, "behind a router"),
        ((*WHERE[:3], "lo", *WHERE[4:]), 1, "no interface 'lo'"),
        ((*WHERE[:5], "nobody"), 1, "no tenant 'nobody'"),
        ((*WHERE, "--model", "testphone/T1"), 2, "--add"),
        (("192.0.2.1", "192.0.2.9"), 2, "--interface"),
    ],
)
def test_wrong_use_is_one_line(run: Run, lan: None, words: tuple[str, ...], status: int, said: str) -> None:
    done = run("scan", *words)
    assert done.status == status and said in done.err and not done.out


def test_a_failing_nmap_is_one_line(run: Run, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    put_nmap(site.folder, monkeypatch, "echo 'dnet: Failed to open device eth0' >&2; exit 1\n")
    done = run("scan", *WHERE, "--json")
    assert (done.status, done.out) == (1, "") and done.err == "aps-tui: nmap failed: dnet: Failed to open device eth0\n"
