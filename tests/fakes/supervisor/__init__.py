"""A Supervisor that answers, and refuses, what the real one does.

It serves what an app sees at ``http://supervisor``. Its house is data that a test arranges; the
Core behind its proxy is any Home Assistant, usually a real one.
"""

from .core import Core
from .house import App, House
from .server import FakeSupervisor

__all__ = ["App", "Core", "FakeSupervisor", "House"]
