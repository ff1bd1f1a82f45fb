"""Checks of templates."""

from __future__ import annotations

from aps_tui.domain.setting import Level
from aps_tui.domain.site import GLOBAL, Template
from aps_tui.services.sitefile import words
from aps_tui.services.sitefile.keys import judge_keys, keys_from, second_line_keys, warn_of_strangers
from aps_tui.services.sitefile.levels import facts_of, judge_by_model, raw_of, settings_of
from aps_tui.services.sitefile.notes import shown
from aps_tui.services.sitefile.scope import Scope, folded
from aps_tui.services.sitefile.shape import DocumentIn, TemplateIn, elements, keys_of


def templates_from(document: DocumentIn, scope: Scope) -> list[Template]:
    """The templates of the file; each is entered in the scope, as None when nothing can be said of it."""
    found: dict[tuple[str | None, str], Template] = {}
    for place, table in elements(document.template, TemplateIn, "template", scope.notes):
        name = scope.notes.tried(place, words.name, "name", table.name) if table.name else None
        owner = scope.notes.tried(place, _owner, table.tenant, scope)
        template = _template(table, name or "", owner[0] if owner else None, place, scope)
        if name is None or owner is None:
            continue
        key = (owner[0] and folded(owner[0]), folded(name))
        if key in found:
            scope.notes.fault(place, f"template {shown(name)} of {owner[0] or GLOBAL} is named twice")
        scope.templates[key] = template
        if template:
            found[key] = template
    return list(found.values())


def _owner(tenant: str, scope: Scope) -> tuple[str | None]:
    return (scope.owner(tenant),)


def _template(table: TemplateIn, name: str, owner: str | None, place: str, scope: Scope) -> Template | None:
    """The template; None when its model is at fault."""
    notes = scope.notes
    settings = settings_of(table.settings, Level.TEMPLATE, place, notes)
    keys, places = keys_from(keys_of(table.key, place, notes), place, notes)
    model = scope.model(table.vendor, table.model, place)
    if model is None:
        return None
    vendor = scope.packs.vendors[model.vendor]
    said = scope.merged(owner, settings)
    facts = facts_of(model, said, place, notes if "general.firmware" in settings else None)
    judge_by_model(settings, vendor, model, facts, place, notes)
    judge_keys(places, said, vendor, model, facts, notes)
    warn_of_strangers(places, owner, scope)
    for line in second_line_keys(keys, bool(facts["keys"])):
        notes.warn(place, f"line {line} has more than one key: one line key carries 8 calls")
    raw = raw_of(table.raw, vendor, model, place, scope, Level.TEMPLATE)
    return Template(name, vendor.slug, model.name, owner, settings, raw, tuple(keys))
