"""What the databases of four kinds of PBX hold, and the accounts that are in it; each test brings its own server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aps_tui.pbx.account import Account

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Table to its rows; every row of a table has the same columns."""

ACME, BOLT = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
SECRET = "p@ss:/%'\"\\;é-101"


def _endpoint(name: str, **said: object) -> dict[str, object]:
    options = {"auth": name, "aors": name, "callerid": None, "context": "internal", "transport": None}
    more = {"mailboxes": None, "media_encryption": None, "media_encryption_optimistic": None}
    return {"id": name, **options, **more, **said}


def _auth(name: str, password: str | None, hashed: str | None = None) -> dict[str, object]:
    kind = "md5" if hashed else "userpass"
    return {"id": name, "auth_type": kind, "username": name, "password": password, "md5_cred": hashed}


def _aor(name: str, most: int | None = 1, contact: str | None = None) -> dict[str, object]:
    return {"id": name, "max_contacts": most, "contact": contact, "mailboxes": None}


_REALTIME: Rows = {
    "ps_endpoints": [
        _endpoint("101", callerid='"Zoë Ünal" <101>', transport="tls-in", mailboxes="101@default,9@x",
                  media_encryption="sdes", media_encryption_optimistic="yes"),
        _endpoint("102"),
        _endpoint("103", auth="none,103"),
        _endpoint("104", auth="nowhere"),
        _endpoint("carrier"),
        _endpoint("peer"),
    ],
    "ps_auths": [
        _auth("101", SECRET), _auth("102", None, "0" * 32), _auth("103", "three"), _auth("none", None, "1" * 32),
        _auth("carrier", "x"), _auth("peer", "x"),
    ],
    "ps_aors": [
        _aor("101"), _aor("102", 2), _aor("103"), _aor("104"), _aor("carrier", None, "sip:10.0.0.1"), _aor("peer"),
    ],
    "ps_transports": [{"id": "tls-in", "protocol": "tls"}],
    "ps_endpoint_id_ips": [{"id": "peer", "endpoint": "peer", "match": "10.0.0.2"}],
}  # fmt: skip

_PEER = {
    "type": "friend", "host": "dynamic", "defaultuser": None, "secret": None, "md5secret": None, "callerid": None,
    "mailbox": None, "context": "internal", "transport": None, "encryption": None,
}  # fmt: skip
_PEERS: Rows = {
    "sippeers": [
        {**_PEER, "name": "101", "secret": SECRET, "callerid": "Zoë Ünal <101>", "transport": "tcp", "mailbox": "101",
         "encryption": "yes"},
        {**_PEER, "name": "102", "md5secret": "0" * 32},
        {**_PEER, "name": "103", "defaultuser": "u103", "secret": "three"},
        {**_PEER, "name": "carrier", "type": "peer", "host": "10.0.0.1", "secret": "x"},
    ],
}  # fmt: skip


def _keywords(device: str, **said: str) -> list[dict[str, object]]:
    told = {"account": device, "callerid": f"device <{device}>", "context": "from-internal", **said}
    return [{"id": device, "keyword": key, "data": value, "flags": at} for at, (key, value) in enumerate(told.items())]


_FREEPBX: Rows = {
    "users": [
        {"extension": "101", "name": "Zoë Ünal", "voicemail": "default"},
        {"extension": "102", "name": "Bo", "voicemail": "novm"},
        {"extension": "103", "name": "", "voicemail": "novm"},
    ],
    "devices": [
        {"id": "9101", "tech": "pjsip", "user": "101", "devicetype": "fixed", "description": "Soft"},
        {"id": "101", "tech": "pjsip", "user": "101", "devicetype": "fixed", "description": "Desk"},
        {"id": "102", "tech": "pjsip", "user": "102", "devicetype": "fixed", "description": "Bo"},
        {"id": "103", "tech": "sip", "user": "103", "devicetype": "fixed", "description": "Hall"},
        {"id": "701", "tech": "dahdi", "user": "701", "devicetype": "fixed", "description": "Fax"},
    ],
    "sip": [
        *_keywords("101", secret=SECRET, transport="0.0.0.0-tls", mailbox="101@device", username="101",
                   mediaencryption="sdes", mediaencryptionoptimistic="yes"),
        *_keywords("102", secret="", md5_cred="0" * 32, mailbox="102@device"),
        *_keywords("103", secret="three", transport="udp,tcp,tls", encryption="no", host="dynamic"),
        *_keywords("9101", secret="soft"),
        *_keywords("tr-peer-1", secret="x", host="10.0.0.1"),
    ],
}  # fmt: skip


