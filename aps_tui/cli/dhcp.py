"""dhcp: ready configuration of a DHCP server, with what to do next."""

from __future__ import annotations

import click

from aps_tui.cli.output import say
from aps_tui.cli.session import Session, pass_session, warn_of_packs


@click.command("dhcp")
@click.argument("server", type=click.Choice(["isc", "dnsmasq", "kea"]))
@click.option(
    "--vendor", "vendors", metavar="SLUG", multiple=True, help="This vendor's classes alone; may be repeated."
)
@click.option("--hook", is_flag=True, help="Print instead the script that dnsmasq or Kea runs for the live queue.")
@pass_session
def dhcp_command(session: Session, server: str, vendors: tuple[str, ...], hook: bool) -> int:
    """Print the DHCP classes that tell phones where the site's files are, for ISC dhcpd, dnsmasq or Kea.

    What to do with them stands in their comments.
    """
    from aps_tui.services.dhcpconf import configuration, hook_of

    if hook:
        for line in hook_of(server):
            say(line)
        return 0
    with session.place(read_only=True) as place:
        warn_of_packs(place)
        lines = configuration(place, server, vendors)
    for line in lines:
        say(line)
    return 0
