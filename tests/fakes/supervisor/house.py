"""The house the fake Supervisor looks after: plain data that a test arranges."""

import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

CORE_SLUG = "homeassistant"

type Role = Literal["default", "homeassistant", "backup", "manager", "admin"]
type AppState = Literal["started", "stopped", "startup", "error", "unknown"]


@dataclass(kw_only=True)
class App:
    """An app of the store, installed or not, with what its config.yaml says."""

    slug: str
    name: str = "Probe"
    version: str = "0.1.0"
    version_latest: str = "0.1.0"
    description: str = "An app"
    repository: str = "local"
    installed: bool = True
    state: AppState = "started"
    hassio_api: bool = True
    hassio_role: Role = "manager"
    homeassistant_api: bool = True
    auth_api: bool = False
    stdin: bool = False
    discovery: list[str] = field(default_factory=list)
    services: dict[str, str] = field(default_factory=dict)
    schema: dict[str, Any] = field(default_factory=dict)
    default_options: dict[str, Any] = field(default_factory=dict)
    saved_options: dict[str, Any] = field(default_factory=dict)
    network: dict[str, int | None] = field(default_factory=dict)
    ingress: bool = False
    ingress_port: int | None = None
    ingress_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    panel_title: str = ""
    panel_icon: str = "mdi:puzzle"
    panel_admin: bool = True
    ip_address: str = "172.30.33.5"
    boot: str = "auto"
    watchdog: bool = False
    auto_update: bool = False
    ingress_panel: bool = False
    token: str = field(default_factory=lambda: secrets.token_hex(56))
    log: list[str] = field(default_factory=list)
    changelog: str | None = None
    stand_in: str = ""  # a name for it that resolves on this machine
    carried_from: str = ""  # where its port answers to who asks from the Supervisor's address

    @property
    def hostname(self) -> str:
        """The name by which other containers reach it."""
        return self.stand_in or self.slug.replace("_", "-")

    @property
    def options(self) -> dict[str, Any]:
        """What the app gets at its next start."""
        return {**self.default_options, **self.saved_options}

    @property
    def behind_ingress(self) -> tuple[str, int]:
        """Where the Supervisor passes on what browsers ask."""
        return self.carried_from or self.ip_address, self.ingress_port or 8099

    def new_token(self) -> None:
        """Every start has its own token."""
        self.token = secrets.token_hex(56)


@dataclass(kw_only=True)
class Timing:
    """How long things take, in seconds: as measured, divided by what a test can wait for."""

    auth: float = 10.0
    core_restart: float = 0.2
    core_stop: float = 0.05
    supervisor_away: float = 0.2
    supervisor_setup: float = 0.1
    old_sockets: float = 0.1
    stats: float = 0.01
    upstream: float = 300.0


@dataclass(kw_only=True)
class House:
    """Everything the Supervisor knows."""

    apps: dict[str, App] = field(default_factory=dict)
    state: str = "running"
    channel: str = "stable"
    machine: str = "generic-x86-64"
    arch: str = "amd64"
    hostname: str = "homeassistant"
    address: str = "192.168.1.20/24"
    supervisor_version: str = "2026.08.1"
    supervisor_latest: str = "2026.08.1"
    os_version: str = "17.0"
    timezone: str = "Europe/Berlin"
    unsupported: list[str] = field(default_factory=list)
    unhealthy: list[str] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    repositories: dict[str, dict[str, Any]] = field(default_factory=dict)
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    logs: dict[str, list[str]] = field(default_factory=dict)
    timing: Timing = field(default_factory=Timing)
    core_token: str = field(default_factory=lambda: secrets.token_hex(56))

    def add(self, app: App) -> App:
        """Put an app into the house."""
        self.apps[app.slug] = app
        return app

    def owner_of(self, token: str | None) -> App | None:
        """Find the running app that a token was given to, or Core, which is no app of the list."""
        if not token:
            return None
        if token == self.core_token:
            return App(slug=CORE_SLUG, name="Home Assistant Core", hassio_role="admin")
        known = (app for app in self.apps.values() if app.installed)
        return next((app for app in known if app.token == token), None)
