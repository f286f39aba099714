"""The panel in Home Assistant's sidebar: what the owner sees and decides without an assistant."""
