"""The web server's certificate and key as files: those that the configuration names, or the printed ones."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from aps_tui.services.doctor.finding import OTHERS, Said, fault, ok, warning
from aps_tui.services.doctor.scene import Scene
from aps_tui.services.serverconf.web_texts import TLS_CERTIFICATE, TLS_KEY

SOON = 30
"""Days before its end from which a certificate is warned of."""
_MOST = 1 << 20
"""Bytes of a file that are read."""
_RENEW = "renew it, and reload the web server"


def tls_files(scene: Scene) -> Iterator[Said]:
    """Whether the certificates hold now, and who may read the key."""
    chain, key = scene.config.certificate, scene.config.certificate_key
    if chain is None:
        chain = Path(TLS_CERTIFICATE)
        if not chain.exists():
            yield ok("TLS", f"no certificate is named by [web] in config.toml, and there is no {chain}")
            return
        key = key or Path(TLS_KEY)
    yield from _chain(chain, scene.now)
    yield from _holds_key(chain)
    if key is not None:
        yield from _key(key, chain)


def _chain(path: Path, now: float) -> Iterator[Said]:
    """Each certificate of a file."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificates(_read(path))
    except ValueError:
        yield fault(str(path), "it holds no certificate that can be read", "put the certificate there, as PEM")
        return
    for number, one in enumerate(found):
        what = "its certificate" if number == 0 else f"certificate {number + 1} of its chain"
        begins, ends = one.not_valid_before_utc.timestamp(), one.not_valid_after_utc.timestamp()
        if now < begins:
            mend = "look at the clock (network.clock), or use the one before"
            yield fault(str(path), f"{what} holds from {_day(begins)} only", mend)
        elif ends < now:
            yield fault(str(path), f"{what} ended on {_day(ends)}", _RENEW)
        elif ends < now + SOON * 86_400:
            yield warning(str(path), f"{what} ends on {_day(ends)}", _RENEW)
        else:
            yield ok(str(path), f"{what} is good until {_day(ends)}")


def _holds_key(path: Path) -> Iterator[Said]:
    if b"PRIVATE KEY-----" in _read(path):
        yield from _closed(path)


def _key(path: Path, chain: Path) -> Iterator[Said]:
    """Whether a key is closed to others, and the one of the certificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    yield from _closed(path)
    try:
        key = load_pem_private_key(_read(path), None)
        own = x509.load_pem_x509_certificates(_read(chain))[0].public_key()
    except (ValueError, TypeError, OSError):  # TypeError: it is encrypted
        return
    if key.public_key() != own:
        yield fault(str(path), f"it is not the key of the certificate in {chain}", "put the two of one pair there")


def _closed(path: Path) -> Iterator[Said]:
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & OTHERS:
        what = f"everybody may use the server's private key (mode {mode:o})"
        yield fault(str(path), what, f"chmod o-rwx {path}; who read it can pass for the server: renew the certificate")
    elif found.st_uid not in (0, os.geteuid()):
        yield warning(str(path), "the server's private key belongs to another user", f"chown root {path}")
    else:
        yield ok(str(path), "closed to others")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST)


def _day(at: float) -> str:
    return time.strftime("%-d %B %Y", time.localtime(at))
