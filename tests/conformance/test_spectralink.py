"""What only a Spectralink handset asks for: a master file that names the others, and a name spelled in two ways."""

from __future__ import annotations

from tests.conformance.judge import read_back, shared_files
from tests.conformance.phones import PACKS, minimal

VENDOR = PACKS.vendor("spectralink")
SAMPLE = minimal(VENDOR, VENDOR.model("8440")).with_phone(mac="00907a0e7fe5")


def test_the_master_names_the_handsets_file_before_the_common_one() -> None:
    files = {file.path for file in (*SAMPLE.plain().files, *shared_files(SAMPLE).files)}
    assert files == {"00907a0e7fe5.cfg", "00907a0e7fe5-ext.cfg", "site.cfg"}
    assert read_back(VENDOR, SAMPLE.plain()).parameters["CONFIG_FILES"] == "00907a0e7fe5-ext.cfg, site.cfg"


def test_the_authentication_name_is_written_in_both_spellings() -> None:
    said = read_back(VENDOR, SAMPLE.with_account(auth_user="auth1").plain()).parameters
    assert said["reg.1.auth.userID"] == said["reg.1.auth.userId"] == "auth1"


def test_capitals_tell_which_file_a_raw_parameter_is_for() -> None:
    master, own = (
        file.data.decode() for file in SAMPLE.with_phone(raw={"LOG_FILE_DIRECTORY": "logs", "oai.x": "1"}).plain().files
    )
    assert 'LOG_FILE_DIRECTORY="logs"' in master and "oai.x" not in master
    assert 'oai.x="1"' in own and "LOG_FILE" not in own
