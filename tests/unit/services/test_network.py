"""This machine's network, as it really is."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from aps_tui.services import network
from aps_tui.services.network import NoAnswer, OwnAddress, dhcp_interfaces, has_said, own_addresses, resolve


def test_the_machines_own_addresses_have_their_interface() -> None:
    found = own_addresses()
    loopback = next(one for one in found if one.address == "127.0.0.1")
    assert loopback.up and not loopback.reachable and loopback.interface
    assert f"127.0.0.1 ({loopback.interface})" in has_said(found)
    reachable = [one.reachable for one in found]
    assert reachable == sorted(reachable, reverse=True)


def test_link_local_and_down_interfaces_are_of_no_use() -> None:
    assert not OwnAddress("eth0", "fe80::1", True).reachable
    assert not OwnAddress("eth0", "192.0.2.1", False).reachable
    assert OwnAddress("eth0", "192.0.2.1", True).reachable


def test_a_name_is_resolved_for_real() -> None:
    assert resolve("localhost") == ["127.0.0.1"]


def test_a_name_that_is_none_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoAnswer, match=r"pbx\.example has no A record \(Name or service not known\)"):
        resolve("pbx.example")


def test_a_name_server_that_is_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    silence = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: silence.wait() and [])
    monkeypatch.setattr(network, "PATIENCE", 0.01)
    with pytest.raises(NoAnswer, match="did not answer within"):
        resolve("pbx.example")
    silence.set()


@pytest.mark.parametrize(
    ("text", "found"),
    [('INTERFACESv4="eth0 eth1"\nINTERFACESv6=""\n', {"eth0", "eth1"}), ("# INTERFACES=eth9\n", set())],
)
def test_the_dhcp_server_says_where_it_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: set[str]
) -> None:
    patterns = [pattern for _, pattern in network._DHCP_FILES]
    paths = [tmp_path / "isc-dhcp-server", tmp_path / "dnsmasq.conf"]
    monkeypatch.setattr(network, "_DHCP_FILES", list(zip(paths, patterns, strict=True)))
    paths[0].write_text(text)
    assert dhcp_interfaces() == found
    paths[1].write_text("#interface=br9\ninterface=br0 # phones\n")
    assert dhcp_interfaces() == found | {"br0"}
