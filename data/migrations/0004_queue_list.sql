-- Phones of the queue on their way into the site are a list of new devices, too.

CREATE TABLE import_draft_next (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT draft_kind CHECK (kind IN ('import', 'scan', 'queue')),
    title TEXT NOT NULL DEFAULT '',
    tenant TEXT NOT NULL DEFAULT '',
    made REAL NOT NULL,
    finished REAL NOT NULL DEFAULT 0,
    notes TEXT NOT NULL DEFAULT '[]',
    UNIQUE (owner, kind)
);
INSERT INTO import_draft_next SELECT id, owner, kind, title, tenant, made, finished, notes FROM import_draft;
DROP TABLE import_draft;
ALTER TABLE import_draft_next RENAME TO import_draft;
