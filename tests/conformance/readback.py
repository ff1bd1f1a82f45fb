"""What a reader gets out of a phone's files: the contract between the packs' readers and the tests.

A reader is `tests/conformance/readers/<slug>.py` with `read(files: dict[str, bytes]) -> ReadBack`, written apart
from the templates: it imports nothing of `aps_tui.vendors`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class ReadBack:
    """A device's files as a phone would understand them; only what the format carries."""

    accounts: dict[int, dict[str, str]] = field(default_factory=dict)
    """n to user, auth_user, secret, display_name, label, server (registrar 1's host), port, local_sip_port …"""
    keys: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    """(bank, position) to type (the vendor's word), value, label."""
    parameters: dict[str, str] = field(default_factory=dict)
    """Every parameter of the per-MAC files, by the vendor's name."""
