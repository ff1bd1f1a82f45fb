"""How secrets stand in the database: as they are, or encrypted with a key that lies in a file elsewhere.

AES-SIV gives the same text for the same secret at the same place, so triggers, edits and saves that compare what is
stored go on to work. The place (`extension.secret`) is authenticated with it, so a text is refused at any other.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Callable
from typing import TypeAlias

from aps_tui.data.errors import StoreError

MARK = "aps1:"
"""What an encrypted text begins with; base64 follows."""
KEY_BYTES = 64
"""AES-256-SIV takes two keys of 256 bits."""

KeyOf: TypeAlias = Callable[[str], bytes]
"""Gives the key of a fingerprint, or raises ApsError that says where it should be."""


class Seal:
    """Leaves every secret as it is: the database of a site without a key."""

    fingerprint = ""
    """Which key encrypts (16 hex digits); empty for none."""

    def sealed(self, place: str, text: str) -> str:
        """A secret as it is stored. `place`: `table.column`, and what tells rows of several kinds apart."""
        return text

    def plain(self, place: str, text: str) -> str:
        """A stored secret as it is used. Raises StoreError for one that the key does not open."""
        return text


class KeySeal(Seal):
    """Encrypts with one key (64 bytes)."""

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # only sites with a key pay for it

        self._cipher = AESSIV(key)
        self.fingerprint = fingerprint_of(key)

    def sealed(self, place: str, text: str) -> str:
        """Encrypted; nothing stays nothing, which queries ask for."""
        if not text:
            return text
        data = text.encode("utf-8", "surrogatepass")
        return MARK + b64encode(self._cipher.encrypt(data, [place.encode()])).decode()

    def plain(self, place: str, text: str) -> str:
        """Decrypted; a text that is none of ours was put there by hand and is taken as it is."""
        if not text.startswith(MARK):
            return text
        try:
            data = self._cipher.decrypt(a2b_base64(text[len(MARK) :], strict_mode=True), [place.encode()])
        except Exception:  # InvalidTag, or what is no base64: its text could hold a part of it
            raise StoreError(
                f"an encrypted secret ({place}) does not belong there, or to the key {self.fingerprint}: "
                "say it again, or restore a backup"
            ) from None
        return data.decode("utf-8", "surrogatepass")


def fingerprint_of(key: bytes) -> str:
    """A name for a key that tells nothing of it: 16 hex digits."""
    return hmac.new(key, b"aps-tui secrets key", hashlib.sha256).hexdigest()[:16]


def no_key(fingerprint: str) -> bytes:
    """Raise StoreError: no key file is named."""
    raise StoreError(f"the database's secrets are encrypted with the key {fingerprint}: say key_file in config.toml")
