"""Which key types each bank of a model takes: one table of [words] for all, unless the fact `key_types` says more."""

from __future__ import annotations

from collections.abc import Mapping

from aps_tui.domain.keytypes import KEY_TYPES
from aps_tui.vendors.pack import Facts, Model, Vendor


def bank_words(vendor: Vendor, facts: Facts, bank: str) -> Mapping[str, str] | None:
    """The vendor's word for each key type that a bank (`dss`, `programmable`, `expansion-2`) takes.

    None where the pack has no such table and so judges no types.
    """
    said = facts["key_types"].get(bank.partition("-")[0], "key")
    if isinstance(said, str):
        return vendor.words.get(said)
    words = vendor.words.get("key", {})
    return {type_: words[type_] for type_ in said if type_ in words}


def takes(vendor: Vendor, facts: Facts, bank: str, type_: str) -> bool:
    """Whether a key of the bank may have a type; every key may be `none`."""
    words = bank_words(vendor, facts, bank)
    return words is None or type_ == "none" or type_ in words


def key_types(vendor: Vendor, model: Model, bank: str, firmware: str | None = None) -> tuple[str, ...]:
    """The neutral key types that can be written for a bank of a model, in the order of `KEY_TYPES`.

    Empty where the model has no such bank. Left out is what a table calls as it calls `none`, such a key being free.
    """
    facts = model.facts(firmware)
    bank = "expansion-1" if bank == "expansion" else bank
    module, modules = next(iter(facts["expansion"]), ""), int(facts["expansion_max"])
    words = bank_words(vendor, facts, bank)
    if words is None or not model.keys_in(bank, facts, module, modules):
        return ()
    free = words.get("none") or None
    return tuple(type_ for type_ in KEY_TYPES if type_ == "none" or (type_ in words and words[type_] != free))
