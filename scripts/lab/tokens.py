"""Counting tokens as Anthropic's models do, without the network at the time of counting.

The tokenizer is the one that the package `anthropic` 0.34.2 carries. Newer models count a little
differently; figures are comparable with each other, not with a bill.
"""

import shutil
import sys
import zipfile
from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

from .provide import provided, run_logged

NAME = "anthropic 0.34.2 tokenizer.json"


def count(text: str) -> int:
    """Return how many tokens a text is."""
    return len(_tokenizer().encode(text).ids)


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(tokenizer_file()))


def tokenizer_file() -> Path:
    """Return the file that describes the tokenizer, fetching it once."""

    def build(place: Path) -> None:
        place.mkdir(parents=True)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps"]
        run_logged(
            [*pip, "--dest", place, "anthropic==0.34.2"], "tokenizer", doing="Fetching a tokenizer"
        )
        wheel = next(place.glob("*.whl"))
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open("anthropic/tokenizer.json") as packed,
            (place / "tokenizer.json").open("wb") as unpacked,
        ):
            shutil.copyfileobj(packed, unpacked)

    return provided("tokenizer-r1", build) / "tokenizer.json"
