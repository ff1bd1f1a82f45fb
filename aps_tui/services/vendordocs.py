"""The page on vendors: what each pack provisions, derived from the packs themselves (`make docs` writes it)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from aps_tui.domain.catalogue import CATALOGUE, TABS
from aps_tui.vendors.contact import Contact
from aps_tui.vendors.loader import SHIPPED, load_packs
from aps_tui.vendors.pack import Model, Vendor
from aps_tui.vendors.support import supported

_ALL, _SOME, _NONE = "●", "◐", "·"
_LINE_FIELDS = {
    "line.label": "label",
    "line.caller_id_source": "caller-ID source",
    "line.local_sip_port": "local SIP port",
    "line.srtp": "SRTP",
    "line.transport": "transport",
    "line.auto_answer": "auto answer",
}
_BANKS = {"bank.dss": "DSS keys", "bank.programmable": "programmable keys", "bank.expansion": "expansion keys"}
_HEAD = """\
# Vendors

This page is written by `make docs` from the vendor packs themselves: change a pack, not this page. What a model
supports is what its templates read; what only a file of several phones reads is the site's own value alone. An
operator's own packs are shown by `aps-tui vendors`.

Where no second source confirms a fact, the pack says so, and so does this page: *unverified* is what to check on a
real unit first. `aps-tui vendors compare FILE --model VENDOR/MODEL` does that with a configuration which the unit
exported, and `aps-tui vendors learn` makes a pack out of one.
"""


def page(vendors: Iterable[Vendor]) -> str:
    """The whole page, in Markdown; the same packs give the same bytes."""
    packs = sorted(vendors, key=lambda vendor: vendor.slug)
    parts = [_HEAD, *_overview(packs), *_matrix(packs)]
    for vendor in packs:
        parts += _vendor(vendor)
    return "\n".join(parts).rstrip("\n") + "\n"


def _overview(packs: list[Vendor]) -> Iterator[str]:
    yield from _table(
        ("vendor", "", "models", "unverified models", "unverified items"),
        (
            (
                f"[{vendor.name}](#{_anchor(vendor)})",
                f"`{vendor.slug}`",
                str(len(vendor.models)),
                str(sum(not model.facts()["verified"] for model in vendor.models.values())),
                str(len(vendor.unverified)),
            )
            for vendor in packs
        ),
    )


def _matrix(packs: list[Vendor]) -> Iterator[str]:
    """Every setting against every vendor."""
    yield "## Settings carried\n"
    yield f"{_ALL} by every model, {_SOME} by some, {_NONE} by none. Each vendor's section says which models.\n"
    reads = {vendor.slug: [supported(vendor, model, site=True) for model in vendor.models.values()] for vendor in packs}
    for tab in TABS:
        names = [setting.id for setting in CATALOGUE.values() if setting.tab == tab and not setting.by_model]
        if names:
            yield from _marks(tab, {name: f"`{name}`" for name in names}, reads)
    yield from _marks("Lines and keys", {**_LINE_FIELDS, **_BANKS}, reads)


def _marks(title: str, names: dict[str, str], reads: dict[str, list[frozenset[str]]]) -> Iterator[str]:
    yield f"### {title}\n"
    rows = ((shown, *(_mark(name, models) for models in reads.values())) for name, shown in names.items())
    yield from _table(("", *reads), rows)


def _mark(name: str, models: list[frozenset[str]]) -> str:
    having = sum(name in one for one in models)
    return _ALL if having == len(models) else _SOME if having else _NONE


def _vendor(vendor: Vendor) -> Iterator[str]:
    yield f"## {vendor.name}\n"
    yield f"`{vendor.slug}`. Facts from: {_plain(vendor.source)}.\n"
    yield f"MAC prefixes: {', '.join(f'`{prefix}`' for prefix in vendor.mac_prefixes) or 'none'}.\n"
    yield from _table(
        ("file", "for", "format"),
        (
            (
                f"`{spec.path}`",
                ("one phone" if not spec.shared else f"every phone of the {spec.scope}")
                + (f", where `{spec.only}`" if spec.only else ""),
                spec.format,
            )
            for spec in vendor.files
        ),
    )
    ways = vendor.contacts()
    for way, places in ways:
        yield from _contact(way, _named(places) if len(ways) > 1 else "")
    yield from _models(vendor)
    yield from _families(vendor)
    if vendor.unverified:
        yield "Unverified:\n"
        yield "\n".join(f"- {_plain(item)}" for item in vendor.unverified) + "\n"


def _named(places: list[tuple[Model, str]]) -> str:
    """`M300, M400` or `8841, 8851 (enterprise)`."""
    models = dict.fromkeys(model.name for model, _ in places)
    generations = dict.fromkeys(generation for _, generation in places if generation)
    return f"**{', '.join(models)}**" + (f" ({', '.join(generations)})" if generations else "") + ". "


def _contact(way: Contact, phones: str) -> Iterator[str]:
    dhcp, notify = way.dhcp, way.notify
    option = str(dhcp.option) + (f", suboption {dhcp.suboption}," if dhcp.suboption else "")
    prefixes = ", ".join(f"`{prefix}`" for prefix in dhcp.mac_prefixes)
    classes = " or ".join(f"`{pattern}`" for pattern in dhcp.vendor_class) or "not known"
    passwords = ", ".join(f"{role} `{password}`" for role, password in way.default_passwords.items())
    yield (
        f"{phones}DHCP: option {option} holds `{dhcp.url}`; option 60 as the phones send it: {classes}"
        f"{f'; MAC prefixes {prefixes}' if prefixes else ''}. "
        f"NOTIFY: {_event(notify.resync, notify.resync_body)} to fetch, "
        f"{_event(notify.restart, notify.restart_body)} to restart. Factory passwords: {passwords or 'not known'}.\n"
    )


def _event(event: str, body: str) -> str:
    return (f"`{event}`" if event else "none known") + (f" with `{body}`" if body else "")


def _models(vendor: Vendor) -> Iterator[str]:
    rows = []
    for model in vendor.models.values():
        facts = model.facts()
        modules = ", ".join(f"{name} ({keys})" for name, keys in facts["expansion"].items())
        rows.append(
            (
                model.name,
                str(facts["lines"]),
                str(facts["keys"] or ""),
                str(len(facts["programmable"]) or ""),
                f"{facts['expansion_max']} × {modules}" if modules and facts["expansion_max"] else "",
                _span(model.generations),
                "yes" if facts["verified"] else "**no**",
                _plain(facts["note"]),
            )
        )
    head = ("model", "lines", "DSS keys", "programmable", "modules (keys)", "firmware", "verified", "note")
    wanted = [at for at, name in enumerate(head) if name in ("model", "lines") or any(row[at] for row in rows)]
    yield from _table(tuple(head[at] for at in wanted), (tuple(row[at] for at in wanted) for row in rows))


def _families(vendor: Vendor) -> Iterator[str]:
    """What models that support the same do not carry, in one line each."""
    alike: dict[frozenset[str], list[Model]] = {}
    for model in vendor.models.values():
        alike.setdefault(supported(vendor, model, site=True), []).append(model)
    carried = {setting.id for setting in CATALOGUE.values() if not setting.by_model}
    for reads, models in alike.items():
        lacking = _gathered(carried | {*_LINE_FIELDS}, reads)
        named = "all models" if len(alike) == 1 else ", ".join(model.name for model in models)
        yield f"**{named}**: {len(carried & reads)} of {len(carried)} settings."
        if lacking:
            yield f"Not carried: {', '.join(f'`{name}`' for name in lacking)}.\n"
        else:
            yield ""


def _gathered(names: set[str], reads: frozenset[str]) -> list[str]:
    """The names that are not read; those of a whole group as `ldap.*`."""
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        groups.setdefault(name.rpartition(".")[0].removesuffix(".N"), []).append(name)
    found: list[str] = []
    for group, members in groups.items():
        lacking = [name for name in members if name not in reads]
        found += [f"{group}.*"] if len(members) == len(lacking) > 1 else lacking
    return found


def _span(generations: tuple[str, ...]) -> str:
    if len(generations) > 2:
        return f"{generations[0]} to {generations[-1]}"
    return ", ".join(generations)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    yield "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in lines) + "\n"


def _plain(text: str) -> str:
    """A text in which Markdown sees no marks of its own."""
    for mark in ("\\", "*", "_", "<", "`"):
        text = text.replace(mark, f"\\{mark}")
    return text


def _anchor(vendor: Vendor) -> str:
    """The link to a heading, as Markdown readers make it."""
    kept = "".join(char for char in vendor.name.lower() if char.isalnum() or char in " -")
    return kept.replace(" ", "-")


def main(arguments: list[str]) -> int:
    """Write the page of the shipped packs to the file named, or to stdout."""
    packs = load_packs((SHIPPED,))
    if packs.faults:
        sys.stderr.write("\n".join(packs.faults) + "\n")
        return 1
    text = page(packs.vendors.values())
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
