"""Reads a site file: TOML, or JSON of the same shape. Every fault says where it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aps_tui.domain.errors import BadValue

VERSION = 1
"""The one version of the site file there is."""

MAX_BYTES = 256 << 20
"""Of a site file; a hundred thousand devices take some 40 MB."""

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def read_document(source: Path | bytes) -> dict[str, Any]:
    """Return the document in a file, or in its bytes; a text that begins with `{` is JSON.

    Raises BadValue for a file that cannot be read, is not UTF-8, has a fault of syntax (with line and
    column) or is of a version that is not known.
    """
    name = str(source) if isinstance(source, Path) else "the site file"
    try:
        data = _bytes(source) if isinstance(source, Path) else source
    except OSError as error:
        raise BadValue(f"{name} cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise BadValue(f"{name} is larger than {MAX_BYTES >> 20} MB: load it in parts")
    text = _decoded(data, name)
    try:
        document = _json(text, name) if text.lstrip().startswith("{") else _toml(text, name)
    except RecursionError:
        raise BadValue(f"{name}: tables or lists are nested too deeply") from None
    check_version(document)
    return document


def check_version(document: Mapping[str, Any]) -> None:
    """Raise BadValue unless the document says that it is of the version read here."""
    said = document.get("version")
    if said is None:
        raise BadValue(f"version: the site file does not say its version: begin it with version = {VERSION}")
    if type(said) is not int or said != VERSION:
        shown = f"version {said}" if type(said) is int else "a version that is no whole number"
        raise BadValue(f"version: a site file of {shown} is not known here, only version {VERSION}")


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadValue(f"{name}, line {line}: not UTF-8 text: save the file as UTF-8") from None


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        place = _PLACE.search(said)
        where = f"line {place[1]}, column {place[2]}" if place and place[1] else "at its end"
        raise BadValue(f"{name}, {where}: {_PLACE.sub('', said)}") from None
    except ValueError as error:  # a date that is no date, which tomllib lets through
        raise BadValue(f"{name}: {error}") from None


def _json(text: str, name: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise BadValue(f"{name}, line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (BadValue, ValueError) as error:  # ValueError: a number of thousands of digits
        raise BadValue(f"{name}: {error}") from None
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object that says no name twice; TOML refuses that by itself."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadValue(f"{next(name for name in names if names.count(name) > 1)!r} is said twice in one object")
    return found
