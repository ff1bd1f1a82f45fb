"""The small site of the services' tests, for the watcher's."""

from __future__ import annotations

from tests.unit.services.conftest import place

__all__ = ["place"]
