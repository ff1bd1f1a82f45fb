"""Reads a tree of phones' files that something else wrote: which devices it holds, and what each line and key is.

Nothing is written down here of any vendor: the packs are asked how they write a phone, and what they say is turned
round.
"""

from aps_tui.services.importing.tree.read import TreeRead, read_tree

__all__ = ["TreeRead", "read_tree"]
