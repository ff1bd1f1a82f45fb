"""What the texts for nginx and for Apache tell alike."""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.services.serverconf.site import ServedSite

TLS_CERTIFICATE, TLS_KEY = "/etc/aps-tui/tls/server.pem", "/etc/aps-tui/tls/server.key"
"""Where the printed servers have their certificate and key."""
WHAT = "The phones' files by HTTP, each for its own phone"
CLIENT_CERTIFICATES = (
    "Makers such as Yealink, Polycom, Snom, Cisco and Grandstream give many of their phones a certificate of their "
    "own. With the makers' CA certificates in one file, only real phones connect (which models, and whether the MAC is "
    "in it: unverified, try one first). Passwords stay needed: one phone's certificate does not open another's file.",
)


def notes(site: ServedSite) -> Iterator[str]:
    """What the text does, and what of the site it depends on."""
    yield (
        "Without a password, known and unknown MACs are answered alike (401); with another phone's, both do not exist "
        "(404). Folders are not listed, links not followed, nothing is taken in."
    )
    if not site.http_auth:
        yield (
            "ATTENTION: HTTP authentication is off, so no commit writes the password file and nobody could fetch: "
            "turn it on (Settings, Provisioning; [provisioning] http_auth = true) and commit first."
        )
    if site.first_user and site.voice:
        yield f"First contact is taken from {', '.join(site.voice)} (the whitelist) alone."
    elif site.first_user:
        yield (
            "ATTENTION: the whitelist names no network, so first contact is taken from anywhere: fill it (Settings, "
            "Whitelist) and print this again."
        )
    else:
        yield (
            "No first contact is said (Settings, Provisioning): a phone that does not know its own password gets "
            "nothing; give it in the phone itself."
        )


def file_steps(site: ServedSite, file: str, reload: str, tls: bool) -> Iterator[str]:
    """What to do with the text."""
    yield f"Save this as {file} (`aps-tui web ... > {file}`)."
    if tls:
        yield (
            "Put the server's certificate (with its chain) and key into /etc/aps-tui/tls; phones must trust its CA. "
            "Old phones that know only TLS 1.0 cannot come in."
        )
    yield (
        f"The server's user (www-data) must be in the group of the files: `group` in config.toml, for {site.root} and "
        f"for {site.passwords}."
    )
    yield f"aps-tui commit, then {reload}"
    yield "aps-tui fail2ban prints what bans who guesses; aps-tui tftp the firewall's lines."
    yield "When a network, the root or the URL changes, print it again."
