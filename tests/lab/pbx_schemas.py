"""The tables as each kind of PBX makes them, with the types that matter to a reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_ENUMS = {
    "yesno_values": ("yes", "no"),
    "media_encryption_values": ("no", "sdes", "dtls"),
    "auth_type_values": ("md5", "userpass"),
    "protocol_values": ("udp", "tcp", "tls", "ws", "wss"),
    "type_values": ("friend", "user", "peer"),
}
_REALTIME = (
    """CREATE TABLE ps_endpoints (id VARCHAR(255) NOT NULL UNIQUE, transport VARCHAR(40), aors VARCHAR(2048),
    auth VARCHAR(255), context VARCHAR(40), disallow VARCHAR(200), allow VARCHAR(200), direct_media {yesno_values},
    callerid VARCHAR(40), mailboxes VARCHAR(40), media_encryption {media_encryption_values},
    media_encryption_optimistic {yesno_values}, device_state_busy_at INTEGER, rtp_timeout INTEGER)""",
    """CREATE TABLE ps_auths (id VARCHAR(255) NOT NULL UNIQUE, auth_type {auth_type_values}, nonce_lifetime INTEGER,
    md5_cred VARCHAR(40), password VARCHAR(80), realm VARCHAR(255), username VARCHAR(40))""",
    """CREATE TABLE ps_aors (id VARCHAR(255) NOT NULL UNIQUE, contact VARCHAR(255), default_expiration INTEGER,
    mailboxes VARCHAR(80), max_contacts INTEGER, remove_existing {yesno_values})""",
    "CREATE TABLE ps_transports (id VARCHAR(40) NOT NULL UNIQUE, bind VARCHAR(40), protocol {protocol_values})",
    "CREATE TABLE ps_endpoint_id_ips (id VARCHAR(40) NOT NULL UNIQUE, endpoint VARCHAR(255), {q}match{q} VARCHAR(80))",
)
_PEERS = (
    """CREATE TABLE sippeers (id {serial} PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE, ipaddr VARCHAR(45),
    port INTEGER, regseconds INTEGER, defaultuser VARCHAR(40), useragent VARCHAR(255), host VARCHAR(40),
    type {type_values}, context VARCHAR(40), secret VARCHAR(40), md5secret VARCHAR(40), transport VARCHAR(20),
    callerid VARCHAR(40), encryption {yesno_values}, mailbox VARCHAR(40), fullname VARCHAR(40))""",
)
_FREEPBX = (
    """CREATE TABLE users (extension VARCHAR(20) NOT NULL DEFAULT '', password VARCHAR(20), name VARCHAR(50),
    voicemail VARCHAR(50), ringtimer INT(3), noanswer VARCHAR(100), sipname VARCHAR(50), PRIMARY KEY (extension))
    CHARSET=utf8mb4""",
    """CREATE TABLE devices (id VARCHAR(20) NOT NULL DEFAULT '', tech VARCHAR(10) NOT NULL DEFAULT '',
    dial VARCHAR(255) NOT NULL DEFAULT '', devicetype VARCHAR(5) NOT NULL DEFAULT '', user VARCHAR(50),
    description VARCHAR(50), emergency_cid VARCHAR(100), hint_override VARCHAR(100), KEY id (id)) CHARSET=utf8mb4""",
    """CREATE TABLE sip (id VARCHAR(20) NOT NULL DEFAULT '-1', keyword VARCHAR(30) NOT NULL DEFAULT '',
    data VARCHAR(255) NOT NULL, flags INT(1) NOT NULL DEFAULT 0, PRIMARY KEY (id, keyword))""",
)
_FUSIONPBX = (
    "CREATE TABLE v_domains (domain_uuid UUID PRIMARY KEY, domain_name TEXT, domain_enabled TEXT)",
    """CREATE TABLE v_extensions (extension_uuid UUID DEFAULT gen_random_uuid() PRIMARY KEY, domain_uuid UUID,
    extension TEXT, number_alias TEXT, password TEXT, effective_caller_id_name TEXT, directory_first_name TEXT,
    directory_last_name TEXT, max_registrations TEXT, call_timeout NUMERIC, user_context TEXT, mwi_account TEXT,
    enabled BOOLEAN, update_date TIMESTAMPTZ DEFAULT now())""",
    """CREATE TABLE v_voicemails (domain_uuid UUID, voicemail_id TEXT, voicemail_password TEXT,
    voicemail_enabled TEXT)""",
)


def _postgresql(ddl: Sequence[str]) -> list[str]:
    types = [f"CREATE TYPE {name} AS ENUM ({_listed(values)})" for name, values in _ENUMS.items()]
    return [*types, *(one.format(q='"', serial="SERIAL", **{name: name for name in _ENUMS}) for one in ddl)]


def _mariadb(ddl: Sequence[str]) -> list[str]:
    types = {name: f"ENUM({_listed(values)})" for name, values in _ENUMS.items()}
    return [one.format(q="`", serial="INTEGER AUTO_INCREMENT", **types) for one in ddl]


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


DDL: Mapping[str, Mapping[str, Sequence[str]]] = {
    "postgresql": {
        "asterisk-realtime": _postgresql(_REALTIME),
        "sippeers": _postgresql(_PEERS),
        "fusionpbx": _FUSIONPBX,
    },
    "mysql": {"asterisk-realtime": _mariadb(_REALTIME), "sippeers": _mariadb(_PEERS), "freepbx": _FREEPBX},
}
"""Kind of server to preset to the statements that make its tables."""
