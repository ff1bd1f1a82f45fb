"""HTTP users and passwords of devices: what each has, and what an operator may choose for first contact."""

from __future__ import annotations

import hashlib
import hmac
import re
import string
from collections.abc import Callable
from urllib.parse import urlsplit

from aps_tui.domain.errors import BadValue

KEY_BYTES = 32
_DIGITS = string.ascii_letters + string.digits
"""What every file format, every phone and every URL carries as it is."""
_LETTERS = 24
"""Of a password: 142 bits."""
_USER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{2,31}")
_LIKE_A_MAC = re.compile(r"[0-9A-Fa-f]{12}")
_PASSWORD = re.compile(r"[A-Za-z0-9._~-]{12,64}")
_KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")


def user_of(mac: str, turn: int) -> str:
    """A device's user: its MAC, and `<mac>.2` in every other turn, so that two passwords can be valid at once."""
    return f"{mac}.2" if turn % 2 else mac


def password_of(key: str, mac: str, turn: int) -> str:
    """A device's password. It comes out of the site's random key (hex), so every device has one from the start;
    one phone's says nothing of another's. `turn` counts its changes."""
    digest = hmac.new(bytes.fromhex(key), f"aps-tui http {mac} {turn}".encode(), hashlib.sha256).digest()
    number, letters = int.from_bytes(digest), []
    for _ in range(_LETTERS):
        number, digit = divmod(number, len(_DIGITS))
        letters.append(_DIGITS[digit])
    return "".join(letters)


def with_login(url: str, user: str, password: str) -> str:
    """A URL of http or https with user and password in it; any other one, and one that has a user, as it is."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return url
    return parts._replace(netloc=f"{user}:{password}@{parts.netloc}").geturl()


def has_login(url: str) -> bool:
    """Whether a URL has a user and a password in it: then it is a secret."""
    return "@" in url.partition("://")[2].partition("/")[0]


def without_password(url: str, mask: Callable[[str], str]) -> str:
    """A URL as it may be shown: its password masked, or its user where that stands alone."""
    if not has_login(url):
        return url
    scheme, _, rest = url.partition("://")
    login, _, place = rest.partition("@")
    user, colon, password = login.partition(":")
    return f"{scheme}://{user}:{mask(password)}@{place}" if colon else f"{scheme}://{mask(user)}@{place}"


def check_user(text: str) -> str:
    """The user of first contact. Raises BadValue."""
    if not _USER.fullmatch(text) or _LIKE_A_MAC.fullmatch(text):
        raise BadValue("first_contact_user: 3 to 32 letters, digits, - and _ are needed, a letter first, and no MAC")
    return text


def check_password(text: str) -> str:
    """The password of first contact. Raises BadValue, without the text."""
    if not _PASSWORD.fullmatch(text):
        raise BadValue(
            "first_contact_password: 12 to 64 letters, digits and . _ ~ - are needed: phones get it in a URL"
        )
    return text


def check_key(text: str) -> str:
    """The key that devices' passwords are made from, as `dump` writes it. Raises BadValue, without the text."""
    if not _KEY.fullmatch(text):
        raise BadValue(f"http_key: {2 * KEY_BYTES} lower-case hex digits are needed: leave it out, and one is made")
    return text
