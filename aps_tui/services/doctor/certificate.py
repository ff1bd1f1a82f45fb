"""When the certificate of a server of ours ends: learnt by a handshake, whoever signed it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aps_tui.domain.errors import ApsError

SECONDS = 4.0
_EXPIRED = 10
"""OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED."""


class Expired(ApsError):
    """The certificate has ended."""


class NoTls(ApsError):
    """No TLS server answers, or none whose certificate can be read."""


def ends(address: str, port: int, host: str) -> float:
    """When it ends (Unix seconds). Raises Expired, NoTls."""
    try:
        with _connected(address, port, host, None) as secure:
            given = secure.getpeercert(binary_form=True) or b""
        # What it shows is trusted for a second handshake: the library tells dates of what it trusts alone.
        with _connected(address, port, host, ssl.DER_cert_to_PEM_cert(given)) as secure:
            return float(ssl.cert_time_to_seconds(str((secure.getpeercert() or {}).get("notAfter", ""))))
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == _EXPIRED:
            raise Expired("its certificate has ended") from None
        raise NoTls(f"its certificate cannot be read: {error.verify_message}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or "no answer"
        raise NoTls(f"no TLS server at {address}:{port}: {why}") from None


@contextmanager
def _connected(address: str, port: int, host: str, trusted: str | None) -> Iterator[ssl.SSLSocket]:
    """A connection; where nothing is trusted, whoever answers is taken."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    if trusted is None:
        context.verify_mode = ssl.CERT_NONE
    else:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=trusted)
    with (
        socket.create_connection((address, port), SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        yield secure
