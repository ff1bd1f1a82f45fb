"""secrets: encryption of the secrets in the database with a key file."""

from __future__ import annotations

import click

from aps_tui.cli.output import asked, note, say, say_json
from aps_tui.cli.session import Session, json_option, pass_session, yes_option


@click.group("secrets")
def secrets_command() -> None:
    """Encrypt the secrets in the database: of extensions, settings, raw parameters and sources.

    The files that phones read stay as they are, and so does what commits replaced. Nobody else may have the database
    open meanwhile: close every console, and stop watch and agi.
    """


@secrets_command.command("status")
@json_option
@pass_session
def status_command(session: Session, as_json: bool) -> int:
    """Say whether the secrets are encrypted, and with which key."""
    from aps_tui.services.console import counted
    from aps_tui.services.sealing import status

    with session.store() as store:
        found = status(store, session.config)
    if as_json:
        say_json(found._asdict())
        return 0
    if found.key:
        say(f"encrypted: {counted(found.encrypted, 'secret')}, with the key {found.key} in {found.file}")
    else:
        say(f"not encrypted: {counted(found.plain, 'secret')}")
    if found.key and found.plain:
        note(f"{counted(found.plain, 'secret')} put there by hand and not encrypted: aps-tui secrets init")
    if found.remains:
        note("the database's file may still hold older text: aps-tui secrets init")
    if found.rotating:
        note("a rotation was cut short: aps-tui secrets rotate")
    return 0


@secrets_command.command("init")
@pass_session
def init_command(session: Session) -> int:
    """Make the key file that the configuration names, unless it is there, and encrypt every secret.

    Without the key nobody reads them again: keep a copy of it, apart from the backups of the database.
    """
    from aps_tui.services.console import counted
    from aps_tui.services.sealing import init

    with session.store() as store:
        count = init(store, session.config)
        say(f"encrypted {counted(count, 'secret')} with the key {store.sealed_with()}")
    note(f"keep a copy of {session.config.key_file} apart from backups; those made before hold plain secrets")
    return 0


@secrets_command.command("rotate")
@pass_session
def rotate_command(session: Session) -> int:
    """Make a new key and encrypt every secret with it. The old key stays beside it, for backups made before."""
    from aps_tui.services.sealing import rotate

    with session.store() as store:
        left = rotate(store, session.config)
        say(f"the secrets are encrypted with the key {store.sealed_with()}")
    note(f"backups made before need the old key, {left}: keep it apart, or delete it with them")
    return 0


@secrets_command.command("off")
@yes_option
@pass_session
def off_command(session: Session, yes: bool) -> int:
    """Decrypt every secret. The key file stays, as backups need it."""
    from aps_tui.services.console import counted
    from aps_tui.services.sealing import off

    with session.store() as store:
        if store.sealed_with() and not asked("Store all secrets as plain text?", yes=yes):
            note("nothing was changed")
            return 1
        count = off(store)
    say(f"decrypted {counted(count, 'secret')}")
    return 0
