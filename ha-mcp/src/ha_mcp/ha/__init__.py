"""The wires to Home Assistant: its WebSocket, its REST interface, the Supervisor.

They are thin, know nothing of the house, and turn every failure into a problem.
"""

from .handshake import User
from .logins import Logins
from .reading import only_reading, reading_only_because
from .reconnect import Backoff
from .rest import CoreRest
from .supervisor import Addresses, Announced, AppInfo, Interface, NetworkInfo, SelfInfo, Supervisor
from .websocket import CoreSocket

__all__ = [
    "Addresses",
    "Announced",
    "AppInfo",
    "Backoff",
    "CoreRest",
    "CoreSocket",
    "Interface",
    "Logins",
    "NetworkInfo",
    "SelfInfo",
    "Supervisor",
    "User",
    "only_reading",
    "reading_only_because",
]
