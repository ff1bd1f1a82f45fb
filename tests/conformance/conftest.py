"""The packs under judgement, one fixture for every model in every dialect and one for a model of each dialect."""

from __future__ import annotations

import pytest

from aps_tui.vendors.pack import Model, Vendor
from tests.conformance import phones
from tests.conformance.judge import Built
from tests.conformance.phones import PACKS

VENDORS = list(PACKS.vendors.values())


def _named(vendor: Vendor, model: Model, generation: str | None) -> str:
    return f"{vendor.slug}/{model.name}" + (f"@{generation}" if generation else "")


_DIALECTS = [(v, m, g) for v in VENDORS for m, g in phones.dialects(v)]
_NEWEST = [(v, m, phones.generations(m)[0]) for v in VENDORS for m in phones.distinct(v)]
_DISTINCT = _NEWEST + [one for one in _DIALECTS if one not in _NEWEST]


@pytest.fixture(scope="session", params=VENDORS, ids=lambda vendor: vendor.slug)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    """Each vendor that loads."""
    found: Vendor = request.param
    return found


@pytest.fixture(scope="module", params=_DISTINCT, ids=lambda one: _named(*one))
def built(request: pytest.FixtureRequest) -> Built:
    """Each model that differs from the others in more than its name, and each dialect."""
    return Built(*request.param)


@pytest.fixture(scope="module", params=_DIALECTS, ids=lambda one: _named(*one))
def dialect(request: pytest.FixtureRequest) -> Built:
    """One model of each family in each of its dialects."""
    return Built(*request.param)
