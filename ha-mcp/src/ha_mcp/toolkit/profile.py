"""Narrower views of the tools, for clients that need less than all of them."""

from enum import StrEnum


class Profile(StrEnum):
    """Whom a view is for."""

    VOICE = "voice"  # Home Assistant's own voice and chat agents: look and act, in few words
