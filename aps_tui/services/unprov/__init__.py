"""UNPROV: a phone without an extension is called from, and its caller gives it one by PIN and keypad.

Asterisk hands the call over by AGI (`wire/agi.py`); `dialogue` leads it, `desk` does what it asks for in the
database, `after` writes the phone's file and tells the phone, `server` and `stdio` are the two ways in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aps_tui.services.config import Config
    from aps_tui.services.unprov.desk import Desk, Log


def desk_of(config: Config, log: Log) -> Desk:
    """The site of a configuration as calls work on it. Packs are read anew for each phone: a server runs for months."""
    from aps_tui.services.opening import open_place
    from aps_tui.services.unprov.desk import Desk
    from aps_tui.services.unprov.prompts import find_prompts

    options = config.unprov
    prompts = find_prompts(options.sounds, options.prompts)
    return Desk(lambda operator: open_place(config, by=operator), options, prompts, log)
