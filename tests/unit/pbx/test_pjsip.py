"""Phones of PJSIP: pjsip.conf, against a real Asterisk, and pjsip_wizard.conf."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.pbx import Account, read_source
from aps_tui.pbx.asterisk_conf import read_conf
from aps_tui.pbx.pjsip_objects import Objects, build
from aps_tui.pbx.words import caller_name

Tree = Callable[[dict[str, str | bytes]], Path]

ORACLE = Path(__file__).parents[2] / "oracle"
SHOWN = [
    pytest.param(folder, name, id=f"{folder.name}-{name}")
    for folder in (ORACLE / "30_pjsip_resolve", ORACLE / "32_pjsip_digest_auth")
    for name in json.loads((folder / "expected.json").read_text())["pjsip"]
]
SAME = ("username", "password", "md5_cred", "context", "aors", "auth", "mailboxes", "max_contacts")
DEFAULTS = {"context": "default", "max_contacts": "0"}


def objects(path: Path) -> Objects:
    return build(read_conf(path).real(), "here")


@pytest.mark.parametrize(("folder", "name"), SHOWN)
def test_objects_are_those_of_asterisk(folder: Path, name: str) -> None:
    expected = json.loads((folder / "expected.json").read_text())["pjsip"][name]
    kind, _, key = name.partition(" ")
    held = objects(folder / "etc" / "pjsip.conf").loaded[kind]
    if "error" in expected:
        assert key not in held
        return
    if "callerid" in expected:
        known = expected["callerid"].replace("<unknown>", "")
        assert caller_name(held[key].get("callerid", "")) == caller_name(known)
    for field in SAME:
        if field in expected and not (field == "md5_cred" and "password_digest" in held[key]):
            assert held[key].get(field, DEFAULTS.get(field, "")) == expected[field], field


def test_accounts_of_the_oracle_tree() -> None:
    reading = read_source("pjsip", str(ORACLE / "30_pjsip_resolve" / "etc" / "pjsip.conf"))
    told = {account.number: (account.auth_user, account.secret, account.usable) for account in reading.accounts}
    assert told == {
        "101": ("101", "frombase", True),
        "102": ("v102", "mixed", True),
        "103": ("103", "", False),
        "104": ("104", "spaced pw", True),
        "105": ("105", "", False),
    }


def test_two_endpoints_of_one_name_lose_the_tree() -> None:
    with pytest.raises(BadValue, match="two objects of type endpoint are named 107"):
        read_source("pjsip", str(ORACLE / "40_pjsip_duplicate_object" / "etc" / "pjsip.conf"))


MAIN = """
[global]
type=global
[0.0.0.0-tls]
type=transport
protocol=tls
#include pjsip.endpoint.conf
#include pjsip.auth.conf
#include pjsip.aor.conf
#include pjsip.registration.conf
#include pjsip.identify.conf
"""
FILES: dict[str, str | bytes] = {
    "pjsip.conf": MAIN,
    "pjsip.endpoint.conf": """
[200]
type=endpoint
aors=200
auth=200-auth
allow=ulaw
context=from-internal
callerid=Bea <200>
transport=0.0.0.0-tls
media_encryption=sdes
media_encryption_optimistic=yes
[201]
type=endpoint
aors=201
auth=201-auth
media_encryption=no
callerid=201
[202]
type=endpoint
aors=202
auth=202-auth
[provider]
type=endpoint
aors=provider
auth=provider
outbound_auth=provider
[byip]
type=endpoint
aors=byip
auth=200-auth
""",
    "pjsip.auth.conf": """
[200-auth]
type=auth
auth_type=userpass
password=pw200
username=200
[201-auth]
type=auth
auth_type=md5
md5_cred=0123456789abcdef0123456789abcdef
username=201
[202-auth]
type=auth
username=202
[provider]
type=auth
username=me
password=trunkpw
""",
    "pjsip.aor.conf": """
[200]
type=aor
max_contacts=1
mailboxes=200@default
[201]
type=aor
max_contacts=2
[202]
type=aor
max_contacts=1
[provider]
type=aor
contact=sip:sip.example.net
max_contacts=1
[byip]
type=aor
max_contacts=1
""",
    "pjsip.registration.conf": "[provider]\ntype=registration\nendpoint=provider\n",
    "pjsip.identify.conf": "[byip]\ntype=identify\nendpoint=byip\nmatch=192.0.2.1\n",
}


def test_a_generated_tree(tree: Tree) -> None:
    reading = read_source("pjsip", str(tree(FILES)))
    first, second, third = reading.accounts
    assert first == Account(
        number="200", account="200", auth_user="200", secret="pw200", name="Bea", mailbox="200@default",
        context="from-internal", transport="tls", srtp="optional",
    )  # fmt: skip
    assert (second.why_unusable, second.srtp, second.name) == (
        "only a hash of its secret is known (md5_cred)", "off", "",
    )  # fmt: skip
    assert "no password" in third.why_unusable
    assert len(reading.warnings) == 1
    assert "provider, byip" in reading.warnings[0]


def test_an_option_that_most_endpoints_have_is_only_told(tree: Tree) -> None:
    text = "".join(
        f"[{n}]\ntype=endpoint\nauth=a\naors={n}\nbrand_new=1\n[{n}]\ntype=aor\nmax_contacts=1\n" for n in range(3)
    )
    reading = read_source("pjsip", str(tree({"pjsip.conf": text + "[a]\ntype=auth\nusername=u\npassword=p\n"})))
    assert all(account.usable for account in reading.accounts)
    assert "brand_new" in reading.warnings[0]


def test_wizards(tree: Tree) -> None:
    text = """
[phone](!)
type=wizard
accepts_registrations=yes
accepts_auth=yes
aor/max_contacts=1
endpoint/context=from-phones
[ann](phone)
hint_exten=300
inbound_auth/username=ann
inbound_auth/password=pw
endpoint/callerid=Ann <300>
endpoint/mailboxes=300@default
[301](phone)
inbound_auth/password=only
[302](phone)
aor/max_contacts=0
inbound_auth/username=302
inbound_auth/password=pw
[303](phone)
accepts_auth=no
inbound_auth/username=303
inbound_auth/password=pw
[304](phone)
inbound_auth/username=304
inbound_auth/md5_cred=00
[dup](phone)
hint_exten=300
inbound_auth/username=dup
inbound_auth/password=pw
[carrier]
type=wizard
sends_registrations=yes
remote_hosts=sip.example.net
"""
    reading = read_source("pjsip-wizard", str(tree({"pjsip_wizard.conf": text})))
    assert reading.accounts[0] == Account(
        number="300", account="ann", auth_user="ann", secret="pw", name="Ann", mailbox="300@default",
        context="from-phones",
    )  # fmt: skip
    reasons = [account.why_unusable for account in reading.accounts[1:]]
    words = ("username", "max_contacts", "accepts_auth", "hash")
    assert [word in reason for word, reason in zip(words, reasons, strict=True)] == [True] * 4
    assert [word in warning for word, warning in zip(("carrier", "ann is kept"), reading.warnings, strict=True)]
