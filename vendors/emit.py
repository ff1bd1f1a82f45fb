"""The one place where values become text: mapping, escaping, refusal, masking and unset lines.

Jinja calls `finalize` for every `{{ … }}`; the emitter of the render in hand decides what is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import StringIO
from ipaddress import IPv4Address
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlsplit

from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context

from aps_tui.domain.errors import ApsError
from aps_tui.vendors.formats import Format, Refused

SECRET_NAME = re.compile(r"pass|secret|passwd|pwd|\bpin\b|_pin|credential|private.?key", re.IGNORECASE)
"""Parameter names whose values are masked though nothing else marks them as secrets."""
UNSET = "\x01"
"""Stands for an unset value until its whole line is dropped."""
_HOLE = "\x00"
_DOTS = 3
"""Dots in an IPv4 address; a mapping replaces these alone."""
_ELEMENT_LINE = re.compile(r"^<(\w+)>(.*)</\1>$", re.MULTILINE)


class TemplateFault(ApsError):
    """A template that does what no template may do; the text names the template."""


class NotSpecialisable(Exception):
    """A template did more with a slot than test it for truth and emit it."""


class Secret(str):
    """A text that is masked wherever it is not the rendered file itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'••••••'"


class Placed(str):
    """A neutral word that knows where it was said: a key's type knows its bank and position."""

    place: str

    def __new__(cls, text: str, place: str) -> Placed:
        """The word, with its place."""
        word = super().__new__(cls, text)
        word.place = place
        return word


class Slot:
    """Stands for a phone's own text while its shape is rendered.

    Only its truth and its place are known, and whether the template touched it: what was never touched may be
    anything in another phone of the shape. `part`: which octet of an address is wanted, 0 for all of the text.
    """

    __slots__ = ("index", "part", "place", "present", "text", "touched")

    def __init__(self, index: int, place: str, text: str | int | None) -> None:
        self.index = index
        self.place = place
        self.text = text
        self.present = bool(text)
        self.touched = False
        self.part = 0

    def octet(self, n: int) -> Slot:
        """A slot for one octet of the text, 1 to 4."""
        self.touched = True
        part = Slot(self.index, self.place, self.text)
        part.part = n
        return part

    def __bool__(self) -> bool:
        self.touched = True
        return self.present

    def _refuse(self, *_: object) -> NoReturn:
        raise NotSpecialisable(self.place)

    __str__ = __int__ = __len__ = __iter__ = __eq__ = __lt__ = __gt__ = __le__ = __ge__ = _refuse
    __add__ = __radd__ = __mod__ = __contains__ = __getitem__ = __hash__ = __format__ = _refuse


class Emitter:
    """Writes values for one file of one render: mapping first, then the format's escape."""

    def __init__(
        self,
        form: Format,
        mapped: Callable[[str], str],
        words: Mapping[str, Mapping[str, str]],
        mask: Callable[[str], str] | None = None,
    ) -> None:
        self.form = form
        self.mapped = mapped
        self.words = words
        self.mask = mask
        self.warnings: list[str] = []
        self.doubts: dict[str, str] = {}
        """Values that may be misread, with why."""
        self.addressed: dict[str, str] = {}
        """Values that may hold an address, with what the mapping made of each. No mapping changes any other."""
        self._written: dict[str, str] = {}

    def text(self, value: str) -> str:
        """Map and escape one text. Raises Refused for what the format cannot carry."""
        if self.mask is not None and isinstance(value, Secret):
            return self.mask(value)
        known = self._written.get(value)
        if known is not None:
            return known
        mapped = self.mapped(value)
        try:
            written = self.form.escape(mapped)
        except Refused as refused:
            raise Refused(str(refused), value) from None
        if doubt := self.form.doubt(mapped):
            self.doubts[value] = doubt
        if mapped != value or value.count(".") >= _DOTS:
            self.addressed[value] = mapped
        elif not doubt:
            self._written[value] = written
        return written

    def octet(self, address: str, n: int) -> int | None:
        """An octet, 1 to 4, of an address as it is mapped; None where that is no IPv4 address."""
        mapped = self.addressed[address] = self.mapped(address)
        try:
            return IPv4Address(mapped).packed[n - 1]
        except ValueError:
            return None

    def __call__(self, value: Any) -> str:
        """Write any value that a template may emit; what there is most of comes first."""
        kind = type(value)
        if kind is str:
            return self.text(value)
        if kind is int:
            return str(value)
        if value is None:
            return UNSET
        if isinstance(value, Slot):
            value.touched = True
            return f"{_HOLE}{value.index}.{value.part}{_HOLE}" if value.present else UNSET if value.text is None else ""
        if isinstance(value, bool):
            raise TemplateFault("a bare true/false is emitted: say how this vendor writes it (| bit, | onoff …)")
        if isinstance(value, int):
            return str(value)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, StrictUndefined):
            return str(value)  # raises UndefinedError, naming the name
        raise TemplateFault(f"a {type(value).__name__} cannot be emitted")


@pass_context
def finalize(context: Context, value: Any) -> str:
    """Jinja's hook: hands each emitted value to the render's emitter."""
    emitter: Emitter = context.parent["_emit"]
    return emitter(value)


def drop_unset(text: str) -> str:
    """Remove every line on which an unset value was emitted."""
    if UNSET not in text:
        return text
    return "".join(line for line in StringIO(text, newline="\n") if UNSET not in line)


class Hole(NamedTuple):
    """Where a slot's text goes, or one octet of it."""

    slot: int
    part: int


