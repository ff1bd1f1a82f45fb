"""Who is working, told by the system alone, and the role that the [operators] table gives them."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.roles import Refused, Role
from aps_tui.services.config import read_config
from aps_tui.services.opening import open_store
from aps_tui.services.roles import Identity, Operators, identity

DAEMON, NOBODY = pwd.getpwnam("daemon"), pwd.getpwnam("nobody")
FORGED = {"LOGNAME": "boss", "USER": "boss", "SUDO_USER": "root", "SUDO_UID": "0", "APS_TUI_OPERATOR": "boss"}


Env = Mapping[str, str]


def who(
    said: Operators | None, given: str = "", *, uid: int = DAEMON.pw_uid, env: Env = MappingProxyType({})
) -> Identity:
    return identity(said, given, uid=uid, env=env)


def test_the_name_is_the_accounts_whatever_the_environment_says() -> None:
    assert who(None, env=FORGED).name == "daemon"
    assert who(None, uid=4_000_000_000).name == "uid 4000000000"
    assert who(Operators(admin=("root",), viewer=("daemon",)), env=FORGED).rights.role is Role.VIEWER


def test_root_is_whoever_called_sudo_when_its_variables_agree() -> None:
    behind = {"SUDO_USER": "daemon", "SUDO_UID": str(DAEMON.pw_uid)}
    assert who(None, uid=0, env=behind).name == "daemon"
    for wrong in ({"SUDO_UID": "12345"}, {"SUDO_UID": ""}, {"SUDO_USER": "no\x1bbody-such"}):
        assert who(None, uid=0, env={**behind, **wrong}).name == "root"
    said = Operators(operator=("daemon",))
    assert who(said, uid=0, env=behind).rights.role is Role.OPERATOR
    assert who(said, uid=0).rights.role is Role.ADMIN  # root itself cannot be kept from anything


def test_without_a_table_everybody_may_do_everything() -> None:
    assert who(None).rights.role is Role.ADMIN
    assert who(None).rights.tenants is None


def test_the_highest_role_counts_and_groups_are_the_systems() -> None:
    group = grp.getgrgid(DAEMON.pw_gid).gr_name
    assert who(Operators(viewer=("daemon",), admin=(f"@{group}",))).rights.role is Role.ADMIN
    assert who(Operators(viewer=(f"@{group}",))).rights.role is Role.VIEWER
    with pytest.raises(Refused, match="daemon has no role"):
        who(Operators(admin=("root", "@no-such-group"), operator=("alice",)))


def test_an_operator_works_on_the_tenants_at_his_name_else_on_those_of_his_groups() -> None:
    group = f"@{grp.getgrgid(DAEMON.pw_gid).gr_name}"
    limits = {"daemon": ("bolt", "acme"), group: ("carl",)}
    assert who(Operators(operator=("daemon", group), tenants=limits)).rights.tenants == ("acme", "bolt")
    assert who(Operators(operator=(group,), tenants={group: ("carl",)})).rights.tenants == ("carl",)
    assert who(Operators(operator=("daemon", group), tenants={group: ("carl",)})).rights.tenants is None
    assert who(Operators(admin=("daemon",), operator=(group,), tenants={group: ("carl",)})).rights.tenants is None


def test_a_name_is_given_in_forced_commands_of_shared_accounts_alone() -> None:
    said = Operators(admin=("daemon",), operator=("alice",), shared=("daemon",))
    assert who(said, "alice", env={"SSH_CONNECTION": "x"}).name == "alice"
    assert who(said, "alice").rights.role is Role.OPERATOR
    assert who(said).rights.role is Role.ADMIN  # a service of the account
    with pytest.raises(Refused, match="boss has no role"):
        who(said, "boss")
    with pytest.raises(Refused, match="needs --operator NAME"):
        who(said, env={"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"})
    with pytest.raises(BadValue, match="nobody is none"):
        who(said, "alice", uid=NOBODY.pw_uid)
    with pytest.raises(BadValue, match="--operator is for"):
        who(None, "alice")


def test_sudo_to_a_shared_account_tells_who_it_is() -> None:
    said = Operators(admin=("daemon",), viewer=("nobody",), shared=("daemon",))
    behind = {"SUDO_USER": "nobody", "SUDO_UID": str(NOBODY.pw_uid)}
    assert who(said, env=behind).name == "nobody"
    assert who(said, env=behind).rights.role is Role.VIEWER
    with pytest.raises(BadValue, match="sudo says who you are"):
        who(said, "daemon", env=behind)


def test_the_table_is_read_and_its_slips_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        'files = "swap"\n[operators]\nadmin = ["root"]\noperator = ["a"]\n[operators.tenants]\na = ["acme"]\n'
    )
    found = read_config(file, env={}, uid=0)
    assert found.files == tmp_path / "swap"
    assert found.operators == Operators(admin=("root",), operator=("a",), tenants={"a": ("acme",)})
    for wrong in ("boss = []", "admin = 'root'", "[operators.tenants]\nalcie = ['acme']"):
        file.write_text(f'[operators]\noperator = ["alice"]\n{wrong}\n'.replace("'root'", '"root"'))
        with pytest.raises(BadValue, match=str(file)):
            read_config(file, env={}, uid=0)


def test_another_database_is_for_admins(tmp_path: Path) -> None:
    me = pwd.getpwuid(os.getuid()).pw_name
    file = tmp_path / "config.toml"
    file.write_text(f'db = "state/db"\n[operators]\nviewer = ["alice"]\nshared = ["{me}"]\n')
    with open_store(read_config(file, env={}, named=""), create=True) as store:  # root, or a role is missing
        assert store.rights.role is Role.ADMIN
    with open_store(read_config(file, env={}, named="alice")) as store:
        assert store.rights.role is Role.VIEWER
    with (
        pytest.raises(Refused, match="another database or root needs the role admin, and yours is viewer"),
        open_store(read_config(file, db=tmp_path / "mine", env={}, named="alice"), create=True),
    ):
        pass
    assert not (tmp_path / "mine").exists()
