"""render and explain: one device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aps_tui.cli.output import note, put, say, say_json, table, warn
from aps_tui.cli.session import Session, json_option, pass_session

if TYPE_CHECKING:
    from aps_tui.services.explain import Explained


@click.command("render")
@click.argument("mac")
@click.option("--file", "name", metavar="NAME", help="This file alone.")
@click.option("--masked", is_flag=True, help="Without secrets.")
@json_option
@pass_session
def render_command(session: Session, mac: str, name: str | None, masked: bool, as_json: bool) -> int:
    """Print the files of one device, secrets included.

    They are as a commit would write them, a packed one as the text in it; nothing is written. Who looked is recorded,
    unless --masked is given.
    """
    from aps_tui.services.render import render_device

    with session.place() as place:
        result = render_device(place, mac, file=name, masked=masked)
    for text in result.warnings:
        warn(text)
    if as_json:
        say_json({"files": [{"path": one.path, "content": one.text} for one in result.files]})
        return 0
    for one in result.files:
        if len(result.files) > 1:
            note(f"==> {one.path}")
        put(one.text)
    return 0


@click.command("explain")
@click.argument("mac")
@click.argument("setting")
@json_option
@pass_session
def explain_command(session: Session, mac: str, setting: str, as_json: bool) -> int:
    """Show a setting's value and where it comes from.

    Level by level, for one device; secrets are masked.
    """
    from aps_tui.services.explain import as_text, explain_setting

    with session.place() as place:
        found = explain_setting(place, mac, setting)
    for text in found.warnings:
        warn(text)
    if as_json:
        say_json(_explained_json(found))
        return 0
    if found.winner is None:
        say(f"{found.id} is unset: nothing is written")
    else:
        origin = " ".join(filter(None, (found.winner.level, found.winner.name)))
        say(f"{found.id} = {as_text(found.setting, found.winner.value)}  from {origin}")
    table(
        (
            f"{'*' if step is found.winner or step == found.winner else ' '} {step.level}",
            step.name,
            as_text(found.setting, step.value) or ("" if step.value is None else '""'),
        )
        for step in found.steps
    )
    for one in found.mappings:
        say(f"mapping {one.source} → {one.hostname} ({one.tenant or 'All (Global)'})")
    if found.rendered is not None:
        say(f"written as {found.rendered}")
    if found.supported is False:
        say("not supported by this model: its files do not carry it")
    return 0


def _explained_json(found: Explained) -> dict[str, Any]:
    return {
        "mac": found.mac,
        "setting": found.id,
        "value": found.winner.value if found.winner is not None else None,
        "level": found.winner.level if found.winner is not None else None,
        "levels": [{"level": step.level, "name": step.name, "value": step.value} for step in found.steps],
        "rendered": found.rendered,
        "mappings": [{"source": one.source, "hostname": one.hostname, "tenant": one.tenant} for one in found.mappings],
        "supported": found.supported,
        "warnings": list(found.warnings),
    }
