-- Imports: what says the model of a range of MACs, and lists of new devices that wait for their operator.

-- MACs from first to last are this model. Both ends are within one maker's block; of two rules the narrower one counts.
CREATE TABLE prefix_rule (
    id INTEGER PRIMARY KEY,
    first TEXT NOT NULL
        CONSTRAINT rule_first CHECK (length(first) = 12 AND first NOT GLOB '*[^0-9a-f]*'),
    last TEXT NOT NULL
        CONSTRAINT rule_last CHECK (length(last) = 12 AND last NOT GLOB '*[^0-9a-f]*'),
    vendor TEXT NOT NULL,
    model TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    UNIQUE (first, last),
    CONSTRAINT rule_order CHECK (first <= last),
    CONSTRAINT rule_block CHECK (substr(first, 1, 6) = substr(last, 1, 6))
);

-- Two rules may lie one within the other, and never cross: the narrower one is always known.
CREATE TRIGGER prefix_rule_added BEFORE INSERT ON prefix_rule
WHEN EXISTS (
    SELECT 1 FROM prefix_rule AS r WHERE (r.first < NEW.first AND r.last >= NEW.first AND r.last < NEW.last)
    OR (r.first > NEW.first AND r.first <= NEW.last AND r.last > NEW.last)
)
BEGIN SELECT RAISE(ABORT, 'a rule lies within another one or beside it, it does not cross it'); END;

CREATE TRIGGER prefix_rule_changed BEFORE UPDATE OF first, last ON prefix_rule
WHEN EXISTS (
    SELECT 1 FROM prefix_rule AS r WHERE r.id <> NEW.id
    AND ((r.first < NEW.first AND r.last >= NEW.first AND r.last < NEW.last)
      OR (r.first > NEW.first AND r.first <= NEW.last AND r.last > NEW.last))
)
BEGIN SELECT RAISE(ABORT, 'a rule lies within another one or beside it, it does not cross it'); END;

-- An operator's list of new devices. Names are as the list says them: they may be of nothing that is here.
-- finished: when its devices were stored, 0 for not yet. notes: a JSON list.
CREATE TABLE import_draft (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT draft_kind CHECK (kind IN ('import', 'scan')),
    title TEXT NOT NULL DEFAULT '',
    tenant TEXT NOT NULL DEFAULT '',
    made REAL NOT NULL,
    finished REAL NOT NULL DEFAULT 0,
    notes TEXT NOT NULL DEFAULT '[]',
    UNIQUE (owner, kind)
);

-- state: R W M P K U D B (aps_tui/data/drafts.py). mac is '' for a line in which there is none.
-- more: JSON of what the columns do not hold (further lines, keys, settings), in the site file's shape.
CREATE TABLE import_row (
    id INTEGER PRIMARY KEY,
    draft INTEGER NOT NULL REFERENCES import_draft (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    line INTEGER NOT NULL,
    mac TEXT NOT NULL
        CONSTRAINT import_mac CHECK (mac = '' OR length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    vendor TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    tenant TEXT NOT NULL DEFAULT '',
    template TEXT NOT NULL DEFAULT '',
    extension TEXT NOT NULL DEFAULT '',
    label TEXT NOT NULL DEFAULT '',
    line_label TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    said TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    template_tenant TEXT NOT NULL DEFAULT '',
    more TEXT NOT NULL DEFAULT ''
);
CREATE INDEX import_row_draft ON import_row (draft, line);
CREATE INDEX import_row_mac ON import_row (mac);
