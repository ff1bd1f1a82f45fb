"""asterisk and systemd: what they print, and that a secret is printed only when asked for."""

from __future__ import annotations

from tests.unit.cli.conftest import Run, Site


def test_asterisk(site: Site, run: Run) -> None:
    done = run("asterisk")
    assert done.status == 0 and "[apunprov]" in done.out and "limited-secret" not in done.out + done.err
    for name in ("aps_unprov_pjsip.conf", "pjsip.conf", "aps_unprov_extensions.conf", "manager.conf"):
        assert f"======== /etc/asterisk/{name}" in done.out
    assert "autocreatepeer" in run("asterisk", "chan-sip").out
    done = run("asterisk", "pjsip", "--part", "aps_unprov_pjsip.conf", "--reveal")
    assert "\npassword=limited-secret\n" in done.out and "========" not in done.out
    assert "reveal" in run("audit").out


def test_asterisk_says_what_it_does_not_know(site: Site, run: Run) -> None:
    assert run("asterisk", "skinny").status == 2
    done = run("asterisk", "--part", "x.conf", "--reveal")
    assert done.status == 2 and "known: aps_unprov_pjsip.conf" in done.err and "limited-secret" not in done.err


def test_systemd(site: Site, run: Run) -> None:
    both = run("systemd").out
    assert both.count("[Service]") == 2 and "aps-tui-watch.service" in both and "aps-tui-agi.service" in both
    one = run("systemd", "agi").out
    assert one.count("[Service]") == 1 and f"--config {site.folder}/config.toml" in one
    assert run("systemd", "cron").status == 2
