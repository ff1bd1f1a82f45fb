"""Who a MAC's block is registered to, for those that no vendor pack knows."""

from __future__ import annotations

from functools import lru_cache

from aps_tui.services.importing.entry import bounded


@lru_cache(maxsize=10_000)
def maker_of(block: str) -> str:
    """The organisation that registered a block (six hex digits) at the IEEE; "" when none is known."""
    import netaddr

    try:
        return bounded(netaddr.EUI(f"{block}000000").oui.registration().org, 60)
    except (netaddr.NotRegisteredError, netaddr.AddrFormatError):
        return ""
