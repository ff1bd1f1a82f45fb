"""Accounts of FusionPBX's own database: the extensions of one domain."""

from __future__ import annotations

from aps_tui.domain.errors import BadValue
from aps_tui.domain.sqlplace import SqlPlace
from aps_tui.pbx.account import Account, Reading
from aps_tui.pbx.tables import Tables
from aps_tui.pbx.words import is_true, listed, make_account, unique

TABLES = {"v_extensions": ("extension", "password", "domain_uuid"), "v_domains": ("domain_uuid", "domain_name")}

_COLUMNS = (
    "extension", "password", "domain_uuid", "enabled", "effective_caller_id_name", "directory_first_name",
    "directory_last_name", "user_context", "mwi_account",
)  # fmt: skip

Row = dict[str, str]


def read(tables: Tables, place: SqlPlace, tenant: str) -> Reading:
    """Read the extensions of the domain that the place names, else of the one called as the tenant, else of the
    only one. Raises BadValue when that leaves several.
    """
    names = {row["domain_uuid"]: row["domain_name"] for row in tables.rows("v_domains", TABLES["v_domains"])}
    rows = tables.rows("v_extensions", _COLUMNS)
    used = {names.get(row["domain_uuid"], "") for row in rows} - {""}
    domain = _domain(used, set(names.values()), place.domain, tenant, tables.where)
    ours = [row for row in rows if names.get(row["domain_uuid"]) == domain]
    boxes = _mailboxes(tables, {uuid for uuid, name in names.items() if name == domain})
    accounts, doubled = unique((_account(row, boxes, domain) for row in ours if row["extension"]), tables.where)
    others = used - {domain}
    left_out = f"{tables.where}: {len(rows) - len(ours)} extensions of other domains left out: {listed(sorted(others))}"
    return Reading(accounts, (*([left_out] if others else []), *doubled))


def _domain(used: set[str], known: set[str], wanted: str, tenant: str, where: str) -> str:
    for name in filter(None, (wanted, tenant)):
        found = next((one for one in sorted(known) if one.lower() == name.lower()), "")
        if found:
            return found
        if name == wanted:
            raise BadValue(f"{where}: it has no domain {wanted}; it has {listed(sorted(known)) or 'none'}")
    if len(used) > 1:
        several = listed(sorted(used))
        raise BadValue(f"{where}: it has several domains ({several}); name one with ?domain= in the URL")
    return next(iter(used), "")


def _mailboxes(tables: Tables, domains: set[str]) -> set[str]:
    rows = tables.rows("v_voicemails", ("domain_uuid", "voicemail_id", "voicemail_enabled"))
    return {
        row.get("voicemail_id", "")
        for row in rows
        if row.get("domain_uuid") in domains and is_true(row.get("voicemail_enabled"))
    }


def _account(row: Row, boxes: set[str], domain: str) -> Account:
    number = row["extension"]
    full = " ".join(filter(None, (row.get("directory_first_name"), row.get("directory_last_name"))))
    return make_account(
        number=number,
        account=number,
        auth_user=number,
        secret=row["password"],
        name=row.get("effective_caller_id_name") or full,
        mailbox=row.get("mwi_account") or (f"{number}@{domain}" if number in boxes else ""),
        context=row.get("user_context", ""),
        why="" if is_true(row.get("enabled", "true")) else "it is disabled in FusionPBX",
    )
