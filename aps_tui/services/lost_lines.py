"""Which lines of a text another text has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher


def lost(lines: Sequence[str], other: Sequence[str]) -> list[int]:
    """The places of the lines that the other text has not.

    Where it only has fewer of some that are alike, their neighbours tell which are gone.
    """
    if lines == other:
        return []
    there, counts = Counter(other), Counter(lines)
    if any(there[line] and there[line] < count for line, count in counts.items()):
        blocks = SequenceMatcher(None, lines, other, autojunk=False).get_matching_blocks()
        kept = {index for block in blocks for index in range(block.a, block.a + block.size)}
        return [index for index in range(len(lines)) if index not in kept]
    return [index for index, line in enumerate(lines) if not there[line]]
