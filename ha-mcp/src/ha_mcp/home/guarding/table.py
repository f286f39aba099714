"""Which actions move what protects a house, or stop the house: the table, and nothing else."""

import re
from collections.abc import Mapping
from typing import Final

# Actions that do so whatever they are for.
ALWAYS: Final[Mapping[str, str]] = {
    "homeassistant.stop": "it stops Home Assistant",
    "homeassistant.restart": "it restarts Home Assistant",
    "lock.unlock": "it unlocks",
    "lock.open": "it opens a lock",
    "alarm_control_panel.alarm_disarm": "it disarms an alarm",
    "alarm_control_panel.alarm_trigger": "it sets off an alarm",
    "update.install": "it installs software, which may restart what it is for",
    "conversation.process": "a sentence can move anything in the house",
}
DOMAINS: Final[Mapping[str, str]] = {
    "hassio": "it reaches the machine, its apps and its backups",
    "shell_command": "it runs a command on the machine",
    "python_script": "it runs a program inside Home Assistant",
    "pyscript": "it runs a program inside Home Assistant",
    "siren": "it moves a siren",
}
# Of every integration: zwave_js.set_lock_usercode, unifi_access.set_lock_rule, nuki.set_pin ...
CODES: Final = re.compile(
    r"(set|clear|delete|remove|update|add|enable|disable)_(\w+_)?"
    r"(lock|user_?code|pin_?code|pin|credential)s?(_\w+)?"
)
SAYS_CODES: Final = "it changes who can open a lock"

# Domains whose entities protect the house; of covers only some.
PROTECTING: Final[Mapping[str, str]] = {
    "lock": "a lock",
    "alarm_control_panel": "an alarm",
    "siren": "a siren",
    "valve": "a valve",
}
COVERS: Final[Mapping[str, str]] = {
    "door": "a door",
    "garage": "a garage door",
    "gate": "a gate",
}
# A cover of no class is one of them when its name says so.
COVER_NAMED: Final = re.compile(r"garage|(^|[_.])gate|(^|[_.])door", re.IGNORECASE)

# What these do to what protects the house makes it safer, or nothing at all.
HARMLESS: Final = re.compile(
    r"""lock\.lock
    | alarm_control_panel\.alarm_arm_\w+
    | cover\.stop_cover(_tilt)? | valve\.stop_valve
    | homeassistant\.update_entity
    | (logbook|recorder|notify|persistent_notification|tts|system_log|logger|zone|person)\.\w+
    | \w+\.(refresh|ping|get|locate|identify)(_\w+)?
    """,
    re.VERBOSE,
)
# Type of a device action → the end of the action it stands for.
DEVICE_TYPES: Final[Mapping[str, str]] = {
    "disarm": "alarm_disarm", "trigger": "alarm_trigger", "arm_away": "alarm_arm_away",
    "arm_home": "alarm_arm_home", "arm_night": "alarm_arm_night",
    "arm_vacation": "alarm_arm_vacation", "open": "open", "stop": "stop_cover",
}  # fmt: skip
