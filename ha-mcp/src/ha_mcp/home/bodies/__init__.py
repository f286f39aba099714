"""The bodies of what is configured: automations, scripts, scenes, dashboards, helpers and more."""

from .document import Document, Unread
from .store import PARTS, Bodies

__all__ = ["PARTS", "Bodies", "Document", "Unread"]
