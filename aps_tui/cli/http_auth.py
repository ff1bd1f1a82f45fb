"""http-auth: the devices' HTTP passwords."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import click

from aps_tui.cli.output import counted, note, say, say_json, table
from aps_tui.cli.session import Session, json_option, pass_session

if TYPE_CHECKING:
    from aps_tui.services.http_auth import Turned

F = TypeVar("F", bound=Callable[..., object])
_SHOWN = 10


@click.group("http-auth")
def http_auth_command() -> None:
    """Passwords with which phones fetch their files by HTTP.

    They are made, written into the phones' files and told the web server by themselves once http_auth is on.
    """


def _devices(command: F) -> F:
    """MACs, or all."""
    for option in (json_option, click.option("--all", "every", is_flag=True, help="Every device."),
                   click.argument("macs", metavar="[MAC]...", nargs=-1)):  # fmt: skip
        command = option(command)
    return command


@http_auth_command.command("show")
@click.argument("macs", metavar="[MAC]...", nargs=-1)
@json_option
@pass_session
def show(session: Session, macs: tuple[str, ...], as_json: bool) -> int:
    """Show where passwords stand: in force, changing (two are valid), and whom first contact may fetch for."""
    from aps_tui.services.http_auth import standings

    with session.place(read_only=True) as place:
        found = standings(place, macs)
    if as_json:
        say_json({"devices": [one._asdict() for one in found]})
    else:
        table((one.mac, one.user, one.state, "first contact" if one.first_contact else "") for one in found)
    return 0


@http_auth_command.command("rotate")
@_devices
@pass_session
def rotate(session: Session, macs: tuple[str, ...], every: bool, as_json: bool) -> int:
    """Give devices a new password; commit writes it.

    The one before stays valid until the phone was seen with the new one, or until `http-auth drop`.
    """
    from aps_tui.services.http_auth import rotate

    with session.place() as place:
        found = rotate(place, _wanted(macs, every))
    return _told(
        found, as_json, "changed: commit writes it", "left: the last change is open, or the password is its own"
    )


@http_auth_command.command("drop")
@_devices
@pass_session
def drop(session: Session, macs: tuple[str, ...], every: bool, as_json: bool) -> int:
    """End the passwords before, at once. A phone that did not fetch the new one is locked out."""
    from aps_tui.services.http_auth import drop

    with session.place() as place:
        found = drop(place, _wanted(macs, every))
    return _told(found, as_json, "have one password now", "had but one")


@http_auth_command.command("open")
@click.option(
    "--hours", type=click.FloatRange(0, 24 * 31), default=24, show_default=True, help="For how long; 0 ends it."
)
@_devices
@pass_session
def open_(session: Session, macs: tuple[str, ...], every: bool, as_json: bool, hours: float) -> int:
    """Let first contact fetch devices' files, at once and for some hours.

    For phones that have a line and were never told their own password. It ends when they were seen with it.
    """
    from aps_tui.services.http_auth import open_contact

    with session.place() as place:
        found = open_contact(place, _wanted(macs, every), hours)
    return _told(found, as_json, f"open for {hours:g} h" if hours else "closed", "left")


@http_auth_command.command("reveal")
@click.argument("mac")
@pass_session
def reveal(session: Session, mac: str) -> int:
    """Print a device's user and password, to be typed into it. It is recorded who saw it."""
    from aps_tui.services.http_auth import reveal

    with session.place() as place:
        user, password = reveal(place, mac)
    say(f"{user} {password}")
    return 0


def _wanted(macs: tuple[str, ...], every: bool) -> tuple[str, ...] | None:
    if bool(macs) == every:
        raise click.UsageError("name the devices by their MACs, or --all")
    return None if every else macs


def _told(found: Turned, as_json: bool, done: str, left: str) -> int:
    if as_json:
        document: Mapping[str, object] = {"done": found.done, "left": found.left}
        say_json(document)
        return 0
    say(f"{counted(len(found.done), 'device')}: {done}")
    if found.left:
        more = " ..." if len(found.left) > _SHOWN else ""
        note(f"{counted(len(found.left), 'device')}: {left} ({', '.join(found.left[:_SHOWN])}{more})")
    return 0
