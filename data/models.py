"""The tables as peewee sees them; `migrations/` is the schema, and a test holds the two together.

Models are bound to no database: run a query with `query.execute(db)`.
"""

# ruff: noqa: D106 (peewee reads a class named Meta; it has nothing to say)
from __future__ import annotations

from aps_tui.data.lean import (
    AutoField,
    BooleanField,
    CompositeKey,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)
from aps_tui.data.queue_models import QUEUE_TABLES


class Clock(Model):
    """The one row that counts commits."""

    id = AutoField()
    epoch = IntegerField()
    site_stamp = IntegerField()


class Install(Model):
    """What this installation has for itself."""

    name = TextField(primary_key=True)
    value = TextField()


class PackState(Model):
    """A vendor pack's fingerprint at the last full commit."""

    vendor = TextField(primary_key=True)
    fingerprint = TextField()

    class Meta:
        table_name = "pack_state"


class Provisioning(Model):
    """One field of the provisioning settings, as JSON."""

    name = TextField(primary_key=True)
    value = TextField()


class HttpLogin(Model):
    """Where a device's HTTP password stands."""

    mac = TextField(primary_key=True)
    turn = IntegerField()
    old = BooleanField()
    changed = FloatField()
    open_until = FloatField()

    class Meta:
        table_name = "http_login"


class FileWindow(Model):
    """How long a device's files stay on the disk."""

    mac = TextField(primary_key=True)
    fetched = FloatField()
    open_until = FloatField()
    content = TextField()
    withdrawn = FloatField()

    class Meta:
        table_name = "file_window"


class Expired(Model):
    """A device that expired."""

    mac = TextField(primary_key=True)
    tenant = TextField()
    vendor = TextField()
    model = TextField()
    at = FloatField()


class HttpHash(Model):
    """A user of the password file, with the hash of its password."""

    user = TextField(primary_key=True)
    proof = TextField()
    hash = TextField()

    class Meta:
        table_name = "http_hash"


class Tenant(Model):
    """A tenant."""

    id = AutoField()
    name = TextField()
    stamp = IntegerField()


class Extension(Model):
    """An extension of a tenant."""

    id = AutoField()
    tenant = ForeignKeyField(Tenant, column_name="tenant")
    number = TextField()
    account = TextField()
    auth_user = TextField()
    secret = TextField()
    name = TextField()
    mailbox = TextField()
    context = TextField()
    transport = TextField()
    srtp = TextField()
    usable = BooleanField()
    source = TextField()
    gone = BooleanField()
    first_seen = FloatField()
    last_seen = FloatField()


class Mapping(Model):
    """An IP/DNS mapping; no tenant: global."""

    id = AutoField()
    tenant = ForeignKeyField(Tenant, column_name="tenant", null=True)
    source = TextField()
    hostname = TextField()
    note = TextField()
    enabled = BooleanField()


class Template(Model):
    """A template; no tenant: global."""

    id = AutoField()
    tenant = ForeignKeyField(Tenant, column_name="tenant", null=True)
    name = TextField()
    vendor = TextField()
    model = TextField()
    stamp = IntegerField()
    version = IntegerField()


class Device(Model):
    """A device."""

    id = AutoField()
    mac = TextField()
    tenant = ForeignKeyField(Tenant, column_name="tenant")
    vendor = TextField()
    model = TextField()
    template = ForeignKeyField(Template, column_name="template", null=True)
    label = TextField()
    stamp = IntegerField()
    done = IntegerField()
    version = IntegerField()


class Line(Model):
    """A line of a device."""

    device = ForeignKeyField(Device, column_name="device")
    number = IntegerField()
    extension = ForeignKeyField(Extension, column_name="extension")
    label = TextField()
    caller_id_source = TextField()
    local_sip_port = IntegerField(null=True)
    srtp = TextField()
    transport = TextField()
    auto_answer = BooleanField()

    class Meta:
        primary_key = CompositeKey("device", "number")


class _KeyRow(Model):
    bank = TextField()
    position = IntegerField()
    type = TextField()
    line = IntegerField(null=True)
    value = TextField()
    label = TextField()
    pickup = TextField()

    class Meta:
        primary_key = CompositeKey("owner", "bank", "position")


