"""The provisioning settings: one row for each field, as JSON."""

from __future__ import annotations

import secrets
from dataclasses import fields, replace

from aps_tui.data.audit import Audit
from aps_tui.data.convert import from_json, summary, to_json
from aps_tui.data.database import Database
from aps_tui.data.secret_places import PROVISIONING
from aps_tui.domain.http_auth import KEY_BYTES
from aps_tui.domain.site import SECRET_PROVISIONING, Provisioning


def load_provisioning(db: Database) -> Provisioning:
    """The settings as stored; what was never said has its default."""
    known = {field.name for field in fields(Provisioning)}
    stored = {
        name: from_json(db.seal.plain(PROVISIONING + name, value) if name in SECRET_PROVISIONING else value)
        for name, value in db.rows("SELECT name, value FROM provisioning")
    }
    return Provisioning(**{name: value for name, value in stored.items() if name in known})  # type: ignore[arg-type]


class ProvisioningSettings:
    """Reads and writes the one Provisioning object of the site."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def get(self) -> Provisioning:
        """The provisioning settings."""
        return load_provisioning(self.db)

    def save(self, provisioning: Provisioning) -> None:
        """Store what changed, with an audit row that names the fields. `http_auth` gets a key where there is none."""
        with self.db.writing():
            old = self.get()
            if provisioning.http_auth and not provisioning.http_key:
                provisioning = replace(provisioning, http_key=old.http_key or secrets.token_hex(KEY_BYTES))
            changed = [
                field.name
                for field in fields(provisioning)
                if getattr(old, field.name) != getattr(provisioning, field.name)
            ]
            self.db.many(
                "INSERT INTO provisioning (name, value) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [(name, self._stored(name, to_json(getattr(provisioning, name)))) for name in changed],
            )
            if changed:
                Audit(self.db).add("provisioning", "", "change", summary(changed))

    def _stored(self, name: str, value: str) -> str:
        return self.db.seal.sealed(PROVISIONING + name, value) if name in SECRET_PROVISIONING else value
