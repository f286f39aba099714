"""What people call Home Assistant's domains and device classes: English first, then a few others.

Domains and classes are found by their own name's words too, and by plurals, so neither is here.
"""

from collections.abc import Mapping
from typing import Final

DOMAINS: Final[Mapping[str, str]] = {
    "alarm_control_panel": "alarm alarmanlage alarme alarma",
    "automation": "automatisierung automatisation automatización automatisering",
    "binary_sensor": "sensor detector contact melder kontakt fühler détecteur capteur",
    "button": "knopf taste bouton botón knop",
    "calendar": "kalender calendrier calendario agenda",
    "camera": "cam webcam cctv kamera caméra cámara",
    "climate": "thermostat heating heater hvac aircon ac radiator heizung thermostate "
    "heizkörper klimaanlage chauffage radiateur climatisation calefacción termostato radiador "
    "aire verwarming thermostaat airco",
    "counter": "zähler compteur contador teller",
    "cover": "blind shutter curtain shade awning roller garage gate "
    "rollo rollladen rolladen jalousie vorhang markise volet store rideau persiana cortina "
    "toldo rolluik gordijn jaloezie zonwering",
    "device_tracker": "tracker phone phones presence location",
    "fan": "ventilator ventilation lüfter ventilateur ventilador",
    "humidifier": "dehumidifier befeuchter entfeuchter humidificateur luchtbevochtiger",
    "lawn_mower": "mower rasenmäher mähroboter tondeuse cortacésped grasmaaier",
    "light": "lamp bulb lighting spot spotlight chandelier leds licht lichter lampe "
    "lampen leuchte leuchten beleuchtung lumière lumières lampes éclairage luz luces lámpara "
    "lámparas verlichting lichten",
    "lock": "deadbolt türschloss schloss serrure verrou cerradura slot",
    "media_player": "tv television telly speaker speakers music radio audio stereo sonos fernseher "
    "lautsprecher musik télé télévision enceinte musique altavoz televisor música luidspreker "
    "muziek televisie",
    "person": "people who someone anyone everybody personne persona persoon personen",
    "remote": "fernbedienung télécommande",
    "scene": "szene scène escena",
    "script": "skript",
    "sensor": "fühler messwert capteur",
    "siren": "sirene sirène sirena",
    "switch": "plug outlet socket schalter steckdose interrupteur prise interruptor enchufe "
    "schakelaar stopcontact",
    "timer": "countdown",
    "todo": "list einkaufsliste shopping",
    "update": "firmware updates",
    "vacuum": "hoover roomba staubsauger saugroboter aspirateur aspiradora stofzuiger",
    "valve": "ventil vanne válvula klep",
    "water_heater": "boiler warmwasser geyser",
    "weather": "forecast wetter météo tiempo weer",
    "zone": "",
}

CLASSES: Final[Mapping[str, str]] = {
    "battery": "batteries batterie batterien akku pile piles batería baterías pila batterij",
    "carbon_dioxide": "co2 kohlendioxid",
    "carbon_monoxide": "co kohlenmonoxid",
    "cold": "frost",
    "connectivity": "connected connection online",
    "current": "amps ampere strom courant",
    "door": "doors tür türen haustür porte portes puerta puertas deur deuren",
    "energy": "kwh energie énergie energía verbrauch consumption",
    "garage": "garagentor garagepoort",
    "garage_door": "garagentor garage",
    "gas": "gaz",
    "gate": "tor portail",
    "glass_break": "glasbruch",
    "humidity": "feuchte feuchtigkeit luftfeuchtigkeit luftfeuchte humidité humedad "
    "luchtvochtigheid vochtigheid",
    "illuminance": "brightness lux helligkeit luminosité lichtsterkte",
    "moisture": "leak leaks flood water wet leck wasser wasserleck fuite fuga lek lekkage",
    "monetary": "cost price money kosten preis coût precio",
    "motion": "movement pir bewegung bewegungsmelder mouvement movimiento beweging",
    "occupancy": "presence präsenz anwesenheit présence presencia aanwezigheid",
    "opening": "contact",
    "outlet": "socket steckdose",
    "pm25": "dust particles feinstaub",
    "power": "watt watts consumption leistung puissance potencia vermogen",
    "pressure": "druck luftdruck pression presión luchtdruk",
    "precipitation": "rain regen pluie lluvia",
    "problem": "fault error störung fehler",
    "signal_strength": "rssi lqi wifi signal",
    "smoke": "fire rauch rauchmelder fumée humo rook rookmelder",
    "temperature": "temp warm temperatur température temperatura temperatuur",
    "tv": "television fernseher",
    "vibration": "shake shaking erschütterung",
    "voltage": "volt volts spannung tension voltaje spanning",
    "water": "wasser eau agua",
    "wind_speed": "wind viento vent",
    "window": "windows fenster fenêtre fenêtres ventana ventanas raam ramen",
}

KINDS: Final[Mapping[str, str]] = {
    "area": "room rooms zimmer raum pièce habitación kamer",
    "automation": "automations rule rules",
    "dashboard": "dashboards lovelace",
    "device": "devices gerät geräte appareil dispositivo apparaat",
    "floor": "storey etage stockwerk étage planta verdieping",
    "helper": "helpers helfer",
    "label": "labels",
    "scene": "scenes",
    "script": "scripts",
}

ENTITY_DOMAINS: Final = frozenset(
    "ai_task air_quality alarm_control_panel assist_satellite automation binary_sensor button "
    "calendar camera climate conversation counter cover date datetime device_tracker event fan "
    "geo_location group humidifier image image_processing input_boolean input_button "
    "input_datetime input_number input_select input_text lawn_mower light lock media_player "
    "notify number person plant remote scene schedule script select sensor siren stt sun switch "
    "tag text time timer todo tts update vacuum valve wake_word water_heater weather zone".split()
)
"""The domains that have entities in Home Assistant, whether this home has one or not."""

DEVICE_CLASSES: Final = frozenset(
    "absolute_humidity apparent_power aqi area atmospheric_pressure awning battery "
    "battery_charging blind blood_glucose_concentration button carbon_dioxide carbon_monoxide "
    "cold conductivity connectivity current curtain damper data_rate data_size date "
    "dehumidifier distance door doorbell duration energy energy_distance energy_storage enum "
    "firmware frequency garage garage_door gas gate glass_break heat humidifier humidity identify "
    "illuminance irradiance light lock moisture monetary motion moving nitrogen_dioxide "
    "nitrogen_monoxide nitrous_oxide occupancy opening outlet ozone ph plug pm1 pm10 pm25 pm4 "
    "power power_factor precipitation precipitation_intensity presence pressure problem radon "
    "reactive_energy reactive_power receiver restart running safety shade shutter "
    "signal_strength smoke sound sound_pressure speaker speed sulphur_dioxide switch tamper "
    "temperature temperature_delta timestamp tv update uptime vibration "
    "volatile_organic_compounds volatile_organic_compounds_parts voltage volume "
    "volume_flow_rate volume_storage water weight wind_direction wind_speed window".split()
)
"""The device classes of Home Assistant, of all domains together."""
