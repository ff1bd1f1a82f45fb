"""What a vendor's pack calls unverified, found for one setting by the parameters that it is written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from aps_tui.vendors.pack import Model, Vendor
from aps_tui.vendors.support import reads

_HOLE = re.compile(r"\{[{%].*?[}%]\}")
_SPLIT = re.compile(r"""[\s"'<>=:,;/()]+""")
_COUNTED = re.compile(r"(?<![A-Za-z0-9])[0-9]+(?![A-Za-z0-9])")


def doubts(id: str, vendor: Vendor, model: Model, firmware: str | None) -> tuple[str, ...]:
    """The unverified items that name a parameter of a setting (its id with `N`), as the pack words them."""
    lines = reads(vendor, model, firmware).lines.get(id, frozenset())
    written = {word for line in lines for word in _parameters(_HOLE.sub("N", line))}
    return tuple(item for item, names in _named(vendor.unverified) if not names.isdisjoint(written))


@lru_cache(maxsize=64)
def _named(items: tuple[str, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    """Each item with the parameters that it names before its colon."""
    return tuple((item, frozenset(_parameters(item.partition(": ")[0]))) for item in items)


def _parameters(text: str) -> Iterator[str]:
    """The words of a text that look like a parameter's name; numbers in it count as `N`."""
    for word in _SPLIT.split(text):
        if len(word) > 3 and re.search(r"[._]|[a-z][A-Z]", word):
            yield _COUNTED.sub("N", word).strip(".").lower()
