"""The site file: a whole site as one TOML or JSON document, read into the database and written from it.

What is said and what is left out:

* A `[[device]]`, a `[[template]]` and a `[[source]]` is the whole object: lines, keys, settings and raw
  parameters that it leaves out are gone once it is loaded.
* `[site]`, `[provisioning]`, `[[tenant]]`, `[[extension]]` and `[[mapping]]` change what they say and leave
  the rest as it is. With `replace` they are whole objects too, and what the file does not name is removed.
* A MAC names one device, in any notation. A device that is stored under another tenant moves, with a warning.

Beyond the contract a dump says what would be lost otherwise: `raw` of the site and of tenants (a table for
each vendor), the extensions' `usable`, `gone`, `source`, `context`, `transport` and `srtp`, the mappings'
`note` and `enabled`, `unprovisioned_secret`, `[[source]]`, and a device's `template_global = true` where its
tenant has a template of the same name.
"""

from __future__ import annotations

from aps_tui.services.sitefile.dump import dump
from aps_tui.services.sitefile.load import LoadResult, load
from aps_tui.services.sitefile.read import read_document
from aps_tui.services.sitefile.write import to_json, to_toml

__all__ = ["LoadResult", "dump", "load", "read_document", "to_json", "to_toml"]
