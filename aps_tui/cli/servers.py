"""web, tftp and fail2ban: ready configuration, with what to do next."""

from __future__ import annotations

from collections.abc import Iterable

import click

from aps_tui.cli.output import say
from aps_tui.cli.session import Session, pass_session


@click.command("web")
@click.argument("server", type=click.Choice(["nginx", "apache"]))
@click.option("--tls", is_flag=True, help="HTTPS, with room for the makers' client certificates.")
@pass_session
def web_command(session: Session, server: str, tls: bool) -> int:
    """Print the configuration of nginx or Apache that gives each phone its own files, and nobody else.

    What to do with it stands in its comments.
    """
    from aps_tui.services.serverconf import WEB_SERVERS, served_site

    with session.place(read_only=True) as place:
        return _said(WEB_SERVERS[server](served_site(place), tls))


@click.command("tftp")
@click.argument("server", type=click.Choice(["hpa", "dnsmasq"]), default="hpa")
@click.option("--part", type=click.Choice(["firewall"]), help="The nftables lines alone.")
@pass_session
def tftp_command(session: Session, server: str, part: str | None) -> int:
    """Print the configuration of tftpd-hpa or dnsmasq, who depends on TFTP, and the firewall's lines that deny it.

    TFTP has no password: leave it off where you can.
    """
    from aps_tui.services.serverconf import TFTP_SERVERS, firewall_lines, served_site

    with session.place(read_only=True) as place:
        site = served_site(place)
        return _said(firewall_lines(site) if part else TFTP_SERVERS[server](site))


@click.command("fail2ban")
@click.argument("server", type=click.Choice(["nginx", "apache"]), default="nginx")
@click.option("--part", type=click.Choice(["filter", "jail"]), help="One of the two files alone.")
@pass_session
def fail2ban_command(session: Session, server: str, part: str | None) -> int:
    """Print the filter and the jail that ban who guesses at the phones' files.

    They read the logs that `web nginx` or `web apache` has written.
    """
    from aps_tui.services.serverconf import FAIL2BAN_PARTS, served_site

    with session.place(read_only=True) as place:
        return _said(FAIL2BAN_PARTS[part](served_site(place), server))


def _said(lines: Iterable[str]) -> int:
    for line in lines:
        say(line)
    return 0
