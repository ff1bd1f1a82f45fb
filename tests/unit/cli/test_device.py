"""render and explain as commands."""

from __future__ import annotations

import pytest

from aps_tui.data.settings import Level
from tests.unit.cli.conftest import Run, Site
from tests.unit.services.small_site import MACS, contents


def test_render_prints_the_bytes_a_commit_writes_and_is_recorded(run: Run, site: Site) -> None:
    shown = run("render", "00-11-22-00-00-00")
    assert "s3cret-acme-101" in shown.out and contents(site.root) == {}
    with site.store() as store:
        row = store.audit.of("device", MACS[0], 1)[0]
    assert row.action == "reveal" and row.operator and "s3cret" not in row.detail
    run("commit", "--yes")
    assert contents(site.root)[f"{MACS[0]}.cfg"].decode() == shown.out


def test_render_masked_shows_no_secret_and_is_not_recorded(run: Run, site: Site) -> None:
    done = run("render", MACS[0], "--masked", "--json")
    [file] = done.json["files"]
    assert file["path"] == f"{MACS[0]}.cfg" and "••••(" in file["content"] and "s3cret" not in done.out
    with site.store() as store:
        assert not [row for row in store.audit.recent() if row.action == "reveal"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["xyz"], "is not a MAC address"),
        (["001122aabbcc"], "there is no device"),
        ([MACS[0], "--file", "other.cfg"], f"it has {MACS[0]}.cfg"),
    ],
)
def test_render_says_what_is_wrong(run: Run, site: Site, arguments: list[str], said: str) -> None:
    done = run("render", *arguments)
    assert done.status == 1 and said in done.err and done.out == ""


def test_explain_shows_every_level_the_winner_and_the_mapping(run: Run, site: Site) -> None:
    found = run("explain", MACS[3], "server.1.host", "--json").json
    assert (found["value"], found["level"], found["rendered"]) == ("1.1.1.1", "tenant", "bolt.example.net")
    assert [step["level"] for step in found["levels"]] == ["default", "global", "tenant", "template", "device"]
    assert found["mappings"] == [{"source": "1.1.1.1", "hostname": "bolt.example.net", "tenant": "bolt"}]
    assert found["supported"] is True
    text = run("explain", MACS[3], "server.1.host").out
    assert "from tenant bolt" in text and "written as bolt.example.net" in text


def test_explain_says_what_the_model_does_not_carry_and_what_stands_in(run: Run, site: Site) -> None:
    assert run("explain", MACS[0], "network.vlan_id", "--json").json["supported"] is False
    unset = run("explain", MACS[0], "network.vlan_id")
    assert "unset" in unset.out and "not supported" in unset.out
    number = run("explain", MACS[0], "services.extension", "--json").json
    assert (number["value"], number["level"]) == ("101", "line")
    with site.store() as store:
        provisioning = store.provisioning.get()
        store.settings.set(Level("tenant", "acme"), "server.1.host", None)
        store.provisioning.save(type(provisioning)(sip_server_address="10.0.0.5"))
    host = run("explain", MACS[0], "server.1.host", "--json").json
    assert (host["value"], host["level"]) == ("10.0.0.5", "provisioning")
    assert "server = 10.0.0.5" in run("render", MACS[0]).out


def test_explain_masks_secrets(run: Run, site: Site) -> None:
    with site.store() as store:
        store.settings.set(Level("site"), "security.admin_password", "adm1n-Secret!")
        store.settings.set(Level("device", MACS[0]), "security.admin_password", "other-Secret!")
    for arguments in ([], ["--json"]):
        done = run("explain", MACS[0], "security.admin_password", *arguments)
        assert "Secret" not in done.out + done.err and done.out.count("••••(") >= 2
    assert run("explain", MACS[0], "security.admin_password", "--json").json["level"] == "device"


@pytest.mark.parametrize("setting", ["time.zonne", "server.N.host", "server.99.host"])
def test_explain_of_an_unknown_setting(run: Run, site: Site, setting: str) -> None:
    done = run("explain", MACS[0], setting)
    assert done.status == 1 and setting.split(".")[0] in done.err and len(done.err.splitlines()) == 1
