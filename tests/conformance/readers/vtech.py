"""Reads VTech files as a phone does: `module.setting = value` lines.

A phone drops all of a module for one name that it does not know: a name that no phone's export has is an error here.
"""

from __future__ import annotations

import re

from tests.conformance.readback import ReadBack

_EXPORTED = frozenset(
    """
    sip_account.N.sip_account_enable sip_account.N.label sip_account.N.display_name sip_account.N.user_id
    sip_account.N.authentication_name sip_account.N.authentication_access_password sip_account.N.dial_plan
    sip_account.N.primary_sip_server_address sip_account.N.primary_sip_server_port
    sip_account.N.primary_registration_server_address sip_account.N.primary_registration_server_port
    sip_account.N.primary_registration_expires sip_account.N.registration_retry_time
    sip_account.N.primary_outbound_proxy_server_address sip_account.N.primary_outbound_proxy_server_port
    sip_account.N.backup_outbound_proxy_server_address sip_account.N.backup_outbound_proxy_server_port
    sip_account.N.transport_mode sip_account.N.local_sip_port sip_account.N.check_trusted_certificate
    sip_account.N.sip_session_timer_enable sip_account.N.sip_session_timer_max sip_account.N.voice_encryption_enable
    sip_account.N.dtmf_transport_method sip_account.N.codec_priority.N sip_account.N.dscp sip_account.N.sip_dscp
    sip_account.N.nat_traversal_stun_enable sip_account.N.nat_traversal_stun_server_address
    sip_account.N.nat_traversal_stun_server_port sip_account.N.nat_traversal_udp_keep_alive_enable
    sip_account.N.nat_traversal_udp_keep_alive_interval sip_account.N.access_code_retrieve_voicemail
    sip_account.N.mwi_enable sip_account.N.mwi_ignore_unsolicited sip_account.N.auto_answer_enable
    sip_account.N.blf_remote_pickup_code
    call_settings.account.N.dnd_enable call_settings.missed_call_alert_enable
    call_settings.account.N.call_fwd_always_enable call_settings.account.N.call_fwd_always_target
    call_settings.account.N.call_fwd_busy_enable call_settings.account.N.call_fwd_busy_target
    call_settings.account.N.cfna_enable call_settings.account.N.cfna_target call_settings.account.N.cfna_delay
    user_pref.account.N.ringer user_pref.language user_pref.web_language user_pref.call_waiting.mode
    user_pref.backlight_timeout user_pref.idle_backlight
    network.ip.dhcp_enable network.ip.static_ip_addr network.ip.subnet_mask network.ip.gateway_addr
    network.ip.dns1 network.ip.dns2 network.lldp_med.enable network.rtp.port_start network.rtp.port_end
    network.vlan.wan.enable network.vlan.wan.id network.vlan.wan.priority
    network.vlan.pc.enable network.vlan.pc.id network.vlan.pc.priority
    time_date.date_format time_date.24hr_clock time_date.ntp_dhcp_option time_date.ntp_server
    time_date.ntp_server_addr time_date.timezone_dhcp_option time_date.selected_timezone
    time_date.daylight_saving_auto_adjust time_date.daylight_saving_user_defined time_date.daylight_saving_amount
    time_date.daylight_saving_start_month time_date.daylight_saving_start_week
    time_date.daylight_saving_start_day time_date.daylight_saving_start_hour
    time_date.daylight_saving_end_month time_date.daylight_saving_end_week
    time_date.daylight_saving_end_day time_date.daylight_saving_end_hour
    provisioning.bootup_check_enable provisioning.resync_mode provisioning.resync_time provisioning.schedule_mode
    provisioning.weekdays provisioning.weekdays_start_hr provisioning.weekdays_end_hr
    provisioning.remote_check_sync_enable provisioning.pnp_enable provisioning.check_trusted_certificate
    provisioning.server_address provisioning.server_username provisioning.server_access_password
    provisioning.firmware_url provisioning.fw_server_username provisioning.fw_server_access_password
    profile.admin.access_password profile.user.access_password web.https_enable
    tone.inside_dial_tone.num_of_elements tone.inside_dial_tone.element.N
    tone.stutter_dial_tone.num_of_elements tone.stutter_dial_tone.element.N
    tone.busy_tone.num_of_elements tone.busy_tone.element.N
    tone.ring_back_tone.num_of_elements tone.ring_back_tone.element.N
    tone.call_waiting_tone.num_of_elements tone.call_waiting_tone.element.N
    page_zone.call_priority_threshold page_zone.N.name page_zone.N.multicast_address page_zone.N.multicast_port
    page_zone.N.accept_incoming_page page_zone.N.priority file.contact.directory.overwrite
    remoteDir.ldap_enable remoteDir.ldap_server_address remoteDir.ldap_port remoteDir.ldap_protocol_version
    remoteDir.ldap_authentication_type remoteDir.ldap_check_certificate remoteDir.ldap_base
    remoteDir.ldap_user_name remoteDir.ldap_access_password remoteDir.ldap_max_hits
    remoteDir.ldap_firstname_filter remoteDir.ldap_lastname_filter remoteDir.ldap_number_filter
    remoteDir.ldap_firstname_attribute remoteDir.ldap_lastname_attribute remoteDir.ldap_work_number_attributes
    remoteDir.ldap_mobile_number_attributes remoteDir.ldap_other_number_attributes
    remoteDir.ldap_incall_lookup_enable remoteDir.ldap_outcall_lookup_enable
    pfk.N.feature pfk.N.account pfk.N.quick_dial pfk.N.incall_dtmf pfk.N.park_destination pfk.N.prefix
    """.split()  # noqa: SIM905
)
_LAMPS = frozenset(f"pfk.{n}.blf" for n in range(6, 15))
_FIELDS = {
    "user_id": "user",
    "authentication_name": "auth_user",
    "authentication_access_password": "secret",
    "display_name": "display_name",
    "label": "label",
    "primary_registration_server_address": "server",
    "primary_registration_server_port": "port",
    "local_sip_port": "local_sip_port",
}
_VALUES = ("quick_dial", "blf", "incall_dtmf", "park_destination", "prefix")


