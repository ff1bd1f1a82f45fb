"""web, tftp, fail2ban and http-auth on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aps_tui.domain.site import Provisioning
from tests.unit.services.small_site import MACS

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Run, Site

FIRST = {"first_contact_user": "newphone", "first_contact_password": "First-Contact-7yK2"}
PRINTED = [("web", "nginx"), ("web", "nginx", "--tls"), ("web", "apache"), ("web", "apache", "--tls"), ("tftp",),
           ("tftp", "hpa"), ("tftp", "dnsmasq"), ("tftp", "--part", "firewall"), ("fail2ban",), ("fail2ban", "apache"),
           ("fail2ban", "--part", "filter"), ("fail2ban", "--part", "jail")]  # fmt: skip


def save(site: Site, **said: object) -> None:
    with site.store() as store:
        store.provisioning.save(Provisioning(**said))  # type: ignore[arg-type]


@pytest.mark.parametrize("words", PRINTED)
def test_every_text_is_printed_without_secrets(site: Site, run: Run, words: tuple[str, ...]) -> None:
    save(site, http_auth=True, whitelist=("10.0.0.0/8", "2001:db8::/32", "00:15:65"), **FIRST)
    done = run(*words)
    assert (done.status, done.err) == (0, "")
    assert FIRST["first_contact_password"] not in done.out
    with site.store() as store:
        assert store.provisioning.get().http_key not in done.out
    if "--part" not in words:
        assert "# Next steps:" in done.out
    if words[0] in ("web", "fail2ban") and "filter" not in words:
        assert "10.0.0.0/8" in done.out and "00:15:65" not in done.out
    assert all(len(line) <= 120 or not line.startswith("#") for line in done.out.splitlines())


def test_what_is_missing_is_said_first(site: Site, run: Run) -> None:
    done = run("web", "nginx")
    assert "ATTENTION: HTTP authentication is off" in done.out and "No first contact is said" in done.out
    assert "ATTENTION: the whitelist names no network" in run("fail2ban").out


def test_a_root_that_no_configuration_can_hold_is_refused(site: Site, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a b;").mkdir()
    done = run("web", "nginx", "--root", str(tmp_path / "a b;"))
    assert done.status == 1 and "has characters that a server's configuration cannot hold" in done.err


def test_who_depends_on_tftp_is_named(site: Site, run: Run) -> None:
    assert "No device of this site depends on TFTP." in run("tftp").out
    with site.store() as store:
        from aps_tui.data.settings import Level

        store.settings.set(Level("site"), "general.provisioning_url", "tftp://10.0.0.1/")
        store.settings.set(Level("device", MACS[0]), "general.provisioning_url", "http://10.0.0.1:5555/tftpboot/")
    said = run("tftp").out
    assert "These depend on TFTP:" in said and "tftp in their provisioning URL" in said
    assert "00:11:22:00:00:00" not in said and "00:11:22:00:00:01" in said


def test_http_auth_from_end_to_end(site: Site, run: Run) -> None:
    assert run("http-auth", "rotate", "--all").status == 1
    save(site, http_auth=True, unprovisioned_secret="limited-Account-5x", **FIRST)
    assert run("http-auth", "rotate").status == 2 and run("http-auth", "rotate", "--all", MACS[0]).status == 2
    assert run("commit", "--yes").status == 0
    assert [one["state"] for one in run("http-auth", "show", MACS[1], "--json").json["devices"]] == ["by hand"]
    assert run("http-auth", "rotate", MACS[1], "--json").json == {"done": [MACS[1]], "left": []}
    again = run("http-auth", "rotate", "--all")
    assert "5 devices: changed" in again.out and MACS[1] in again.err
    assert "1 device: have one password now" in run("http-auth", "drop", MACS[1]).out
    assert "1 device: open for 2 h" in run("http-auth", "open", "--hours", "2", MACS[1]).out
    done = run("http-auth", "reveal", MACS[1])
    assert done.out.startswith(f"{MACS[1]}.2 ") and len(done.out.split()[1]) == 24
    assert "HTTP password" in run("audit").out and done.out.split()[1] not in run("audit").out
    assert run("http-auth", "reveal", "805ec0ffffff").status == 1
