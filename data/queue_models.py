"""The tables of the live queue as peewee sees them: see `models`."""

# ruff: noqa: D106 (peewee reads a class named Meta; it has nothing to say)
from __future__ import annotations

from aps_tui.data.lean import AutoField, BooleanField, CompositeKey, FloatField, IntegerField, Model, TextField


class Sighting(Model):
    """A MAC as one source last saw it."""

    mac = TextField()
    source = TextField()
    address = TextField()
    seen_at = FloatField()
    evidence = TextField()
    first_seen = FloatField()
    times = IntegerField()

    class Meta:
        primary_key = CompositeKey("mac", "source")


class Arrival(Model):
    """What all sightings of a MAC come to."""

    mac = TextField(primary_key=True)
    vendor = TextField()
    model = TextField()
    firmware = TextField()
    why = TextField()
    score = IntegerField()
    conflict = TextField()
    address = TextField()
    agent = TextField()
    host = TextField()
    sources = TextField()
    first_seen = FloatField()
    last_seen = FloatField()
    followed = BooleanField()


class Ignored(Model):
    """A MAC that an operator keeps out of the queue."""

    mac = TextField(primary_key=True)
    at = FloatField()
    operator = TextField()


class Request(Model):
    """The latest request of a phone for a file name."""

    mac = TextField()
    path = TextField()
    address = TextField()
    source = TextField()
    status = IntegerField()
    bytes = IntegerField()
    agent = TextField()
    at = FloatField()
    user = TextField()

    class Meta:
        primary_key = CompositeKey("mac", "path")


class Registration(Model):
    """The latest registration of a phone."""

    mac = TextField(primary_key=True)
    account = TextField()
    contact = TextField()
    address = TextField()
    agent = TextField()
    at = FloatField()


class Resync(Model):
    """The latest time that a device was told to fetch."""

    mac = TextField(primary_key=True)
    at = FloatField()
    event = TextField()
    target = TextField()
    state = TextField()
    detail = TextField()
    operator = TextField()


class Alarm(Model):
    """What looks like an attack."""

    id = AutoField()
    kind = TextField()
    origin = TextField()
    first_at = FloatField()
    last_at = FloatField()
    times = IntegerField()
    detail = TextField()
    seen_at = FloatField()
    seen_by = TextField()


class PinFailure(Model):
    """Wrong PINs of a MAC or an address."""

    who = TextField(primary_key=True)
    failures = IntegerField()
    last_at = FloatField()
    until = FloatField()

    class Meta:
        table_name = "pin_failure"


QUEUE_TABLES: tuple[type[Model], ...] = (
    Sighting, Arrival, Ignored, Request, Registration, Resync, Alarm, PinFailure,
)  # fmt: skip
"""What phones do, as they are seen."""
