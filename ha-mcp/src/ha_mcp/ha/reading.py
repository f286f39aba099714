"""What only reads: a table of Home Assistant's and the Supervisor's interfaces.

Where only reading is allowed, a request that is not in the table does not leave the process,
whatever the code above wants. A table of what writes would miss the next thing that does.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from ..problems import Forbidden

_WHY: ContextVar[str] = ContextVar("why_only_reading", default="")

# Commands of Core's WebSocket, as its source of 2026.11 has them. Left out though they look like
# reading: what opens a stream or scans a network, what answers with a credential, and triggers,
# which may register a webhook.
COMMANDS: Final = frozenset(
    """
    ping supported_features unsubscribe_events auth/current_user
    get_config get_states get_services get_panels slugify render_template validate_config
    test_condition subscribe_condition subscribe_entities subscribe_events
    subscribe_bootstrap_integrations subscribe_system_state trigger_platforms/subscribe
    condition_platforms/subscribe extract_from_target explain_target get_triggers_for_target
    get_conditions_for_target get_services_for_target entity/source search/related
    integration/descriptions integration/setup_info manifest/get manifest/list
    ai_task/preferences/get analytics
    application_credentials/config
    assist_pipeline/device/list assist_pipeline/language/list assist_pipeline/pipeline/get
    assist_pipeline/pipeline/list assist_pipeline/pipeline_debug/get
    assist_pipeline/pipeline_debug/list assist_satellite/get_configuration
    automation/config script/config
    backup/agents/info backup/config/info backup/details backup/info backup/subscribe_events
    blueprint/list blueprint/substitute
    camera/capabilities camera/get_prefs calendar/event/subscribe
    cloud/status cloud/tts/info
    config/area_registry/list config/auth/list config/category_registry/list
    config/device_registry/list config/device_registry/list_composite_splits
    config/device_registry/list_linked_devices config/entity_registry/get
    config/entity_registry/get_automatic_entity_ids config/entity_registry/get_entries
    config/entity_registry/list config/entity_registry/list_for_display
    config/entity_registry/settings/get config/floor_registry/list config/label_registry/list
    config_entries/flow/progress config_entries/flow/subscribe config_entries/get
    config_entries/get_single config_entries/subentries/list config_entries/subscribe
    conversation/agent/homeassistant/debug conversation/agent/homeassistant/language_scores
    conversation/agent/list conversation/sentences/list
    counter/list input_boolean/list input_button/list input_datetime/list input_number/list
    input_select/list input_text/list schedule/list timer/list
    device_automation/action/capabilities device_automation/action/list
    device_automation/condition/capabilities device_automation/condition/list
    device_automation/trigger/capabilities device_automation/trigger/list
    diagnostics/list energy/fossil_energy_consumption energy/get_prefs energy/info
    energy/solar_forecast energy/validate
    frontend/get_icons frontend/get_system_data frontend/get_themes frontend/get_translations
    frontend/get_user_data frontend/get_version
    hardware/info history/history_during_period history/stream
    homeassistant/expose_entity/list homeassistant/expose_new_entities/get
    image/list labs/list llm/api/list
    logbook/event_stream logbook/get_action_calls logbook/get_events logger/log_info
    lovelace/dashboards/list lovelace/info lovelace/resources lovelace/resources/list
    marketplace/info marketplace/repositories/list
    media_player/browse_media media_player/search_media media_source/browse_media
    media_source/search_media mqtt/device/debug_info network/url
    number/device_class_convertible_units persistent_notification/get
    persistent_notification/subscribe person/list
    recorder/entity_options/get recorder/get_statistics_metadata recorder/info
    recorder/list_statistic_ids recorder/statistic_during_period
    recorder/statistics_during_period recorder/validate_statistics
    repairs/get_issue_data repairs/list_issues
    sensor/device_class_convertible_units sensor/numeric_device_classes shopping_list/items
    stt/engine/list system_health/info system_log/list system_log/subscribe_raw
    tag/list todo/item/list todo/item/subscribe
    trace/contexts trace/get trace/list tts/engine/get tts/engine/list tts/engine/voices
    update/release_notes usage_prediction/common_control
    wake_word/info weather/convertible_units weather/subscribe_forecast
    zha/configuration zha/device zha/devices zha/group zha/groups zha/network/settings
    zone/list
    """.split()
)

# Actions that only answer, which Core declares as such (SupportsResponse.ONLY).
_ANSWERING: Final = frozenset(
    {
        "calendar.get_events", "media_player.browse_media", "media_player.search_media",
        "recorder.get_statistics", "schedule.get_schedule", "todo.get_items",
        "weather.get_forecasts",
    }
)  # fmt: skip

_ID: Final = r"[^/?#]+"
_GET: Final = re.compile(
    rf"""
        config | services | events | components | states(/{_ID})? | error_log
      | calendars(/{_ID})? | history/period(/{_ID})? | logbook(/{_ID})?
      | (camera_proxy|image_proxy|media_player_proxy)/{_ID} | image/serve/{_ID}(/{_ID})?
      | brands/{_ID}/{_ID}/{_ID}
      | config/(automation|script|scene)/config/{_ID}
      | config/config_entries/(entry|flow_handlers) | diagnostics/config_entry/{_ID}
    """,
    re.VERBOSE,
)
_POST: Final = frozenset({"template", "config/core/check_config"})
_SUPERVISOR: Final = re.compile(
    rf"""/(
        ({_ID}/){{1,2}}info | info | (addons|store/addons)/{_ID}/(changelog|documentation)
      | addons | store | store/(addons|repositories) | backups | mounts | discovery | services
      | available_updates | jobs/info
      | (addons/{_ID}|core|supervisor|host|dns|audio|multicast|observer|cli)/(logs|stats)
      | (addons/{_ID}|core|supervisor|host|dns|audio|multicast)/logs/(latest|boots(/{_ID})?)
    )""",
    re.VERBOSE,
)


def command_reads(kind: str, fields: Mapping[str, Any]) -> bool:
    """Tell whether a command of the WebSocket is known to read only."""
    certain = _BY_FIELDS.get(kind)
    return certain(fields) if certain else kind in COMMANDS


def _action_answers(fields: Mapping[str, Any]) -> bool:
    action = f"{fields.get('domain')}.{fields.get('service')}"
    return action in _ANSWERING and fields.get("return_response") is True


_BY_FIELDS: Final[Mapping[str, Callable[[Mapping[str, Any]], bool]]] = {
    "call_service": _action_answers,
    "lovelace/config": lambda fields: not fields.get("force"),  # loads the file anew
}


def request_reads(method: str, path: str) -> bool:
    """Tell whether a request below ``/api/`` is known to read only."""
    plain = path.removeprefix("/")
    return (method == "GET" and _GET.fullmatch(plain) is not None) or (
        method == "POST" and plain in _POST
    )


def supervisor_reads(method: str, path: str) -> bool:
    """Tell whether a request to the Supervisor is known to read only."""
    return method == "GET" and _SUPERVISOR.fullmatch(path.partition("?")[0]) is not None


@contextmanager
def only_reading(why: str) -> Iterator[None]:
    """Let nothing leave that could write, for as long as the block lasts, in it and its tasks."""
    before = _WHY.set(why)
    try:
        yield
    finally:
        _WHY.reset(before)


def reading_only_because() -> str:
    """Return why the present call may only read; empty when it may write."""
    return _WHY.get()


def may_leave(what: str, why: str, *, reads: bool) -> None:
    """Raise Forbidden when a request has to stay; ``why`` is the reason of the whole process."""
    reason = why or _WHY.get()
    if reason and not reads:
        raise Forbidden(f"{what} could change something, and {reason}: nothing was sent")
