"""The file servers and the network, over real sockets on loopback."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.http_auth import password_of
from aps_tui.domain.site import AddressMapping
from aps_tui.services import network
from aps_tui.services.commit import commit
from aps_tui.services.discovery import rights
from aps_tui.services.doctor import clock
from aps_tui.services.values import Level
from aps_tui.services.workplace import Workplace
from aps_tui.wire import tftp_read
from tests.unit.services.doctor.conftest import Look, severities, told
from tests.unit.services.doctor.loopback import Web, certificate, tftp, web
from tests.unit.services.small_site import MACS, contents
from tests.unit.services.this_machine import pretend

PASSWORD = "site-password-of-phones"
Provision = Callable[..., None]


@pytest.fixture(autouse=True)
def nothing_is_left(place: Workplace) -> object:
    """However a probe ends, no file of it stays."""
    yield
    assert not [name for name in contents(place.root) if "probe" in name]


def say_url(place: Workplace, url: str, user: str = "", password: str = "") -> None:
    for name, value in (("provisioning_url", url), ("http_user", user), ("http_password", password)):
        place.store.settings.set(Level("site"), f"general.{name}", value or None)


def test_the_root_that_is_served_is_the_one_that_is_written(place: Workplace, look: Look) -> None:
    with web(place.root) as served:
        say_url(place, served.url)
        found = look("servers.http")
    assert severities(found) == {"ok"} and served.url in told(found)
    assert served.asked[0].startswith("/tftpboot/aps-tui-probe-")


def test_the_sites_password_is_said_and_asked_for(place: Workplace, look: Look) -> None:
    with web(place.root) as served:
        served.login = f"phones:{PASSWORD}"
        say_url(place, served.url, "phones", PASSWORD)
        assert severities(look("servers.http")) == {"ok"}
        served.login = ""
        found = look("servers.http")
    assert severities(found) == {"ok", "warning"} and "to whoever asks" in told(found) and PASSWORD not in told(found)


def test_a_devices_own_password_is_said_where_each_has_one(place: Workplace, look: Look, provision: Provision) -> None:
    key = "ab" * 32
    provision(http_auth=True, http_key=key)
    commit(place)
    with web(place.root) as served:
        say_url(place, served.url)
        served.login = f"{MACS[0]}:{password_of(key, MACS[0], 0)}"
        assert severities(look("servers.http")) == {"ok"}
        place.store.http_logins.rotate([MACS[0]])
        served.login = f"{MACS[1]}:{password_of(key, MACS[1], 0)}"
        assert severities(look("servers.http")) == {"ok"}, "not that of a phone that is to show itself with a new one"
        served.login = "other:one"
        found = look("servers.http")
    assert "refuses the user and password" in told(found) and password_of(key, MACS[1], 0) not in repr(found)
    place.passwords.file.chmod(0o644)
    assert str(place.passwords.file) in told(look("database.private"))


def test_a_login_in_the_url_is_said_and_not_shown(place: Workplace, look: Look) -> None:
    with web(place.root) as served:
        served.login = f"phones:{PASSWORD}"
        say_url(place, served.url.replace("127.0.0.1", f"phones:{PASSWORD}@127.0.0.1"))
        assert severities(look("servers.http")) == {"ok"}
        for name in ("servers.http", "network.certificate", "network.names"):
            assert PASSWORD not in repr(look(name)), name


@pytest.mark.parametrize(
    ("change", "severity", "said"),
    [
        ({"status": 404}, "fault", "it serves another folder"),
        ({"status": 403}, "fault", "may not give"),
        ({"status": 200, "body": b"welcome"}, "fault", "something else"),
        ({"status": 500}, "fault", "answers 500"),
        ({"status": 302, "to": "http://127.0.0.1:9/"}, "fault", "answers 302"),
        ({"login": "phones:other"}, "unknown", "the site says none"),
        ({"listing": True}, "fault", "lists the files"),
    ],
)
def test_what_a_web_server_does_wrong(
    place: Workplace, look: Look, change: dict[str, object], severity: str, said: str
) -> None:
    with web(place.root) as served:
        for name, value in change.items():
            setattr(served, name, value)
        say_url(place, served.url)
        found = look("servers.http")
    assert severity in severities(found) and said in told(found)


def test_another_folder_is_served(place: Workplace, look: Look, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with web(tmp_path / "other") as served:
        say_url(place, served.url)
        assert "it serves another folder" in told(look("servers.http"))


def test_a_wrong_password_is_a_fault_and_is_not_told(place: Workplace, look: Look) -> None:
    with web(place.root) as served:
        served.login = "phones:other"
        say_url(place, served.url, "phones", PASSWORD)
        found = look("servers.http")
    assert severities(found) == {"fault"} and "401" in told(found) and PASSWORD not in repr(found)


def test_nobody_answers_or_not_in_http(place: Workplace, look: Look) -> None:
    with web(place.root) as served:
        pass
    say_url(place, served.url)
    found = look("servers.http")
    assert severities(found) == {"unknown"} and "no web server at" in told(found)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://192.0.2.77:5555/tftpboot/", "does not lead to this machine"),
        ("tftp://127.0.0.1/", "not told to fetch by HTTP"),
        ("http://127.0.0.1:99999/", "is no URL"),
        ("http://[::1/", "is no URL"),
    ],
)
def test_nothing_is_asked_of_others(place: Workplace, look: Look, url: str, said: str) -> None:
    say_url(place, url)
    found = look("servers.http")
    assert severities(found) == {"unknown"} and said in told(found)


def test_who_only_looks_puts_no_file_there(place: Workplace, look: Look, provision: Provision) -> None:
    provision(tftp_server_address="127.0.0.1")
    with web(place.root) as served:
        say_url(place, served.url)
        for name in ("servers.http", "servers.tftp"):
            assert "who only looks" in told(look(name, touch=False))
        assert served.asked == []


def test_a_root_that_takes_no_file_is_told(place: Workplace, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    from aps_tui.services.doctor import probe

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(probe, "_put", full)
    with web(place.root) as served:
        say_url(place, served.url)
        found = look("servers.http")
    assert severities(found) == {"unknown"} and "no space left" in told(found)


@pytest.mark.parametrize(
    ("how", "severity", "said"),
    [
        ({}, "ok", "gives what lies under the root"),
        ({"refuse": 1}, "fault", "no [2J such file"),
        ({"refuse": 2}, "fault", "does not give"),
        ({"body": b"x" * 1300}, "fault", "something else"),
    ],
)
def test_the_tftp_server(
    place: Workplace, look: Look, provision: Provision, monkeypatch: pytest.MonkeyPatch,
    how: dict[str, object], severity: str, said: str,
) -> None:  # fmt: skip
    provision(tftp_server_address="127.0.0.1")
    with tftp(place.root, **how) as port:  # type: ignore[arg-type]
        monkeypatch.setattr(tftp_read, "PORT", port)
        found = look("servers.tftp")
    assert severities(found) == {severity} and said in told(found)


def test_no_tftp_server(place: Workplace, look: Look, provision: Provision) -> None:
    assert "no TFTP server address" in told(look("servers.tftp"))
    provision(tftp_server_address="192.0.2.77")
    assert "nothing is asked of others" in told(look("servers.tftp"))


def test_a_tftp_read_ends_and_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(bytes(2000))
    (tmp_path / "even").write_bytes(bytes(1024))
    with tftp(tmp_path) as port:
        assert len(tftp_read.read("127.0.0.1", "even", port=port)) == 1024
        with pytest.raises(tftp_read.TftpRefused):
            tftp_read.read("127.0.0.1", "long", port=port, most=600)
        with pytest.raises(BadValue):
            tftp_read.read("127.0.0.1", "a\0b", port=port)
    with tftp(tmp_path, mute=True) as port, pytest.raises(tftp_read.TftpSilent):
        tftp_read.read("127.0.0.1", "even", port=port, patience=0.05)


def test_settings_and_names(
    place: Workplace, look: Look, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch)
    provision(sip_server_address="192.0.2.1", tftp_server_address="203.0.113.1", server_hostname="old.example.net")
    found = told(look("network.settings"))
    assert "ok SIP server address" in found and "eth2 is down" in found and "old.example.net -> 192.0.2.99" in found
    place.store.mappings.save(AddressMapping("9.9.9.9", "gone.example.net"))
    found = told(look("network.names"))
    assert (
        "gone.example.net has no A record" in found and "bolt.example.net" in found and "pbx.example.net" not in found
    )


def test_every_name_is_known(place: Workplace, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "resolve", lambda name: ["192.0.2.1"])
    found = look("network.names")
    assert severities(found) == {"ok"} and "bolt.example.net, pbx.example.net" in told(found)


@pytest.mark.parametrize(
    ("state", "now", "severity"),
    [(True, None, "ok"), (False, None, "warning"), (None, None, "unknown"), (True, 1e6, "fault")],
)
def test_the_clock(
    look: Look, monkeypatch: pytest.MonkeyPatch, state: bool | None, now: float | None, severity: str
) -> None:
    monkeypatch.setattr(clock, "synchronised", lambda: state)
    assert severities(look("network.clock", now=now)) == {severity}


def test_the_kernel_tells_of_its_clock() -> None:
    assert clock.synchronised() in (True, False, None)


def test_nmap(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "find_nmap", lambda: "/bin/true")
    monkeypatch.setattr(rights, "check_rights", lambda nmap: None)
    assert severities(look("network.scan")) == {"ok"}

    def refused(nmap: str) -> None:
        raise rights.CannotScan("a scan needs the right to send raw packets")

    monkeypatch.setattr(rights, "check_rights", refused)
    assert severities(look("network.scan")) == {"warning"}


def moment(days: float) -> str:
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 86_400 * days))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
@pytest.mark.parametrize(
    ("days", "severity", "said"), [(400, "ok", "good until"), (3, "warning", "ends on"), (-1, "fault", "has ended")]
)
def test_a_certificate(place: Workplace, look: Look, tmp_path: Path, days: int, severity: str, said: str) -> None:
    pem = certificate(tmp_path, moment(-30), moment(days))
    with web(place.root, pem) as served:
        say_url(place, served.url.replace("http:", "https:"))
        found = look("network.certificate")
        assert severities(found) == {severity} and said in told(found)
        assert severities(look("servers.http")) == {"ok"}, "whose certificate it is does not matter there"


def test_no_tls_where_it_should_be(place: Workplace, look: Look) -> None:
    with web(place.root) as served:
        say_url(place, served.url.replace("http:", "https:"))
        found = look("network.certificate")
    assert severities(found) == {"unknown"} and "no TLS server at 127.0.0.1" in told(found)
    assert isinstance(served, Web)
