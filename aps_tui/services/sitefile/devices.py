"""Checks of devices and their lines, against the file and the database together."""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.domain.catalogue import cross_check
from aps_tui.domain.errors import BadValue
from aps_tui.domain.keytypes import CALLER_ID_SOURCES, SRTP_MODES, SUGGESTED_SIP_PORTS, TRANSPORTS
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.setting import Level
from aps_tui.domain.site import GLOBAL, Device, Key, Line, Settings, Template
from aps_tui.services.sitefile import words
from aps_tui.services.sitefile.keys import judge_keys, keys_from, second_line_keys, warn_of_strangers
from aps_tui.services.sitefile.levels import facts_of, judge_by_model, raw_of, settings_of
from aps_tui.services.sitefile.notes import near, shown
from aps_tui.services.sitefile.scope import Holder, Scope, folded
from aps_tui.services.sitefile.shape import DeviceIn, DocumentIn, LineIn, elements, keys_of, lines_of
from aps_tui.vendors.pack import Facts, Model

_SHAPES_KEYS = frozenset({"keys.expansion_count", "keys.expansion_type", "general.firmware"})
"""Settings of a device's own that decide which of its template's keys it has."""


def devices_from(document: DocumentIn, scope: Scope, stored: dict[str, str]) -> list[Device]:
    """The devices of the file. `stored` is MAC to tenant of those that the database has."""
    found: dict[str, str] = {}
    devices: list[Device] = []
    for place, table in elements(document.device, DeviceIn, "device", scope.notes):
        mac = scope.notes.tried(place, parse_mac, table.mac) if table.mac else None
        if mac in found:
            scope.notes.fault(place, f"the same MAC as {found[mac]}: a MAC is one device, in any notation")
        device = _Check(table, mac or "", place, scope).device()
        if mac is None:
            continue
        found.setdefault(mac, place)
        if device is None:
            continue
        devices.append(device)
        if stored.get(mac, device.tenant) != device.tenant:
            scope.notes.warn(place, f"moves from tenant {stored[mac]} to tenant {device.tenant}")
    return devices


