"""SQLite through peewee: the schema, its migrations, and one method per question.

Takes and gives the objects of `aps_tui.domain.site`; hot paths give raw tuples (`rows`). Only this
package imports peewee. Start at `Store`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aps_tui.data.errors import ChangedMeanwhile, StoreError
    from aps_tui.data.store import Store

__all__ = ["ChangedMeanwhile", "Store", "StoreError"]


def __getattr__(name: str) -> object:
    """Load the store when it is first asked for: a process that only renders has no use for a database."""
    if name not in __all__:
        raise AttributeError(name)
    from aps_tui.data import errors, store

    return getattr(store if name == "Store" else errors, name)
