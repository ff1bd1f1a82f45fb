"""Phones of chan_sip: sip.conf and users.conf."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aps_tui.pbx import Account, read_source

Tree = Callable[[dict[str, str | bytes]], Path]

SIP = """
[general]
context=unknown
transport=udp
register => 15551234:trunkpw@sip.example.net
#include sip_general_custom.conf
[authentication]
auth=1:authpw@x

[phone](!)
type=friend
host=dynamic
secret=templatepw
[secure](!)
encryption=yes
transport=tls,udp

#include "sip.d/*.conf"

[trunk]
type=peer
host=sip.example.net
secret=trunkpw
"""
EXTENSIONS = """
[100](phone)
secret=one
callerid="Ann \\; A" <100>
mailbox=100@default,900@default
[100_2](phone,secure)
defaultuser=ann2
secret=two
context=from-acme
callerid=Ann second <100>
[101](phone)
md5secret=0123456789abcdef0123456789abcdef
[102](phone)
secret=
[103](phone)
type=user
[104](phone)
secret=first
[104](phone)
secret=second
callerid=104
"""


def test_a_sip_conf_tree(tree: Tree) -> None:
    path = tree({"sip.conf": SIP, "sip_general_custom.conf": "encryption=no\n", "sip.d/a.conf": EXTENSIONS})
    reading = read_source("sip", str(path))
    by_number = {account.number: account for account in reading.accounts}
    assert by_number["100"] == Account(
        number="100", account="100", auth_user="100", secret="one", name="Ann ; A", mailbox="100@default",
        context="unknown", transport="udp",
    )  # fmt: skip
    assert by_number["100_2"] == Account(
        number="100_2", account="100_2", auth_user="ann2", secret="two", name="Ann second",
        context="from-acme", transport="tls", srtp="required",
    )  # fmt: skip
    assert by_number["101"].why_unusable == "only a hash of its secret is known (md5secret)"
    assert by_number["102"].why_unusable == "it has no secret"
    assert by_number["104"].secret == "second"
    assert sorted(by_number) == ["100", "100_2", "101", "102", "104"]
    left_out, twice = sorted(reading.warnings, key=lambda text: "twice" in text)
    assert "103, trunk" in left_out
    assert "[104] comes twice" in twice


def test_a_name_that_is_not_utf8_is_shown_and_a_secret_is_refused(tree: Tree) -> None:
    peer = b"type=peer\nhost=dynamic\n"
    content = b"[100]\n" + peer + b"secret=x\ncallerid=Andr\xe9 <1>\n[101]\n" + peer + b"secret=\xe9\n"
    first, second = read_source("sip", str(tree({"sip.conf": content}))).accounts
    assert (first.name, first.usable) == ("André", True)
    assert (second.secret, second.why_unusable) == ("", "its name or secret is not UTF-8 text")


def test_users_conf(tree: Tree) -> None:
    text = """
[general]
fullname=New User
hasvoicemail=yes
hassip=no
[template](!)
hassip=yes
host=dynamic
context=from-users
[6000](template)
fullname=Joe User
secret=1234
[6001](template)
hassip=no
secret=x
[6002](template)
username=ann
secret=y
hasvoicemail=no
[6003]
secret=analog
[trunk_1](template)
host=sip.example.net
trunkname=x
secret=z
"""
    reading = read_source("users", str(tree({"users.conf": text})))
    joe, ann = reading.accounts
    assert joe == Account(
        number="6000", account="6000", auth_user="6000", secret="1234", name="Joe User", mailbox="6000",
        context="from-users",
    )  # fmt: skip
    assert (ann.auth_user, ann.name, ann.mailbox) == ("ann", "New User", "")
    assert "trunk_1" in reading.warnings[0]