class _Check:
    """One device under check."""

    def __init__(self, table: DeviceIn, mac: str, place: str, scope: Scope) -> None:
        self.table, self.mac, self.place, self.scope = table, mac, place, scope
        self.notes = scope.notes

    def device(self) -> Device | None:
        """The device; None when its tenant or model is at fault, which was noted."""
        table, notes, place = self.table, self.notes, self.place
        notes.tried(place, words.printable, "label", table.label)
        tenant = notes.tried(place, self._tenant) if table.tenant else None
        model = self.scope.model(table.vendor, table.model, place)
        template = notes.tried(place, self._template, tenant, model) if table.template and tenant and model else None
        own = settings_of(table.settings, Level.DEVICE, place, notes)
        said = self.scope.merged(tenant, template.settings if template else {}, own)
        lines = self._lines(tenant, said)
        keys, places = keys_from(keys_of(table.key, place, notes), place, notes)
        if tenant is None or model is None:
            return None
        self._by_model(model, own, said, template, lines, places)
        for fault in cross_check(said):
            notes.fault(place, fault)
        warn_of_strangers(places, tenant, self.scope)
        vendor = self.scope.packs.vendors[model.vendor]
        raw = raw_of(table.raw, vendor, model, place, self.scope, Level.DEVICE) if table.raw else {}
        return Device(
            self.mac, tenant, vendor.slug, model.name,
            template.name if template else None, template.tenant if template else None, table.label,
            tuple(lines), tuple(keys), own, raw,
        )  # fmt: skip

    def _tenant(self) -> str:
        if self.table.tenant == GLOBAL:
            raise BadValue(f"tenant: a device belongs to one tenant, it is never {GLOBAL}")
        return self.scope.tenant(self.table.tenant)

    def _template(self, tenant: str, model: Model) -> Template | None:
        """The tenant's template of that name, else the global one. Raises BadValue when neither fits."""
        name, templates = self.table.template.strip(), self.scope.templates
        scopes = (None,) if self.table.template_global else (folded(tenant), None)
        key = next((key for owner in scopes if (key := (owner, folded(name))) in templates), None)
        if key is None:
            raise BadValue(self._no_template(name, tenant))
        found = templates[key]
        if found and (found.vendor, found.model) != (model.vendor, model.name):
            made_for = f"{found.vendor}/{found.model}"
            raise BadValue(f"template {shown(name)!r} is for {made_for}, the device is {model.vendor}/{model.name}")
        return found

    def _no_template(self, name: str, tenant: str) -> str:
        other = next((owner for owner, known in self.scope.templates if owner and known == folded(name)), None)
        if other and not self.table.template_global:
            return f"template {shown(name)!r} belongs to tenant {self.scope.tenants.get(other, other)}"
        fitting = [one.name for one in self.scope.templates.values() if one and one.tenant in (None, tenant)]
        return f"unknown template {shown(name)!r}{near(name, fitting)}"

    def _by_model(
        self, model: Model, own: Settings, said: Settings, template: Template | None, lines: list[Line],
        places: dict[Key, str],
    ) -> None:  # fmt: skip
        """What the model has not: lines, keys, settings. A template's own faults are not said again."""
        notes, place = self.notes, self.place
        says_firmware = "general.firmware" in own or template is None
        facts = facts_of(model, said, place, notes if says_firmware else None)
        vendor = self.scope.packs.vendors[model.vendor]
        if own:
            judge_by_model(own, vendor, model, facts, place, notes)
        for line in lines:
            if line.number > int(facts["lines"]):
                notes.fault(f"{place}, line {line.number}", f"{model.name} has {facts['lines']} lines")
        theirs = template.keys if template else ()
        if places:
            judge_keys(places, said, vendor, model, facts, notes)
            self._second_keys(theirs, tuple(places), facts)
        if theirs and not _SHAPES_KEYS.isdisjoint(own):
            replaced = {(key.bank, key.position) for key in places}
            left = {key: f"{place}, template's key" for key in theirs if (key.bank, key.position) not in replaced}
            judge_keys(left, said, vendor, model, facts, notes)

    def _second_keys(self, theirs: tuple[Key, ...], own: tuple[Key, ...], facts: Facts) -> None:
        """Warn where the device's own keys give a line a second key."""
        replaced = {(key.bank, key.position) for key in own}
        merged = [*own, *(key for key in theirs if (key.bank, key.position) not in replaced)]
        before = second_line_keys(theirs, bool(facts["keys"]))
        for line in second_line_keys(merged, bool(facts["keys"])):
            if line not in before:
                self.notes.warn(self.place, f"line {line} has more than one key: one line key carries 8 calls")

    def _lines(self, tenant: str | None, said: Settings) -> list[Line]:
        lines: list[Line] = []
        ports: dict[int, int] = {}
        for place, table in lines_of(self.table.line, self.place, self.notes):
            line = self._line(table, place)
            if line is None:
                continue
            if any(line.number == other.number for other in lines):
                self.notes.fault(place, f"line {line.number} is named twice")
            self._port(line, ports, place)
            lines.append(line)
            if tenant and line.extension:
                self._extension(line, tenant, place)
            if line.srtp != "off" and (line.transport or said.get("server.1.transport")) != "tls":
                self.notes.warn(
                    place, f"srtp = {line.srtp} without transport tls: the media keys can be read on the way"
                )
        return lines

    def _line(self, table: LineIn, place: str) -> Line | None:
        tried = self.notes.tried
        tried(place, words.printable, "label", table.label)
        tried(place, words.printable, "extension", table.extension)
        caller = tried(place, words.word, "caller_id_source", table.caller_id_source, CALLER_ID_SOURCES)
        srtp = tried(place, words.word, "srtp", table.srtp, SRTP_MODES)
        transport = tried(place, words.word, "transport", table.transport, TRANSPORTS) if table.transport else ""
        if not table.number:
            return None
        return Line(
            table.number, table.extension.strip(), table.label, caller or "from", table.local_sip_port, srtp or "off",
            transport or "", table.auto_answer,
        )  # fmt: skip

    def _port(self, line: Line, ports: dict[int, int], place: str) -> None:
        port = line.local_sip_port
        if port is None:
            return
        if port in ports:
            self.notes.fault(place, f"local SIP port {port} is on line {ports[port]} already")
        ports[port] = line.number
        if port not in SUGGESTED_SIP_PORTS:
            first, last = SUGGESTED_SIP_PORTS[0], SUGGESTED_SIP_PORTS[-1]
            self.notes.warn(place, f"local SIP port {port} is outside {first}-{last}, which are suggested")

    def _extension(self, line: Line, tenant: str, place: str) -> None:
        """Note an extension that is not there, not assignable or on another line; take it otherwise."""
        for kind, text in self._extension_troubles(line, tenant):
            (self.notes.fault if kind == "fault" else self.notes.warn)(place, text)

    def _extension_troubles(self, line: Line, tenant: str) -> Iterator[tuple[str, str]]:
        key, number = (folded(tenant), line.extension), shown(line.extension)
        if key not in self.scope.extensions:
            yield "fault", f"there is no extension {number} in tenant {tenant}"
            return
        said = f"extension {number} of tenant {tenant}"
        holder, found = self.scope.holders.get(key), self.scope.extensions[key]
        if holder and holder != Holder(self.mac, line.number):
            where = f"line {holder.line}" if holder.mac == self.mac else holder.mac
            yield "fault", f"{said} is already on {where}"
            return
        self.scope.holders[key] = Holder(self.mac, line.number)
        if found and (found.gone or not found.usable):
            why = "is gone from the PBX" if found.gone else "cannot be assigned: its secret is not known"
            allowed = key in self.scope.flagged or self.scope.held_before.get(key) == self.mac
            yield ("warn" if allowed else "fault"), f"{said} {why}"
        elif found and not found.secret:
            yield "warn", "the extension has no secret: the line cannot register"
