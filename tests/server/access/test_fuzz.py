"""Whatever is sent, the answer is one that the standards know, and no browser is led astray.

``FUZZ_REQUESTS=20000`` sends more than a run of all tests has time for, others each time.
"""

import os
from pathlib import Path

from .fuzzing import misuse


def test_nothing_that_is_sent_breaks_anything(tmp_path: Path) -> None:
    """No 5xx, no redirect to a stranger, no words of Python."""
    wanted = os.environ.get("FUZZ_REQUESTS")
    requests = int(wanted or "1500")

    fuzz = misuse(tmp_path, requests, the_same=wanted is None)

    assert fuzz.told.total() >= requests * 0.9
    assert fuzz.told.keys() >= {200, 201, 204, 302, 303, 400, 401, 404, 405}
    assert fuzz.given > 0, "The junk never came as far as a token: it is not worth much"
