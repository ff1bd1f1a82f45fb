"""vendors: what can be provisioned, and what of it is unverified."""

from __future__ import annotations

from typing import Any

import click

from aps_tui.cli.output import say, say_json, table, warn
from aps_tui.cli.session import Session, json_option, pass_session


@click.command("vendors")
@click.argument("vendor", required=False)
@json_option
@pass_session
def vendors_command(session: Session, vendor: str | None, as_json: bool) -> int:
    """Show the vendors, or one with its models.

    With what each model supports and what is unverified.
    """
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
    suboption = one["dhcp"]["suboption"]
    option = one["dhcp"]["option"] if suboption is None else f"{one['dhcp']['option']}.{suboption}"
    say(f"DHCP        option {option}; option 60 {' or '.join(one['dhcp']['vendor_class']) or 'unknown'}")
    say(f"NOTIFY      {one['notify']['resync']} (resync), {one['notify']['restart']} (restart)")
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
