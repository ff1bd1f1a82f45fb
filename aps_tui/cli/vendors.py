"""vendors: what can be provisioned and what of it is unverified; learning from a real unit's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aps_tui.cli.output import asked, clean, counted, interactive, say, say_json, table, warn
from aps_tui.cli.session import Session, json_option, pass_session, yes_option
from aps_tui.domain.roles import Role

if TYPE_CHECKING:
    from aps_tui.services.learning.learn import Lesson
    from aps_tui.services.learning.propose import Proposal

_NAMES_SHOWN = 12


class _OrVendor(click.Group):
    """A group whose first word may be a vendor instead of a command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; any other word is a vendor to show."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return "show", self.commands["show"], args
        return super().resolve_command(ctx, args)


@click.group("vendors", cls=_OrVendor, invoke_without_command=True, subcommand_metavar="[VENDOR | COMMAND [ARGS]…]")
@json_option
@pass_session
@click.pass_context
def vendors_command(ctx: click.Context, session: Session, as_json: bool) -> int:
    """Show the vendors, or one (VENDOR) with its models.

    With what each model supports and what is unverified.
    """
    ctx.meta["json"] = as_json
    return 0 if ctx.invoked_subcommand else _show(session, None, as_json)


@vendors_command.command("show", hidden=True)
@click.argument("vendor")
@json_option
@pass_session
@click.pass_context
def show(ctx: click.Context, session: Session, vendor: str, as_json: bool) -> int:
    """Show one vendor with its models."""
    return _show(session, vendor, as_json or ctx.meta["json"])


def _show(session: Session, vendor: str | None, as_json: bool) -> int:
    from aps_tui.services.opening import packs_of
    from aps_tui.services.vendorlist import described, summarised

    packs = packs_of(session.config)
    for text in packs.faults:
        warn(f"vendor pack left out: {text}")
    chosen = [packs.vendor(vendor)] if vendor else list(packs.vendors.values())
    if as_json:
        say_json({"vendors": [described(one) for one in chosen], "faults": list(packs.faults)})
    elif vendor:
        _say_vendor(described(chosen[0]))
    else:
        table(
            (one["vendor"], one["name"], f"{one['models']} models", ", ".join(one["files"]))
            for one in summarised(packs)
        )
    return 0


def _say_vendor(one: dict[str, Any]) -> None:
    say(f"{one['name']} ({one['vendor']})")
    say(f"facts from  {one['source']}")
    say(f"MACs        {', '.join(one['mac_prefixes'])}")
    say(f"files       {', '.join(spec['path'] for spec in one['files'])}")
    for way in one["contacts"]:
        _say_contact(way, alone=len(one["contacts"]) == 1)
    say()
    table(
        (
            model["model"],
            f"{model['lines']} lines",
            f"{model['keys']} keys",
            " ".join(f"{name}×{model['modules_max']}" for name in model["modules"]),
            " ".join(model["generations"]),
            f"{len(model['supported'])} settings",
            "" if model["verified"] else "unverified",
        )
        for model in one["models"]
    )
    for text in one["unverified"]:
        say(f"unverified: {text}")


def _say_contact(way: dict[str, Any], *, alone: bool) -> None:
    dhcp, notify = way["dhcp"], way["notify"]
    if not alone:
        generations = f" ({', '.join(way['generations'])})" if way["generations"] else ""
        say(f"phones      {', '.join(way['models'])}{generations}")
    option = dhcp["option"] if dhcp["suboption"] is None else f"{dhcp['option']}.{dhcp['suboption']}"
    say(f"DHCP        option {option} = {dhcp['url']}; option 60 {' or '.join(dhcp['vendor_class']) or 'unknown'}")
    say(f"NOTIFY      {notify['resync'] or 'none'} (resync), {notify['restart'] or 'none'} (restart)")


_model_option = click.option(
    "--model", "target", required=True, metavar="VENDOR/MODEL", help="The unit's vendor and model."
)
_file_argument = click.argument("file", type=click.Path(path_type=Path))


