"""What the texts for TFTP servers tell alike."""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.services.serverconf import firewall
from aps_tui.services.serverconf.layout import comments, steps
from aps_tui.services.serverconf.site import ServedSite

_SHOWN = 12


def head(site: ServedSite, server: str, word: str, how: list[str]) -> Iterator[str]:
    """What it is, who depends on it, and what to do."""
    yield from comments([
        f"TFTP for the phones' files, by {server}. Made by aps-tui: `aps-tui tftp {word}`.",
        "LEAVE IT OFF unless a phone below needs it. TFTP has no password: whoever reaches UDP port 69 and knows or "
        "guesses a MAC gets that phone's SIP password. HTTP asks for one: aps-tui web.",
    ])  # fmt: skip
    found = site.dependents()
    if found:
        more = [f"... and {len(found) - _SHOWN} more kinds"] if len(found) > _SHOWN else []
        yield from comments(["These depend on TFTP:", *(f"  {line}" for line in [*found[:_SHOWN], *more])])
    else:
        yield from comments(["No device of this site depends on TFTP."])
    yield from steps(how)
    yield ""


def foot(site: ServedSite) -> Iterator[str]:
    """The firewall's lines, each a comment: they are for another file."""
    yield ""
    for line in firewall.lines(site):
        yield line if line.startswith("#") else f"# | {line}"
