"""Which vendor parameters are the local SIP port: found by rendering a phone whose lines have one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aps_tui.domain.errors import ApsError
from aps_tui.domain.resolve import resolve, values
from aps_tui.domain.setting import Level
from aps_tui.vendors.engine import GroupRenderer, Rendered
from aps_tui.vendors.formats import Format
from aps_tui.vendors.pack import Model, Vendor
from aps_tui.vendors.phone import Account, Group, Phone

_PORTS = range(47111, 47211)
"""The lines' ports: numbers that no file holds by itself."""

_MARKS = frozenset(map(str, _PORTS))

_TELLING = re.compile(r"local_?sip_?port|sip_?local_?port|sip_?listen_?port")
_SIGNS = re.compile(r"[\W_]+")


def names_a_port(name: str) -> bool:
    """Whether a parameter's very name says that it is the local SIP port: `sip.listen_port`."""
    return bool(_TELLING.search(_SIGNS.sub("_", name.lower())))


def port_names(vendor: Vendor, models: Iterable[Model]) -> frozenset[str]:
    """The parameters, in lower case, in which models write a line's local SIP port; one model of a family is asked."""
    families = {model.family or model.name: model for model in models}
    forms = [spec.form for spec in vendor.files if not spec.shared]
    return frozenset(
        name
        for model in families.values()
        for firmware in model.generations or ("",)
        for file in _rendered(vendor, model, firmware)
        for name in _marked(file, forms)
    )


def _rendered(vendor: Vendor, model: Model, firmware: str) -> tuple[Rendered, ...]:
    said = {"server.1.host": "192.0.2.1", **({"general.firmware": firmware} if firmware else {})}
    lines = range(1, int(model.facts(firmware or None)["lines"]) + 1)
    accounts = (
        Account(n, "100", "100", "secret", number="100", local_sip_port=port)
        for n, port in zip(lines, _PORTS, strict=False)
    )
    group = Group(vendor, model, "", values(resolve([(Level.TEMPLATE, said)])), frozenset(said))
    try:
        return GroupRenderer(group).plain(Phone("001122334455", tuple(accounts))).files
    except ApsError:
        return ()  # a fault of the pack, which shows when a device is rendered; names still tell


def _marked(file: Rendered, forms: Iterable[Format]) -> Iterable[str]:
    for line in file.text.replace("\r\n", "\n").split("\n"):
        for form in forms:
            parameter = form.parameter(line)
            if parameter and parameter.value.strip('"') in _MARKS:
                yield parameter.key.lower()
