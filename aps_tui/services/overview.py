"""What each section of the settings says of itself in a few words."""

from __future__ import annotations

from aps_tui.domain.autocreate import warnings_of
from aps_tui.services.console import counted
from aps_tui.services.provisioning_checks import Finding, checks, worst
from aps_tui.services.workplace import Workplace


def overview(place: Workplace) -> dict[str, str]:
    """Section to its words. Takes a few milliseconds: DNS is not asked."""
    store = place.store
    site, settings = store.settings.site(), store.provisioning.get()
    raw = sum(map(len, site.raw.values()))
    said = f"{counted(len(site.settings), 'setting')}{f', {raw:,} raw' if raw else ''}"
    entries = f"{len(settings.whitelist):,} listed"
    return {
        "site": said,
        "tenants": counted(len(store.tenants.names()), "tenant"),
        "provisioning": summed(checks(place, ask_dns=False)),
        "whitelist": "EMPTY: auto-create!" if warnings_of(settings) else entries,
        "sources": counted(len(store.sources.all()), "source"),
        "rules": counted(len(store.rules.all()), "rule"),
        "texts": "DHCP, Asterisk, web",
        "doctor": "checks all of it",
        "audit": counted(store.audit.count(), "change"),
    }


def summed(found: list[Finding]) -> str:
    """The findings in a few words."""
    waiting = any(one.state == "wait" for one in found)
    return worst(found) or ("DNS not asked yet" if waiting else "all well")
