"""Mass deployment: lists of MACs become devices.

A reader makes entries of a text (`read`), a matcher says what each is (`Matcher`), a draft keeps them while the
operator gives models and extensions (`start` … `finish`). A scan's finds go the same way.
"""

from aps_tui.data.draft_list import DraftRow
from aps_tui.data.drafts import Draft
from aps_tui.data.prefix_rules import Rule
from aps_tui.services.importing.back import reopen, restore
from aps_tui.services.importing.draft import Done, current, discard, drop, extend, finish, recheck, start, wanting
from aps_tui.services.importing.edits import (
    Candidate,
    apply_rules,
    as_above,
    candidates,
    edit,
    edit_seen,
    label,
    preview,
    series,
    templates,
    tenant,
)
from aps_tui.services.importing.entry import Entry, Read, Rejected, bounded
from aps_tui.services.importing.listing import STATES, count, ids, page, rows, states
from aps_tui.services.importing.macs import judged_mac
from aps_tui.services.importing.matching import Match, Matcher, knowledge, matcher
from aps_tui.services.importing.pasted import MOST_PASTED, pasted
from aps_tui.services.importing.paths import completed_path, read_path
from aps_tui.services.importing.reader import read, read_file, read_stream
from aps_tui.services.importing.rules import RuleRow, add_rule, change_rule, delete_rule, proposed, rules
from aps_tui.services.importing.summary import Summary, summary

__all__ = [
    "MOST_PASTED", "STATES", "Candidate", "Done", "Draft", "DraftRow", "Entry", "Match", "Matcher", "Read",
    "Rejected", "Rule", "RuleRow", "Summary", "add_rule", "apply_rules", "as_above", "bounded", "candidates",
    "change_rule", "completed_path", "count", "current", "delete_rule", "discard", "drop", "edit", "edit_seen",
    "extend", "finish", "ids", "judged_mac", "knowledge", "label", "matcher", "page", "pasted", "preview",
    "proposed", "read", "read_file", "read_path", "read_stream", "recheck", "reopen", "restore", "rows", "rules",
    "series", "start", "states", "summary", "templates", "tenant", "wanting",
]  # fmt: skip
