"""What holds for every kind of source: clear errors, no secret in any text, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.pbx import FILES, read_source

Tree = Callable[[dict[str, str | bytes]], Path]

SECRETS = {
    "sip": "[1]\ntype=peer\nhost=dynamic\nsecret=HUSH\nHUSH\n#HUSH\n=HUSH\n[1]\nsecret=HUSH2\n[t]\nsecret=HUSH\n",
    "users": "[1]\nhassip=yes\nsecret=HUSH\nHUSH\n[2]\nhassip=yes\nhost=x\nsecret=HUSH\n",
    "pjsip": "[1]\ntype=endpoint\nauth=1\naors=1\n[1]\ntype=auth\npassword=HUSH\n[1]\ntype=aor\nmax_contacts=1\nHUSH\n",
    "pjsip-wizard": "[1]\ntype=wizard\naccepts_registrations=yes\ninbound_auth/password=HUSH\nHUSH\n",
    "csv": ",1,,HUSH,,,\n,1,,HUSH2,,,\n",
}


@pytest.mark.parametrize("kind", FILES)
def test_no_secret_in_warnings_and_reprs(tree: Tree, kind: str) -> None:
    path = tree({"source": SECRETS[kind]})
    reading = read_source(kind, str(path))
    assert reading.accounts
    assert reading.warnings
    assert "HUSH" not in "".join(reading.warnings) + repr(reading)


@pytest.mark.parametrize("kind", ["sip", "pjsip"])
@pytest.mark.parametrize("end", ["[1](HUSH-less", "[2](none)", "\\", "#include none.conf", "[1](+x=HUSH)"])
def test_no_secret_value_in_errors(tree: Tree, kind: str, end: str) -> None:
    path = tree({"source": f"[1]\ntype=endpoint\nsecret=QUIET\n{end}\n"})
    with pytest.raises(BadValue, match="line 4") as caught:
        read_source(kind, str(path))
    assert "QUIET" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", FILES)
def test_what_cannot_be_read(tmp_path: Path, kind: str) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(bytes(range(256)) * 10)
    for location, fault in (
        (str(tmp_path / "none"), "no such file"),
        (str(tmp_path), "a folder"),
        (str(binary), "not a text file"),
        ("/dev/zero", "not a regular file"),
        ("", "name the file"),
        ("a\0b", "name the file"),
        ("x" * 5000, "no such file"),
    ):
        with pytest.raises(BadValue, match=fault):
            read_source(kind, location)


def test_an_unknown_kind() -> None:
    with pytest.raises(BadValue, match="unknown kind of source ldap; known are csv, sip"):
        read_source("ldap", "x")


@pytest.mark.parametrize("kind", FILES)
def test_a_file_without_read_permission(tree: Tree, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = tree({"source": "[1]\n"})
    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(BadValue, match=r"cannot be read .Permission denied"):
        read_source(kind, str(path))
