"""What a plan tells the operator beside the changes: what files do not carry, and what is not verified."""

from __future__ import annotations

from aps_tui.data.rows import Candidate
from aps_tui.services.fleet import Fleet
from aps_tui.services.judge import Findings, Problem
from aps_tui.vendors.support import unsupported


class Notices:
    """Collects warnings while devices are rendered. `full`: also what only a plan says, and a commit does not."""

    def __init__(self, fleet: Fleet, found: Findings, full: bool) -> None:
        self.fleet = fleet
        self.found = found
        self.full = full
        self._templates: set[int] = set()
        self._unverified: dict[str, set[str]] = {}

    def of(self, row: Candidate) -> None:
        """Warn of lines whose extension the PBX no longer has, and of settings that the model does not carry."""
        for line in row.lines:
            if line[-1]:
                self._warn(
                    row.mac, f"line {line[0]}: extension {line[1]} is gone from the PBX; its old account is kept"
                )
        if not self.full:
            return
        vendor = self.fleet.packs.vendor(row.vendor)
        model = vendor.model(row.model)
        if not model.facts()["verified"]:
            self._unverified.setdefault(vendor.slug, set()).add(model.name)
        if row.settings and (lost := unsupported(row.settings, vendor, model)):
            self._warn(row.mac, f"not supported by {row.vendor}/{model.name}: {', '.join(lost)}")
        if row.template_id is not None and row.template_id not in self._templates:
            self._templates.add(row.template_id)
            template = self.fleet.templates[row.template_id]
            if lost := unsupported(template.settings, vendor, model):
                text = f"template {template.name}: not supported by {row.vendor}/{model.name}: {', '.join(lost)}"
                self._warn("", text)

    def close(self) -> None:
        """Say once for each vendor which of the models rendered are written from unverified facts."""
        for slug, models in sorted(self._unverified.items()):
            names = ", ".join(sorted(models))
            self._warn("", f"{slug} {names}: written from facts not verified on a real unit (aps-tui vendors {slug})")

    def _warn(self, mac: str, text: str) -> None:
        self.found.warnings.append(Problem(mac, text))
