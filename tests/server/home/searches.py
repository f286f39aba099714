"""Questions to the large home, and their right answers: the same in memory and in a real Core."""

from typing import Final

FIRST: Final = [
    ("kitchen ceiling light", "light.kitchen_ceiling_light"),
    ("ceiling light kitchen", "light.kitchen_ceiling_light"),
    ("kichen ceilng ligt", "light.kitchen_ceiling_light"),
    ("light.kitchen_ceiling_light", "light.kitchen_ceiling_light"),
    ("kitchen_ceiling_light", "light.kitchen_ceiling_light"),
    ("kitchen_ceil", "light.kitchen_ceiling_light"),
    ("Kitchen", "kitchen"),
    ("Küche oben", "kuche_oben"),
    ("kuche oben", "kuche_oben"),
    ("KUECHE OBEN", "kuche_oben"),
    ("home office", "buro"),
    ("Buro", "buro"),
    ("Buero", "buro"),
    ("wintergarten", "conservatory"),
    ("Детская", "detskaia"),
    ("детская ceiling light", "light.detskaia_ceiling_light"),
    ("书房", "shu_fang"),
    ("书房 ceiling light", "light.shu_fang_ceiling_light"),
    ("sauna", "sauna"),
    ("🧖", "sauna"),
    ("xylophonic", "automation.evening_announcement"),
    ("clock strikes half past", "automation.evening_announcement"),
    ("evening anouncement", "automation.evening_announcement"),
    ("Huge lookup", "automation.huge_lookup"),
    ("large home dashboard", "large-home"),
    ("routine 7", "script.routine_7"),
    ("motion garage", "binary_sensor.garage_motion"),
    ("kitchen climate temperature", "sensor.kitchen_climate_temperature"),
    ("küche oben deckenlicht ceiling", "light.kuche_oben_ceiling_light"),
]
"""Query and the id that has to be first."""

FIRST_FIVE: Final = [
    ("kitchen light", "light.kitchen_ceiling_light"),
    ("Licht Küche oben", "light.kuche_oben_ceiling_light"),
    ("lumière kitchen", "light.kitchen_ceiling_light"),
    ("lamp in the living room", "light.living_room_floor_lamp"),
    ("living room lamp", "light.living_room_table_lamp"),
    ("lounge lamp", "light.living_room_reading_lamp"),
    ("salon lampe", "light.living_room_floor_lamp"),
    ("bedrom lmap", "light.bedroom_table_lamp"),
    ("temp kitchen", "sensor.kitchen_climate_temperature"),
    ("heizung küche oben", "climate.kuche_oben_radiator"),
    ("blinds terrace", "cover.terrace_blind"),
    ("detskaia lamp", "light.detskaia_floor_lamp"),
    ("smoke pool", "binary_sensor.pool_smoke_detector"),
]
"""Query and an id that has to be among the first five."""
