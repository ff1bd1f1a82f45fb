"""A device's files without secrets, whatever its templates make of them.

A secret that a template writes as it is is masked as it is written. What a template makes of secrets otherwise (joined,
cut, coded, hashed) is found by rendering again with other secrets: a line that differs then came from one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

from aps_tui.domain.errors import ApsError
from aps_tui.services.fleet import Task
from aps_tui.services.lost_lines import lost
from aps_tui.services.masks import Masker
from aps_tui.vendors.engine import GroupRenderer, Rendered
from aps_tui.vendors.formats import Format
from aps_tui.vendors.formats.base import Parameter
from aps_tui.vendors.hidden import STEPS, Others
from aps_tui.vendors.partials import Memory

Text = tuple[str, Format | None, str]
"""A file's path, its format, and its text without secrets."""


def masked_files(task: Task, masks: Masker) -> list[Text]:
    """A device's own files. Raises CannotRender.

    Where they cannot be rendered with other secrets, every line is masked: nothing tells which came from none.
    """
    files = task.renderer.plain(task.phone, masks.mask).files
    others = [_with_others(task, masks.mask, step) for step in STEPS]
    return [
        (file.path, file.form, _without_secrets(file, [texts.get(file.path, "") for texts in others], masks))
        for file in files
    ]


def _with_others(task: Task, mask: Callable[[str], str], step: int) -> Mapping[str, str]:
    """The files with other secrets, which have the masks of the device's own; none where that is not possible."""
    renderer, of_group = _renderer(task.renderer, step)
    others = Others(step)
    phone = others.phone(task.phone)
    own = {**of_group, **others.was}
    try:
        files = renderer.plain(phone, lambda other: mask(own.get(other, other))).files
    except ApsError:
        return {}
    return {file.path: file.text for file in files}


@lru_cache(maxsize=32)
def _renderer(renderer: GroupRenderer, step: int) -> tuple[GroupRenderer, Mapping[str, str]]:
    """The renderer of a group with other secrets, for all devices of it; and whose place each of them takes."""
    others = Others(step)
    return GroupRenderer(others.group(renderer.group), renderer.cache, Memory()), others.was


def _without_secrets(file: Rendered, others: Sequence[str], masks: Masker) -> str:
    lines, form = file.text.split("\n"), file.form
    masked = list(lines)
    for other in others:
        if other != file.text:
            theirs = other.split("\n")
            places = {(cut.before, cut.after) for line in theirs if (cut := _cut(line, form)) is not None}
            for index in lost(lines, theirs):
                masked[index] = _masked(lines[index], form, places, masks)
    return masks.text("\n".join(masked), form)


def older_text(text: str, form: Format | None, newer: str, masks: Masker) -> str:
    """An older file's text, masked as the newer one is: where that has lines that are all mask, so may be every line
    of the older one which the newer one has not, under the same name or as it is.
    """
    masked = masks.text(text, form, masks.masked_values(newer, form) if form is not None else {})
    new = [line.rstrip("\r") for line in newer.split("\n")]
    if not any(masks.is_mask(line) for line in new):
        return masked
    names = {cut.before for line in new if (cut := _cut(line, form)) is not None}
    return "\n".join(
        line if line in new or ((cut := _cut(line, form)) is not None and cut.before in names) else masks.mask(line)
        for line in masked.replace("\r\n", "\n").split("\n")
    )


def _masked(line: str, form: Format | None, places: Collection[tuple[str, str]], masks: Masker) -> str:
    """A line that came from a secret: its value masked, or all of it where more than the value differs."""
    cut = _cut(line, form)
    if cut is None or (cut.before, cut.after) not in places:
        return masks.mask(line)
    return f"{cut.before}{masks.mask(cut.value)}{cut.after}"


def _cut(line: str, form: Format | None) -> Parameter | None:
    return form.parameter(line) if form is not None else None
