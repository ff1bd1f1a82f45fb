"""Certificates of a lab CA: the server's, and those that phones have from their maker."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Issued = tuple[Path, Path]
"""A certificate and its key."""


@dataclass(frozen=True)
class Authority:
    """A CA; what it issues lies in its folder."""

    folder: Path
    name: str
    key: ec.EllipticCurvePrivateKey
    file: Path
    """Its own certificate."""

    def issue(self, name: str, *addresses: IPv4Address, file: str = "") -> Issued:
        """A certificate for a common name, and the addresses of a server."""
        key = ec.generate_private_key(ec.SECP256R1())
        asked = _asked(name, self.name, key).add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        if addresses:
            asked = asked.add_extension(x509.SubjectAlternativeName([x509.IPAddress(one) for one in addresses]), False)
        made = asked.sign(self.key, hashes.SHA256())
        return _write(made, self.folder / f"{file or name}.pem"), _write_key(key, self.folder / f"{file or name}.key")


def authority(folder: Path, name: str) -> Authority:
    """A CA that signs by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _asked(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=1), True)
    return Authority(folder, name, key, _write(made.sign(key, hashes.SHA256()), folder / f"{name}.pem"))


def context(trusted: Authority, own: Issued | None = None) -> ssl.SSLContext:
    """A client that trusts a CA and shows what it has."""
    made = ssl.create_default_context(cafile=str(trusted.file))
    if own is not None:
        made.load_cert_chain(*own)
    return made


def _asked(name: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer))
    begun = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key())
    valid = begun.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    return valid.serial_number(x509.random_serial_number())


def _write(made: x509.Certificate, file: Path) -> Path:
    file.write_bytes(made.public_bytes(Encoding.PEM))
    return file


def _write_key(key: ec.EllipticCurvePrivateKey, file: Path) -> Path:
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file
