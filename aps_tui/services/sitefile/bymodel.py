"""What a model decides about settings and raw parameters: the rules that site files and the console share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from aps_tui.domain.catalogue import cross_check
from aps_tui.domain.errors import BadValue
from aps_tui.domain.setting import Level, Setting
from aps_tui.domain.site import Settings, Value
from aps_tui.services.sitefile.notes import shown
from aps_tui.services.sitefile.ports import names_a_port, port_names
from aps_tui.vendors.formats import Refused
from aps_tui.vendors.pack import Facts, Model, Vendor
from aps_tui.vendors.support import reads, unsupported

_NARROWED = frozenset({"choice", "list", "days", "language", "country"})
"""Kinds whose values are neutral words that a vendor may lack."""


def misfits(own: Settings, model: Model, facts: Facts) -> Iterator[str]:
    """Say which values a model cannot take: expansion modules that it does not have."""
    count, kind = own.get("keys.expansion_count"), own.get("keys.expansion_type")
    if isinstance(count, int) and count > int(facts["expansion_max"]):
        yield f"keys.expansion_count: {model.name} takes at most {facts['expansion_max']} modules"
    if kind and kind not in facts["expansion"]:
        known = ", ".join(facts["expansion"]) or "none"
        yield f"keys.expansion_type: {model.name} takes no module {kind!r} (known: {known})"


def lacking(own: Settings, vendor: Vendor, model: Model, facts: Facts) -> Iterator[str]:
    """Say which settings the model's files do not carry: they are kept and not written."""
    names = unsupported(own, vendor, model, facts["firmware"] or None)
    if names:
        yield f"not supported by {vendor.slug}/{model.name}: {', '.join(names)}"


def offered(setting: Setting, vendor: Vendor, model: Model, facts: Facts) -> tuple[str, ...] | None:
    """The words that the model's files have for a setting, in order; None where it is written as it stands."""
    if setting.kind not in _NARROWED:
        return None
    words = reads(vendor, model, facts["firmware"] or None).words.get(setting.id)
    if words is None:
        return None
    if setting.kind in ("language", "country"):
        return tuple(sorted(words))
    return tuple(word for word in setting.allowed if word in words) or None


def wordless(setting: Setting, value: Value, words: Sequence[str] | None) -> tuple[str, ...]:
    """The words of a value that are not among those a model has."""
    if words is None or value == "":
        return ()
    said = value if isinstance(value, tuple) else (str(value),)
    return tuple(word for word in said if word not in words)


def ill_matched(settings: Settings, before: Settings) -> list[str]:
    """What does not go together in settings, all levels merged, and did not fail to before a change."""
    known = set(cross_check(before))
    return [fault for fault in cross_check(settings) if fault not in known]


def check_raw(name: str, value: object, vendor: Vendor, model: Model | None, level: Level) -> str:
    """Return a raw parameter's value, checked against the format of the vendor's first per-MAC file.

    `model` is None where it is for all of the vendor's models. Raises BadValue; the value is never in a message.
    """
    form = next((spec.form for spec in vendor.files if not spec.shared), None)
    if form is None or not form.raw_name.match(name):
        raise BadValue(f"raw {shown(name)!r} is no name of a parameter in {vendor.slug}'s files")
    if not isinstance(value, str):
        raise BadValue(f"raw {name}: a text in quotes is needed")
    try:
        form.escape(value)
    except Refused as error:
        raise BadValue(f"raw {name}: {error}") from None
    if level is not Level.DEVICE and _is_port(name, vendor, model):
        raise BadValue(f"raw {name}: this is the local SIP port, which belongs to a device's line: local_sip_port")
    return value


class _Asked:
    """Hashes a vendor and a model (None: all of them) by what decides which parameters are ports."""

    __slots__ = ("model", "name", "vendor")

    def __init__(self, vendor: Vendor, model: Model | None) -> None:
        self.vendor, self.model = vendor, model
        self.name = (vendor.slug, vendor.fingerprint, model.name if model else "")

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.name == other.name


def _is_port(name: str, vendor: Vendor, model: Model | None) -> bool:
    return names_a_port(name) or name.lower() in _port_names(_Asked(vendor, model))


@lru_cache(maxsize=128)
def _port_names(asked: _Asked) -> frozenset[str]:
    models: Mapping[str, Model] = asked.vendor.models
    return port_names(asked.vendor, [asked.model] if asked.model else models.values())
