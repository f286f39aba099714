"""What holds around every test that runs the server inside this process."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """Take back what a server froze for its own life: this process outlives it.

    What is frozen is seen by no collection and by no `gc.get_referrers`, by which hypothesis
    decides whether its own random numbers would last.
    """
    yield
    gc.unfreeze()
