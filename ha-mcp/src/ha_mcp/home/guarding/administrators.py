"""Actions that Core keeps for administrators: read in its source, since its answers do not say."""

import re
from typing import Final

_DOMAINS: Final = frozenset({"backup", "debugpy", "hassio", "insteon", "profiler"})
_ENDS: Final = re.compile(r"reload(_\w+)?")
_ACTIONS: Final = frozenset(
    """
    ai_task.clear_images cast.show_lovelace_view cloud.remote_connect cloud.remote_disconnect
    configurator.configure deconz.configure deconz.device_refresh deconz.remove_orphaned_entries
    downloader.download_file file.read_file fritz.set_guest_wifi_password
    frontend.set_theme
    homeassistant.check_config homeassistant.restart homeassistant.save_persistent_states
    homeassistant.set_location homeassistant.stop
    homematicip_cloud.dump_hap_config homematicip_cloud.reset_energy_counter
    homematicip_cloud.set_home_cooling_mode huawei_lte.resume_integration
    huawei_lte.suspend_integration knx.event_register knx.exposure_register
    logger.set_default_level logger.set_level modbus.write_register mqtt.dump mqtt.publish
    neopool.set_device_time peblar.add_rfid_token peblar.delete_rfid_token
    peblar.list_rfid_tokens peblar.list_vehicle_tokens peblar.add_vehicle_token
    peblar.delete_vehicle_token peblar.authorize_charge_session portainer.prune_build_cache
    portainer.prune_images portainer.recreate_container recorder.disable recorder.enable
    recorder.purge recorder.purge_entities simplisafe.remove_pin simplisafe.set_pin
    simplisafe.set_system_properties synology_dsm.reboot synology_dsm.shutdown
    tplink_omada.set_client_name unifiprotect.trigger_alarm_webhook
    zha.issue_zigbee_cluster_command zha.issue_zigbee_group_command zha.permit zha.remove
    zha.set_zigbee_cluster_attribute zha.warning_device_squawk zha.warning_device_warn
    """.split()
)


def for_administrators(action_id: str) -> bool:
    """Tell whether Core runs an action only for administrators."""
    domain, _, name = action_id.partition(".")
    return action_id in _ACTIONS or domain in _DOMAINS or _ENDS.fullmatch(name) is not None
