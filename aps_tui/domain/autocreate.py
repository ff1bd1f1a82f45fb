"""What goes together in the settings of auto-create: the same for a site file and for the console."""

from __future__ import annotations

from aps_tui.domain.site import Provisioning

NO_TENANT = "auto_create: choose the tenant of new devices first (auto_create_tenant)"
OPEN_DOOR = "auto_create is on and the whitelist is empty: any device that asks would be created"


def faults_of(one: Provisioning) -> list[str]:
    """What keeps the settings from being stored."""
    return [NO_TENANT] if one.auto_create and not one.auto_create_tenant else []


def warnings_of(one: Provisioning) -> list[str]:
    """What the operator should know."""
    return [OPEN_DOOR] if one.auto_create and not one.whitelist else []
