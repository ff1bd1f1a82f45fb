"""Texts that every SIP driver needs: the dialplan behind the limited account, and the manager interface."""

from __future__ import annotations

from aps_tui.services.asteriskconf.values import Part, Values

_DIALPLAN = """\
; Whatever is dialled reaches the AGI, and nothing else is in reach of the limited account.
; extensions.conf: #tryinclude aps_unprov_extensions.conf     Then: dialplan reload
[aps-none]

[aps-unprov]
exten => _[0-9*#+]!,1,Answer()
 same => n,AGI(agi://$agi/unprov)
; FAILURE: the server does not run. One that crashes is SUCCESS, so its log is what tells.
 same => n,ExecIf($$["$${AGISTATUS}" = "FAILURE"]?Playback(pbx-invalid))
 same => n,Hangup()
exten => s,1,Goto(1,1)
"""
_MANAGER = """\
; Only for way = "ami" in [resync]. No smaller class than system can send a NOTIFY, and system also gives GetConfig:
; whoever knows this secret reads every SIP secret of the PBX. So: this machine alone, and a secret of its own,
; which is also the one line of ami_secret_file. Then: manager reload
[general]
enabled=yes
bindaddr=127.0.0.1

[$ami_user]
; secret=...
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
write=system
"""


def common_parts(values: Values) -> list[Part]:
    """Dialplan and manager interface."""
    return [
        Part("aps_unprov_extensions.conf", "/etc/asterisk/aps_unprov_extensions.conf (new file)",
             values.fill(_DIALPLAN)),
        Part("manager.conf", "/etc/asterisk/manager.conf (add; [general] only where there is none)",
             values.fill(_MANAGER)),
    ]  # fmt: skip
