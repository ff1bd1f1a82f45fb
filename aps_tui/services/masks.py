"""Masks that show that a secret is there, and whether it is the same one, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import quote

from aps_tui.vendors.emit import SECRET_NAME
from aps_tui.vendors.formats import Format, Refused

DOTS = "••••"
_MASK = re.compile(f"{DOTS}\\([0-9a-f]{{4}}\\)")
_SHORTEST = 5
"""Shorter secrets are found in any text by chance: they are masked where a parameter's name tells, only."""
_CODED = 8
"""Shorter secrets are not looked for in other spellings, which would be words that stand in any file."""
_ALSO_SECRET = re.compile(r"token|psk|(?<![a-z])pw(?![a-z])", re.IGNORECASE)
_REMEMBERED = 50_000
"""Lines known to hold no secret: phones have most of theirs in common."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PLAIN = frozenset({"", "0", "1", "true", "false", "on", "off", "yes", "no", "enabled", "disabled"})
"""Values that are switches, whatever their parameter is called."""
_NAME = re.compile(r"[A-Za-z][\w.\-]*")
_VALUE = re.compile(r"""((?:\s[^<>]*)?>|"?\s*[=:]\s*)("[^"]*"|'[^']*'|[^<>"'\s][^<>]*)""")
"""What follows a name on a line that no format knows, or in a file whose pack is gone: `="x"`, `: x`, ` a="1">x`."""


class Masker:
    """Masks texts of one site. `key` is the installation's own; `secrets` are all that are known now."""

    def __init__(self, key: bytes, secrets: Iterable[str]) -> None:
        self._key = key
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._written: dict[str, dict[str, str]] = {}
        self._heads: dict[str, dict[str, list[str]]] = {}
        self._innocent: set[tuple[str, str]] = set()

    def mask(self, secret: str) -> str:
        """`••••(3f2a)`: two secrets have the same mask when they are the same; nothing when there is none."""
        if not secret:
            return ""
        digest = hmac.new(self._key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
        return f"{DOTS}({digest[:4]})"

    def is_mask(self, line: str) -> bool:
        """Whether a line is a mask and nothing else."""
        return _MASK.fullmatch(line) is not None

    def masked_values(self, text: str, form: Format) -> dict[str, str]:
        """The parameters of a text in which masks stand, with their masked values: `admin:••••(3f2a)`."""
        cut = (form.parameter(line) for line in text.splitlines() if DOTS in line)
        return {found.key: found.value for found in cut if found is not None}

    def text(self, text: str, form: Format | None, masked: Mapping[str, str] = MappingProxyType({})) -> str:
        """A file's text without secrets, older ones included.

        Masked are the parameters in `masked` (what `masked_values` said of the newer text), those whose name looks
        like a secret's, and every secret that is known now, wherever it stands.
        """
        return "\n".join(self._line(line, form, masked) for line in text.split("\n"))

    def _line(self, line: str, form: Format | None, masked: Mapping[str, str]) -> str:
        line, end = (line[:-1], "\r") if line.endswith("\r") else (line, "")
        cut = form.parameter(line) if form is not None else None
        if cut is None:
            line = self._loose(line, form)
        elif not _MASK.search(cut.value) and self._is_secret(cut.key, cut.value, masked):
            known = self._known(cut.value, form)
            same = known if known == masked.get(cut.key) else self._value(cut.value, form)
            line = f"{cut.before}{same}{cut.after}"
        return self._known(line, form) + end

    def _is_secret(self, name: str, value: str, keys: Collection[str] = ()) -> bool:
        return (name in keys and value != "") or (value not in _PLAIN and looks_secret(name))

    def _loose(self, line: str, form: Format | None) -> str:
        """Mask whatever follows a secret's name, however it is written."""
        at = 0
        while (name := _NAME.search(line, at)) is not None:
            at = name.end()
            found = _VALUE.match(line, at) if looks_secret(name[0]) else None
            if found is not None and DOTS not in found[2]:
                value = found[2].strip("\"'")
                if self._is_secret(name[0], value):
                    line = f"{line[:at]}{found[1]}{self._value(value, form)}{line[found.end() :]}"
        return line

    def _value(self, written: str, form: Format | None) -> str:
        """The mask of a value as it stands in a file: that of the secret itself where it is known."""
        return self.mask(self._as_written(form).get(written, written))

    def _known(self, line: str, form: Format | None) -> str:
        """Mask each known secret in a line; found by their first letters, so that many cost no more than one."""
        heads = self._by_head(form)
        known = (form.name if form is not None else "", line)
        if known in self._innocent:
            return line
        if not any(line[at : at + _SHORTEST] in heads for at in range(len(line) - _SHORTEST + 1)):
            if len(self._innocent) < _REMEMBERED:
                self._innocent.add(known)
            return line
        done: list[str] = []
        at = 0
        while at < len(line):
            here = next((one for one in heads.get(line[at : at + _SHORTEST], ()) if line.startswith(one, at)), None)
            done.append(line[at] if here is None else self._value(here, form))
            at += 1 if here is None else len(here)
        return "".join(done)

    def _as_written(self, form: Format | None) -> dict[str, str]:
        """Each secret as the format writes it, and as templates are apt to, to the secret."""
        name = form.name if form is not None else ""
        if name not in self._written:
            long = (secret for secret in self._secrets if len(secret) >= _CODED)
            coded = {written: secret for secret in long for written in codings(secret)}
            self._written[name] = coded | {escaped(secret, form): secret for secret in self._secrets}
        return self._written[name]

    def _by_head(self, form: Format | None) -> dict[str, list[str]]:
        name = form.name if form is not None else ""
        if name not in self._heads:
            heads: dict[str, list[str]] = {}
            for written in {*self._as_written(form), *self._secrets}:
                if len(written) >= _SHORTEST:
                    heads.setdefault(written[:_SHORTEST], []).append(written)
            for found in heads.values():
                found.sort(key=len, reverse=True)
            self._heads[name] = heads
        return self._heads[name]


def codings(secret: str) -> Iterator[str]:
    """What a text may hold of a secret beside it: it in capitals, backwards, as in a URL, in base64, in hex."""
    data = secret.encode("utf-8", "surrogatepass")
    yield from (secret.upper(), secret.lower(), secret[::-1], quote(data, safe=""), html.escape(secret), data.hex())
    yield base64.b64encode(data).decode().rstrip("=")


@lru_cache(maxsize=65536)
def looks_secret(name: str) -> bool:
    """Whether a vendor's parameter is called like a secret: `account.1.password`, `userPin`, `sip_pass`."""
    words = _CAMEL.sub("_", name)
    return SECRET_NAME.search(words) is not None or _ALSO_SECRET.search(words) is not None


def escaped(secret: str, form: Format | None) -> str:
    """A secret as it stands in a file; as it is where the format could not carry it."""
    try:
        return form.escape(secret) if form is not None else secret
    except Refused:
        return secret
