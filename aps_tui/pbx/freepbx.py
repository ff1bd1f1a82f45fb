"""Accounts of FreePBX's own database (`asterisk` in MariaDB): users, their devices, and what the devices are told.

`sip` holds a row for each keyword of a device, of chan_sip and of PJSIP alike. A device's `callerid` is always
`device <100>`, so the name is the user's.
"""

from __future__ import annotations

from collections import defaultdict

from aps_tui.domain.sqlplace import SqlPlace
from aps_tui.pbx.account import Account, Reading
from aps_tui.pbx.pjsip import srtp_word
from aps_tui.pbx.tables import Tables
from aps_tui.pbx.words import TRANSPORTS, first_item, is_true, listed, make_account, unique

TABLES = {
    "devices": ("id", "tech", "user"),
    "users": ("extension", "name"),
    "sip": ("id", "keyword", "data"),
}

_KEYWORDS = (
    "account", "username", "secret", "md5_cred", "mailbox", "context", "transport", "encryption", "mediaencryption",
    "mediaencryptionoptimistic", "host",
)  # fmt: skip
"""Keywords of `sip` that are read."""
_TECHS = ("pjsip", "sip")

Row = dict[str, str]


def read(tables: Tables, place: SqlPlace, tenant: str) -> Reading:
    """Read the SIP devices. Raises BadValue."""
    users = {row["extension"]: row for row in tables.rows("users", ("extension", "name", "voicemail"))}
    said: dict[str, Row] = defaultdict(dict)
    for row in tables.rows("sip", ("id", "keyword", "data"), only=("keyword", _KEYWORDS)):
        said[row["id"]][row["keyword"].lower()] = row["data"]
    devices = tables.rows("devices", ("id", "tech", "user", "description"))
    phones, others = [], []
    for device in sorted(devices, key=lambda row: (row["id"] != row["user"], row["id"])):
        if device["tech"].lower() in _TECHS and _registers(said[device["id"]]):
            phones.append(_account(device, said[device["id"]], users.get(device["user"], {})))
        else:
            others.append(device["id"])
    accounts, doubled = unique(phones, tables.where)
    left_out = (f"{tables.where}: no SIP phones, left out: {listed(others)}",) if others else ()
    return Reading(accounts, (*left_out, *doubled))


def _registers(said: Row) -> bool:
    return said.get("host", "").lower() in ("", "dynamic")


def _account(device: Row, said: Row, user: Row) -> Account:
    account = said.get("account") or device["id"]
    hashed = said.get("md5_cred") and not said.get("secret")
    return make_account(
        number=user.get("extension") or device["id"],
        account=account,
        auth_user=said.get("username") or account,
        secret=said.get("secret", ""),
        name=user.get("name") or device.get("description", ""),
        mailbox=_mailbox(device, said, user),
        context=said.get("context", ""),
        transport=_transport(said.get("transport", "")),
        srtp=_srtp(device["tech"].lower(), said),
        why="only a hash of its secret is known (md5_cred)" if hashed else "",
    )


def _mailbox(device: Row, said: Row, user: Row) -> str:
    """`100@device` is what FreePBX writes for the box of the device's user, if that has one."""
    box = first_item(said.get("mailbox", ""))
    if box != f"{device['id']}@device":
        return box
    context = user.get("voicemail", "")
    return f"{user['extension']}@{context}" if context not in ("", "novm", "disabled") else ""


def _transport(text: str) -> str:
    """`tls`, or PJSIP's `0.0.0.0-tls`; empty where several are offered, as FreePBX does by itself."""
    word = text.rpartition("-")[2].strip().lower()
    return word if word in TRANSPORTS else ""


def _srtp(tech: str, said: Row) -> str:
    if tech == "sip":
        encryption = said.get("encryption", "")
        return "" if not encryption else "required" if is_true(encryption) else "off"
    return srtp_word(said.get("mediaencryption") or None, said.get("mediaencryptionoptimistic"))
