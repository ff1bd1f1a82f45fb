"""Texts for chan_pjsip: what a real Asterisk accepted, with its traps as comments (spec/asterisk-proofs.md)."""

from __future__ import annotations

from aps_tui.services.asteriskconf.common import common_parts
from aps_tui.services.asteriskconf.values import Part, Values
from aps_tui.services.fleet import UNPROV_PREFIX, UNPROV_USER

_GLOBAL = """\
; A type=global object exists once. Where pjsip.conf has one, write [global](+) here, behind it, and leave out
; type=global: a second one, under whatever name, resets the PBX's own global settings.
[global]
type=global
; header comes first: phones are known by their From header, whatever identify a trunk has for their network, and no
; first request is logged as failed. If the PBX has an endpoint called anonymous, add ,anonymous at the end.
endpoint_identifier_order=header,ip,username,auth_username
; Without it a NOTIFY to an address reaches nobody, and Asterisk says all the same that it was sent. Leave the
; operator's own.
default_outbound_endpoint=$user
; Never #include: where the file is missing the PBX has no endpoint at all after its next start.
#tryinclude aps_unprov_pjsip.conf
; Then: module reload res_pjsip.so ("pjsip reload" is an alias that not every PBX has). It says "reloaded
; successfully" even where a mistake keeps the old state, and at the next start all endpoints would be gone: look
; with "pjsip show endpoint $user".
"""
_ACCOUNT = """\
; Endpoint, AOR and digest user must have one name. The password opens this one account, which reaches one AGI and
; nothing else.
[$user]
type=endpoint
identify_by=header,auth_username
auth=$user
aors=$user
context=aps-unprov
; Without message_context a SIP MESSAGE runs the dialplan.
message_context=aps-none
subscribe_context=aps-none
allow_subscribe=no
allow_transfer=no
; No callerid= line and no trust: the number that the AGI sees is the phone's own user name.
trust_id_inbound=no
disallow=all
allow=ulaw,alaw
dtmf_mode=auto_info
direct_media=no
deny=0.0.0.0/0.0.0.0
; deny=::/0 as well where a transport listens on IPv6 (not tried)
$permits

[$user]
type=auth
auth_type=userpass
username=$user
$password

; One contact, the latest: each answer to a REGISTER lists all contacts of the account, with every phone's MAC and
; address. A phone whose contact was replaced can still call and be told by its address.
[$user]
type=aor
max_contacts=1
remove_existing=yes

; The $prefix before the MAC keeps an inbound call from a number of 12 digits from being taken for a phone.
[aps-unprov-id]
type=identify
endpoint=$user
match_header=From: /sip:$prefix[0-9a-f]{12}@/
"""
_NOTIFY = """\
; Needed where phones are told through the command line (way = "asterisk" in [resync]); the manager interface needs
; none. Then: module reload res_pjsip_notify.so
$notify"""


def parts(values: Values) -> list[Part]:
    """The texts, in the order in which they are put in place."""
    names = {"user": UNPROV_USER, "prefix": UNPROV_PREFIX}
    return [
        Part("aps_unprov_pjsip.conf", "/etc/asterisk/aps_unprov_pjsip.conf (new file, 0640 and of Asterisk's group)",
             values.fill(_ACCOUNT, **names)),
        Part("pjsip.conf", "/etc/asterisk/pjsip.conf (add)", values.fill(_GLOBAL, **names)),
        *common_parts(values),
        Part("pjsip_notify.conf", "/etc/asterisk/pjsip_notify.conf (add)", values.fill(_NOTIFY)),
    ]  # fmt: skip
