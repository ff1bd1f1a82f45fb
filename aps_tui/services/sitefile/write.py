"""A site document as text: TOML laid out for people, or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_WIDTH = 110
"""A table that fits on a line of so many characters is written on it."""


def to_json(document: Mapping[str, Any]) -> str:
    """The document as indented JSON."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def to_toml(document: Mapping[str, Any]) -> str:
    """The document as TOML: short tables on one line, a blank line before each element.

    A general TOML writer would make a section of every settings table, which nobody reads.
    """
    return "\n".join(_table(document, "")).lstrip("\n") + "\n"


def _table(table: Mapping[str, Any], path: str) -> Iterator[str]:
    """A table's lines: values, then the tables that need a section, then lists of tables."""
    sections: dict[str, Mapping[str, Any]] = {}
    for name, value in table.items():
        if _is_list_of_tables(value):
            continue
        line = f"{_key(name)} = {_value(value)}"
        if isinstance(value, Mapping) and (not path or len(line) > _WIDTH):
            sections[name] = value
        else:
            yield line
    for name, value in sections.items():
        inner = f"{path}{_key(name)}"
        yield from ("", f"[{inner}]", *_table(value, f"{inner}."))
    for name, value in table.items():
        if _is_list_of_tables(value):
            inner = f"{path}{_key(name)}"
            for one in value:
                # A key or line stands right under what it belongs to.
                yield from ((("",) if not path else ()) + (f"[[{inner}]]",))
                yield from _table(one, f"{inner}.")


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _key(name: str) -> str:
    return name if _BARE.match(name) else _text(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    """A basic string; JSON's escapes are TOML's, which wants DEL escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
