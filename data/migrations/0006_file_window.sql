-- Files are withdrawn some hours after their phone fetched them, and unclaimed devices expire.

-- How long a device's files stay on the disk. A device without a row: as long as nobody has fetched them.
-- fetched: when the phone first fetched what its files say (Unix seconds), 0 for not yet. open_until: an operator keeps
-- them open up to then, 0 for nobody. content: what was withdrawn, as a hash. withdrawn: since when they are not on the
-- disk, 0 while they are.
CREATE TABLE file_window (
    mac TEXT NOT NULL PRIMARY KEY
        CONSTRAINT file_window_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    fetched REAL NOT NULL DEFAULT 0,
    open_until REAL NOT NULL DEFAULT 0,
    content TEXT NOT NULL DEFAULT '',
    withdrawn REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;

INSERT INTO file_window (mac, fetched)
SELECT r.mac, MIN(r.at) FROM request AS r JOIN file AS f ON f.path = r.path AND f.mac = r.mac
WHERE r.status IN (200, 206, 304) AND r.mac IN (SELECT mac FROM device) AND r.at > (
    SELECT MAX(COALESCE(g.at, o.mtime_ns / 1e9)) FROM file AS o LEFT JOIN generation AS g ON g.id = o.generation
    WHERE o.mac = r.mac)
GROUP BY r.mac;

-- A device that comes again, or another MAC, begins anew.
CREATE TRIGGER file_window_of_removed AFTER DELETE ON device
BEGIN DELETE FROM file_window WHERE mac = OLD.mac; END;
CREATE TRIGGER file_window_of_moved AFTER UPDATE OF mac ON device WHEN OLD.mac <> NEW.mac
BEGIN DELETE FROM file_window WHERE mac IN (OLD.mac, NEW.mac); END;

-- Devices that expired, as they were, for an undo of the commit that took their files away.
CREATE TABLE expired (
    mac TEXT NOT NULL PRIMARY KEY
        CONSTRAINT expired_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    tenant TEXT NOT NULL,
    vendor TEXT NOT NULL,
    model TEXT NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;

-- When files are withdrawn and devices expire is rendered nowhere.
DROP TRIGGER provisioning_added;
DROP TRIGGER provisioning_changed;
DROP TRIGGER provisioning_removed;
CREATE TRIGGER provisioning_added AFTER INSERT ON provisioning
WHEN NEW.name NOT IN ('auto_create', 'auto_create_tenant', 'auto_create_vendors', 'whitelist',
                      'first_contact_user', 'first_contact_password', 'withdraw_hours', 'expire_days')
BEGIN UPDATE clock SET site_stamp = epoch; END;
CREATE TRIGGER provisioning_changed AFTER UPDATE ON provisioning
WHEN NEW.name NOT IN ('auto_create', 'auto_create_tenant', 'auto_create_vendors', 'whitelist',
                      'first_contact_user', 'first_contact_password', 'withdraw_hours', 'expire_days')
BEGIN UPDATE clock SET site_stamp = epoch; END;
CREATE TRIGGER provisioning_removed AFTER DELETE ON provisioning
WHEN OLD.name NOT IN ('auto_create', 'auto_create_tenant', 'auto_create_vendors', 'whitelist',
                      'first_contact_user', 'first_contact_password', 'withdraw_hours', 'expire_days')
BEGIN UPDATE clock SET site_stamp = epoch; END;
