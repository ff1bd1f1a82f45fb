-- The live queue: what arrives, what it asked for, where it registered, who was told to fetch, what looks like an attack.

ALTER TABLE sighting ADD COLUMN first_seen REAL NOT NULL DEFAULT 0;
ALTER TABLE sighting ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
UPDATE sighting SET first_seen = seen_at;

-- What all sightings of a MAC come to. conflict: what sources disagree on, '' for nothing.
-- followed: the device came by the queue and stays in it until it is synced and its operator lets it go.
CREATE TABLE arrival (
    mac TEXT NOT NULL PRIMARY KEY
        CONSTRAINT arrival_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    vendor TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    firmware TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',
    score INTEGER NOT NULL DEFAULT 0,
    conflict TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    agent TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL DEFAULT '',
    sources TEXT NOT NULL DEFAULT '',
    first_seen REAL NOT NULL,
    last_seen REAL NOT NULL,
    followed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX arrival_seen ON arrival (last_seen);

CREATE TRIGGER arrival_followed AFTER INSERT ON device
BEGIN UPDATE arrival SET followed = 1 WHERE mac = NEW.mac; END;

-- MACs that an operator keeps out of the queue.
CREATE TABLE ignored (
    mac TEXT NOT NULL PRIMARY KEY
        CONSTRAINT ignored_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    at REAL NOT NULL,
    operator TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- The latest request of a phone for each file name, as the file server's log tells it. status: HTTP's, 200 and 404 for TFTP.
-- bytes: -1 where the log does not say.
CREATE TABLE request (
    mac TEXT NOT NULL
        CONSTRAINT request_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    path TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    status INTEGER NOT NULL,
    bytes INTEGER NOT NULL DEFAULT -1,
    agent TEXT NOT NULL DEFAULT '',
    at REAL NOT NULL,
    PRIMARY KEY (mac, path)
) WITHOUT ROWID;

-- The latest registration of a phone that the PBX told of. contact: its SIP URI, for a NOTIFY to it alone.
CREATE TABLE registration (
    mac TEXT NOT NULL PRIMARY KEY
        CONSTRAINT registration_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    account TEXT NOT NULL,
    contact TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    agent TEXT NOT NULL DEFAULT '',
    at REAL NOT NULL
) WITHOUT ROWID;

-- The latest time that a device was told to fetch.
CREATE TABLE resync (
    mac TEXT NOT NULL PRIMARY KEY
        CONSTRAINT resync_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    at REAL NOT NULL,
    event TEXT NOT NULL,
    target TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CONSTRAINT resync_state CHECK (state IN ('sent', 'failed', 'fetched', 'silent')),
    detail TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- What looks like an attack. seen_at: when an operator said that it is known, 0 for not yet.
CREATE TABLE alarm (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    first_at REAL NOT NULL,
    last_at REAL NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    detail TEXT NOT NULL DEFAULT '',
    seen_at REAL NOT NULL DEFAULT 0,
    seen_by TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX alarm_open ON alarm (kind, origin) WHERE seen_at = 0;

-- Wrong PINs, by MAC and by address. until: blocked up to then, 0 for not blocked.
CREATE TABLE pin_failure (
    who TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at REAL NOT NULL,
    until REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
