"""The text level of Asterisk's configuration syntax: lines, comments, file name patterns, filters.

Everything here works on bytes as Asterisk does: a blank is any byte up to 0x20, names compare
without ASCII case, a NUL ends a line. The facts were measured on a real Asterisk (tests/oracle).
"""

from __future__ import annotations

import glob
import os
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import BinaryIO

BLANKS = bytes(range(33))
LINE_BYTES = 8191
"""Longest piece that Asterisk's line buffer takes, line feed included."""
MAX_COMMENT_DEPTH = 128

_POSIX_CLASSES = {
    "[:alnum:]": "a-zA-Z0-9", "[:alpha:]": "a-zA-Z", "[:digit:]": "0-9", "[:lower:]": "a-z",
    "[:upper:]": "A-Z", "[:xdigit:]": "0-9A-Fa-f",
}  # fmt: skip
_MAX_CHOICES = 256
_MAX_FILTER_WORK = 1_000_000


def lines(file: BinaryIO) -> Iterator[bytes | None]:
    """Give each line up to its first NUL; None stands for a line too long to be read.

    A piece that fills the buffer is dropped together with every following piece that fills it and
    the first that does not, so a line of exactly 8191 bytes takes the next one with it.
    """
    while True:
        raw = file.readline(LINE_BYTES)
        line = raw.split(b"\0", 1)[0]
        if len(line) == LINE_BYTES:
            yield None
            while len(file.readline(LINE_BYTES).split(b"\0", 1)[0]) == LINE_BYTES:
                pass
            continue
        yield line
        if len(raw) < LINE_BYTES and not raw.endswith(b"\n"):
            return


class Comments:
    """Takes comments out of lines; `;-- … --;` blocks nest and may span lines and files."""

    def __init__(self) -> None:
        self.depth = 0
        """Open blocks; negative after a `--;` that closed nothing: then whole lines are lost."""

    def strip(self, line: bytes) -> bytes:
        r"""The line without its comments and outer blanks; `\;` becomes `;`.

        Raises ValueError when blocks nest deeper than Asterisk can follow.
        """
        if b";" not in line:
            return b"" if self.depth else line.strip(BLANKS)
        kept = bytearray()
        live = self.depth == 0
        rest = line
        while (at := rest.find(b";")) >= 0:
            head, tail = rest[:at], rest[at + 1 :]
            text, stays = head + b";", live
            if head.endswith(b"\\"):
                text = head[:-1] + b";"
            elif tail.startswith(b"--") and tail[2:3] != b"-":
                self._open()
                text, tail, stays = head, tail[2:], False
            elif head.endswith(b"--"):
                self.depth -= 1
                stays = live or self.depth == 0
            elif self.depth == 0:
                text, tail, stays = head, b"", False
            if live:
                kept += text
            live, rest = stays, tail
        if live:
            kept += rest
        return bytes(kept).strip(BLANKS)

    def _open(self) -> None:
        if self.depth == MAX_COMMENT_DEPTH:
            raise ValueError(f"block comments nest deeper than {MAX_COMMENT_DEPTH}")
        self.depth += 1


def matching_files(config_dir: str, name: str) -> list[str]:
    """The paths an `#include` argument stands for, in the order Asterisk reads them.

    Without `*`, `?` or `[` the name stands for itself, existing or not. `{a,b}` gives first what a
    matches, then what b matches; within each the paths are in byte order. Hidden files need their dot.
    """
    found: list[str] = []
    for choice in _brace_choices(name):
        pattern = _python_pattern(choice)
        if not choice.startswith("/"):
            pattern = f"{glob.escape(config_dir)}/{pattern}"
        found += sorted(glob.glob(pattern), key=os.fsencode)  # noqa: PTH207 - paths stay as written
    if not found and not is_pattern(name):
        return [name if name.startswith("/") else f"{config_dir}/{name}"]
    return found


def is_pattern(name: str) -> bool:
    """Whether the name may stand for several files or for none."""
    return re.search(r"[*?\[]", name) is not None


def pattern_folder(config_dir: str, name: str) -> str:
    """The part of an `#include` argument that is certain before files are looked for, as a path."""
    fixed = re.split(r"[*?\[{]", name, maxsplit=1)[0]
    return os.path.normpath(fixed if fixed.startswith("/") else f"{config_dir}/{fixed}")


def _brace_choices(name: str) -> list[str]:
    """`a{b,c{d,e}}` as `ab`, `acd`, `ace`; braces without a comma stand for themselves."""
    waiting: list[tuple[str, int]] = [(name, 0)]
    done: list[str] = []
    while waiting and len(waiting) + len(done) <= _MAX_CHOICES:
        text, start = waiting.pop(0)
        opening = text.find("{", start)
        parts = None if opening < 0 else _brace_parts(text, opening)
        if opening < 0:
            done.append(text)
        elif parts is None:
            waiting.insert(0, (text, opening + 1))
        else:
            choices, end = parts
            waiting[:0] = [(text[:opening] + choice + text[end:], opening) for choice in choices]
    return done


def _brace_parts(text: str, opening: int) -> tuple[list[str], int] | None:
    """The choices of the brace at `opening` and where it ends; None when it is no list of choices."""
    depth, choices, start = 0, [], opening + 1
    for at in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0 or (depth == 1 and text[at] == ","):
            choices.append(text[start:at])
            start = at + 1
        if depth == 0:
            return (choices, start) if len(choices) > 1 else None
    return None


def _python_pattern(pattern: str) -> str:
    for name, letters in _POSIX_CLASSES.items():
        pattern = pattern.replace(name, letters)
    pattern = pattern.replace("[^", "[!")
    return re.sub(r"\\(.)", lambda found: glob.escape(found[1]), pattern)


def filter_matches(text: bytes, template: bool, pairs: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a section fits the filter of `[name](+filter)`.

    The filter is `name=value` expressions joined by `&`, each side an extended regular expression
    that is searched in the section's lines; `TEMPLATES=include` and `TEMPLATES=restrict` let
    templates in. Empty: any section but a template. Raises ValueError for an expression that would
    take too long.
    """
    if not text:
        return not template
    held = list(pairs)
    template_ok = False
    for expression in text.split(b"&"):
        name, equals, value = (part.strip(BLANKS) for part in expression.partition(b"="))
        value = value.split(b"=", 1)[0].strip(BLANKS)
        if not equals:
            return False
        if name == b"TEMPLATES":
            restrict = value.lower() == b"restrict"
            if (not restrict and value.lower() != b"include") or (restrict and not template):
                return False
            template_ok = template_ok or template
        elif not _any_line(_regex(name), _regex(value), held):
            return False
    return template_ok or not template


def _any_line(name: re.Pattern[bytes] | None, value: re.Pattern[bytes] | None, held: list[tuple[bytes, bytes]]) -> bool:
    if name is None or value is None:
        return False
    repeats = sum(map((name.pattern + value.pattern).count, (b"*", b"+", b"?", b"{")))
    longest = max((len(key) + len(text) for key, text in held), default=1)
    if repeats > 8 or len(held) * max(longest, 2) ** (repeats + 1) > _MAX_FILTER_WORK:
        raise ValueError("the filter of (+…) repeats too much to be searched safely")
    return any(name.search(key) and value.search(text) for key, text in held)


def _regex(text: bytes) -> re.Pattern[bytes] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(text)
    except (re.error, OverflowError):
        return None
