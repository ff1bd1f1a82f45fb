"""demo: a realistic site to try everything on."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from aps_tui.cli.console import check_terminal, open_console
from aps_tui.cli.output import counted, say
from aps_tui.cli.session import Session, pass_session


@click.command("demo")
@click.option("--devices", type=click.IntRange(0, 100_000), default=200, show_default=True, help="How many devices.")
@click.option("--into", type=click.Path(path_type=Path), help="Make it here; default: a folder that is thrown away.")
@click.option("--headless", is_flag=True, help="Only make it; the console is not opened.")
@click.option("--fresh", is_flag=True, help="Make an earlier demo in the same folder anew.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same site.")
@pass_session
def demo_command(session: Session, devices: int, into: Path | None, headless: bool, fresh: bool, seed: int) -> int:
    """Make a sample site and open the console on it."""
    from aps_tui.services.demo import make_demo
    from aps_tui.services.opening import packs_of

    if not headless:
        check_terminal()
    with ExitStack() as stack:
        folder = into or _throw_away(stack, keep=headless)
        made = make_demo(folder, devices, seed, packs_of(session.config), fresh=fresh)
        if headless:
            what = counted(made.created.get("device", 0), "device") if made else "the demo that was there"
            say(f"{folder}: {what} (--db {folder}/aps.sqlite3 --root {folder}/tftpboot)")
            return 0
        place = Session(folder / "aps.sqlite3", folder / "tftpboot", session.file)
        return open_console(place, read_only=False, mouse=True, screen=None, watch=False)


def _throw_away(stack: ExitStack, *, keep: bool) -> Path:
    if keep:
        return Path(tempfile.mkdtemp(prefix="aps-tui-demo-"))
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aps-tui-demo-")))
