"""What an alarm means, and what to do about it."""

from __future__ import annotations

from aps_tui.data.alarms import Alarm

_DO = {
    "harvest": "Someone tries MACs to get other phones' files. Find that machine; have the file server ask a password.",
    "outside": "A device's file left the whitelisted networks: close the way, change its secrets, or add the network.",
    "flood": "MACs are being invented. Find their port on the switch; nothing is lost, the newest are left out.",
    "call": "Someone calls in another phone's name, or it moved and nobody saw it. Find who has that address.",
    "pin": "Someone guesses the unprovisioned PIN. Find the phone; change the PIN in the settings (0, Provisioning).",
}
"""Kind of alarm to what to do. Those that are not here say it all in their detail."""


def what_to_do(alarm: Alarm) -> str:
    """One line on what to do about an alarm."""
    return _DO.get(alarm.kind, "Look at the audit trail (0), and at who is behind that address.")
