"""queue: the MACs that arrived, how far each has come, and why one of them does not work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from aps_tui.cli.output import counted, say, say_json, table
from aps_tui.cli.session import Session, json_option, pass_session, warn_of_packs

if TYPE_CHECKING:
    from aps_tui.services.queue import QueueRow, Report

_SIGNS = {"good": "+", "note": " ", "doubt": "?", "fault": "!"}


@click.command("queue")
@click.argument("mac", required=False)
@click.option("--all", "everything", is_flag=True, help="The ignored ones too.")
@json_option
@pass_session
def queue_command(session: Session, mac: str | None, everything: bool, as_json: bool) -> int:
    """The phones that arrived, the newest first; with MAC, what is known of one and why it does not work."""
    from aps_tui.services.queue import listed, why

    if mac and everything:
        raise click.UsageError("give a MAC or --all, not both")
    with session.place() as place:
        warn_of_packs(place)
        if mac:
            report = why(place, mac)
            say_json(_report_json(report)) if as_json else _say_report(report)
            return 0
        rows = listed(place, ignored=everything)
    if as_json:
        say_json({"queue": [_row_json(row) for row in rows]})
    else:
        _say_rows(rows)
    return 0


def _say_rows(rows: list[QueueRow]) -> None:
    from aps_tui.services.queue import STATES, guess

    lines = [(STATES[row.state], row.mac, guess(row) or "unsupported", row.address or "-", _time(row.last_seen),
              row.extensions or "-", row.agent) for row in rows]  # fmt: skip
    if lines:
        table([("state", "MAC", "phone", "address", "last seen", "ext", "calls itself"), *lines])
    say(f"{counted(len(rows), 'phone')} in the queue")


def _say_report(report: Report) -> None:
    from aps_tui.services.queue import guess, told_state

    row = report.scene.evidence.row
    say(f"{row.mac}  {guess(row) or 'unsupported'}  {told_state(row)}")
    for one in report.scene.evidence.sightings:
        said = ", ".join(f"{name} {text}" for name, text in one.evidence.items())
        say(f"  {one.source}: {one.address} {_time(one.seen_at)}, {counted(one.times, 'time')}{said and ': '}{said}")
    for finding in report.findings:
        say(f"{_SIGNS[finding.kind]} {finding.text}")
        if finding.do:
            say(f"    {finding.do}")


def _time(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at)) if at else "never"


def _row_json(row: QueueRow) -> dict[str, Any]:
    from aps_tui.services.queue import STATES

    return {
        "mac": row.mac, "state": STATES[row.state], "vendor": row.vendor or None, "model": row.model or None,
        "firmware": row.firmware or None, "score": row.score, "conflict": row.conflict or None,
        "address": row.address or None, "agent": row.agent or None, "sources": row.sources.split(),
        "first_seen": row.first_seen or None, "last_seen": row.last_seen or None, "tenant": row.tenant or None,
        "extensions": row.extensions.split(), "label": row.label or None, "host": row.host or None,
        "device": row.device, "withdrawn": row.withdrawn or None, "expires": row.expires or None,
    }  # fmt: skip


def _report_json(report: Report) -> dict[str, Any]:
    scene = report.scene
    found = scene.evidence
    return _row_json(found.row) | {
        "maker": found.maker or None,
        "whitelist": found.whitelist,
        "evidence": [
            {"source": one.source, "address": one.address or None, "first_seen": one.first_seen or None,
             "last_seen": one.seen_at, "times": one.times, "said": dict(one.evidence)}
            for one in found.sightings
        ],
        "requests": [
            {"path": one.path, "source": one.source, "status": one.status, "address": one.address or None,
             "bytes": None if one.bytes < 0 else one.bytes, "agent": one.agent or None, "at": one.at}
            for one in found.requests
        ],
        "registration": found.registration and {
            "account": found.registration.account, "contact": found.registration.contact or None,
            "address": found.registration.address or None, "at": found.registration.at,
        },
        "files": [
            {"path": one.path, "state": one.state, "size": one.size, "mode": f"{one.mode:04o}"} for one in scene.files
        ],
        "names": sorted(scene.names.own),
        "root": scene.root,
        "why": [{"kind": one.kind, "text": one.text, "do": one.do or None} for one in report.findings],
    }  # fmt: skip
