"""What a PBX source says: the accounts it holds, and what had to be told about reading them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """A SIP account as the PBX holds it. All texts are valid Unicode."""

    number: str
    """The number people dial; the account's own name where the source gives no other."""
    account: str
    """What the phone registers as (section or endpoint name); may differ from the number: `100_2`."""
    auth_user: str
    secret: str = field(default="", repr=False)
    name: str = ""
    mailbox: str = ""
    context: str = ""
    transport: str = ""
    """udp, tcp, tls, or empty when the source does not say."""
    srtp: str = ""
    """off, optional, required, or empty when the source does not say."""
    usable: bool = True
    why_unusable: str = ""
    """Why no phone can use it, in one phrase that carries no secret; empty when it is usable."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One read of one source. Account numbers are unique in it."""

    accounts: tuple[Account, ...]
    warnings: tuple[str, ...] = ()
    """One line each, naming its place; no secret is ever in one."""
