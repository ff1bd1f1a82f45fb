-- The first schema. Wrong states are impossible here, whoever writes; triggers keep the stamps that say what is dirty.

-- epoch counts commits; site_stamp is the epoch at which something said for the whole site last changed.
CREATE TABLE clock (
    id INTEGER PRIMARY KEY CONSTRAINT one_clock CHECK (id = 1),
    epoch INTEGER NOT NULL DEFAULT 0,
    site_stamp INTEGER NOT NULL DEFAULT 0
);
INSERT INTO clock (id) VALUES (1);

CREATE TABLE install (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE pack_state (
    vendor TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE provisioning (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE tenant (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE
        CONSTRAINT tenant_name CHECK (trim(name) <> '' AND name <> 'All (Global)'),
    stamp INTEGER NOT NULL DEFAULT 0
);

-- A tenant's extensions, as its PBX has them. gone: the source no longer lists it.
CREATE TABLE extension (
    id INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    number TEXT NOT NULL CONSTRAINT extension_number CHECK (trim(number) <> ''),
    account TEXT NOT NULL,
    auth_user TEXT NOT NULL,
    secret TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    mailbox TEXT NOT NULL DEFAULT '',
    context TEXT NOT NULL DEFAULT '',
    transport TEXT NOT NULL DEFAULT '',
    srtp TEXT NOT NULL DEFAULT '',
    usable INTEGER NOT NULL DEFAULT 1,
    source TEXT NOT NULL DEFAULT '',
    gone INTEGER NOT NULL DEFAULT 0,
    first_seen REAL NOT NULL DEFAULT 0,
    last_seen REAL NOT NULL DEFAULT 0,
    UNIQUE (tenant, number)
);

CREATE INDEX extension_gone ON extension (id) WHERE gone;

-- tenant NULL: All (Global).
CREATE TABLE mapping (
    id INTEGER PRIMARY KEY,
    tenant INTEGER REFERENCES tenant (id) ON DELETE CASCADE,
    source TEXT NOT NULL COLLATE NOCASE CONSTRAINT mapping_source CHECK (trim(source) <> ''),
    hostname TEXT NOT NULL CONSTRAINT mapping_hostname CHECK (trim(hostname) <> ''),
    note TEXT NOT NULL DEFAULT '',
    enabled INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX mapping_scope ON mapping (COALESCE(tenant, 0), source);

CREATE TABLE template (
    id INTEGER PRIMARY KEY,
    tenant INTEGER REFERENCES tenant (id) ON DELETE RESTRICT,
    name TEXT NOT NULL COLLATE NOCASE CONSTRAINT template_name CHECK (trim(name) <> ''),
    vendor TEXT NOT NULL,
    model TEXT NOT NULL,
    stamp INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX template_scope ON template (COALESCE(tenant, 0), name);

-- done: the epoch of the commit that last rendered the device, -1 for never.
CREATE TABLE device (
    id INTEGER PRIMARY KEY,
    mac TEXT NOT NULL UNIQUE
        CONSTRAINT device_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    tenant INTEGER NOT NULL REFERENCES tenant (id) ON DELETE RESTRICT,
    vendor TEXT NOT NULL,
    model TEXT NOT NULL,
    template INTEGER REFERENCES template (id) ON DELETE RESTRICT,
    label TEXT NOT NULL DEFAULT '',
    stamp INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT -1,
    version INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX device_tenant ON device (tenant);
CREATE INDEX device_template ON device (template);

CREATE TABLE line (
    device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CONSTRAINT line_number CHECK (number >= 1),
    extension INTEGER NOT NULL UNIQUE REFERENCES extension (id) ON DELETE RESTRICT,
    label TEXT NOT NULL DEFAULT '',
    caller_id_source TEXT NOT NULL DEFAULT 'from',
    local_sip_port INTEGER CONSTRAINT line_port CHECK (local_sip_port BETWEEN 1 AND 65535),
    srtp TEXT NOT NULL DEFAULT 'off',
    transport TEXT NOT NULL DEFAULT '',
    auto_answer INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (device, number),
    UNIQUE (device, local_sip_port)
) WITHOUT ROWID;

CREATE TABLE template_key (
    owner INTEGER NOT NULL REFERENCES template (id) ON DELETE CASCADE,
    bank TEXT NOT NULL,
    position INTEGER NOT NULL CONSTRAINT key_position CHECK (position >= 1),
    type TEXT NOT NULL,
    line INTEGER CONSTRAINT key_line CHECK (line >= 1),
    value TEXT NOT NULL DEFAULT '',
    label TEXT NOT NULL DEFAULT '',
    pickup TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (owner, bank, position)
) WITHOUT ROWID;

CREATE TABLE device_key (
    owner INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    bank TEXT NOT NULL,
    position INTEGER NOT NULL CONSTRAINT key_position CHECK (position >= 1),
    type TEXT NOT NULL,
    line INTEGER CONSTRAINT key_line CHECK (line >= 1),
    value TEXT NOT NULL DEFAULT '',
    label TEXT NOT NULL DEFAULT '',
    pickup TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (owner, bank, position)
) WITHOUT ROWID;

-- kind 'setting': value is JSON, vendor is ''. kind 'raw': value is the vendor parameter's own text;
-- vendor is named at the site and tenant levels, and is '' where the owner has one vendor.
CREATE TABLE site_setting (
    owner INTEGER NOT NULL REFERENCES clock (id),
    kind TEXT NOT NULL,
    vendor TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, kind, vendor, name),
    CONSTRAINT setting_kind CHECK (kind = 'setting' AND vendor = '' OR kind = 'raw' AND vendor <> ''),
    CONSTRAINT port_is_the_lines CHECK (instr(lower(name), 'local_sip_port') = 0)
) WITHOUT ROWID;

CREATE TABLE tenant_setting (
    owner INTEGER NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    vendor TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, kind, vendor, name),
    CONSTRAINT setting_kind CHECK (kind = 'setting' AND vendor = '' OR kind = 'raw' AND vendor <> ''),
    CONSTRAINT port_is_the_lines CHECK (instr(lower(name), 'local_sip_port') = 0)
) WITHOUT ROWID;

CREATE TABLE template_setting (
    owner INTEGER NOT NULL REFERENCES template (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    vendor TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, kind, vendor, name),
    CONSTRAINT setting_kind CHECK (kind IN ('setting', 'raw') AND vendor = ''),
    CONSTRAINT port_is_the_lines CHECK (instr(lower(name), 'local_sip_port') = 0)
) WITHOUT ROWID;

CREATE TABLE device_setting (
    owner INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    vendor TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, kind, vendor, name),
    CONSTRAINT setting_kind CHECK (kind IN ('setting', 'raw') AND vendor = ''),
    CONSTRAINT port_is_the_lines CHECK (instr(lower(name), 'local_sip_port') = 0)
) WITHOUT ROWID;

-- Where extensions are read from: kind csv, sip, users, pjsip, pjsip-wizard, sql.
CREATE TABLE source (
    name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE CONSTRAINT source_name CHECK (trim(name) <> ''),
    kind TEXT NOT NULL,
    location TEXT NOT NULL,
    tenant INTEGER NOT NULL REFERENCES tenant (id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE sighting (
    mac TEXT NOT NULL
        CONSTRAINT sighting_mac CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
    source TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    seen_at REAL NOT NULL,
    evidence TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (mac, source)
) WITHOUT ROWID;

-- One commit or undo. AUTOINCREMENT: a number is never given twice, even after pruning.
CREATE TABLE generation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    operator TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CONSTRAINT generation_state CHECK (state IN ('renaming', 'done')),
    kind TEXT NOT NULL CONSTRAINT generation_kind CHECK (kind IN ('commit', 'undo')),
    epoch INTEGER NOT NULL,
    restored_from INTEGER
);
CREATE UNIQUE INDEX one_generation_under_way ON generation (state) WHERE state = 'renaming';

-- old_hash NULL: the file is added; new_hash NULL: it is removed.
CREATE TABLE generation_file (
    generation INTEGER NOT NULL REFERENCES generation (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    mac TEXT,
    vendor TEXT NOT NULL,
    old_hash TEXT,
    new_hash TEXT,
    PRIMARY KEY (generation, path),
    CONSTRAINT file_says_something CHECK (old_hash IS NOT NULL OR new_hash IS NOT NULL)
) WITHOUT ROWID;

-- What is under the root now, as we wrote it. mac NULL: a shared file.
CREATE TABLE file (
    path TEXT NOT NULL PRIMARY KEY,
    mac TEXT,
    vendor TEXT NOT NULL,
    hash TEXT NOT NULL,
    size INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    generation INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX file_mac ON file (mac);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    operator TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_epoch ON audit (epoch);
CREATE INDEX audit_object ON audit (kind, name);

-- What may not be, beyond what a column can say.

CREATE TRIGGER line_tenant_added BEFORE INSERT ON line
WHEN (SELECT tenant FROM extension WHERE id = NEW.extension) <> (SELECT tenant FROM device WHERE id = NEW.device)
BEGIN SELECT RAISE(ABORT, 'a line takes an extension of its device''s own tenant'); END;

CREATE TRIGGER line_tenant_changed BEFORE UPDATE OF device, extension ON line
WHEN (SELECT tenant FROM extension WHERE id = NEW.extension) <> (SELECT tenant FROM device WHERE id = NEW.device)
BEGIN SELECT RAISE(ABORT, 'a line takes an extension of its device''s own tenant'); END;

CREATE TRIGGER extension_moved BEFORE UPDATE OF tenant ON extension
WHEN NEW.tenant <> OLD.tenant AND EXISTS (SELECT 1 FROM line WHERE extension = OLD.id)
BEGIN SELECT RAISE(ABORT, 'an extension that is on a line stays with its tenant'); END;

CREATE TRIGGER device_moved BEFORE UPDATE OF tenant ON device
WHEN NEW.tenant <> OLD.tenant AND EXISTS (SELECT 1 FROM line WHERE device = OLD.id)
BEGIN SELECT RAISE(ABORT, 'a device with lines stays with its tenant: take its lines off first'); END;

CREATE TRIGGER device_template_added BEFORE INSERT ON device
WHEN EXISTS (
    SELECT 1 FROM template AS t WHERE t.id = NEW.template
    AND (t.vendor <> NEW.vendor OR t.model <> NEW.model OR COALESCE(t.tenant, NEW.tenant) <> NEW.tenant)
)
BEGIN SELECT RAISE(ABORT, 'a template fits devices of its own vendor, model and tenant only'); END;

CREATE TRIGGER device_template_changed BEFORE UPDATE OF tenant, vendor, model, template ON device
WHEN EXISTS (
    SELECT 1 FROM template AS t WHERE t.id = NEW.template
    AND (t.vendor <> NEW.vendor OR t.model <> NEW.model OR COALESCE(t.tenant, NEW.tenant) <> NEW.tenant)
)
BEGIN SELECT RAISE(ABORT, 'a template fits devices of its own vendor, model and tenant only'); END;

CREATE TRIGGER template_moved BEFORE UPDATE OF tenant, vendor, model ON template
WHEN EXISTS (
    SELECT 1 FROM device AS d WHERE d.template = OLD.id
    AND (d.vendor <> NEW.vendor OR d.model <> NEW.model OR d.tenant <> COALESCE(NEW.tenant, d.tenant))
)
BEGIN SELECT RAISE(ABORT, 'a template in use keeps its vendor, model and tenant'); END;

-- Stamps. A device carries those of its lines, keys, settings and extensions. The stamp and done columns are
-- in no "UPDATE OF" list, so a stamp stamps nothing further.

CREATE TRIGGER device_added AFTER INSERT ON device
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock) WHERE id = NEW.id; END;
CREATE TRIGGER device_changed AFTER UPDATE OF mac, tenant, vendor, model, template, label ON device
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = NEW.id; END;

CREATE TRIGGER line_added AFTER INSERT ON line
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = NEW.device; END;
CREATE TRIGGER line_changed AFTER UPDATE ON line
BEGIN
    UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1
    WHERE id IN (OLD.device, NEW.device);
END;
CREATE TRIGGER line_removed AFTER DELETE ON line
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = OLD.device; END;

CREATE TRIGGER device_key_added AFTER INSERT ON device_key
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = NEW.owner; END;
CREATE TRIGGER device_key_changed AFTER UPDATE ON device_key
BEGIN
    UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1
    WHERE id IN (OLD.owner, NEW.owner);
END;
CREATE TRIGGER device_key_removed AFTER DELETE ON device_key
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = OLD.owner; END;

CREATE TRIGGER device_setting_added AFTER INSERT ON device_setting
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = NEW.owner; END;
CREATE TRIGGER device_setting_changed AFTER UPDATE ON device_setting
BEGIN
    UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1
    WHERE id IN (OLD.owner, NEW.owner);
END;
CREATE TRIGGER device_setting_removed AFTER DELETE ON device_setting
BEGIN UPDATE device SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = OLD.owner; END;

CREATE TRIGGER extension_changed
AFTER UPDATE OF number, account, auth_user, secret, name, mailbox, transport, srtp, gone ON extension
WHEN (OLD.number, OLD.account, OLD.auth_user, OLD.secret, OLD.name, OLD.mailbox, OLD.transport, OLD.srtp, OLD.gone)
  IS NOT
     (NEW.number, NEW.account, NEW.auth_user, NEW.secret, NEW.name, NEW.mailbox, NEW.transport, NEW.srtp, NEW.gone)
BEGIN
    UPDATE device SET stamp = (SELECT epoch FROM clock)
    WHERE id = (SELECT device FROM line WHERE extension = NEW.id);
END;

CREATE TRIGGER template_added AFTER INSERT ON template
BEGIN UPDATE template SET stamp = (SELECT epoch FROM clock) WHERE id = NEW.id; END;
CREATE TRIGGER template_changed AFTER UPDATE OF tenant, name, vendor, model ON template
BEGIN UPDATE template SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = NEW.id; END;
CREATE TRIGGER template_key_added AFTER INSERT ON template_key
BEGIN UPDATE template SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = NEW.owner; END;
CREATE TRIGGER template_key_changed AFTER UPDATE ON template_key
BEGIN
    UPDATE template SET stamp = (SELECT epoch FROM clock), version = version + 1
    WHERE id IN (OLD.owner, NEW.owner);
END;
CREATE TRIGGER template_key_removed AFTER DELETE ON template_key
BEGIN UPDATE template SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = OLD.owner; END;
CREATE TRIGGER template_setting_added AFTER INSERT ON template_setting
BEGIN UPDATE template SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = NEW.owner; END;
CREATE TRIGGER template_setting_changed AFTER UPDATE ON template_setting
BEGIN
    UPDATE template SET stamp = (SELECT epoch FROM clock), version = version + 1
    WHERE id IN (OLD.owner, NEW.owner);
END;
CREATE TRIGGER template_setting_removed AFTER DELETE ON template_setting
BEGIN UPDATE template SET stamp = (SELECT epoch FROM clock), version = version + 1 WHERE id = OLD.owner; END;

CREATE TRIGGER tenant_added AFTER INSERT ON tenant
BEGIN UPDATE tenant SET stamp = (SELECT epoch FROM clock) WHERE id = NEW.id; END;
CREATE TRIGGER tenant_changed AFTER UPDATE OF name ON tenant
BEGIN UPDATE tenant SET stamp = (SELECT epoch FROM clock) WHERE id = NEW.id; END;
CREATE TRIGGER tenant_setting_added AFTER INSERT ON tenant_setting
BEGIN UPDATE tenant SET stamp = (SELECT epoch FROM clock) WHERE id = NEW.owner; END;
CREATE TRIGGER tenant_setting_changed AFTER UPDATE ON tenant_setting
BEGIN UPDATE tenant SET stamp = (SELECT epoch FROM clock) WHERE id IN (OLD.owner, NEW.owner); END;
CREATE TRIGGER tenant_setting_removed AFTER DELETE ON tenant_setting
BEGIN UPDATE tenant SET stamp = (SELECT epoch FROM clock) WHERE id = OLD.owner; END;

-- A tenant's mapping stamps the tenant, a global one the site; what only the operator reads (note) stamps nothing.
CREATE TRIGGER mapping_added AFTER INSERT ON mapping
BEGIN
    UPDATE tenant SET stamp = (SELECT epoch FROM clock) WHERE id = NEW.tenant;
    UPDATE clock SET site_stamp = epoch WHERE NEW.tenant IS NULL;
END;
CREATE TRIGGER mapping_changed AFTER UPDATE OF tenant, source, hostname, enabled ON mapping
BEGIN
    UPDATE tenant SET stamp = (SELECT epoch FROM clock) WHERE id IN (OLD.tenant, NEW.tenant);
    UPDATE clock SET site_stamp = epoch WHERE OLD.tenant IS NULL OR NEW.tenant IS NULL;
END;
CREATE TRIGGER mapping_removed AFTER DELETE ON mapping
BEGIN
    UPDATE tenant SET stamp = (SELECT epoch FROM clock) WHERE id = OLD.tenant;
    UPDATE clock SET site_stamp = epoch WHERE OLD.tenant IS NULL;
END;

CREATE TRIGGER site_setting_added AFTER INSERT ON site_setting
BEGIN UPDATE clock SET site_stamp = epoch; END;
CREATE TRIGGER site_setting_changed AFTER UPDATE ON site_setting
BEGIN UPDATE clock SET site_stamp = epoch; END;
CREATE TRIGGER site_setting_removed AFTER DELETE ON site_setting
BEGIN UPDATE clock SET site_stamp = epoch; END;

-- Who may be created automatically is rendered nowhere.
CREATE TRIGGER provisioning_added AFTER INSERT ON provisioning
WHEN NEW.name NOT IN ('auto_create', 'auto_create_tenant', 'auto_create_vendors', 'whitelist')
BEGIN UPDATE clock SET site_stamp = epoch; END;
CREATE TRIGGER provisioning_changed AFTER UPDATE ON provisioning
WHEN NEW.name NOT IN ('auto_create', 'auto_create_tenant', 'auto_create_vendors', 'whitelist')
BEGIN UPDATE clock SET site_stamp = epoch; END;
CREATE TRIGGER provisioning_removed AFTER DELETE ON provisioning
WHEN OLD.name NOT IN ('auto_create', 'auto_create_tenant', 'auto_create_vendors', 'whitelist')
BEGIN UPDATE clock SET site_stamp = epoch; END;
