"""Where a PBX's database is, as people write it: a URL, and behind a blank perhaps a SELECT of their own.

`postgresql://user:password@host:5432/database?domain=acme.example`, percent-encoded as URLs are. It may hold a
password, so no error repeats any part of it, and only `shown` may be shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue

TIMEOUT = 60
"""Seconds that reading a database may take, where its URL does not say `timeout`."""

PRESETS = ("asterisk-realtime", "sippeers", "freepbx", "fusionpbx")
"""The layouts of tables that are known."""

_SCHEMES = {
    "postgresql": "postgresql", "postgres": "postgresql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite",
}  # fmt: skip
"""How a database is called, and its kind."""
_OPTIONS: Mapping[str, frozenset[str]] = {
    "postgresql": frozenset({"host", "sslmode", "sslrootcert", "sslcert", "sslkey"}),
    "mysql": frozenset({"unix_socket", "ssl_ca", "read_default_file"}),
    "sqlite": frozenset(),
}
"""Kind to what its URL may say to the driver, besides ours; none of it is a secret."""
_OURS = frozenset({"preset", "domain", "timeout"})
_ENCODE = "percent-encode the user, password and name: @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25"
_EXAMPLE = "write a URL, such as postgresql://user:password@host/database, mysql://… or sqlite:///path/to/file"


@dataclass(frozen=True, slots=True)
class SqlPlace:
    """A database and what to read in it."""

    kind: str
    """postgresql, mysql or sqlite."""
    database: str
    """Its name; for sqlite the absolute path of its file."""
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """What the driver is told besides."""
    preset: str = ""
    """One of PRESETS; empty: found out by the tables that are there."""
    domain: str = ""
    """The domain to read, where the database has several."""
    timeout: int = TIMEOUT
    select: str = ""
    """The operator's own query; empty for a known layout."""

    @property
    def where(self) -> str:
        """The database alone, for a message: no password, no parameters, no query."""
        return replace(self, options={}, preset="", domain="", timeout=TIMEOUT, select="").name

    @property
    def name(self) -> str:
        """The place without its password."""
        return self._written("")

    @property
    def shown(self) -> str:
        """The place with its password masked."""
        return self._written(MASK if self.password else "")

    @property
    def location(self) -> str:
        """The whole place, password and all."""
        return self._written(quote(self.password, safe=""))

    def _written(self, password: str) -> str:
        if self.kind == "sqlite":
            url = f"sqlite://{quote(self.database)}"
        else:
            user = quote(self.user, safe="") + (f":{password}" if password else "")
            host = f"[{self.host}]" if ":" in self.host else self.host
            port = f":{self.port}" if self.port else ""
            url = f"{self.kind}://{user}{'@' if user else ''}{host}{port}/{quote(self.database, safe='')}"
        said = {"preset": self.preset, "domain": self.domain, **self.options}
        said["timeout"] = str(self.timeout) if self.timeout != TIMEOUT else ""
        query = "&".join(f"{key}={quote(value, safe='/')}" for key, value in said.items() if value)
        return url + (f"?{query}" if query else "") + (f" {self.select}" if self.select else "")


def parse(location: str) -> SqlPlace:
    """Understand a location. Raises BadValue, which repeats no part of it but names of parameters."""
    url, _, select = location.strip().partition(" ")
    if not location.isprintable():
        raise BadValue("location: a control character has no place in it")
    select = _select(select.strip())
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadValue(f"location: this is no URL; {_ENCODE}") from None
    kind = _SCHEMES.get(parts.scheme, "")
    if not kind:
        raise BadValue(f"location: {_EXAMPLE}")
    _check_at(parts)
    said = _said(parts.query, kind)
    found = SqlPlace(
        kind,
        _plain(parts.path.lstrip("/")),
        preset=said.pop("preset", ""),
        domain=said.pop("domain", ""),
        timeout=_seconds(said.pop("timeout", str(TIMEOUT))),
        options=said,
        select=select,
    )
    if found.preset and select:
        raise BadValue("location: give a preset or a SELECT, not both")
    if not found.database:
        raise BadValue(f"location: it names no database; {_EXAMPLE}")
    if kind != "sqlite":
        user, password = _plain(parts.username or ""), _plain(parts.password or "")
        return replace(found, user=user, password=password, host=_plain(parts.hostname or ""), port=port)
    if parts.netloc:
        raise BadValue("location: a file has three slashes: sqlite:///path/to/file")
    return replace(found, database=f"/{found.database}")


def shown(location: str) -> str:
    """A location as it may be shown: its password masked, or all of it where it is not understood."""
    try:
        return parse(location).shown
    except BadValue:
        return "(hidden)"


def unmasked(location: str, old: str) -> str:
    """A location that was edited where it was shown: a password that is still the mask is that of `old`.

    Raises BadValue when it is not understood.
    """
    place = parse(location)
    return replace(place, password=parse(old).password).location if place.password == MASK else location.strip()


def _select(text: str) -> str:
    """The operator's query, which is one statement."""
    query = text.rstrip("; ")
    if query and not re.match(r"(?i)(select|with)\b", query):
        raise BadValue("location: behind the URL only a SELECT may stand; write a blank in the URL as %20")
    if ";" in query:
        raise BadValue("location: the SELECT is one statement; there is a semicolon in it")
    return query


def _check_at(parts: SplitResult) -> None:
    """Refuse a password whose signs cut the URL in wrong places, before a piece of it is taken for a host."""
    elsewhere = parts.path + parts.query + parts.fragment
    if parts.netloc.count("@") > 1 or "@" in elsewhere or parts.fragment:
        raise BadValue(f"location: there is an @ or # too many; {_ENCODE}")


def _said(query: str, kind: str) -> dict[str, str]:
    said = dict(parse_qsl(query, keep_blank_values=True))
    known = _OPTIONS[kind] | _OURS
    if not said.keys() <= known:
        raise BadValue(f"location: a parameter behind ? is not known; known are {', '.join(sorted(known))}")
    if said.get("preset", "") not in ("", *PRESETS):
        raise BadValue(f"location: preset is one of {', '.join(PRESETS)}")
    return said


def _seconds(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 3600:
        return int(text)
    raise BadValue("location: timeout is a number of seconds from 1 to 3600")


def _plain(text: str) -> str:
    try:
        found = unquote(text, errors="strict")
    except UnicodeDecodeError:
        found = "\0"
    if not found.isprintable():
        raise BadValue("location: something percent-encoded in it is no UTF-8 text, or a control character")
    return found
