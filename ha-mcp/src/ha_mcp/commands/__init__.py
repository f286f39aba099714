"""What a person does without an assistant: look at changes, take them back, shut clients out."""

from .command import COMMANDS, main

__all__ = ["COMMANDS", "main"]
