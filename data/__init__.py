"""SQLite through peewee: the schema, its migrations, and one method per question.

Takes and gives the objects of `aps_tui.domain.site`; hot paths give raw tuples. Only this
package imports peewee. Start at `Store`.
"""

from __future__ import annotations

from aps_tui.data.errors import ChangedMeanwhile, StoreError
from aps_tui.data.store import Store

__all__ = ["ChangedMeanwhile", "Store", "StoreError"]