def split_holes(text: str) -> tuple[list[str], list[Hole]]:
    """Cut a shape's text at its holes: n+1 literals around n holes."""
    parts = text.split(_HOLE)
    return parts[0::2], [Hole(*map(int, hole.split("."))) for hole in parts[1::2]]


# Filters: how a neutral value is said in a vendor's words. Each passes an unset value on, so that its line drops.


def bit(value: bool | None) -> int | None:
    """True → 1, False → 0."""
    return None if value is None else int(value)


def onoff(value: bool | None) -> str | None:
    """True → on, False → off."""
    return None if value is None else "on" if value else "off"


def yesno(value: bool | None) -> str | None:
    """True → yes, False → no."""
    return None if value is None else "yes" if value else "no"


def negate(value: bool | None) -> bool | None:
    """The other way round, for parameters that switch something off."""
    return None if value is None else not value


def tos(dscp: int | None) -> int | None:
    """DSCP 0-63 as the TOS byte that some vendors want (4 ×)."""
    return None if dscp is None else dscp * 4


def minutes_to_seconds(minutes: int | None) -> int | None:
    """Minutes as seconds."""
    return None if minutes is None else minutes * 60


def joined(values: tuple[str, ...] | None, separator: str = ",") -> str | None:
    """A list as one text; an empty or unset one drops its line."""
    return separator.join(values) if values else None


_PORTS = {"http": 80, "https": 443, "tftp": 69, "ftp": 21}


def url_scheme(url: str | None) -> str | None:
    """A URL's protocol: http, https, tftp or ftp."""
    return urlsplit(str(url)).scheme if url else None


def url_host(url: str | None) -> str | None:
    """A URL's host, as an address or a name (no brackets around IPv6)."""
    return urlsplit(str(url)).hostname if url else None


def url_port(url: str | None) -> int | None:
    """A URL's port, or its protocol's usual one."""
    if not url:
        return None
    parts = urlsplit(str(url))
    return parts.port or _PORTS.get(parts.scheme)


def url_path(url: str | None) -> str | None:
    """The folder that a URL names, without slashes around it: `http://h/a/b/` and `http://h/a/b/f.st` → a/b."""
    return urlsplit(str(url)).path.rpartition("/")[0].strip("/") if url else None


@pass_context
def octet(context: Context, address: Any, n: int) -> Any:
    """One octet, 1 to 4, of an IPv4 address; any other address is a warning, and its line drops."""
    if isinstance(address, Slot):
        return address.octet(n)
    if not address:
        return address
    emitter: Emitter = context["_emit"]
    found = emitter.octet(str(address), n)
    if found is None:
        emitter.warnings.append("an address that is no IPv4 one cannot be said on this model and is left out")
    return found


def flattened(elements: str) -> str:
    """For a filter block: elements, one a line, as `name=value` lines; all other lines go."""
    return "".join(f"{name}={value}\n" for name, value in _ELEMENT_LINE.findall(elements))


@pass_context
def word(context: Context, value: Any, table: str) -> str | None:
    """The vendor's word for a neutral one, from `[words.<table>]`; a list becomes a list of words.

    A word that the table lacks is a warning, and its line drops.
    """
    if value is None:
        return None
    emitter: Emitter = context["_emit"]
    if table not in emitter.words:
        raise TemplateFault(f"there is no table [words.{table}]")
    words = emitter.words[table]
    neutral = str(value).lower() if isinstance(value, bool) else str(value)
    if neutral in words:
        return words[neutral]
    emitter.warnings.append(f"{table.replace('_', ' ')} {neutral!r} has no equivalent on this model and is left out")
    return None


@pass_context
def warning(context: Context, text: str) -> None:
    """Tell the operator what this file cannot carry; emit it on a line of its own, which is not written."""
    emitter: Emitter = context["_emit"]
    emitter.warnings.append(text)


@pass_context
def words(context: Context, values: tuple[str, ...] | None, table: str) -> tuple[str, ...] | None:
    """Each of a list's neutral words as the vendor's; those that it lacks warn and are left out."""
    if values is None:
        return None
    said = [word(context, value, table) for value in values]
    return tuple(given for given in said if given is not None)


@pass_context
def known(context: Context, value: str, table: str) -> str:
    """Like `word`, for what the operator asked of this very phone (a key's type): lacking it is a problem."""
    emitter: Emitter = context["_emit"]
    try:
        return emitter.words[table][value]
    except KeyError:
        place = value.place if isinstance(value, Placed) else ""
        raise Refused(f"{table} type {value!r} does not exist on this model", value, place) from None


@pass_context
def bare(context: Context, value: str | None) -> str | None:
    """A piece inside a longer value, where the format's own quoting would break the whole: refused if it needs any."""
    emitter: Emitter = context["_emit"]
    if value is not None and emitter.form.quotes(str(value)):
        raise Refused("stands inside a longer value and would need quotes of its own", value)
    return value


FILTERS: dict[str, Callable[..., Any]] = {
    "bare": bare,
    "bit": bit,
    "onoff": onoff,
    "yesno": yesno,
    "negate": negate,
    "tos": tos,
    "minutes_to_seconds": minutes_to_seconds,
    "joined": joined,
    "octet": octet,
    "flattened": flattened,
    "url_scheme": url_scheme,
    "url_host": url_host,
    "url_port": url_port,
    "url_path": url_path,
    "warning": warning,
    "word": word,
    "words": words,
    "known": known,
}
