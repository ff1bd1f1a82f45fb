"""Texts for chan_sip, which Asterisk 21 no longer has. None of them was tried on a real one."""

from __future__ import annotations

from aps_tui.services.asteriskconf.common import common_parts
from aps_tui.services.asteriskconf.values import Part, Values
from aps_tui.services.fleet import UNPROV_PREFIX, UNPROV_USER

_PEERS = """\
; UNVERIFIED: nothing here was tried on a real chan_sip. Where the PBX has chan_pjsip too: aps-tui asterisk pjsip
; sip.conf: #tryinclude aps_unprov_sip.conf     Then: sip reload
;
; Limited peers, one for each device without an extension: print this again when there are new ones. The phones say
; $user as their digest user. If this chan_sip wants the peer's own name there ("username mismatch" in its log),
; these peers cannot register and only autocreatepeer, below, is left.
[aps-unprov](!)
type=friend
host=dynamic
context=aps-unprov
subscribecontext=aps-none
outofcall_message_context=aps-none
allowsubscribe=no
allowtransfer=no
trustrpid=no
directmedia=no
dtmfmode=auto
disallow=all
allow=ulaw,alaw
call-limit=1
deny=0.0.0.0/0.0.0.0
$permits
$secret

$peers
"""
_GENERAL = """\
; UNVERIFIED, and for old boxes alone. autocreatepeer=yes lets ANY device register WITHOUT a password, as a peer in
; the context of [general], and makes it tell from the answer which accounts exist. Asterisk's own sample calls it a
; high security risk. Only where a firewall keeps everything but the phones' network out, where [general] says
; context=aps-unprov and every peer has a context of its own; and take it out again when the phones are bound. A sip
; reload forgets such peers: their phones cannot be told to fetch before they have registered again.
;[general]
;autocreatepeer=yes
;context=aps-unprov
;allowguest=no
; Calls are matched by the digest user instead of From where this is on; then the AGI still sees the From user:
;match_auth_username=yes
"""
_NOTIFY = """\
; Sections for "sip notify", with way = "asterisk" and channel = "sip" in [resync]. UNVERIFIED.
$notify"""


def parts(values: Values) -> list[Part]:
    """The texts, in the order in which they are put in place."""
    peers = "\n".join(f"[{UNPROV_PREFIX}{mac}](aps-unprov)" for mac in values.unbound)
    names = {
        "user": UNPROV_USER,
        "secret": values.password.replace("password=", "secret=", 1),
        "peers": peers or "; no device is without an extension now",
    }
    return [
        Part("aps_unprov_sip.conf", "/etc/asterisk/aps_unprov_sip.conf (new file, 0640 and of Asterisk's group)",
             values.fill(_PEERS, **names)),
        Part("sip.conf", "/etc/asterisk/sip.conf (better not)", values.fill(_GENERAL)),
        *common_parts(values),
        Part("sip_notify.conf", "/etc/asterisk/sip_notify.conf (add)", values.fill(_NOTIFY)),
    ]  # fmt: skip
