"""The filter line (`domain/filterline.py`) over the list of devices; a MAC with or without separators."""

from __future__ import annotations

import re
from typing import Any

from aps_tui.data.filter_line import filtered
from aps_tui.data.models import Device, Extension, Line, Template, Tenant

_MAC = re.compile(r"[0-9a-f][0-9a-f:.-]*\Z", re.IGNORECASE)
_SEPARATORS = str.maketrans("", "", ":-.")


def condition(text: str, state: Any) -> Any:
    """The SQL condition of a filter; `state` is the expression of the state letter."""
    return filtered(text, _COLUMNS, state)


def _mac(word: str) -> Any:
    return Device.mac.contains(word.translate(_SEPARATORS) if _MAC.match(word) else word)


def _template(word: str) -> Any:
    named = Template.select(Template.id).where(Template.name.contains(word))
    return Device.template.is_null(False) & Device.template.in_(named)


def _tenant(word: str) -> Any:
    return Device.tenant.in_(Tenant.select(Tenant.id).where(Tenant.name.contains(word)))


def _extensions(word: str) -> Any:
    numbered = Extension.select(Extension.id).where(Extension.number.contains(word))  # read from an index alone
    return Device.id.in_(Line.select(Line.device).where(Line.extension.in_(numbered)))


_COLUMNS = {
    "mac": _mac,
    "vendor": Device.vendor.contains,
    "model": Device.model.contains,
    "template": _template,
    "extensions": _extensions,
    "label": Device.label.contains,
    "tenant": _tenant,
}
