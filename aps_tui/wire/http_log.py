"""Access logs of nginx and Apache: the usual `combined` format, and one JSON object a line, which tells more.

Both JSON formats write the same keys: t, ms (seconds with a fraction), ip, user, m, uri, st, b, ua. For nginx the URI
is the one that was asked for: `$uri` would be the one after its inner redirects. The bytes are those of the body, but
for `combined` as Debian's Apache has it, which counts the headers too. A user name or password that a client
puts into its URL is cut off with the host.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from urllib.parse import unquote

import msgspec

from aps_tui.domain.observation import AGENT, BYTES, HTTP, PATH, STATUS, USER, Observation
from aps_tui.wire.lines import address_of, said
from aps_tui.wire.macs import mac_in_name, mac_in_text

NGINX_JSON = (
    'log_format aps escape=json \'{"t":"$time_iso8601","ms":$msec,"ip":"$remote_addr",'
    '"user":"$remote_user","m":"$request_method","uri":"$request_uri","st":$status,'
    '"b":$body_bytes_sent,"ua":"$http_user_agent"}\';'
)
APACHE_JSON = (
    r'LogFormat "{\"t\":\"%{%Y-%m-%dT%H:%M:%S%z}t\",\"ms\":%{sec}t.%{msec_frac}t,\"ip\":\"%a\",'
    r"\"user\":\"%u\",\"m\":\"%m\",\"uri\":\"%U\",\"st\":%>s,"
    r'\"b\":%B,\"ua\":\"%{User-Agent}i\"}" aps'
)
NGINX_COMBINED = (
    'log_format combined \'$remote_addr - $remote_user [$time_local] "$request" '
    '$status $body_bytes_sent "$http_referer" "$http_user_agent"\';'
)
"""nginx knows it without being told."""
APACHE_COMBINED = r'LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" combined'

_MOST = 2000
"""Characters of a URI that are looked at."""
_COMBINED = re.compile(
    r'(?P<ip>[0-9A-Fa-f.:]+) \S+ (?P<user>.{0,200}?) \[(?P<at>[^\]]{1,40})\] "(?:GET|HEAD) (?P<uri>[^ "]+)[^"]*" '
    r'(?P<st>\d{3}) (?P<b>\d+|-)(?: "(?:[^"\\]|\\.)*" "(?P<ua>(?:[^"\\]|\\.)*)")?'
)
_MOST_SECONDS = 1e11
_FETCHES = ("GET", "HEAD")
_BROWSER = "Mozilla/5"
"""How every browser and most robots begin; no phone of the shipped packs does."""
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_HEX_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")
_ESCAPED = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.))")


class _Line(msgspec.Struct):
    """What is used of a line of JSON."""

    ip: str
    m: str
    uri: str
    st: int
    b: int
    ua: str = ""
    user: str = ""
    ms: float = 0.0


_decode = msgspec.json.Decoder(_Line).decode


class HttpLog:
    """Reads the lines of an access log, in either format, line by line."""

    def __init__(self, folders: Sequence[str] = ("/tftpboot/",)) -> None:
        """`folders`: what leads to the root of the files in a URL; it is not part of their names."""
        self._folders = tuple(folder for folder in folders if folder.strip("/"))

    def feed(self, lines: Iterable[str], now: float) -> Iterator[Observation]:
        """The fetches that phones may have made. Without a MAC in the file's name or in the user agent, the
        observation has the address alone; of a browser it is not told then."""
        for line in lines:
            found = self._json(line, now) if line.startswith("{") else self._combined(line, now)
            if found:
                yield found

    def _combined(self, line: str, now: float) -> Observation | None:
        found = _COMBINED.match(line)
        if not found:
            return None
        ip, user, at, uri, status, size, agent = found.groups()
        agent = agent or ""
        if agent.startswith(_BROWSER) and not mac_in_name(_path(uri)):
            return None
        if "\\" in agent:
            agent = _ESCAPED.sub(lambda one: chr(int(one[1], 16)) if one[1] else one[2], agent)
        return self._told(ip, _time(at), unquote(_path(uri)), (status, size, agent, user), now)

    def _json(self, line: str, now: float) -> Observation | None:
        said = _decoded(line)
        if said is None or said.m not in _FETCHES:
            return None
        path = _path(said.uri)
        if said.ua.startswith(_BROWSER) and not mac_in_name(path):
            return None
        at = said.ms if 0 < said.ms < _MOST_SECONDS else 0.0
        return self._told(said.ip, at, unquote(path), (str(said.st), str(said.b), said.ua, said.user), now)

    def _told(self, ip: str, at: float, path: str, about: tuple[str, str, str, str], now: float) -> Observation | None:
        status, size, agent, user = about
        mac = mac_in_name(path) or mac_in_text(agent)
        address = address_of(ip)
        if not (mac or (address and not agent.startswith(_BROWSER))) or not _number(status):
            return None
        words = said((PATH, self._name(path)), (AGENT, "" if agent == "-" else agent))
        words[STATUS] = status
        if mac and user.removesuffix(".2") == mac:
            words[USER] = user
        if _number(size):
            words[BYTES] = size
        return Observation(HTTP, mac, address, min(at or now, now), words)

    def _name(self, path: str) -> str:
        """The name under the root."""
        for folder in self._folders:
            if path.startswith(folder):
                return path[len(folder) :].lstrip("/")
        return path.lstrip("/")


def _path(uri: str) -> str:
    """The path of a URI, without the host, the query and the fragment."""
    uri = uri[:_MOST]
    if not uri.startswith("/"):
        _, _, uri = uri.partition("://")
        uri = "/" + uri.partition("/")[2]
    return uri.partition("?")[0].partition("#")[0]


def _decoded(line: str) -> _Line | None:
    """A line of JSON; Apache writes bytes as `\\xhh`, which JSON does not know."""
    for text in (line, _HEX_ESCAPE.sub(r"\\u00\1", line) if "\\x" in line else ""):
        with suppress(msgspec.MsgspecError, RecursionError):
            return _decode(text)
    return None


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


@lru_cache(maxsize=256)
def _time(text: str) -> float:
    """`30/Nov/2026:12:19:02 +0100` in Unix seconds; 0 for what is no time."""
    try:
        day, month, rest = text.split("/")
        year, hour, minute, second = rest[:-6].split(":")
        zone = int(rest[-5:-2]) * 3600 + int(rest[-5] + rest[-2:]) * 60
        parts = (int(year), _MONTHS.index(month) // 3 + 1, int(day), int(hour), int(minute), int(second), 0, 0, 0)
        return float(timegm(parts) - zone)
    except (ValueError, IndexError, OverflowError):
        return 0.0
