"""doctor: how old the last backup is, and the certificates that lie there as files."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from aps_tui.services.workplace import Workplace
from tests.unit.services.doctor.conftest import Look, severities, told
from tests.unit.services.doctor.loopback import certificate
from tests.unit.services.doctor.test_doctor_servers import moment

DAY = 86_400


def test_a_backup_is_missing_fresh_old_or_still_good(place: Workplace, look: Look, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    now = time.time()
    assert severities(look("database.backup")) == {"warning"} and "no backup was ever made" in told(
        look("database.backup")
    )
    place.store.backup(copy)
    [found] = look("database.backup", now=now + 100 * DAY)
    assert found.severity == "ok" and "nothing was changed since" in found.what and str(copy) in found.what
    place.store.devices.delete([place.store.devices.macs()[0]])
    assert severities(look("database.backup", now=now + 6 * DAY)) == {"ok"}
    [found] = look("database.backup", now=now + 8 * DAY)
    assert found.severity == "warning" and "1 change came since" in found.what
    place.store.restore(copy)
    [found] = look("database.backup", now=now + 100 * DAY)
    assert found.severity == "ok" and "the last restore was" in found.what


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
@pytest.mark.parametrize(
    ("first", "last", "severity", "said"),
    [
        (-30, 400, "ok", "is good until"),
        (-30, 3, "warning", "ends on"),
        (-30, -1, "fault", "ended on"),
        (2, 30, "fault", "holds from"),
    ],
)
def test_a_certificate_file(look: Look, tmp_path: Path, first: int, last: int, severity: str, said: str) -> None:
    both = certificate(tmp_path, moment(first), moment(last))
    both.chmod(0o600)
    found = look("network.tls_files", certificate=both, certificate_key=tmp_path / "key.pem")
    assert said in told(found) and severities(found) - {"ok"} == {severity} - {"ok"}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_a_key_that_others_may_read_or_that_is_another(look: Look, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        certificate(tmp_path / name, moment(-30), moment(400)).chmod(0o600)
    chain, key = tmp_path / "one" / "both.pem", tmp_path / "two" / "key.pem"
    key.chmod(0o644)
    found = told(look("network.tls_files", certificate=chain, certificate_key=key))
    assert "everybody may use the server's private key (mode 644)" in found and "not the key of" in found
    chain.chmod(0o604)
    assert "mode 604" in told(look("network.tls_files", certificate=chain))
    broken = tmp_path / "broken.pem"
    broken.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert severities(look("network.tls_files", certificate=broken)) == {"fault"}


def test_certificate_files_that_are_missing(look: Look, tmp_path: Path) -> None:
    [found] = look("network.tls_files", certificate=tmp_path / "gone.pem")
    assert found.severity == "unknown" and found.subject.endswith("gone.pem")
    assert severities(look("network.tls_files")) <= {"ok", "warning", "fault"}