def read(files: dict[str, bytes]) -> ReadBack:
    """Understand the per-MAC file of one phone."""
    back = ReadBack()
    for data in files.values():
        for line in data.decode("utf-8").split("\n"):
            if line and not line.startswith("#"):
                name, equals, value = line.partition("=")
                assert equals, f"no parameter: {line!r}"
                back.parameters[_known(name.strip())] = value.strip()
    for name, value in back.parameters.items():
        module, _, rest = name.partition(".")
        n, _, setting = rest.partition(".")
        if module == "sip_account" and setting in _FIELDS:
            back.accounts.setdefault(int(n), {})[_FIELDS[setting]] = value
        elif module == "pfk" and setting == "feature":
            back.keys["dss", int(n)] = {"type": value, "value": _value(back, n)}
    for place, account in back.accounts.items():
        if account.get("local_sip_port") == str(5050 + 10 * place):  # what an account has that names none
            del account["local_sip_port"]
    return back


def _known(name: str) -> str:
    """The name, if a phone knows it; a name without a module (a raw parameter of the tests) may be anything."""
    plain = re.sub(r"\.\d+(?=\.|\Z)", ".N", name)
    assert "." not in name or plain in _EXPORTED or name in _LAMPS, f"no export of a phone has {name!r}"
    return name


def _value(back: ReadBack, n: str) -> str:
    """The one value that a key holds; its other fields are empty."""
    held = [value for field in _VALUES if (value := back.parameters.get(f"pfk.{n}.{field}"))]
    assert len(held) <= 1, f"key {n} holds {len(held)} values"
    return held[0] if held else ""
