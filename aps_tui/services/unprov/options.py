"""The table `[unprov]` of the configuration file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

SOUNDS = (
    "/usr/share/asterisk/sounds/en", "/var/lib/asterisk/sounds/en", "/usr/share/asterisk/sounds",
    "/var/lib/asterisk/sounds",
)  # fmt: skip
"""Where Debian's and Asterisk's own packages put the core sounds."""

Use = Literal["pin", "wrong-pin", "extension", "invalid", "thanks", "goodbye"]
"""What the dialogue says."""

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*\Z")


class Unprov(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How phones are bound by calling."""

    listen: str = "127.0.0.1:4573"
    """Where FastAGI calls are taken."""
    allow: tuple[str, ...] = ()
    """Addresses or networks of other machines that may hand calls over; none: this machine alone."""
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """Wrong PINs that block a phone and its address; and how often an extension may be typed in one call."""
    block_minutes: Annotated[int, msgspec.Meta(ge=1, le=10080)] = 15
    commit: bool = True
    """Whether a phone that was bound gets its file at once and is told to fetch it."""
    sounds: tuple[str, ...] = SOUNDS
    """Folders with Asterisk's sounds in the language of the calls."""
    prompts: Mapping[Use, str] = {}
    """Other sound files to say things with, by what they say."""

    def __post_init__(self) -> None:
        """Raise ValueError for what no call could use."""
        for name in self.prompts.values():
            if not _FILE.match(name) or ".." in name:
                raise ValueError(f"prompts: {name!r} is no sound file's name, such as custom/pin")
        for text in self.allow:
            import ipaddress

            ipaddress.ip_network(text)
