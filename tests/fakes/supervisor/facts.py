"""What the Supervisor tells about the machine, itself and Core."""

from typing import Any

from aiohttp import web

from .access import HOUSE, Handler
from .answers import ok
from .core import CORE, Core
from .house import House

type Telling = dict[str, Any]


def routes() -> list[web.RouteDef]:
    """List the paths that only tell something."""
    told = {
        "/info": _info,
        "/core/info": _core,
        "/homeassistant/info": _core,
        "/host/info": _host,
        "/os/info": _os,
        "/network/info": _network,
        "/supervisor/info": _supervisor,
        "/resolution/info": _resolution,
        "/available_updates": _updates,
        "/hardware/info": lambda _house, _core: {"devices": [], "drives": []},
        "/jobs/info": lambda _house, _core: {"ignore_conditions": [], "jobs": []},
        "/backups/info": lambda _house, _core: {"backups": [], "days_until_stale": 30},
    }
    quiet = web.get("/supervisor/ping", _ping, allow_head=False)
    return [quiet, *(web.get(path, _teller(tell)) for path, tell in told.items())]


async def _ping(_request: web.Request) -> web.Response:
    return ok()


def _teller(tell: Any) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return ok(tell(request.app[HOUSE], request.app[CORE]))

    return answer


def _info(house: House, core: Core) -> Telling:
    return {
        "supervisor": house.supervisor_version,
        "homeassistant": core.version,
        "hassos": house.os_version,
        "docker": "28.3.3",
        "hostname": house.hostname,
        "operating_system": f"Home Assistant OS {house.os_version}",
        "features": ["reboot", "shutdown", "network", "hostname", "timedate", "os_agent"],
        "machine": house.machine,
        "machine_id": "0123456789abcdef0123456789abcdef",
        "arch": house.arch,
        "state": house.state,
        "supported_arch": [house.arch],
        "supported": not house.unsupported,
        "channel": house.channel,
        "logging": "info",
        "timezone": house.timezone,
    }


def _core(house: House, core: Core) -> Telling:
    return {
        "version": core.version,
        "version_latest": core.version,
        "update_available": False,
        "machine": house.machine,
        "ip_address": core.ip_address,
        "arch": house.arch,
        "image": f"ghcr.io/home-assistant/{house.machine}-homeassistant",
        "boot": True,
        "port": core.port,
        "ssl": core.ssl,
        "watchdog": True,
        "audio_input": None,
        "audio_output": None,
        "backups_exclude_database": False,
        "duplicate_log_file": False,
    }


def _host(house: House, _core: Core) -> Telling:
    return {
        "agent_version": "1.7.2",
        "apparmor_version": "4.1.0",
        "chassis": "embedded",
        "virtualization": "",
        "cpe": f"cpe:2.3:o:home-assistant:haos:{house.os_version}:*:production:*:*:*:*:*",
        "deployment": "production",
        "disk_free": 20.1,
        "disk_total": 30.8,
        "disk_used": 9.4,
        "disk_life_time": None,
        "features": ["reboot", "shutdown", "network", "hostname", "timedate", "os_agent"],
        "hostname": house.hostname,
        "llmnr_hostname": house.hostname,
        "kernel": "6.12.51-haos",
        "operating_system": f"Home Assistant OS {house.os_version}",
        "timezone": house.timezone,
        "dt_utc": "2026-11-20T19:55:12.965000+00:00",
        "dt_synchronized": True,
        "use_ntp": True,
        "startup_time": 4.2,
        "boot_timestamp": 1795203912965000,
        "broadcast_llmnr": True,
        "broadcast_mdns": True,
    }


def _os(house: House, _core: Core) -> Telling:
    return {
        "version": house.os_version,
        "version_latest": house.os_version,
        "update_available": False,
        "board": house.machine,
        "boot": "A",
        "data_disk": "disk-1",
        "boot_slots": {},
    }


def _network(house: House, _core: Core) -> Telling:
    return {
        "interfaces": [
            {
                "interface": "end0",
                "type": "ethernet",
                "enabled": True,
                "connected": True,
                "primary": True,
                "mac": "02:00:00:00:00:01",
                "ipv4": {
                    "method": "auto",
                    "address": [house.address],
                    "nameservers": ["192.168.1.1"],
                    "gateway": "192.168.1.1",
                    "ready": True,
                },
                "ipv6": {
                    "method": "auto",
                    "address": ["fe80::1/64"],
                    "nameservers": [],
                    "gateway": None,
                    "ready": True,
                },
                "wifi": None,
                "vlan": None,
                "mdns": "announce",
                "llmnr": "announce",
            }
        ],
        "docker": {
            "interface": "hassio",
            "address": "172.30.32.0/23",
            "gateway": "172.30.32.1",
            "dns": "172.30.32.3",
        },
        "host_internet": True,
        "supervisor_internet": True,
    }


def _supervisor(house: House, _core: Core) -> Telling:
    return {
        "version": house.supervisor_version,
        "version_latest": house.supervisor_latest,
        "update_available": house.supervisor_version != house.supervisor_latest,
        "channel": house.channel,
        "arch": house.arch,
        "supported": not house.unsupported,
        "healthy": not house.unhealthy,
        "ip_address": "172.30.32.2",
        "timezone": house.timezone,
        "logging": "info",
        "debug": False,
        "debug_block": False,
        "diagnostics": False,
        "auto_update": True,
        "country": None,
        "detect_blocking_io": False,
    }


def _resolution(house: House, _core: Core) -> Telling:
    return {
        "unsupported": house.unsupported,
        "unhealthy": house.unhealthy,
        "suggestions": [],
        "issues": house.issues,
        "checks": [],
    }


def _updates(house: House, _core: Core) -> Telling:
    return {"available_updates": house.updates}
