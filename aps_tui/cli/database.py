"""backup and restore of the database."""

from __future__ import annotations

from pathlib import Path

import click

from aps_tui.cli.output import asked, note, say
from aps_tui.cli.session import Session, pass_session


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@pass_session
def backup_command(session: Session, file: Path) -> int:
    """Copy the database, while in use, to FILE.

    Only its owner may read it: it holds every secret, encrypted where the database's are.
    """
    with session.store() as store:
        store.backup(file)
        key = store.sealed_with()
    say(f"wrote {file}")
    if key:
        note(f"its secrets are encrypted: it is of use only with the key {key}, in {session.config.key_file}")
    return 0


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def restore_command(session: Session, file: Path, yes: bool) -> int:
    """Put a backup in the place of the database.

    A damaged or foreign file is refused, and so is one whose secrets another key encrypts.

    Files under the root stay as they are: the next plan shows the difference.
    """
    with session.store(create=True) as store:
        empty = store.devices.count() == 0
        if not asked(f"Replace everything in {store.path}?", yes=yes or empty, alone=True):
            note("nothing was changed")
            return 1
        store.restore(file)
    say(f"restored {file}")
    return 0
