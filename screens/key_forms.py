"""The forms of one key and of a series of keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from aps_tui.domain.errors import BadValue
from aps_tui.domain.keytypes import KEY_TYPES
from aps_tui.screens.form import Field, Form, Values
from aps_tui.services.keys import VALUE_TYPES, Board, Cell, Key, filled, placed

Judge: TypeAlias = Callable[[Board, Sequence[Key]], list[str]]
"""What other keys would warn of. Raises ApsError."""
Save: TypeAlias = Callable[[Board, str, Sequence[Key]], None]
"""Stores other keys, under words for the operator. Raises ApsError."""

_TYPE = "Space chooses, a letter narrows the list; none: the key does nothing"
_LINE = "the line that the key is for, or dials on"


def _types(board: Board, cell: Cell) -> list[tuple[str, str]]:
    types = list(board.bank(cell.bank).types or KEY_TYPES)
    if cell.key is not None and cell.key.type not in types:
        types.append(cell.key.type)
    return [(type_, "none (the key does nothing)" if type_ == "none" else type_) for type_ in types]


def _lines(board: Board) -> list[tuple[str, str]]:
    return [("", "of the phone"), *((str(n), f"line {n}") for n in range(1, board.lines + 1))]


def _line(text: str) -> int | None:
    return int(text) if text else None


def key_form(board: Board, cell: Cell, judge: Judge, save: Save) -> Form:
    """What one key is to do."""
    now = cell.key or Key(cell.bank, cell.position, cell.default, 1 if cell.default == "line" else None)

    def key_of(said: Values) -> Key:
        if not said["type"]:
            raise BadValue("type: choose one")
        return Key(cell.bank, cell.position, said["type"], _line(said["line"]), said["value"], said["label"],
                   said["pickup"])  # fmt: skip

    def preview(said: Values) -> str:
        if not said["type"] or (said["type"] in VALUE_TYPES and not said["value"]):
            return "" if said["type"] not in VALUE_TYPES else f"a {said['type']} key needs a value"
        return "\n".join(judge(board, placed(board, key_of(said))))

    return Form(
        f"{board.title}: {cell.bank} key {cell.position}",
        [
            Field("type", "Type", now.type, _TYPE, _types(board, cell)),
            Field("line", "Line", str(now.line or ""), _LINE, _lines(board)),
            Field("value", "Value", now.value, "extension, number, code or URL, as the type asks"),
            Field("label", "Label", now.label, "what the phone shows beside the key; empty: the phone's own"),
            Field("pickup", "Pickup", now.pickup, "extension or code that picks up a ringing call of a BLF, as *8"),
        ],
        lambda said: save(board, f"{cell.bank} key {cell.position}", placed(board, key_of(said))),
        preview=preview,
    )


def series_form(board: Board, cell: Cell, judge: Judge, save: Save) -> Form:
    """A series of keys of one type, for a row of numbers."""
    start = (cell.bank, cell.position)

    def keys_of(said: Values) -> Sequence[Key]:
        return filled(board, start, said["first"].strip(), said["last"].strip(), type=said["type"],
                      line=_line(said["line"]))  # fmt: skip

    def preview(said: Values) -> str:
        if not (said["first"] and said["last"]):
            return ""
        keys = keys_of(said)
        count = int(said["last"]) - int(said["first"]) + 1
        warnings = judge(board, keys)
        more = [f"and {len(warnings) - 3} more warnings"] if len(warnings) > 3 else []
        return "\n".join([f"{count} keys from {cell.bank} key {cell.position} on", *warnings[:3], *more])

    types = [
        (one, one) for one in ("blf", "speed-dial", "intercom") if one in (board.bank(cell.bank).types or KEY_TYPES)
    ]
    return Form(
        f"{board.title}: a series from {cell.bank} key {cell.position} on",
        [
            Field("first", "First extension", "", "as 201"),
            Field("last", "Last extension", "", "as 215: a key for each number from the first to this one"),
            Field("type", "Type", types[0][0] if types else "", options=types),
            Field("line", "Line", "1", _LINE, _lines(board)),
        ],
        lambda said: save(board, f"a series of keys from {cell.bank} key {cell.position} on", keys_of(said)),
        preview=preview,
    )
