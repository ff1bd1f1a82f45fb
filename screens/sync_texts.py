"""What a sync does or did, as lines to read. No secret is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aps_tui.services.extensions import Outcome, SyncPreview
from aps_tui.widgets.text_view import Text

MOST = 500
"""Lines of one kind that are shown; the counts say how many there are."""


def said_of(outcomes: Iterable[Outcome]) -> list[Text]:
    """What the sync of each source does."""
    return [text for one in outcomes for text in (*_source(one), Text(""))]


def _source(one: Outcome) -> Iterator[Text]:
    title = f"{one.source.name} for {one.source.tenant}"
    if one.found is None:
        yield Text(f"{title}: cannot be read, nothing changes", "title")
        yield Text(one.error, "fault")
        return
    found = one.found
    yield Text(f"{title}: {found.counts}, {found.unchanged:,} unchanged", "title")
    if found.refused:
        yield Text(found.refused.partition(" (--")[0] + ": b believes it", "fault")
    yield from _warnings(found)
    names = {extension.number: extension.name for extension in found.wanted}
    yield from _some("add", [f"+ {number:<8} {names.get(number, '')}" for number in found.added])
    yield from _some("plain", [f"~ {number:<8} {', '.join(what)}" for number, what in found.changed.items()])
    yield from _some("remove", [f"- {number:<8} gone from {one.source.name}" for number in found.removed])
    yield from _some("add", [f"+ {number:<8} is back" for number in found.came_back])


def _warnings(found: SyncPreview) -> Iterator[Text]:
    gone = [f"{one.number} is gone but on {one.mac}, line {one.line}: its files stay" for one in found.orphaned]
    claimed = [f"{one.number} is claimed by {one.by} too and stays with it: t takes it over" for one in found.conflicts]
    unusable = [f"{number} cannot be assigned: {why}" for number, why in found.unusable.items()]
    yield from _some("warning", [*found.warnings, *gone, *claimed, *unusable])


def _some(kind: str, lines: Sequence[str]) -> Iterator[Text]:
    yield from (Text(line, kind) for line in lines[:MOST])
    if len(lines) > MOST:
        yield Text(f"  and {len(lines) - MOST:,} more", kind)
