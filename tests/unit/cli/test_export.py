"""export as a command."""

from __future__ import annotations

import csv
import io

from tests.unit.cli.conftest import Run, Site
from tests.unit.services.small_site import MACS


def test_export_prints_devices_as_csv_without_secrets(run: Run, site: Site) -> None:
    done = run("export")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert done.status == 0 and [row["mac"] for row in rows] == MACS and rows[0]["extension"] == "101"
    assert "s3cret" not in done.out
    assert len(run("export", "--tenant", "acme").out.splitlines()) == 4


def test_export_of_a_tenant_that_there_is_not(run: Run, site: Site) -> None:
    done = run("export", "--tenant", "cora")
    assert done.status == 1 and "there is no tenant 'cora'" in done.err and done.out == ""
