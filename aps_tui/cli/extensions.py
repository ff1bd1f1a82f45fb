"""extensions: read them from the PBX, show them, keep the places they are read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import click

from aps_tui.cli.lazy import LazyGroup
from aps_tui.cli.output import counted, fault, say, say_json, table, warn
from aps_tui.cli.session import Session, json_option, pass_session
from aps_tui.domain.errors import ApsError

if TYPE_CHECKING:
    from aps_tui.services.sync import SyncPreview


class _Sources(LazyGroup):
    modules: ClassVar[Mapping[str, str]] = {"list": "sources", "add": "sources", "remove": "sources"}


@click.group("extensions")
def extensions_command() -> None:
    """The accounts that the PBX has."""


@click.group("sources", cls=_Sources)
def _sources() -> None:
    """The places that extensions are read from."""


extensions_command.add_command(_sources)


@extensions_command.command("sync")
@click.option("--source", "name", metavar="NAME", help="This kept source alone; default: all of them.")
@click.option(
    "--from", "place", metavar="KIND:PATH", help="Read this once (csv, sip, users, pjsip, pjsip-wizard, sql:URL)."
)
@click.option("--tenant", metavar="T", help="Whose extensions --from gives.")
@click.option("--create-tenant", is_flag=True, help="Make the tenant where there is none.")
@click.option("--allow-removals", is_flag=True, help="Believe a source that is empty or lost more than a fifth.")
@click.option("--take-over", is_flag=True, help="Take numbers that another source has.")
@click.option("--dry-run", is_flag=True, help="Show only.")
@json_option
@pass_session
def sync_command(
    session: Session,
    name: str | None,
    place: str | None,
    tenant: str | None,
    create_tenant: bool,
    allow_removals: bool,
    take_over: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Read the PBX's extensions. An extension that is gone stays on its line, marked as gone."""
    from aps_tui.services.sync import apply, one_off, preview, sources_named

    if (place is None) != (tenant is None) or (place and name):
        raise click.UsageError("give --source NAME, or --from KIND:PATH with --tenant T, or neither")
    done: list[dict[str, Any]] = []
    failed = False
    with session.store(create=create_tenant) as store:
        sources = [one_off(place, tenant)] if place and tenant else sources_named(store, name)
        for source in sources:
            run = preview if dry_run else apply
            try:
                found = run(
                    store, source, allow_removals=allow_removals, create_tenant=create_tenant, take_over=take_over
                )
            except ApsError as error:
                if len(sources) == 1:
                    raise
                fault(f"source {source.name}: {error}")
                failed = True
                done.append(_refused(source.name, source.tenant, str(error)))
                continue
            failed = failed or bool(found.refused)
            done.append(_sync_json(found))
            _say_sync(found, dry_run=dry_run, quiet=as_json)
    if as_json:
        say_json({"dry_run": dry_run, "sources": done})
    return int(failed)


def _refused(name: str, tenant: str, why: str) -> dict[str, Any]:
    return {"source": name, "tenant": tenant, "refused": why}


def _sync_json(found: SyncPreview) -> dict[str, Any]:
    return {
        "source": found.source.name,
        "tenant": found.source.tenant,
        "added": found.added,
        "changed": [{"number": number, "what": what} for number, what in found.changed.items()],
        "removed": found.removed,
        "came_back": found.came_back,
        "unusable": [{"number": number, "why": why} for number, why in found.unusable.items()],
        "conflicts": [{"number": one.number, "claimed_by": one.by} for one in found.conflicts],
        "orphaned": [one._asdict() for one in found.orphaned],
        "unchanged": found.unchanged,
        "warnings": found.warnings,
        "refused": found.refused or None,
    }


def _say_sync(found: SyncPreview, *, dry_run: bool, quiet: bool) -> None:
    for text in found.warnings:
        warn(text)
    for one in found.orphaned:
        warn(f"extension {one.number} is gone and on {one.mac}, line {one.line}: its files stay as they are")
    for claimed in found.conflicts:
        warn(f"extension {claimed.number} is claimed by {claimed.by} too and stays with it (--take-over)")
    if found.refused:
        fault(found.refused)
    if quiet:
        return
    for sign, numbers in (("+", found.added), ("-", found.removed), ("back", found.came_back)):
        for number in numbers:
            say(f"{sign} {number}")
    for number, what in found.changed.items():
        say(f"~ {number}  {', '.join(what)}")
    for number, why in found.unusable.items():
        say(f"! {number}  {why}")
    ending = " (dry run: nothing was changed)" if dry_run else ""
    say(f"{found.source.name} for {found.source.tenant}: {found.counts}, {found.unchanged} unchanged{ending}")


@extensions_command.command("list")
@click.option("--tenant", metavar="T", help="Of this tenant alone.")
@json_option
@pass_session
def list_command(session: Session, tenant: str | None, as_json: bool) -> int:
    """Show the extensions and the lines that hold them; never a secret."""
    from aps_tui.services.sync import listed

    with session.store() as store:
        rows = listed(store, tenant)
    if as_json:
        say_json({"extensions": rows})
        return 0
    table(
        (
            row["tenant"],
            row["number"],
            row["name"],
            "usable" if row["usable"] else row["why"],
            f"{row['used_by']['mac']} line {row['used_by']['line']}" if row["used_by"] else "free",
        )
        for row in rows
    )
    say(counted(len(rows), "extension"))
    return 0
