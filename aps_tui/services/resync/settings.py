"""`[resync]` of config.toml: which way phones are told to fetch, and how carefully."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

Way: TypeAlias = Literal["auto", "asterisk", "ami", "direct"]
Pace: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=6000)]


class ResyncSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How phones are told to fetch."""

    way: Way = "auto"
    """auto: ami where it has a user, else asterisk where its command is found, else direct."""
    channel: Literal["pjsip", "sip"] = "pjsip"
    """The PBX's SIP driver; sip: chan_sip."""
    asterisk: str = "asterisk"
    """The command that speaks to the running Asterisk."""
    ami_host: str = "127.0.0.1"
    ami_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 5038
    ami_user: str = ""
    ami_secret_file: str = ""
    """Holds the secret alone, in one line; only its owner and group may read it."""
    pace: Pace = 60
    """Phones told in a minute."""
    tenant_pace: Annotated[int, msgspec.Meta(ge=0, le=6000)] = 0
    """Of one tenant; 0: no limit of its own."""
    canary: bool = True
    """One phone first, then a tenth, then the rest."""
    timeout: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 180
    """Seconds within which a phone that was told must have fetched."""

    def beside(self, folder: Path) -> ResyncSettings:
        """The same with the secret's file beside the configuration file, unless its path is absolute."""
        secret = self.ami_secret_file and str(folder / Path(self.ami_secret_file).expanduser())
        return msgspec.structs.replace(self, ami_secret_file=secret)
