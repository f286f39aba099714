"""What is written in the large home: automations, scripts, scenes, helpers and a dashboard."""

import json
import random
from collections.abc import Callable
from typing import Any, Final

from .plan import AREAS, SEED, Plan

type Body = dict[str, Any]

AUTOMATIONS: Final = 200
SCRIPTS: Final = 50
SCENES: Final = 40
HELPERS: Final = 60
CARDS: Final = 240

ONLY_IN_A_BODY: Final = "xylophonic"
"""A word that one automation says and that no name contains."""
SAYS_IT: Final = "automation.evening_announcement"
HUGE: Final = "automation.huge_lookup"
"""The automation with a body of 60 kB."""
PACKAGED: Final = 20
WITHOUT_ID: Final = 2


class Bodies:
    """Writes bodies that name what is in the plan."""

    def __init__(self, plan: Plan) -> None:
        self._dice = random.Random(SEED + 1)
        self._plan = plan
        self._ids: dict[str, list[str]] = {}
        for _, entity in plan.entities():
            domain, kind = entity.part.domain, entity.part.device_class
            self._ids.setdefault(domain, []).append(entity.entity_id)
            if kind:
                self._ids.setdefault(f"{domain}/{kind}", []).append(entity.entity_id)

    def _any(self, sort: str) -> str:
        return self._dice.choice(self._ids[sort])

    def _some(self, sort: str, count: int) -> list[str]:
        return self._dice.sample(self._ids[sort], count)

    def automations(self) -> list[Body]:
        """Return every automation; the last ones belong into a package or have no id."""
        shapes: list[Callable[[int], Body]] = [
            self._motion_light,
            self._window_heating,
            self._template_power,
            self._blind_sun,
            self._battery_notice,
            self._presence_choose,
        ]
        made = [self._announcement(), self._huge()]
        made += [self._from_blueprint(number) for number in range(10)]
        made += [shapes[number % len(shapes)](number) for number in range(AUTOMATIONS - len(made))]
        for number, body in enumerate(made[: AUTOMATIONS - WITHOUT_ID]):
            body["id"] = f"{1700000000000 + number}"
        return made

    def _motion_light(self, number: int) -> Body:
        light = self._any("light")
        return {
            "alias": f"Motion light {number}",
            "description": "Light while somebody is there and it is dark.",
            "triggers": [
                {"trigger": "state", "entity_id": self._any("binary_sensor/motion"), "to": "on"}
            ],
            "conditions": [
                {
                    "condition": "numeric_state",
                    "entity_id": self._any("sensor/illuminance"),
                    "below": self._dice.randint(5, 60),
                },
                {"condition": "sun", "after": "sunset", "after_offset": "-00:30:00"},
            ],
            "actions": [
                {
                    "action": "light.turn_on",
                    "target": {"entity_id": [light, self._any("light")]},
                    "data": {"brightness_pct": self._dice.randint(10, 100), "transition": 1},
                },
                {"delay": {"minutes": self._dice.randint(1, 10)}},
                {"action": "light.turn_off", "target": {"entity_id": light}},
            ],
            "mode": "restart",
        }

    def _window_heating(self, number: int) -> Body:
        climate = self._any("climate")
        return {
            "alias": f"Heating pauses with open window {number}",
            "triggers": [
                {
                    "trigger": "state",
                    "entity_id": self._some("binary_sensor/window", 2),
                    "to": "on",
                    "for": "00:02:00",
                }
            ],
            "conditions": [],
            "actions": [
                {
                    "action": "climate.set_hvac_mode",
                    "target": {"entity_id": climate},
                    "data": {"hvac_mode": "off"},
                },
                {
                    "wait_for_trigger": [
                        {
                            "trigger": "state",
                            "entity_id": self._any("binary_sensor/window"),
                            "to": "off",
                        }
                    ],
                    "timeout": "02:00:00",
                },
                {
                    "action": "climate.set_temperature",
                    "target": {"entity_id": climate},
                    "data": {"temperature": 21},
                },
            ],
            "mode": "single",
        }

    def _template_power(self, number: int) -> Body:
        power, switch = self._any("sensor/power"), self._any("switch")
        domain, name = switch.split(".")
        return {
            "alias": f"Appliance watch {number}",
            "triggers": [
                {
                    "trigger": "template",
                    "value_template": f"{{{{ states('{power}') | float(0) > 1800 }}}}",
                    "for": "00:10:00",
                }
            ],
            "conditions": [],
            "variables": {"wanted": f"{domain}.{{{{ '{name[:3]}' ~ '{name[3:]}' }}}}"},
            "actions": [
                {"action": "switch.turn_off", "target": {"entity_id": "{{ wanted }}"}},
                {
                    "action": "persistent_notification.create",
                    "data": {
                        "message": f"{{{{ state_attr('{power}', 'friendly_name') }}}} took"
                        f" {{{{ states('{power}') }}}} W"
                    },
                },
            ],
            "mode": "single",
        }

    def _blind_sun(self, number: int) -> Body:
        return {
            "alias": f"Shade against the sun {number}",
            "triggers": [
                {
                    "trigger": "numeric_state",
                    "entity_id": self._any("sensor/temperature"),
                    "above": self._dice.randint(23, 27),
                }
            ],
            "conditions": [{"condition": "sun", "before": "sunset"}],
            "actions": [
                {
                    "action": "cover.set_cover_position",
                    "target": {"entity_id": self._some("cover", 2)},
                    "data": {"position": self._dice.randint(0, 60)},
                }
            ],
            "mode": "queued",
        }

    def _battery_notice(self, number: int) -> Body:
        return {
            "alias": f"Change the battery {number}",
            "triggers": [
                {
                    "trigger": "numeric_state",
                    "entity_id": self._some("sensor/battery", 4),
                    "below": 15,
                }
            ],
            "conditions": [{"condition": "time", "after": "08:00:00", "before": "21:00:00"}],
            "actions": [
                {
                    "action": "persistent_notification.create",
                    "data": {"message": "{{ trigger.to_state.name }} is at {{ trigger.to_state }}"},
                }
            ],
            "mode": "parallel",
        }

    def _presence_choose(self, number: int) -> Body:
        return {
            "alias": f"Evening routine {number}",
            "triggers": [{"trigger": "time", "at": f"{17 + number % 6}:{number % 60:02}:00"}],
            "conditions": [],
            "actions": [
                {
                    "choose": [
                        {
                            "conditions": [
                                {
                                    "condition": "state",
                                    "entity_id": self._any("binary_sensor/door"),
                                    "state": "off",
                                }
                            ],
                            "sequence": [
                                {
                                    "action": "light.turn_on",
                                    "target": {"area_id": self._dice.choice(AREAS[:17]).id},
                                },
                                {
                                    "action": "media_player.turn_on",
                                    "target": {"entity_id": self._any("media_player")},
                                },
                            ],
                        }
                    ],
                    "default": [
                        {"action": "light.turn_off", "target": {"entity_id": self._any("light")}},
                        {"action": "lock.lock", "target": {"entity_id": self._any("lock")}},
                    ],
                }
            ],
            "mode": "single",
        }

    def _from_blueprint(self, number: int) -> Body:
        return {
            "alias": f"Follow motion {number}",
            "use_blueprint": {
                "path": "lab/follow_motion.yaml",
                "input": {
                    "motion_entity": self._any("binary_sensor/motion"),
                    "light_target": {"entity_id": self._any("light")},
                    "no_motion_wait": 60 + number,
                },
            },
        }

    def _announcement(self) -> Body:
        return {
            "alias": "Evening announcement",
            "triggers": [{"trigger": "time", "at": "19:30:00"}],
            "conditions": [],
            "actions": [
                {
                    "action": "persistent_notification.create",
                    "data": {"message": f"The {ONLY_IN_A_BODY} clock strikes half past seven"},
                }
            ],
            "mode": "single",
        }

    def _huge(self) -> Body:
        """One automation with a table of 60 kB, as people make them who know no better."""
        table: dict[str, str] = {}
        known = self._ids["sensor"]
        while len(json.dumps(table)) < 60_000:
            table[known[len(table)]] = f"Text for {known[len(table)]}"
        return {
            "alias": "Huge lookup",
            "triggers": [{"trigger": "time_pattern", "hours": "/12"}],
            "conditions": [],
            "actions": [
                {"variables": {"texts": table}},
                {"action": "light.turn_on", "target": {"entity_id": "light.kitchen_ceiling_light"}},
            ],
            "mode": "single",
        }

    def scripts(self) -> dict[str, Body]:
        """Return every script by its id."""
        return {
            f"routine_{number}": {
                "alias": f"Routine {number}",
                "sequence": [
                    {
                        "action": "light.turn_on",
                        "target": {"entity_id": self._some("light", 3)},
                        "data": {"brightness_pct": self._dice.randint(5, 100)},
                    },
                    {"delay": "00:00:01"},
                    {"action": "switch.turn_off", "target": {"entity_id": self._any("switch")}},
                ],
                "mode": "single",
            }
            for number in range(SCRIPTS)
        }

    def scenes(self) -> list[Body]:
        """Return every scene."""
        return [
            {
                "id": f"{1800000000000 + number}",
                "name": f"Mood {number}",
                "entities": {
                    **{
                        light: {"state": "on", "brightness": self._dice.randint(10, 255)}
                        for light in self._some("light", 5)
                    },
                    self._any("cover"): {"state": "closed"},
                },
            }
            for number in range(SCENES)
        ]

    def helpers(self) -> list[tuple[str, Body]]:
        """Return domain and fields of every helper."""
        sorts: list[tuple[str, int, Body]] = [
            ("input_boolean", 20, {}),
            ("input_number", 14, {"min": 0, "max": 100, "step": 1}),
            ("input_select", 8, {"options": ["Day", "Evening", "Night"]}),
            ("input_text", 6, {"max": 100}),
            ("input_datetime", 5, {"has_date": False, "has_time": True}),
            ("counter", 4, {}),
            ("timer", 3, {"duration": "00:10:00"}),
        ]
        return [
            (domain, {"name": f"{domain.replace('_', ' ').capitalize()} {number}", **fields})
            for domain, count, fields in sorts
            for number in range(count)
        ]

    def dashboard(self) -> Body:
        """Return a dashboard of 240 cards: 8 views with 30 each."""
        views = [
            {
                "title": f"View {number}",
                "path": f"view-{number}",
                "badges": [{"type": "entity", "entity": self._any("sensor/temperature")}],
                "cards": [self._card(index) for index in range(CARDS // 8)],
            }
            for number in range(8)
        ]
        return {"title": "Large home", "views": views}

    def _card(self, number: int) -> Body:
        if number % 5 == 0:
            return {
                "type": "entities",
                "title": f"Card {number}",
                "entities": [*self._some("sensor", 5), {"entity": self._any("light")}],
            }
        if number % 5 == 1:
            return {
                "type": "conditional",
                "conditions": [
                    {
                        "condition": "state",
                        "entity": self._any("binary_sensor/motion"),
                        "state": "on",
                    }
                ],
                "card": {"type": "tile", "entity": self._any("light")},
            }
        if number % 5 == 2:
            return {
                "type": "custom:button-card",
                "entity": self._any("switch"),
                "tap_action": {
                    "action": "perform-action",
                    "perform_action": "light.toggle",
                    "target": {"entity_id": self._any("light")},
                },
            }
        if number % 5 == 3:
            return {
                "type": "markdown",
                "content": f"{{{{ states('{self._any('sensor/humidity')}') }}}} %",
            }
        return {"type": "history-graph", "entities": self._some("sensor/temperature", 3)}
