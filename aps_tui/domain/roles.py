"""Roles: what someone may do on a site. Without any, everybody who may open the database may do everything."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from aps_tui.domain.errors import ApsError

REFUSED = "refused: "
"""How every refusal begins."""


class Role(IntEnum):
    """What someone is on a site; a higher one may do all that a lower one may."""

    VIEWER = 1
    """Looks, and sees no secret."""
    OPERATOR = 2
    """Does the daily work, on all tenants or on some."""
    ADMIN = 3
    """Does everything."""

    def __str__(self) -> str:
        return self.name.lower()


class Refused(ApsError):
    """What a role does not allow. Nothing was changed; the text names the role that is needed."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do."""

    role: Role = Role.ADMIN
    tenants: tuple[str, ...] | None = None
    """The only tenants that an operator works on; None for all of them, and for what belongs to none."""

    @property
    def words(self) -> str:
        """`operator of acme, north`."""
        return str(self.role) if self.tenants is None else f"{self.role} of {', '.join(self.tenants) or 'no tenant'}"

    def refusal(self, what: str, role: Role) -> Refused:
        """The error that says what would be needed."""
        return Refused(f"{REFUSED}{what} needs the role {role}, and yours is {self.words}")

    def beyond(self, what: str) -> Refused:
        """The error for what is not of this operator's tenants."""
        return Refused(f"{REFUSED}{what} needs the role admin or an operator of its tenant, and yours is {self.words}")


EVERYTHING = Rights()
"""What everybody may do where no roles are given."""
