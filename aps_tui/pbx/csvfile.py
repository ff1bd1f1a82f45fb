"""Accounts of a CSV file: works wherever nothing else of the PBX can be read.

Columns without a header: `tenant,extension,auth_user,secret,display_name,mailbox,context`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from aps_tui.domain.errors import BadValue
from aps_tui.domain.keytypes import SRTP_MODES
from aps_tui.pbx.account import Account, Reading
from aps_tui.pbx.conf_guard import open_regular, shown
from aps_tui.pbx.words import TRANSPORTS, listed, make_account, unique

MAX_BYTES = 64 << 20
COLUMNS = ("tenant", "extension", "auth_user", "secret", "display_name", "mailbox", "context")
_ALIASES = {
    "number": "extension", "exten": "extension", "ext": "extension", "sip_account": "account",
    "user": "auth_user", "username": "auth_user", "authuser": "auth_user", "password": "secret",
    "name": "display_name", "displayname": "display_name", "voicemail": "mailbox",
}  # fmt: skip
_KNOWN = {*COLUMNS, "account", "transport", "srtp"}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Row = Mapping[str, str]


def read(path: Path, tenant: str | None = None) -> Reading:
    """Read the file; with `tenant`, leave out rows that name another tenant.

    Comma, semicolon or tab; a header is optional; UTF-8, UTF-16 or Latin-1. Raises BadValue with the line
    of the first fault, also when no tenant is asked for and the rows name several.
    """
    place = shown(str(path))
    accounts: list[Account] = []
    tenants: Counter[str] = Counter()
    for line, row in _rows(_text(path), place):
        of = row.get("tenant", "")
        tenants[of] += 1
        if tenant is None or of in ("", tenant):
            accounts.append(_account(row, f"{place}, line {line}"))
    others = sorted(tenants.keys() - {"", tenant})
    if tenant is None and len(others) > 1:
        raise BadValue(f"{place}: rows of several tenants ({listed(others)}); say which tenant to read")
    kept, doubled = unique(accounts, place)
    if tenant is None or not others:
        return Reading(kept, tuple(doubled))
    count = sum(tenants[name] for name in others)
    return Reading(kept, (f"{place}: {count} rows of other tenants left out: {listed(others)}", *doubled))


def _text(path: Path) -> str:
    file = open_regular(str(path))
    if file is None:
        raise BadValue(f"{shown(str(path))}: no such file, or not a regular file")
    with file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise BadValue(f"{shown(str(path))}: larger than {MAX_BYTES >> 20} MB")
    text = _decoded(raw)
    if "\0" in text:
        raise BadValue(f"{shown(str(path))}: not a text file")
    return text


def _decoded(raw: bytes) -> str:
    for encoding in (_encoding(raw), "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = raw[:200]
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _rows(text: str, place: str) -> Iterator[tuple[int, Row]]:
    """(line number, column to cell), without empty rows; cells are stripped."""
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: tuple[str, ...] | None = None
    try:
        for found in reader:
            cells = [cell.strip() for cell in found]
            if not any(cells):
                continue
            line = reader.line_num
            if columns is None:
                columns, is_header = _columns(cells, f"{place}, line {line}")
                if is_header:
                    continue
            if len(cells) > len(columns) and any(cells[len(columns) :]):
                raise BadValue(f"{place}, line {line}: {len(cells)} cells, but only {len(columns)} columns")
            yield line, dict(zip(columns, cells, strict=False))
    except csv.Error as error:
        raise BadValue(f"{place}, line {reader.line_num}: {error}") from None


def _columns(first: list[str], place: str) -> tuple[tuple[str, ...], bool]:
    """The columns, and whether the first row was a header."""
    names = [cell.lower().replace(" ", "_").replace("-", "_") for cell in first]
    names = [_ALIASES.get(name, name) for name in names]
    if "extension" not in names and "account" not in names:
        return COLUMNS, False
    unknown = [at for at, name in enumerate(names, 1) if name and name not in _KNOWN]
    if unknown:
        raise BadValue(f"{place}: column {unknown[0]} has an unknown name; known are {', '.join(sorted(_KNOWN))}")
    if len(set(names)) < len(names):
        raise BadValue(f"{place}: a column comes twice")
    return tuple(names), True


def _account(row: Row, place: str) -> Account:
    if any(_CONTROL.search(cell) for cell in row.values()):
        raise BadValue(f"{place}: a cell holds a line break or another control character")
    number = row.get("extension") or row.get("account", "")
    if not number:
        raise BadValue(f"{place}: no extension")
    account = row.get("account") or number
    for column, words in (("transport", TRANSPORTS), ("srtp", SRTP_MODES)):
        if row.get(column, "") not in ("", *words):
            raise BadValue(f"{place}: {column} must be one of {', '.join(words)} or empty")
    return make_account(
        number=number,
        account=account,
        auth_user=row.get("auth_user") or account,
        secret=row.get("secret", ""),
        name=row.get("display_name", ""),
        mailbox=row.get("mailbox", ""),
        context=row.get("context", ""),
        transport=row.get("transport", ""),
        srtp=row.get("srtp", ""),
    )
