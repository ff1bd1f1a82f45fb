"""What is wrong with the provisioning settings on this machine, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from aps_tui.domain.autocreate import NO_TENANT, OPEN_DOOR, faults_of, warnings_of
from aps_tui.domain.errors import BadValue
from aps_tui.domain.pins import check_pin
from aps_tui.domain.site import Provisioning, Settings
from aps_tui.domain.weak import weakness
from aps_tui.domain.whitelist import parse_entry
from aps_tui.services import network
from aps_tui.services.console import counted
from aps_tui.services.tftp_dependents import tftp_dependents
from aps_tui.services.upkeep import never_withdrawn
from aps_tui.services.workplace import Workplace


class Finding(NamedTuple):
    """What a check says of one setting."""

    field: str
    state: str
    """ok, warn, fault, or wait while the answer is still to come."""
    text: str
    mend: str = ""
    """How to mend it."""


def checks(place: Workplace, *, ask_dns: bool = True) -> list[Finding]:
    """What is to be said of every setting. Asking DNS takes up to `network.PATIENCE` seconds: do it in a thread."""
    with place.store.snapshot():
        settings = place.store.provisioning.get()
        tenants = place.store.tenants.names()
        site = place.store.settings.site().settings
    scene = Scene(place, settings, network.own_addresses(), tenants, ask_dns)
    found = [_finding(name, check(scene)) for name, check in _CHECKS.items()]
    return [*found, _finding("http", _shared_login(scene, site))]


def own_address(text: str) -> str:
    """Return an address of this machine. Raises BadValue saying which addresses there are."""
    own = network.own_addresses()
    if text not in {one.address for one in own}:
        raise BadValue(f"{text} is not an address of this machine; it has {usable(own)}")
    return text


def usable(own: Sequence[network.OwnAddress]) -> str:
    """The addresses that phones can reach, for people; all where there is none."""
    return network.has_said([one for one in own if one.reachable] or own)


class Scene(NamedTuple):
    """What the checks look at."""

    place: Workplace
    settings: Provisioning
    own: list[network.OwnAddress]
    tenants: list[str]
    ask_dns: bool

    @property
    def usable(self) -> str:
        """The addresses that phones can reach, for people."""
        return usable(self.own)


Said: TypeAlias = tuple[str, str] | tuple[str, str, str]
"""State and text of a finding, and how to mend it."""


def _finding(name: str, said: Said) -> Finding:
    return Finding(name, *said)


def _address(scene: Scene, text: str, unset: str) -> Said:
    if not text:
        return "warn", unset, f"e: this machine has {scene.usable}"
    found = next((one for one in scene.own if one.address == text), None)
    if found is None:
        return "fault", f"{text} is not an address of this machine", f"e: it has {scene.usable}"
    if not found.up:
        return "fault", f"its interface {found.interface} is down", f"bring {found.interface} up, or e: another one"
    if not found.reachable:
        return "fault", f"no phone can reach {text} ({found.interface})", f"e: this machine has {scene.usable}"
    return "ok", f"on {found.interface}"


def _sip(scene: Scene) -> Said:
    return _address(scene, scene.settings.sip_server_address, "not said: phones need a registrar setting instead")


def _tftp(scene: Scene) -> Said:
    text = scene.settings.tftp_server_address
    said = _address(scene, text, "not said: DHCP must tell phones where their files are")
    serving = network.dhcp_interfaces()
    interface = next((one.interface for one in scene.own if one.address == text), "")
    if said[0] == "ok" and serving and interface not in serving:
        where = ", ".join(sorted(serving))
        return "warn", f"on {interface}, but DHCP serves {where}", f"e: an address of {where}"
    if said[0] == "ok" and serving:
        return "ok", f"on {interface}, where DHCP runs"
    return said


def _hostname(scene: Scene) -> Said:
    name = scene.settings.server_hostname
    if not name:
        return "warn", "not said: firmware and files are best fetched by a name", "e: such as pbx.example.net"
    targets = usable([own for own in scene.own if ":" not in own.address])
    if not scene.ask_dns:
        return "wait", f"asking DNS for {name} ..."
    try:
        found = network.resolve(name)
    except network.NoAnswer as error:
        return "fault", str(error), f"give {name} an A record with one of {targets}"
    foreign = [one for one in found if one not in {own.address for own in scene.own}]
    arrow = f"{name} -> {', '.join(found)}"
    if foreign:
        which = "not an address" if len(found) == 1 else f"{', '.join(foreign)} is not an address"
        return "fault", f"{arrow}: {which} of this machine", f"point its A record at one of {targets}"
    if not any(own.reachable for own in scene.own if own.address in found):
        return "fault", f"{arrow}: no phone can reach that", f"point its A record at one of {targets}"
    return "ok", arrow


def _auto_create(scene: Scene) -> Said:
    one = scene.settings
    if not one.auto_create:
        return "ok", "off: unknown phones wait in the queue"
    if NO_TENANT in faults_of(one):
        return "fault", "on, but no tenant is named for new devices", "Tenant of new devices, below"
    if OPEN_DOOR in warnings_of(one):
        return "fault", "on, and the whitelist is EMPTY: any device that asks would be created", "fill the whitelist"
    if any(parse_entry(text).is_open for text in one.whitelist):
        return "warn", "on, and the whitelist lets every address in", "narrow the whitelist"
    return "ok", f"on for what the whitelist lets in ({_entries(len(one.whitelist))})"


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"


def _tenant(scene: Scene) -> Said:
    name = scene.settings.auto_create_tenant
    if name and name not in scene.tenants:
        return "fault", f"there is no tenant {name}", "e: choose another one"
    return ("ok", "") if name or not scene.settings.auto_create else ("fault", "not said", "e: choose a tenant")


def _vendors(scene: Scene) -> Said:
    unknown = [slug for slug in scene.settings.auto_create_vendors if slug not in scene.place.packs.vendors]
    if scene.settings.auto_create and not scene.settings.auto_create_vendors:
        return "warn", "none: nothing would be created", "e: choose some"
    if unknown:
        return "warn", f"no pack is loaded for {', '.join(unknown)}", "see aps-tui vendors"
    return "ok", counted(len(scene.settings.auto_create_vendors), "vendor")


def _pin(scene: Scene) -> Said:
    pin = scene.settings.unprovisioned_pin
    if not pin:
        return "warn", "not said: no UNPROV phone can be given its extension", "N makes one"
    try:
        check_pin(pin)
    except BadValue as error:
        return "fault", str(error), "N makes a good one"
    return "ok", "hard to guess"


def _http_auth(scene: Scene) -> Said:
    depend = tftp_dependents(scene.place)
    if depend:
        count = counted(sum(len(one.macs) for one in depend), "device")
        return "warn", f"{count} still fetched by TFTP, which has no password", "aps-tui tftp says which"
    if not scene.settings.http_auth:
        return "warn", "off: devices have no passwords of their own", "Space; then aps-tui web nginx or apache"
    return "ok", f"each device has its own password, also in {scene.place.passwords.file}"


def _first_user(scene: Scene) -> Said:
    one = scene.settings
    if bool(one.first_contact_user) != bool(one.first_contact_password):
        return "fault", "user and password go together", "say the other one as well, or clear this one"
    if one.http_auth and not one.first_contact_user:
        return "warn", "not said: new phones cannot come in by themselves", "e: such as newphone"
    return "ok", ""


def _first_password(scene: Scene) -> Said:
    if scene.settings.http_auth and not scene.settings.first_contact_password:
        return "warn", "not said", "N makes one"
    return "ok", ""


def _withdraw(scene: Scene) -> Said:
    hours = scene.settings.withdraw_hours
    if not hours:
        return "ok", "never: a device's files stay on the disk"
    if not scene.place.store.health.requests():
        return "warn", "no fetch was ever seen, so nothing is withdrawn", "let aps-tui watch follow the server's log"
    kept = [slug for slug in never_withdrawn(scene.place.packs) if slug in scene.place.store.devices.vendors()]
    return "ok", f"never of {', '.join(kept)}" if kept else ""


def _expire(scene: Scene) -> Said:
    days = scene.settings.expire_days
    if not days and scene.settings.auto_create:
        return "warn", "never, and auto-create is on: what nobody claims stays", "e: such as 30"
    return "ok", ""


def _shared_login(scene: Scene, site: Settings) -> Said:
    if site.get("general.http_user") and site.get("general.http_password"):
        return "ok", "phones must say them to fetch their files"
    if scene.settings.http_auth:
        return "ok", "not used: each device has its own"
    said = "files hold passwords, and whoever knows a MAC can fetch its file over HTTP"
    return "warn", said, "HTTP authentication, above"


def _secret(scene: Scene) -> Said:
    secret = scene.settings.unprovisioned_secret
    if not secret:
        return "warn", "not said: no file can be written for a phone without a line", "N makes one"
    why = weakness(secret)
    if why is not None:
        return "warn", f"guessed first: {why.value}", "N makes a good one"
    return "ok", ""


_CHECKS: Mapping[str, Callable[[Scene], Said]] = {
    "sip_server_address": _sip,
    "tftp_server_address": _tftp,
    "server_hostname": _hostname,
    "auto_create": _auto_create,
    "auto_create_tenant": _tenant,
    "auto_create_vendors": _vendors,
    "unprovisioned_pin": _pin,
    "unprovisioned_secret": _secret,
    "http_auth": _http_auth,
    "first_contact_user": _first_user,
    "first_contact_password": _first_password,
    "withdraw_hours": _withdraw,
    "expire_days": _expire,
}


def worst(found: Sequence[Finding]) -> str:
    """`2 faults, 1 warning`; empty when all is well."""
    states = [one.state for one in found]
    counts = ((states.count("fault"), "fault"), (states.count("warn"), "warning"))
    return ", ".join(counted(count, noun) for count, noun in counts if count)
