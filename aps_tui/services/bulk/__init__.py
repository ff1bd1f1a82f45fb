"""Edits of many devices at once: worked out first, shown, then saved all or none.

Each edit is a `Change`: it takes devices in the list's order and gives them as they would be, with notes for the
operator, or raises Faults that name every device it cannot serve. `outcome` works it out, `apply` saves what was seen.
"""

from aps_tui.services.bulk.extensions import Series, give_extensions, parse_series
from aps_tui.services.bulk.labels import label_devices, label_lines
from aps_tui.services.bulk.models import set_model
from aps_tui.services.bulk.settings import set_setting
from aps_tui.services.bulk.templates import fitting, set_template
from aps_tui.services.bulk.tenants import set_tenant
from aps_tui.services.bulk.work import Change, Outcome, apply, compared, outcome

__all__ = [
    "Change", "Outcome", "Series", "apply", "compared", "fitting", "give_extensions", "label_devices", "label_lines",
    "outcome", "parse_series", "set_model", "set_setting", "set_template", "set_tenant",
]  # fmt: skip
