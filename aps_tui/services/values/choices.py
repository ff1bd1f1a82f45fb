"""What may be chosen for a setting, and what is proposed for an empty one."""

from __future__ import annotations

from typing import NamedTuple

from aps_tui.domain.catalogue import show
from aps_tui.domain.setting import Setting
from aps_tui.domain.site import Value
from aps_tui.domain.timerules import countries, zones
from aps_tui.services.sitefile.bymodel import offered
from aps_tui.services.values.scene import Scene
from aps_tui.services.workplace import Workplace

PORT, ALIAS = 5555, "tftpboot"
"""The usual port and alias of the provisioning URL."""
_WORDS = {
    "rfc2833": "RFC 2833 (telephone-event)", "inband": "inband", "sip-info": "SIP INFO", "dns-srv": "DNS SRV and NAPTR",
    "pcmu": "PCMU (G.711 µ-law)", "pcma": "PCMA (G.711 A-law)", "g722": "G.722 (wideband)", "g729": "G.729",
    "opus": "Opus", "ilbc": "iLBC", "g726-32": "G.726-32", "g723": "G.723.1", "custom": "Custom: the tones below",
}  # fmt: skip
"""How a neutral word is explained beside it."""


class Choice(NamedTuple):
    """One of the values that a setting may have."""

    value: str
    """As `put` takes it."""
    text: str
    """As it is shown."""


def choices(scene: Scene, place: Workplace, setting: Setting, value: Value | None) -> tuple[Choice, ...]:
    """The values to choose from; () where any text of the kind will do.

    Only what the model has is offered; the value in force is always among them. Lists give their single words.
    """
    words = _by_model(scene, place, setting)
    if words is None:
        words = _by_kind(setting)
    now = value if isinstance(value, tuple) else (show(setting, value),) if value not in (None, "") else ()
    if words:
        words += tuple(word for word in now if word not in words)
    return tuple(Choice(word, _text(setting, word)) for word in words)


def _by_kind(setting: Setting) -> tuple[str, ...]:
    if setting.kind == "bool":
        return ("on", "off")
    if setting.kind == "zone":
        return zones()
    if setting.kind == "country":
        return (*setting.allowed, *sorted(countries()))
    return setting.allowed


def _by_model(scene: Scene, place: Workplace, setting: Setting) -> tuple[str, ...] | None:
    """The values that the model has; None where it does not decide."""
    if scene.vendor is None or scene.model is None:
        return _by_any_model(place, setting)
    if setting.id == "general.firmware":
        return scene.model.generations
    if setting.id == "keys.expansion_type":
        return tuple(scene.facts["expansion"])
    if setting.id == "keys.expansion_count":
        return tuple(str(number) for number in range(int(scene.facts["expansion_max"]) + 1))
    words = offered(setting, scene.vendor, scene.model, scene.facts)
    return words if words or setting.kind not in ("language", "country") else None


def _by_any_model(place: Workplace, setting: Setting) -> tuple[str, ...] | None:
    """What some model of some vendor has."""
    if setting.id not in ("general.firmware", "keys.expansion_type"):
        return None
    models = [model for vendor in place.packs.vendors.values() for model in vendor.models.values()]
    if setting.id == "general.firmware":
        found = (name for model in models for name in model.generations)
    else:
        found = (str(name) for model in models for name in model.facts()["expansion"])
    return tuple(dict.fromkeys(found))


def _text(setting: Setting, word: str) -> str:
    """`CA  Canada`, `g722  G.722 (wideband)`, or the word alone."""
    said = countries().get(word, "") if setting.kind == "country" else ""
    said = said or _WORDS.get(word, "")
    return f"{word}  {said}" if said and said != word else word


def proposal(scene: Scene, place: Workplace, setting: Setting, url: str) -> str:
    """An example in the right form, for an empty field; `url` is the provisioning URL in force, or ""."""
    host = place.store.provisioning.get().server_hostname
    usual = f"http://{host}:{PORT}/{ALIAS}/" if host else ""
    if setting.id == "general.provisioning_url":
        return usual or setting.example
    if setting.id == "general.firmware_url":
        file = setting.example.rpartition("/")[2]
        return (url or usual) + file if url or usual else setting.example
    return setting.example
