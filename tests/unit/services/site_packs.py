"""Two small vendor packs for site files, so that these tests judge the services alone; and the spec's example."""

from __future__ import annotations

from pathlib import Path

from aps_tui.vendors.loader import Packs, load_packs

YEALINK = """
name = "Yealink"
mac_prefixes = ["805ec0"]
[[file]]
path = "{mac}.cfg"
template = "mac.j2"
format = "flat"
[words.key]
none = 0
line = 15
blf = 16
speed-dial = 13
feature = 20
[defaults]
lines = 16
keys = 10
[generation.v84]
[generation.v86]
[model.T46U]
generations = ["v84", "v86"]
expansion = { EXP43 = 20 }
expansion_max = 3
[model.T48U]
[model.T30]
lines = 1
keys = 0
"""
SNOM = """
name = "Snom"
mac_prefixes = ["000413"]
[[file]]
path = "{mac}.xml"
template = "mac.j2"
format = "flat"
[words.key]
line = "line"
[defaults]
lines = 2
keys = 4
[model.D785]
"""
MAC_J2 = """\
{% for l in lines %}
account.{{ l.n }}.user = {{ l.user }}
account.{{ l.n }}.odd = {{ l.local_sip_port }}
{% endfor %}
server = {{ server[1].host }}
lldp = {{ network.lldp | bit }}
zone = {{ time.zone }}
deal = {{ keys.deal_type }}
vlan = {{ network.vlan_id }}
first = {{ network.rtp_port_min }}
last = {{ network.rtp_port_max }}
mode = {{ network.ip_mode }}
admin = {{ security.admin_password }}
directory = {{ services.extension }}
stun = {{ network.stun_host }}
{% for p in raw %}
{{ p.name }} = {{ p.value }}
{% endfor %}
"""

EXAMPLE = """
version = 1

[site]                                   # global site level
settings = { "time.zone" = "America/Toronto", "server.1.host" = "1.1.1.1" }

[provisioning]                           # Configuration > Telephony > Provisioning
sip_server_address = "10.77.0.1"
tftp_server_address = "10.77.0.1"
server_hostname = "pbx.example.net"
auto_create = false
auto_create_tenant = "acme"
auto_create_vendors = ["aastra", "snom", "polycom", "yealink"]
whitelist = ["10.77.0.0/22", "80:5e:c0"] # addresses, CIDR, MAC prefixes, MACs
unprovisioned_pin = "739154"

[[tenant]]
name = "acme"
settings = { "server.voicemail_number" = "*97" }

[[extension]]
tenant = "acme"
number = "101"
account = "101"                          # SIP account; default: number
auth_user = "101"                        # default: account
secret = "Ab3…"
name = "Alice Martin"
mailbox = "101"

[[mapping]]                              # no tenant: All (Global)
source = "1.1.1.1"
hostname = "pbx.example.net"

[[template]]
name = "T46 sales"
vendor = "yealink"
model = "T46U"
tenant = "acme"                          # absent: global
settings = { "network.lldp" = true, "keys.deal_type" = "attended" }
raw = { "phone_setting.contrast" = "6" } # vendor parameters as they stand
[[template.key]]
bank = "dss"                             # dss | programmable | expansion-1 … expansion-6
position = 1
type = "line"
line = 1
[[template.key]]
bank = "dss"
position = 2
type = "blf"
value = "102"
label = "Bob"

[[device]]
tenant = "acme"
mac = "80:5e:c0:12:34:56"
vendor = "yealink"
model = "T46U"
template = "T46 sales"
settings = { "services.extension" = "101" }
[[device.line]]
number = 1
extension = "101"
label = "Alice"
caller_id_source = "pai-from"
local_sip_port = 12034
srtp = "off"                             # off | optional | required
[[device.key]]                           # overrides the template's key at that bank and position
bank = "dss"
position = 3
type = "speed-dial"
value = "5551234"
"""
"""The site file's specification, word for word."""


def make_site_packs(folder: Path) -> Packs:
    """Write the packs and load them."""
    for slug, text in (("yealink", YEALINK), ("snom", SNOM)):
        (folder / slug).mkdir(parents=True)
        (folder / slug / "vendor.toml").write_text(text)
        (folder / slug / "mac.j2").write_text(MAC_J2)
    packs = load_packs([folder])
    assert not packs.faults
    return packs
