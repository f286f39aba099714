"""What a person does with the journal without an assistant: look, take back, carry away."""

from .command import COMMANDS, main

__all__ = ["COMMANDS", "main"]
