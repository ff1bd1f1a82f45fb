"""aps-tui dhcp."""

from __future__ import annotations

import pytest

from aps_tui.domain.site import Provisioning
from aps_tui.wire.dhcp_hook import hook_script
from tests.unit.cli.conftest import Run, Site


@pytest.mark.parametrize("server", ["isc", "dnsmasq", "kea"])
def test_it_prints_the_classes(site: Site, run: Run, server: str) -> None:
    with site.store() as store:
        store.provisioning.save(Provisioning("", "192.0.2.1", "pbx.example.net"))
    done = run("dhcp", server)
    assert (done.status, done.err) == (0, "") and done.out.startswith("# DHCP classes for phones")
    assert "aps-testphone" in done.out and "http://pbx.example.net:5555/tftpboot/" in done.out
    alone = run("dhcp", server, "--vendor", "TestPhone").out
    assert "aps-testphone" in alone and "yealink" not in alone


def test_a_site_without_an_address_is_told_what_to_fill(site: Site, run: Run) -> None:
    done = run("dhcp", "isc")
    assert (done.status, done.out) == (1, "") and "fill Server host name (server_hostname)" in done.err


def test_wrong_words_are_refused(site: Site, run: Run) -> None:
    assert run("dhcp", "udhcpd").status == 2
    done = run("dhcp", "isc", "--vendor", "nosuch")
    assert done.status == 1 and "unknown vendor 'nosuch'" in done.err


def test_it_prints_the_hooks(run: Run) -> None:
    for server in ("dnsmasq", "kea"):
        done = run("dhcp", server, "--hook")
        assert done.status == 0 and done.out == hook_script(server)
    done = run("dhcp", "isc", "--hook")
    assert (done.status, done.out) == (1, "") and "isc needs no hook" in done.err