class TemplateKey(_KeyRow):
    """A key of a template."""

    owner = ForeignKeyField(Template, column_name="owner")

    class Meta:
        table_name = "template_key"


class DeviceKey(_KeyRow):
    """A device's own key."""

    owner = ForeignKeyField(Device, column_name="owner")

    class Meta:
        table_name = "device_key"


class _SettingRow(Model):
    kind = TextField()
    vendor = TextField()
    name = TextField()
    value = TextField()

    class Meta:
        primary_key = CompositeKey("owner", "kind", "vendor", "name")


class SiteSetting(_SettingRow):
    """A setting or raw parameter of the site."""

    owner = ForeignKeyField(Clock, column_name="owner")

    class Meta:
        table_name = "site_setting"


class TenantSetting(_SettingRow):
    """A setting or raw parameter of a tenant."""

    owner = ForeignKeyField(Tenant, column_name="owner")

    class Meta:
        table_name = "tenant_setting"


class TemplateSetting(_SettingRow):
    """A setting or raw parameter of a template."""

    owner = ForeignKeyField(Template, column_name="owner")

    class Meta:
        table_name = "template_setting"


class DeviceSetting(_SettingRow):
    """A setting or raw parameter of a device."""

    owner = ForeignKeyField(Device, column_name="owner")

    class Meta:
        table_name = "device_setting"


class Source(Model):
    """Where extensions are read from."""

    name = TextField(primary_key=True)
    kind = TextField()
    location = TextField()
    tenant = ForeignKeyField(Tenant, column_name="tenant")


class Generation(Model):
    """One commit or undo."""

    id = AutoField()
    at = FloatField()
    operator = TextField()
    note = TextField()
    state = TextField()
    kind = TextField()
    epoch = IntegerField()
    restored_from = IntegerField(null=True)


class GenerationFile(Model):
    """A file that a generation changed."""

    generation = ForeignKeyField(Generation, column_name="generation")
    path = TextField()
    mac = TextField(null=True)
    vendor = TextField()
    old_hash = TextField(null=True)
    new_hash = TextField(null=True)

    class Meta:
        table_name = "generation_file"
        primary_key = CompositeKey("generation", "path")


class File(Model):
    """A file under the root, as we wrote it."""

    path = TextField(primary_key=True)
    mac = TextField(null=True)
    vendor = TextField()
    hash = TextField()
    size = IntegerField()
    inode = IntegerField()
    mtime_ns = IntegerField()
    generation = IntegerField()


class Audit(Model):
    """Who changed what, and when."""

    id = AutoField()
    at = FloatField()
    operator = TextField()
    epoch = IntegerField()
    kind = TextField()
    name = TextField()
    action = TextField()
    detail = TextField()


class PrefixRule(Model):
    """A range of MACs that is of one model."""

    id = AutoField()
    first = TextField()
    last = TextField()
    vendor = TextField()
    model = TextField()
    note = TextField()

    class Meta:
        table_name = "prefix_rule"


class ImportDraft(Model):
    """An operator's list of new devices."""

    id = AutoField()
    owner = TextField()
    kind = TextField()
    title = TextField()
    tenant = TextField()
    made = FloatField()
    finished = FloatField()
    notes = TextField()

    class Meta:
        table_name = "import_draft"


class ImportRow(Model):
    """A row of such a list."""

    id = AutoField()
    draft = ForeignKeyField(ImportDraft, column_name="draft")
    state = TextField()
    line = IntegerField()
    mac = TextField()
    vendor = TextField()
    model = TextField()
    tenant = TextField()
    template = TextField()
    extension = TextField()
    label = TextField()
    line_label = TextField()
    address = TextField()
    said = TextField()
    why = TextField()
    reason = TextField()
    template_tenant = TextField()
    more = TextField()

    class Meta:
        table_name = "import_row"


TABLES: tuple[type[Model], ...] = (
    Clock, Install, PackState, Provisioning, HttpLogin, HttpHash, FileWindow, Expired, Tenant, Extension, Mapping,
    Template, Device, Line, TemplateKey, DeviceKey, SiteSetting, TenantSetting, TemplateSetting, DeviceSetting,
    Source, *QUEUE_TABLES, Generation, GenerationFile, File, Audit, PrefixRule, ImportDraft, ImportRow,
)  # fmt: skip
"""Every table."""
