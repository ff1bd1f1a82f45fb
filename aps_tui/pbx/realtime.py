"""Accounts of Asterisk's realtime tables: PJSIP's `ps_*`, and chan_sip's peers.

A column is an option of the configuration file of the same name, and NULL or empty is an option that is not said; so
the rules are those of the files (tests/oracle).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aps_tui.domain.sqlplace import SqlPlace
from aps_tui.pbx import pjsip, sip
from aps_tui.pbx.account import Reading
from aps_tui.pbx.asterisk_conf import Section
from aps_tui.pbx.pjsip_objects import build
from aps_tui.pbx.tables import Tables

PJSIP = {
    "ps_endpoints": ("id", "auth", "aors"),
    "ps_auths": ("id", "username", "password"),
    "ps_aors": ("id", "max_contacts"),
}
PEERS = ("sippeers", "sip_friends", "sip_buddies")
"""Names that tables of chan_sip's peers have."""
PEER = ("name", "host", "secret")

_OBJECTS = {
    "ps_endpoints": (
        "endpoint",
        ("auth", "aors", "callerid", "context", "transport", "mailboxes", "media_encryption",
         "media_encryption_optimistic"),
    ),
    "ps_auths": ("auth", ("auth_type", "username", "password", "md5_cred", "password_digest")),
    "ps_aors": ("aor", ("max_contacts", "contact", "mailboxes")),
    "ps_transports": ("transport", ("protocol",)),
    "ps_endpoint_id_ips": ("identify", ("endpoint",)),
    "ps_registrations": ("registration", ("endpoint",)),
}  # fmt: skip
"""Table to the type of its objects and the options that are read."""
_PEER_OPTIONS = (
    "type", "host", "defaultuser", "username", "secret", "md5secret", "callerid", "fullname", "mailbox", "context",
    "transport", "encryption",
)  # fmt: skip


def read_pjsip(tables: Tables, place: SqlPlace, tenant: str) -> Reading:
    """Read `ps_endpoints` and what belongs to it. Raises BadValue."""
    return pjsip.phones_of(build(_sections(tables), tables.where), tables.where)


def read_peers(table: str) -> Callable[[Tables, SqlPlace, str], Reading]:
    """The reader of a table of chan_sip's peers."""

    def read(tables: Tables, place: SqlPlace, tenant: str) -> Reading:
        rows = tables.rows(table, ("name", *_PEER_OPTIONS))
        return sip.phones_of({row.pop("name"): _said(row) for row in rows}, tables.where)

    return read


def _sections(tables: Tables) -> Iterator[Section]:
    for table, (kind, options) in _OBJECTS.items():
        for row in tables.rows(table, ("id", *options)):
            name = row.pop("id", "")
            yield Section(name, False, (), (("type", kind), *_said(row).items()))


def _said(row: dict[str, str]) -> dict[str, str]:
    return {option: value for option, value in row.items() if value}
