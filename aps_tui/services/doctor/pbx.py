"""Asterisk: whether it is reached, what its manager account may do, and what the UNPROV dialogue can say."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from aps_tui.domain.errors import ApsError
from aps_tui.services.doctor.finding import Check, Said, fault, ok, unknown, warning
from aps_tui.services.doctor.scene import Scene

_TRIED = (
    ("reads every SIP secret (GetConfig: class system or config)", "GetConfig", (("Filename", "aps-tui-none.conf"),)),
    ("runs any command of the PBX (class command)", "Command", ()),
    ("makes calls (class originate)", "Originate", ()),
)
"""What an account may do, and an action that tells so and does nothing: what it needs is missing. Asterisk looks at
the account's classes first (manager.c, process_message)."""
_DENIED = "permission denied"


def reached(scene: Scene) -> Iterator[Said]:
    """Whether the way that phones are told to fetch by works."""
    from aps_tui.services.resync.ways import open_way

    settings = scene.config.resync
    try:
        way = open_way(settings)
    except ApsError as error:
        yield fault("Asterisk", str(error), "see [resync] in config.toml (docs/resync.md)")
        return
    way.close()
    if way.name == "direct":
        what = "not found on this machine: phones are told to fetch directly, and some listen to their registrar alone"
        yield unknown("Asterisk", what, "say in [resync] how it is reached")
    else:
        said = {"ami": "its manager interface", "asterisk": "its command line"}[way.name]
        yield ok("Asterisk", f"answers on {said}")


def manager(scene: Scene) -> Iterator[Said]:
    """What the manager account may do beyond telling phones."""
    from aps_tui.services.resync.ways import open_ami

    settings = scene.config.resync
    if not settings.ami_user:
        yield ok("manager.conf", "no account of it is used")
        return
    if not _is_here(settings.ami_host):
        yield warning(settings.ami_host, "the manager interface is reached over the network, and it speaks in clear",
                      "bind it to 127.0.0.1 and work on the PBX")  # fmt: skip
    with open_ami(settings) as ami:
        may = [
            words for words, action, headers in _TRIED
            if _DENIED not in ami.ask([("Action", action), *headers]).get("message", "").lower()
        ]  # fmt: skip
    subject = f"{settings.ami_user} in manager.conf"
    if may:
        mend = "NOTIFY needs write=system, which reads secrets as well: keep it on 127.0.0.1 (permit, bindaddr), the "
        mend += "secret's file closed; take every other class away"
        yield warning(subject, f"the account {'; '.join(may)}", mend)
    else:
        yield ok(subject, "may do nothing dangerous; NOTIFY by PJSIP needs write=system")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def prompts(scene: Scene) -> Iterator[Said]:
    """Whether the sounds of the UNPROV dialogue are there."""
    from aps_tui.services.unprov.prompts import find_prompts

    if not scene.place.store.provisioning.get().unprovisioned_pin:
        yield ok("sounds", "no PIN is set: no phone is bound by calling")
        return
    options = scene.config.unprov
    notes = find_prompts(options.sounds, options.prompts).notes
    for text in notes:
        yield warning("sounds", text, "apt install asterisk-core-sounds-en, or [unprov] sounds in config.toml")
    if not notes:
        yield ok("sounds", "everything that the dialogue says is there")


def fastagi(scene: Scene) -> Iterator[Said]:
    """Who may hand calls over."""
    allow = scene.config.unprov.allow
    wide = [text for text in allow if ipaddress.ip_network(text).num_addresses > 256]
    if wide:
        yield warning("[unprov] allow", f"{', '.join(wide)}: many machines may hand calls over, and guess PINs",
                      "name the PBX alone")  # fmt: skip
    else:
        yield ok("[unprov] allow", f"calls are taken from {', '.join(allow) or 'this machine alone'}")


CHECKS = (
    Check("pbx.reached", "Asterisk answers in the way that phones are told to fetch by",
          "Phones that are not told fetch at their own time, often once a day.", reached),
    Check("pbx.manager", "what the manager account may do",
          "Who has its secret can do the same, and the class that NOTIFY needs reads every SIP password.", manager),
    Check("pbx.prompts", "the sounds of the UNPROV dialogue",
          "A caller who hears nothing hangs up.", prompts),
    Check("pbx.fastagi", "who may hand calls over to the UNPROV dialogue",
          "Whoever may can try PINs in any phone's name.", fastagi),
)  # fmt: skip
