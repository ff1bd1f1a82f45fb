"""The form for one new device."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.screens.desk import Desk
from aps_tui.screens.form import Field, Form, Values
from aps_tui.screens.pick import Option
from aps_tui.services.adding import add_device, extensions_of, models_of, templates_of, vendor_of

_NONE: Option = ("", "none")


def add_form(desk: Desk) -> Form:
    """Asks for a device and stores it. The vendor is suggested by the MAC; templates and extensions fit the tenant."""
    place = desk.place
    tenants = [(name, name) for name in place.store.tenants.names()]

    @lru_cache(maxsize=8)
    def free(tenant: str) -> Sequence[Option]:
        return (_NONE, *extensions_of(place, tenant)) if tenant else (_NONE,)

    @lru_cache(maxsize=8)
    def models(vendor: str) -> Sequence[Option]:
        return models_of(place, vendor)

    def templates(said: Values) -> Sequence[Option]:
        fitting = templates_of(place, said["tenant"], said["model"]) if said["tenant"] and said["model"] else []
        return (_NONE, *fitting)

    def save(said: dict[str, str]) -> None:
        parse_mac(said["mac"])
        with desk.edit(f"add device {said['mac']}"):
            add_device(place, **said)

    def preview(said: dict[str, str]) -> str:
        vendor = vendor_of(place, said["mac"])
        chosen = said["model"].partition("/")[0]
        if not vendor:
            return "no vendor is known for this MAC" if len(said["mac"]) >= 6 else ""
        if chosen and chosen != vendor:
            return f"by its MAC this is a {place.packs.vendors[vendor].name}"
        return f"{place.packs.vendors[vendor].name}, by its MAC"

    return Form(
        "Add a device",
        [
            Field("mac", "MAC", help="12 hex digits in any notation: 80:5e:c0:12:34:56", check=parse_mac),
            Field("tenant", "Tenant", tenants[0][0] if len(tenants) == 1 else "", "space chooses", tenants),
            Field("model", "Model", "", "type to find it; models of the MAC's vendor come first",
                  lambda said: models(vendor_of(place, said["mac"]))),
            Field("template", "Template", "", "templates of this model, global or the tenant's", templates),
            Field("extension", "Extension", "", "for line 1: those of the tenant that are free",
                  lambda said: free(said["tenant"])),
            Field("label", "Label", "", "what the list shows, as Reception", check=_short),
        ],
        save,
        does="add it",
        preview=preview,
    )  # fmt: skip


def _short(text: str) -> None:
    if len(text) > 100:
        raise BadValue("at most 100 characters")