@vendors_command.command("compare")
@_file_argument
@_model_option
@json_option
@pass_session
@click.pass_context
def compare_command(ctx: click.Context, session: Session, file: Path, target: str, as_json: bool) -> int:
    """Hold FILE, a configuration exported by a real unit, against what the pack writes for its model."""
    from aps_tui.services.compare import compare, described
    from aps_tui.services.opening import packs_of

    found = compare(packs_of(session.config), session.given(file), target)
    if as_json or ctx.meta["json"]:
        say_json(described(found))
        return 0
    dialect = f" ({found.firmware})" if found.firmware else ""
    say(f"{found.file} ({found.format}) and {found.model}{dialect}: {counted(found.common, 'name')} in common")
    say(f"{counted(len(found.unknown_to_unit), 'name')} of the pack that the unit does not know")
    for name in found.unknown_to_unit:
        say(f"  {name}")
    say(f"{counted(len(found.never_set), 'name')} of the unit that the pack never sets")
    for group, names in found.groups.items():
        more = ", …" if len(names) > _NAMES_SHOWN else ""
        say(f"  {group} ({len(names)}): {', '.join(names[:_NAMES_SHOWN])}{more}")
    return 0


@vendors_command.command("learn")
@_file_argument
@_model_option
@click.option("--into", type=click.Path(path_type=Path), help="The overlay folder; without it the configured one.")
@click.option("--accept", multiple=True, metavar="NAME=PLACE", help="What stands in a parameter: line.user, keep …")
@yes_option
@json_option
@pass_session
@click.pass_context
def learn_command(
    ctx: click.Context,
    session: Session,
    file: Path,
    target: str,
    into: Path | None,
    accept: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> int:
    """Make an overlay pack from FILE, a configuration exported by a real unit.

    \b
    PLACE is what stands in a parameter (also named as shown, with N for the line's number):
      line.user line.auth_user line.secret line.display_name line.label line.number line.mailbox
      line.local_sip_port line.enabled; line.2.user where the name has no number of the line;
      a setting (server.1.host, time.ntp_1 …); device.mac; keep; leave-out
    """
    from aps_tui.services.learning.learn import accepts, described, lesson
    from aps_tui.services.learning.propose import accepted

    as_json = as_json or ctx.meta["json"]
    session.config.need(Role.ADMIN, "a vendor pack")
    into = into or session.config.overlay
    learning = lesson(file, target, into)
    said = accepts(accept)
    taken = accepted(learning.proposals, learning.export, said)
    if not as_json:
        _say_proposals(learning, taken)
        if not yes and interactive():
            said = {**{one.name: one.place for one in _asked(learning, taken)}, **said}
            taken = accepted(learning.proposals, learning.export, said)
        if not asked(f"Write the pack {learning.slug} into {clean(str(into))}?", yes=yes):
            return 1
    written = learning.write(taken, into) if yes or not as_json else None
    if written and session.config.db.exists():
        with session.store() as store:
            store.audit.add("pack", learning.slug, "learn", f"{learning.model}, from {file.name}")
    if as_json:
        names = {one.name for one in taken}
        every = {one.name: one for one in (*learning.proposals, *taken)}
        say_json(
            {
                "model": f"{learning.slug}/{learning.model}",
                "file": learning.export.name,
                "format": learning.export.form.name,
                "proposals": [described(one, one.name in names) for one in every.values()],
                "left_out": list(written.left_out) if written else [],
                "written": str(written.folder) if written else None,
            }
        )
    elif written:
        for name in written.left_out:
            say(f"left out: {name}")
        say(f"written: {written.folder} ({counted(written.lines, 'line')}); aps-tui plan shows what it changes")
    return 0


def _say_proposals(learning: Lesson, taken: tuple[Proposal, ...]) -> None:
    parameters = counted(len(learning.export.parameters), "parameter")
    say(f"{learning.export.name}: {learning.export.form.name}, {parameters}")
    if learning.vendor is not None and learning.like is not None and learning.is_new:
        say(f"{learning.model} is new to {learning.vendor.name}: its family is that of {learning.like.name}")
    names = {one.name for one in taken}
    every = {one.name: one for one in (*learning.proposals, *taken)}
    if every:
        table(
            ("yes" if one.name in names else "?", one.place, one.name, f"{one.confidence:.0%}", one.value, one.why)
            for one in every.values()
        )


def _asked(learning: Lesson, taken: tuple[Proposal, ...]) -> list[Proposal]:
    """The proposals that are not sure and that the operator takes."""
    names = {one.name for one in taken}
    return [
        one
        for one in learning.proposals
        if one.name not in names
        and asked(clean(f"{one.name} is {one.place} ({one.confidence:.0%}, {one.why})?"), yes=False)
    ]
