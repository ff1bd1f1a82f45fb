"""The few file formats that phones read.

A format knows how to write a value, which values it must refuse, what one parameter's line looks
like (one parameter per line is the rule in every pack), and whether a finished file is sound. A packed
format also knows how such a text becomes the bytes on disk, and how these are read back.
"""

from aps_tui.vendors.formats.base import Format, FormatFault, Parameter, Refused, readable
from aps_tui.vendors.formats.packed import PACKED
from aps_tui.vendors.formats.plain import PLAIN
from aps_tui.vendors.formats.xml import XML

FORMATS: dict[str, Format] = {form.name: form for form in (*PLAIN, *XML, *PACKED)}
"""Every format by the name that a vendor.toml gives it."""

__all__ = ["FORMATS", "Format", "FormatFault", "Parameter", "Refused", "readable"]
