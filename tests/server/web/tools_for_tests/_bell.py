"""What a test hears of a tool that is running."""

import asyncio


class Bell:
    """Rings when the waiting tool begins, and when it was made to stop."""

    def __init__(self) -> None:
        """Begin in silence."""
        self.begun = asyncio.Event()
        self.stopped = asyncio.Event()
        self.go = asyncio.Event()
