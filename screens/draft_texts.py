"""What is said of a list of new devices: how it stands, what is offered, a row in full, the summary, the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aps_tui.domain.mac import with_colons
from aps_tui.screens.draft_rows import TABS
from aps_tui.services.console import counted, when
from aps_tui.services.importing import STATES, Done, Draft, DraftRow, Summary
from aps_tui.widgets.text_view import Text

MOST_TOLD = 200
"""Rows that a summary names."""
MOST_KINDS = 12
"""Kinds of devices that a summary counts one by one."""


def standing(draft: Draft | None, states: Mapping[str, int]) -> str:
    """One line on how a list stands, and what is to be done next."""
    if draft is None:
        return ""
    title = f" {draft.title or 'Pasted list'}, {when(draft.made)}"
    if draft.finished:
        return f"{title}: finished {when(draft.finished)}. 9 commits, z takes it back, A begins another list"
    ready = states.get("R", 0) + states.get("W", 0)
    parts = [(ready, "ready"), (states.get("M", 0), "without a model"), (states.get("P", 0), "with a problem")]
    said = ", ".join(f"{number:,} {what}" for number, what in parts if number or what == "ready")
    return f"{title}: {said}" + ("" if states.get("M") or states.get("P") or not ready else "; F finishes")


def tab_titles(states: Mapping[str, int]) -> list[str]:
    """The parts of the list with their numbers."""
    return [f"{tab.title} {sum(states.get(letter, 0) for letter in tab.states):,}" for tab in TABS]


def offered(draft: Draft, states: Mapping[str, int]) -> str:
    """`Resume 187 devices from yesterday 14:02 (phones.csv), or discard?`"""
    number = sum(states.get(letter, 0) for letter in "MPWR")
    title = f" ({draft.title})" if draft.title else ""
    return f"Resume {counted(number, 'device')} from {when(draft.made)}{title}, or discard?"


def detail(row: DraftRow) -> Iterator[Text]:
    """All that a row says."""
    yield Text(with_colons(row.mac) if row.mac else f"line {row.line:,}", "title")
    yield Text(STATES.get(row.state, ""))
    if row.reason:
        yield Text(row.reason, "warning")
    yield Text("")
    said = {
        "Line": f"{row.line:,}", "Vendor": row.vendor, "Model": row.model, "by": row.why, "Template": row.template,
        "Tenant": row.tenant, "Extension": row.extension, "Label": row.label, "Line label": row.line_label,
        "Address": row.address, "As written": row.said,
    }  # fmt: skip
    yield from (Text(f"{name:<10} {text}") for name, text in said.items() if text)
    if row.more:
        yield Text("and further lines, keys or settings")


def summed(found: Summary, *, strict: bool) -> Iterator[Text]:
    """What finishing would come to, or what keeps it from being done."""
    done = found.done
    if found.problems:
        wanting = f", {found.wanting:,} of them for a model" if found.wanting else ""
        kind, what = ("fault", "must be mended first") if strict else ("warning", "wait and stay in the list")
        yield Text(f"{counted(len(found.problems), 'row')} {what}{wanting}. ! shows only them.", kind)
        yield from (Text(one, kind) for one in found.problems[:MOST_TOLD])
        if len(found.problems) > MOST_TOLD:
            yield Text(f"and {len(found.problems) - MOST_TOLD:,} more", kind)
        yield Text("")
    yield Text(f"{counted(len(done.macs), 'device')} to add:")
    for model, template, tenant, number in found.kinds[:MOST_KINDS]:
        yield Text(f"  {number:>6,}  {model}, {f'template {template}' if template else 'no template'}, {tenant}")
    if rest := found.kinds[MOST_KINDS:]:
        yield Text(f"  {sum(one[-1] for one in rest):>6,}  of {counted(len(rest), 'other kind')}")
    if found.without_extension:
        yield Text(f"{found.without_extension:,} without an extension: they get an unprovisioned file", "warning")
    yield from left_out(done)


def left_out(done: Done) -> Iterator[Text]:
    """What is not added, and what is in doubt."""
    for number, what in ((done.known, "known already"), (done.unsupported, "of no supported vendor"),
                         (done.repeated, "repeated in the list"), (done.rejected, "without a MAC")):  # fmt: skip
        if number:
            yield Text(f"{counted(number, 'line')} left out: {what}")
    if done.warnings:
        yield Text(f"{len(done.warnings):,} in doubt:", "warning")
        yield from (Text(f"  {one}", "warning") for one in done.warnings[:MOST_TOLD])