def _extension(number: str, password: str | None, domain: str = ACME, **said: object) -> dict[str, object]:
    more = {
        "enabled": "true",
        "effective_caller_id_name": None,
        "directory_first_name": None,
        "user_context": "acme.example",
    }
    return {
        "domain_uuid": domain,
        "extension": number,
        "password": password,
        **more,
        "directory_last_name": None,
        **said,
    }


_FUSIONPBX: Rows = {
    "v_domains": [
        {"domain_uuid": ACME, "domain_name": "acme.example"},
        {"domain_uuid": BOLT, "domain_name": "bolt.example"},
    ],
    "v_extensions": [
        _extension("101", SECRET, effective_caller_id_name="Zoë Ünal"),
        _extension("102", None),
        _extension("103", "three", enabled="false", directory_first_name="Jo", directory_last_name="Li"),
        _extension("101", "of bolt", BOLT),
    ],
    "v_voicemails": [{"domain_uuid": ACME, "voicemail_id": "101", "voicemail_enabled": "true"}],
}

ROWS: Mapping[str, Rows] = {
    "asterisk-realtime": _REALTIME, "sippeers": _PEERS, "freepbx": _FREEPBX, "fusionpbx": _FUSIONPBX,
}  # fmt: skip
"""Preset to what its database holds."""

HASHED = "only a hash of its secret is known"
_ZOE = ("101", "101", SECRET, "Zoë Ünal")
ACCOUNTS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "asterisk-realtime": [
        (*_ZOE, "101@default", "internal", "tls", "optional", ""),
        ("102", "102", "", "", "", "internal", "", "", f"{HASHED} (md5_cred)"),
        ("103", "103", "three", "", "", "internal", "", "", ""),
        ("104", "104", "", "", "", "internal", "", "", "auth nowhere: it does not exist"),
    ],
    "sippeers": [
        (*_ZOE, "101", "internal", "tcp", "required", ""),
        ("102", "102", "", "", "", "internal", "", "", f"{HASHED} (md5secret)"),
        ("103", "u103", "three", "", "", "internal", "", "", ""),
    ],
    "freepbx": [
        (*_ZOE, "101@default", "from-internal", "tls", "optional", ""),
        ("102", "102", "", "Bo", "", "from-internal", "", "", f"{HASHED} (md5_cred)"),
        ("103", "103", "three", "Hall", "", "from-internal", "", "off", ""),
    ],
    "fusionpbx": [
        (*_ZOE, "101@acme.example", "acme.example", "", "", ""),
        ("102", "102", "", "", "", "acme.example", "", "", "it has no secret"),
        ("103", "103", "", "Jo Li", "", "acme.example", "", "", "it is disabled in FusionPBX"),
    ],
}
"""Preset to the accounts that are read, as `told` tells them."""

DOMAIN = {"fusionpbx": "?domain=acme.example"}
"""What the URL needs besides."""


def told(accounts: Sequence[Account]) -> list[tuple[str, ...]]:
    """Accounts as plain tuples, by number."""
    return sorted(
        (one.number, one.auth_user, one.secret, one.name, one.mailbox, one.context, one.transport, one.srtp,
         one.why_unusable)
        for one in accounts
    )  # fmt: skip


def fill(execute: Callable[[str, Sequence[object]], object], rows: Rows, mark: str, quote: str = '"') -> None:
    """Insert the rows; `mark` is the driver's parameter, `quote` goes around names."""
    for table, held in rows.items():
        for row in held:
            columns = ", ".join(f"{quote}{name}{quote}" for name in row)
            execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join([mark] * len(row))})", list(row.values()))
