-- HTTP users and passwords of devices. A device without a row is in turn 0; a row outlives its device, as the phone
-- keeps what it knows.
-- turn: how often its password was changed. old: the one of the turn before is valid as well. changed: since when.
-- open_until: first contact may fetch its files until then, line or not (Unix seconds).
CREATE TABLE http_login (
    mac TEXT NOT NULL PRIMARY KEY
        CONSTRAINT http_login_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    turn INTEGER NOT NULL DEFAULT 0,
    old INTEGER NOT NULL DEFAULT 0,
    changed REAL NOT NULL DEFAULT 0,
    open_until REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TRIGGER http_login_added AFTER INSERT ON http_login WHEN NEW.turn <> 0
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock) WHERE mac = NEW.mac; END;
CREATE TRIGGER http_login_changed AFTER UPDATE OF turn ON http_login WHEN OLD.turn <> NEW.turn
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock) WHERE mac = NEW.mac; END;
CREATE TRIGGER http_login_removed AFTER DELETE ON http_login WHEN OLD.turn <> 0
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock) WHERE mac = OLD.mac; END;

-- The slow hashes of the password file, so that each is made once. proof: which password it is of.
CREATE TABLE http_hash (
    user TEXT NOT NULL PRIMARY KEY,
    proof TEXT NOT NULL,
    hash TEXT NOT NULL
) WITHOUT ROWID;

-- As whom the web server let the phone in; '' for nobody.
ALTER TABLE request ADD COLUMN user TEXT NOT NULL DEFAULT '';

-- Who may be created automatically, and how a phone comes in the first time, is rendered nowhere.
DROP TRIGGER provisioning_added;
DROP TRIGGER provisioning_changed;
DROP TRIGGER provisioning_removed;
CREATE TRIGGER provisioning_added AFTER INSERT ON provisioning
WHEN NEW.name NOT IN ('auto_create', 'auto_create_tenant', 'auto_create_vendors', 'whitelist',
                      'first_contact_user', 'first_contact_password')
BEGIN UPDATE clock SET site_stamp = epoch; END;
CREATE TRIGGER provisioning_changed AFTER UPDATE ON provisioning
WHEN NEW.name NOT IN ('auto_create', 'auto_create_tenant', 'auto_create_vendors', 'whitelist',
                      'first_contact_user', 'first_contact_password')
BEGIN UPDATE clock SET site_stamp = epoch; END;
CREATE TRIGGER provisioning_removed AFTER DELETE ON provisioning
WHEN OLD.name NOT IN ('auto_create', 'auto_create_tenant', 'auto_create_vendors', 'whitelist',
                      'first_contact_user', 'first_contact_password')
BEGIN UPDATE clock SET site_stamp = epoch; END;
