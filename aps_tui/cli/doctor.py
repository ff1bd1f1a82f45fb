"""doctor: checks the whole installation and says how to mend each fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aps_tui.cli.output import asked, fault, note, progress, say, say_json
from aps_tui.cli.session import Session, json_option, pass_session, yes_option
from aps_tui.domain.errors import BadValue

if TYPE_CHECKING:
    from aps_tui.services.config import Config
    from aps_tui.services.doctor import Examination, Finding

_SIGNS = {"fault": "FAULT  ", "warning": "warning", "unknown": "unknown", "ok": "ok     "}


@click.command("doctor")
@click.option("--fix", "fixing", is_flag=True, help="Apply what is safe: take rights away, finish a commit.")
@yes_option
@click.option("--all", "everything", is_flag=True, help="Also say what is well.")
@json_option
@pass_session
def doctor_command(session: Session, fixing: bool, yes: bool, everything: bool, as_json: bool) -> int:
    """Check the whole installation and say how to mend each fault.

    Exit status: 0 nothing is at fault (warnings there may be), 1 something is. A probe file of a random name lies under
    the root for a moment, to see whether the file servers give it. Nothing leaves this machine but DNS look-ups.
    """
    from aps_tui.services.doctor import examine, open_scene

    try:
        config = session.config
    except BadValue as error:
        return _no_config(str(error), as_json)
    with open_scene(config) as scene:
        found = examine(scene, None if as_json else progress("checks"))
    if fixing and _fixed(found, config, yes=yes):
        with open_scene(config) as scene:
            found = examine(scene)
    if as_json:
        say_json({"findings": [_json(one) for one in found.findings], "seconds": round(found.seconds, 3)})
    else:
        _say(found, everything=everything)
    return 0 if found.healthy else 1


def _say(found: Examination, *, everything: bool) -> None:
    for one in found.findings:
        if everything or one.severity != "ok":
            say(f"{_SIGNS[one.severity]}  {one.check}  {one.subject}{': ' if one.subject else ''}{one.what}")
            if one.severity in ("fault", "warning"):
                say(f"         {one.why}")
            if one.mend:
                say(f"         to mend: {one.mend}{' (or --fix)' if one.fix else ''}")
    say(f"{found.words} ({len(found.findings)} findings in {found.seconds:.1f} s)")


def _fixed(found: Examination, config: Config, *, yes: bool) -> bool:
    """Apply the safe fixes after showing them; whether any was tried."""
    from aps_tui.services.doctor import fixes_of, mend_all

    fixes = fixes_of(found.findings)
    if not fixes:
        note("nothing of this can be mended safely by itself")
        return False
    for fix in fixes:
        note(f"would {fix.words}")
    if not asked(f"Do {'this' if len(fixes) == 1 else 'these'}?", yes=yes):
        note("nothing was changed")
        return False
    for done, words in mend_all(fixes, config):
        (note if done else fault)(words)
    return True


def _json(one: Finding) -> dict[str, Any]:
    return {
        "check": one.check, "severity": one.severity, "subject": one.subject, "what": one.what, "why": one.why,
        "mend": one.mend or None, "fixable": one.fix is not None,
    }  # fmt: skip


def _no_config(text: str, as_json: bool) -> int:
    """The configuration itself is at fault: nothing else is known."""
    if not as_json:
        fault(text)
        return 1
    why = "It says where everything lies: nothing else can be looked at."
    one = {"check": "database.config", "severity": "fault", "subject": "config.toml", "what": text, "why": why,
           "mend": text, "fixable": False}  # fmt: skip
    say_json({"findings": [one], "seconds": 0.0})
    return 1
