"""What is said of a phone of the queue: who it is, what each source said, why it does not work; and of alarms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from aps_tui.domain.mac import with_colons
from aps_tui.services.console import counted, when
from aps_tui.services.queue import Alarm, Evidence, Report, evidence, guess, told_state, what_to_do, why
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.text_view import Text

WIDTH = 72
"""Cells of a folded line."""
_KINDS = {"good": "add", "note": "plain", "doubt": "warning", "fault": "fault"}
_SIGNS = {"good": "+", "note": " ", "doubt": "?", "fault": "!"}


def banner(alarms: Sequence[Alarm]) -> list[str]:
    """The latest alarm and what to do about it, in two lines."""
    one = alarms[0]
    more = f" (1 of {len(alarms)})" if len(alarms) > 1 else ""
    times = f"{one.times:,} times since" if one.times > 1 else "since"
    said = f" ALARM{more} {one.kind}, {times} {when(one.first_at)}: {one.origin} {one.detail}"
    return [said, f" K: it is known. {what_to_do(one)}"]


def detail(place: Workplace, mac: str) -> list[Text]:
    """What is known of a phone; runs in a thread."""
    return [*_evidence(evidence(place, mac))]


def report(place: Workplace, mac: str) -> list[Text]:
    """Why a phone does not work; runs in a thread."""
    return [*_report(why(place, mac))]


def _evidence(found: Evidence) -> Iterator[Text]:
    row = found.row
    yield Text(with_colons(row.mac), "title")
    yield Text(told_state(row))
    yield Text(f"{guess(row) or 'of no supported vendor'}")
    said = {
        "tenant": row.tenant, "lines": row.extensions, "label": row.label, "maker": found.maker,
        "model by": f"{row.why}, {row.score} of 100" if row.why else "", "firmware": row.firmware,
        "address": row.address, "host": row.host, "whitelist": found.whitelist,
        "first seen": row.first_seen and when(row.first_seen), "last seen": row.last_seen and when(row.last_seen),
    }  # fmt: skip
    yield from (Text(f"{name:<10} {text}") for name, text in said.items() if text)
    if row.conflict:
        yield Text(f"! the sources contradict each other: {row.conflict}", "warning")
    for one in found.sightings:
        yield Text("")
        yield Text(f"{one.source}, {counted(one.times, 'time')}", "title")
        yield Text(f"{one.address or 'no address'}, {when(one.seen_at)}")
        yield from (Text(f"  {name}: {text}") for name, text in one.evidence.items())
    if found.requests:
        yield Text("")
        yield Text("asked for", "title")
        yield from (Text(f"{one.status} {one.path or '/'}, {one.source}, {when(one.at)}") for one in found.requests)
    if known := found.registration:
        yield Text("")
        yield Text("registered", "title")
        yield Text(f"{known.account} from {known.address or 'somewhere'}, {when(known.at)}")


def _report(found: Report) -> Iterator[Text]:
    row = found.scene.evidence.row
    yield Text(f"{with_colons(row.mac)}  {guess(row) or 'of no supported vendor'}", "title")
    yield Text(told_state(row))
    yield Text(
        f"its file is {' or '.join(sorted(found.scene.names.own)[:3]) or 'of an unknown name'} in {found.scene.root}"
    )
    for one in found.findings:
        yield Text("")
        first, *more = wrap(one.text, WIDTH - 2) or [""]
        yield Text(f"{_SIGNS[one.kind]} {first}", _KINDS[one.kind])
        yield from (Text(f"  {line}", _KINDS[one.kind]) for line in more)
        yield from (Text(f"    {line}") for line in wrap(one.do, WIDTH - 4))
