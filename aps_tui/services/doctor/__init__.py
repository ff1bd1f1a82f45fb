"""Checks the whole installation and says how to mend each fault.

A check is a line of a table: what it looks at, why that matters, and a function that yields what it found. The
tables of all areas are in `table`; `run` runs them, `mend` applies what is safe.
"""

from aps_tui.services.doctor.finding import FAULT, OK, SEVERITIES, UNKNOWN, WARNING, Finding, Fix
from aps_tui.services.doctor.mend import fixes_of, mend_all
from aps_tui.services.doctor.run import Examination, examine
from aps_tui.services.doctor.scene import Scene, open_scene, scene_of

__all__ = [
    "FAULT", "OK", "SEVERITIES", "UNKNOWN", "WARNING", "Examination", "Finding", "Fix", "Scene", "examine", "fixes_of",
    "mend_all", "open_scene", "scene_of",
]  # fmt: skip
