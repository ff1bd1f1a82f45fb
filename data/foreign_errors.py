"""What goes wrong with a PBX's database, each as one clear line without a password and without a value of a row."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aps_tui.data.drivers import Driver
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue
from aps_tui.domain.sqlplace import SqlPlace

_DRIVERS = {"postgresql": "PostgreSQL", "mysql": "MySQL and MariaDB"}

_LATE = {"57014", "55P03", "25P03", 1969, 3024, 1205}
"""Codes of PostgreSQL, MariaDB and MySQL for a statement that took too long."""
_LOST = 2013
"""The MySQL driver's code for a connection that went away while it waited for an answer."""
_READ_ONLY = {"25006", 1792, 1290}
"""Codes for an attempt to write."""
_SAFE = {"42P01", "42703", "42601", "42501", "42883", "42712", 1054, 1060, 1064, 1142, 1143, 1146, 1248, 1305}
"""Codes whose message names tables, columns and the query, and never what a row holds."""
_SAFE_PREFIXES = ("08", "28", "3D", "53", "57P")
"""Classes of PostgreSQL's codes about connecting."""


@contextmanager
def told(place: SqlPlace, driver: Driver, cut: threading.Event) -> Iterator[None]:
    """Turn every error of a driver into BadValue. `cut`: we ended the connection because time was up."""
    try:
        yield
    except ImportError:
        missing = f"the driver for {_DRIVERS[place.kind]} is not installed"
        raise BadValue(f"{place.where}: {missing}: pip install 'aps-tui[{place.kind}]'") from None
    except UnicodeDecodeError:
        raise BadValue(f"{place.where}: the database holds texts that are not UTF-8") from None
    except driver.errors() as error:
        raise BadValue(f"{place.where}: {_why(place, error, late=cut.is_set())}") from None
    except (OSError, RuntimeError) as error:  # a certificate that is not there; a way to log in that needs more
        raise BadValue(f"{place.where}: {_line(str(error), place)}") from None


def _why(place: SqlPlace, error: Exception, *, late: bool) -> str:
    code = _code(place.kind, error)
    message = _line(str(error.args[-1]) if error.args else "", place)
    if late or code in _LATE or message == "interrupted" or (code == _LOST and "timed out" in message):
        return f"no answer within {place.timeout} seconds (?timeout= in its URL allows more)"
    if code in _READ_ONLY or "readonly database" in message:
        return "the database is opened read-only, and the SELECT tries to write"
    if place.kind == "sqlite" or code is None or code in _SAFE or _about_connecting(code):
        return message or "the server does not answer"
    return f"the server refuses the query (its code is {code})"


def _code(kind: str, error: Exception) -> str | int | None:
    """The server's own code; None where the driver itself speaks, as of a server that is not there."""
    if kind == "postgresql":
        found = getattr(error, "pgcode", None) or getattr(error, "sqlstate", None)
        return str(found) if found else None
    first = error.args[0] if error.args else None
    return first if isinstance(first, int) else None


def _about_connecting(code: str | int) -> bool:
    if isinstance(code, int):  # 2000 to 2999: the driver; 1040 to 1049: too many, access denied, no such database
        return 2000 <= code < 3000 or 1040 <= code <= 1049 or code in (1130, 1251, 1698)
    return code.startswith(_SAFE_PREFIXES)


def _line(message: str, place: SqlPlace) -> str:
    """The first line of a message, short and printable; a password in it is masked."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    said = " ".join((lines or [""])[0].split())
    if place.password:
        said = said.replace(place.password, MASK)
    clean = "".join(sign if sign.isprintable() else "?" for sign in said)
    return clean if len(clean) <= 300 else clean[:299] + "…"
