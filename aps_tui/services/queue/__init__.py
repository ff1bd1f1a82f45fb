"""The live queue: the MACs that arrived, how far each has come, what is known of it, what is done with it."""

from aps_tui.data.alarms import Alarm
from aps_tui.data.queue_list import QueueRow
from aps_tui.services.queue.acts import clear, forget, heed, ignore, know_alarm, take_in, tenant_of_new
from aps_tui.services.queue.evidence import Evidence, evidence
from aps_tui.services.queue.listing import (
    COLUMNS,
    ORDER,
    STATES,
    Queue,
    expires_soon,
    guess,
    listed,
    rows,
    told_state,
)
from aps_tui.services.queue.warnings import what_to_do
from aps_tui.services.queue.why import Finding, Report, why

__all__ = [
    "COLUMNS", "ORDER", "STATES", "Alarm", "Evidence", "Finding", "Queue", "QueueRow", "Report", "clear",
    "evidence", "expires_soon", "forget", "guess", "heed", "ignore", "know_alarm", "listed", "rows", "take_in",
    "tenant_of_new", "told_state", "what_to_do", "why",
]  # fmt: skip
