"""export: devices as CSV."""

from __future__ import annotations

import click

from aps_tui.cli.output import put
from aps_tui.cli.session import Session, pass_session


@click.command("export")
@click.option("--tenant", metavar="T", help="The devices of this tenant alone.")
@pass_session
def export_command(session: Session, tenant: str | None) -> int:
    """Print the devices as CSV.

    Columns: mac, tenant, vendor, model, template, label, then extension and line_label of each line, and more: own keys
    and settings, where there are any. No secret is in it. import reads it back; dump writes the whole site.
    """
    from aps_tui.services.export import export

    with session.store() as store:
        put(export(store, tenant=tenant))
    return 0
