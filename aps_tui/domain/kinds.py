"""How values are read and checked: one small function for each kind of setting.

Each takes what a file or a form gave and the setting, and returns the value to keep. Each raises
BadValue with the reason alone (the caller names the place) and never with a secret's text.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from aps_tui.domain.errors import BadValue
from aps_tui.domain.setting import Setting
from aps_tui.domain.site import Value
from aps_tui.domain.timerules import check_zone, countries
from aps_tui.domain.tones import check_tone

_WORDS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}
_WHOLE = re.compile(r"-?[0-9]{1,40}\Z")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\Z")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?\Z")
_DATE = re.compile(r"(dmy|mdy|ymd)[-/.]?\Z")
_DIALABLE = re.compile(r"\+?[0-9*#]+\Z")
_EXTENSION = re.compile(r"[A-Za-z0-9_.*#+-]+\Z")
_PUNCTUATION = str.maketrans("", "", " ().-")
_SCHEMES = ("http", "https", "tftp", "ftp")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _shown(text: str) -> str:
    """A wrong value, quoted, cut where it is long."""
    return repr(text if len(text) <= 40 else text[:40] + "…")


def _text(raw: object, setting: Setting) -> str:
    """A single line, without control characters; a file's whole number is text as well."""
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise BadValue("a text is needed")
    text = str(raw)
    if not setting.secret:
        text = text.strip()
    if _CONTROL.search(text):
        raise BadValue("line breaks and control characters cannot be used")
    if len(text) < setting.min:
        raise BadValue("a value is needed" if setting.min == 1 else f"at least {setting.min} characters are needed")
    if len(text) > setting.max:
        raise BadValue(f"{len(text)} characters are too many, at most {setting.max} are accepted")
    return text


def _bool(raw: object, _: Setting) -> bool:
    """A switch."""
    value = raw if isinstance(raw, bool) else _WORDS.get(raw.strip().lower()) if isinstance(raw, str) else None
    if value is None:
        raise BadValue(f"{_shown(str(raw))} is neither on nor off")
    return value


def _int(raw: object, setting: Setting) -> int:
    """A whole number between the setting's limits."""
    text = str(raw).strip()
    if isinstance(raw, bool) or not isinstance(raw, str | int) or not _WHOLE.match(text):
        raise BadValue(f"{_shown(text)} is not a whole number")
    value = int(text)
    if not setting.min <= value <= setting.max:
        raise BadValue(f"{value} is not between {setting.min} and {setting.max}")
    return value


def _choice(raw: object, setting: Setting) -> str:
    """One of the allowed words; a file's `false` is the word `off`."""
    word = ("on" if raw else "off") if isinstance(raw, bool) else str(raw).strip().lower()
    if word not in setting.allowed:
        raise BadValue(f"{_shown(str(raw))} is not one of {', '.join(setting.allowed)}")
    return word


def _list(raw: object, setting: Setting) -> tuple[str, ...]:
    """Allowed words in the given order, none twice; a list or a comma-separated text."""
    items = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(items, list | tuple):
        raise BadValue(f"a list of {', '.join(setting.allowed)} is needed")
    words = tuple(_choice(item, setting) for item in items if item != "")
    for number, word in enumerate(words):
        if word in words[:number]:
            raise BadValue(f"{word} is named twice")
    if not words:
        raise BadValue(f"at least one of {', '.join(setting.allowed)} is needed")
    return words


def _days(raw: object, setting: Setting) -> tuple[str, ...]:
    """Days of the week, put into the week's order."""
    return tuple(sorted(_list(raw, setting), key=_DAYS.index))


def host(text: str) -> str:
    """Return an IPv4 or IPv6 address (without brackets) or a DNS name, checked.

    Limits: 63 characters a label and 253 in all (RFC 1035); a name that ends in a number would
    be read as an address by the phone, so it must be one.
    """
    if ":" in text:
        return _ip_address(text[1:-1] if text[0] + text[-1] == "[]" else text)
    name = text.removesuffix(".")
    labels = name.split(".")
    if not name.isascii():
        raise BadValue(f"{_shown(text)}: write the name in its ASCII form, xn--…")
    if labels[-1].isdigit():
        return _ip_address(text)
    if len(name) > 253 or not all(_LABEL.match(label) for label in labels):
        raise BadValue(f"{_shown(text)} is neither an IP address nor a host name")
    return name


def _ip_address(text: str) -> str:
    """An IPv4 or IPv6 address in its usual notation."""
    try:
        if "%" not in text:
            return str(ipaddress.ip_address(text))
    except ValueError:
        pass
    raise BadValue(f"{_shown(text)} is not an IP address")


def _host(raw: object, setting: Setting) -> str:
    """An address or a name; may be blank where the setting's least length is 0."""
    text = _text(raw, setting)
    return text and host(text)


def _ip(raw: object, setting: Setting) -> str:
    """An address, not a name."""
    return _ip_address(_text(raw, setting))


def _netmask(raw: object, setting: Setting) -> str:
    """An IPv4 netmask, from its dotted form or its prefix length (`24`, `/24`)."""
    text = _text(raw, setting).removeprefix("/")
    try:
        mask = str(ipaddress.IPv4Network(f"0.0.0.0/{text}").netmask)
    except ValueError:
        mask = ""
    if mask in ("", "0.0.0.0") or (text != mask and not text.isdigit()):  # noqa: S104
        raise BadValue(f"{_shown(text)} is not a netmask such as 255.255.255.0")
    return mask


