"""Opens Home Assistant's own address to assistants: installs, announces and watches the relay."""

__version__ = "0.1.0"
