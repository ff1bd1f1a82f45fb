"""Accounts from CSV files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.pbx import Account, Reading, read_source

Tree = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def read(tree: Tree) -> Callable[..., Reading]:
    def reader(content: str | bytes, tenant: str | None = None) -> Reading:
        return read_source("csv", str(tree({"accounts.csv": content})), tenant)

    return reader


Read = Callable[..., Reading]
ANN = Account("100", "100", "ann", "pw;1", "Ann, A", "100@default", "internal")


@pytest.mark.parametrize(
    "content",
    [
        'acme,100,ann,pw;1,"Ann, A",100@default,internal\n',
        'Tenant;Number;Auth User;Password;Name;Mailbox;Context\r\nacme;100;ann;"pw;1";Ann, A;100@default;internal\r\n',
        "tenant\tcontext\textension\tsecret\tauth-user\tname\tmailbox\n"
        'acme\tinternal\t100\tpw;1\tann\t"Ann, A"\t100@default',
    ],
    ids=["bare", "header", "tabs"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_the_same_row_in_many_clothes(read: Read, content: str, encoding: str) -> None:
    assert read(content.encode(encoding)) == Reading((ANN,))


def test_latin_1_names(read: Read) -> None:
    assert read("t,100,100,pw,André,,\n".encode("latin-1")).accounts[0].name == "André"


def test_account_and_media_columns(read: Read) -> None:
    (account,) = read("number,account,secret,transport,srtp\n100,100_2,pw,tls,required\n").accounts
    assert account == Account("100", "100_2", "100_2", "pw", transport="tls", srtp="required")


def test_other_tenants_are_left_out_and_counted(read: Read) -> None:
    content = "acme,100,,a,,,\nother,100,,b,,,\n,101,,c,,,\nthird,7,,d,,,\n"
    reading = read(content, "acme")
    assert [account.secret for account in reading.accounts] == ["a", "c"]
    assert "2 rows of other tenants left out: other, third" in reading.warnings[0]
    with pytest.raises(BadValue, match="say which tenant"):
        read(content)


def test_a_number_that_comes_twice(read: Read) -> None:
    reading = read(",100,first,a,,,\n,100,later,b,,,\n")
    assert [account.auth_user for account in reading.accounts] == ["first"]
    assert "number 100 comes twice" in reading.warnings[0]


def test_no_secret_is_not_usable(read: Read) -> None:
    assert read(",100,,,,,\n").accounts[0].why_unusable == "it has no secret"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("t,100,u,pw\nt,,u,SECRET\n", "line 2: no extension"),
        ("t,100,u,pw,n,m,c,SECRET\n", "line 1: 8 cells"),
        ('t,100,u,pw\nt,101,"SECRET\n', "line 2: "),
        ('t,100,u,"SEC\nRET",n\n', "line 2: a cell holds a line break"),
        ("number,SECRETS\n1,2\n", "line 1: column 2 has an unknown name"),
        ("number,name,name\n", "line 1: a column comes twice"),
        ("number,srtp\n100,SECRET\n", "line 2: srtp must be one of"),
        ("number,secret\n100," + "SECRET" * 30_000 + "\n", "line 2: "),
        (b"t,100,\0\xffSECRET\n", "not a text file"),
    ],
)
def test_faults_name_the_line_and_no_secret(read: Read, content: str | bytes, fault: str) -> None:
    with pytest.raises(BadValue) as caught:
        read(content)
    assert fault in str(caught.value)
    assert "SEC" not in str(caught.value)