def _multicast(raw: object, setting: Setting) -> str:
    """An IPv4 multicast group."""
    address = _ip_address(_text(raw, setting))
    if ":" in address or not ipaddress.IPv4Address(address).is_multicast:
        raise BadValue(f"{address} is not between 224.0.0.0 and 239.255.255.255")
    return address


def _url(raw: object, setting: Setting) -> str:
    """A URL that a phone can fetch; the address is not echoed, it might hold a password."""
    text = _text(raw, setting)
    if not text:
        return text
    if " " in text:
        raise BadValue("a URL holds no spaces: write %20")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadValue("the URL's host or port (1 to 65535) cannot be read") from None
    if parts.scheme not in _SCHEMES or not text.startswith(f"{text[: len(parts.scheme)]}://"):
        raise BadValue(f"a URL begins with {'://, '.join(_SCHEMES)}://")
    if "@" in parts.netloc:
        raise BadValue("a URL holds no user name and password: they have settings of their own")
    if not parts.hostname or port == 0:
        raise BadValue("the URL needs a host" if port != 0 else "the URL's port 0 is not between 1 and 65535")
    host(parts.hostname)
    return text


def _folder_url(raw: object, setting: Setting) -> str:
    """A URL of a folder, ending in a slash; a host alone gets the usual protocol, port and alias."""
    text = _text(raw, setting)
    if text and "/" not in text and ":" not in text:
        text = f"http://{text}:5555/tftpboot/"
    text = _url(text, setting)
    if "?" in text or "#" in text:
        raise BadValue("the URL of a folder holds no ? or #")
    return text if text.endswith("/") or not text else text + "/"


def _time(raw: object, setting: Setting) -> str:
    """A time of day, HH:MM."""
    found = _TIME.match(_text(raw, setting))
    if not found:
        raise BadValue(f"{_shown(str(raw))} is not a time of day, 00:00 to 23:59")
    return f"{int(found[1]):02}:{found[2]}"


def _zone(raw: object, setting: Setting) -> str:
    """An IANA zone name."""
    return check_zone(_text(raw, setting))


def _language(raw: object, setting: Setting) -> str:
    """A BCP 47 tag in its usual case: `fr-CA`, `zh-Hant`."""
    text = _text(raw, setting).replace("_", "-").lower()
    if not _LANGUAGE.match(text):
        raise BadValue(f"{_shown(str(raw))} is not a language tag such as en or fr-CA")
    first, *rest = text.split("-")
    return "-".join([first, *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def _country(raw: object, setting: Setting) -> str:
    """An ISO 3166 code, or one of the setting's own words (`custom`)."""
    text = _text(raw, setting)
    if text.lower() in setting.allowed:
        return text.lower()
    if text.upper() not in countries():
        raise BadValue(f"{_shown(text)} is neither an ISO 3166 country code such as CA nor custom")
    return text.upper()


def _tone(raw: object, setting: Setting) -> str:
    """A tone string."""
    return check_tone(_text(raw, setting))


def _date_format(raw: object, setting: Setting) -> str:
    """The order of day, month and year, and the separator after it: `dmy`, `ymd-`, `mdy/`."""
    text = _text(raw, setting).lower()
    if not _DATE.match(text):
        raise BadValue(f"{_shown(text)} is not dmy, mdy or ymd, with one of - / . after it or nothing")
    return text


def _number(raw: object, setting: Setting) -> str:
    """What a phone can dial, without the punctuation people write."""
    text = _text(raw, setting).translate(_PUNCTUATION)
    if text and not _DIALABLE.match(text):
        raise BadValue(f"{_shown(text)} cannot be dialled: only 0-9, *, # and a leading + can")
    return text


def _extension(raw: object, setting: Setting) -> str:
    """The number of an extension as the PBX writes it (`101`, `100_2`)."""
    text = _text(raw, setting)
    if not _EXTENSION.match(text):
        raise BadValue(f"{_shown(text)} is not an extension's number")
    return text


def _filter(raw: object, setting: Setting) -> str:
    """An LDAP filter; vendors differ in their wildcards, so only the parentheses are checked."""
    text = _text(raw, setting)
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            break
    if depth:
        raise BadValue("the parentheses are not balanced")
    return text


class Kind(NamedTuple):
    """How a kind checks a value, and its limits where the setting says none."""

    check: Callable[[object, Setting], Value]
    min: int = 0
    max: int = 300


KINDS: Mapping[str, Kind] = {
    "bool": Kind(_bool),
    "int": Kind(_int, 0, 2**31 - 1),
    "port": Kind(_int, 1, 65535),
    "seconds": Kind(_int, 0, 86400),
    "text": Kind(_text),
    "secret": Kind(_text, 1, 128),
    "choice": Kind(_choice),
    "list": Kind(_list),
    "days": Kind(_days),
    "host": Kind(_host, 0, 255),
    "ip": Kind(_ip, 1),
    "netmask": Kind(_netmask, 1),
    "multicast": Kind(_multicast, 1),
    "url": Kind(_url),
    "folder-url": Kind(_folder_url, 1),
    "time": Kind(_time, 1),
    "zone": Kind(_zone, 1),
    "language": Kind(_language, 1),
    "country": Kind(_country, 1),
    "tone": Kind(_tone, 1),
    "date-format": Kind(_date_format, 1),
    "number": Kind(_number, 0, 64),
    "extension": Kind(_extension, 1, 64),
    "filter": Kind(_filter),
}
"""Kind word to its check and limits (a number's range, or a text's length)."""
