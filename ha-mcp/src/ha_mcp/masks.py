"""Secrets in text that leaves the server, and the masks that stand for them.

Known words (the tokens of this server, what ``secrets.yaml`` holds) and what gives itself away by
its shape: passwords in addresses, signed tokens, PEM blocks, ids of webhooks, and values under
telling keys. A mask is the same wherever the same secret stands, and says nothing of it. What was
cut short before it came here (``…``) is looked at as well: the beginning of a secret is one.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from .secret import Secret

_MASK: Final = re.compile(r"\[hidden:[0-9a-f]{4}\]")
_SHORTEST: Final = 4  # characters of a known word: shorter ones stand everywhere
_KEY: Final = secrets.token_bytes(16)  # of this process: a mask cannot be looked up elsewhere
_CUT: Final = "…"  # what stands where a text was cut, at the end of an answer in its own line

_TELLING: Final = (
    r"[\w-]{0,40}(?:passw(?:or)?d|passphrase|api_?key|client_secret|access_token|refresh_token"
    r"|private_key)"
)
_TELLING_HINTS: Final = (
    "passw", "passphrase", "api_key", "apikey", "api-key", "client_secret", "access_token",
    "refresh_token", "private_key",
)  # fmt: skip
# What has to be in a text, in lower case where the pattern takes both, for a pattern to be worth
# a look: finding a word is a hundred times faster. The group ``it`` is what is hidden, else all.
_SHAPES: Final[tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]] = (
    (
        ("-----BEGIN ",),
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{1,40}-----.*?(?:-----END [A-Z0-9 ]{1,40}-----|\Z)", re.DOTALL
        ),
    ),
    (
        ("eyJ",),
        re.compile(r"(?<![\w-])eyJ[\w-]{8,4096}\.eyJ[\w-]{8,65536}\.[\w-]{16,4096}"),
    ),
    (
        ("gAAAAA",),  # what this server seals its own tokens with
        re.compile(r"(?<![\w-])gAAAAA[\w-]{50,65536}={0,2}"),
    ),
    (
        ("://",),
        re.compile(
            r"://[^/\s:@\"'<>\\]{0,128}:(?!\d{1,5}\n?…)(?P<it>[^/\s\"'<>\\]{1,256})(?:@|(?=\n?…))"
        ),
    ),
    (
        ("=",),
        re.compile(
            r"[?&](?:access_token|auth_?sig|api_?key|client_secret|password|passwd|pwd|secret|sig"
            r"|token|webhook_id)=(?P<it>[^&\s\"'<>#\\\[]{4,2048})",
            re.IGNORECASE,
        ),
    ),
    (
        ("webhook",),
        re.compile(
            r"(?:/api/webhook/|webhook_id\\?[\"']?\s?[:=]\s?\\?[\"']?)"
            r"(?P<it>[^\s\"'<>?#/\\,{}\[\]]{1,255})"
        ),
    ),
    (("hooks.nabu.casa/",), re.compile(r"hooks\.nabu\.casa/(?P<it>[\w-]{16,512})")),
    (("/private_",), re.compile(r"(?<=/)private_[\w-]{22}(?![\w-])")),  # an address of this server
    (("mcp_",), re.compile(r"(?<![\w])mcp_[0-9a-f]{32}(?![\w])")),
    (
        _TELLING_HINTS,
        re.compile(
            rf"(?<![\w-]){_TELLING}\\?[\"']\s?:\s?\\?[\"']"
            r"(?P<it>(?![<{!\[]|\\?[\"'])(?:[^\"'\\]|\\[^\"']){1,4096})(?:\\?[\"']|(?=\n?…))",
            re.IGNORECASE,
        ),
    ),
)


class Masks:
    """Hides secrets in text."""

    def __init__(self, words: Iterable[Secret] = ()) -> None:
        """Take the words that are known to be secret."""
        known = {one.reveal().strip("/") for one in words}
        spelled = {text for one in known if len(one) >= _SHORTEST for text in _spellings(one)}
        self._words = sorted(spelled, key=len, reverse=True)  # one may begin like another
        self._longest = len(self._words[0]) if self._words else 0
        self._heads: dict[str, list[str]] = {}
        for word in self._words:
            self._heads.setdefault(word[:_SHORTEST], []).append(word)

    def hide(self, text: str) -> str:
        """Return the text with a mask for each secret."""
        for word in self._words:
            if word in text:
                text = text.replace(word, _mask(word))
        if self._words and _CUT in text:
            text = "".join(self._without_beginnings(text))
        folded = ""
        for hints, shape in _SHAPES:
            if hints is _TELLING_HINTS:
                folded = folded or text.lower()
                worth = any(hint in folded for hint in hints)
            else:
                worth = any(hint in text for hint in hints)
            if worth:
                text = shape.sub(_masked, text)
        return text

    def _without_beginnings(self, text: str) -> Iterator[str]:
        """Yield the text with a mask for what a known word was cut to."""
        *parts, last = text.split(_CUT)
        for part in parts:
            told = part.removesuffix("\n")
            at, word = self._beginning(told)
            yield f"{told[:at]}{_mask(word)}" if word else part
            yield _CUT
        yield last

    def _beginning(self, text: str) -> tuple[int, str]:
        """Return where a text ends with the beginning of a known word, and the word, if it does."""
        for at in range(max(0, len(text) - self._longest), len(text) - _SHORTEST + 1):
            for word in self._heads.get(text[at : at + _SHORTEST], ()):
                if word.startswith(text[at:]):
                    return at, word
        return 0, ""

    def has_mask(self, text: str) -> bool:
        """Tell whether a mask stands in a text."""
        return "[hidden:" in text and _MASK.search(text) is not None


def _masked(found: re.Match[str]) -> str:
    """Return what was found with its secret part hidden; what is a mask already stays."""
    group = "it" if "it" in found.re.groupindex else 0
    if _MASK.fullmatch(found[group]):
        return found[0]
    start, end = found.start(group) - found.start(), found.end(group) - found.start()
    return f"{found[0][:start]}{_mask(found[group])}{found[0][end:]}"


def _mask(secret: str) -> str:
    mark = hashlib.blake2b(secret.encode(errors="replace"), key=_KEY, digest_size=2).hexdigest()
    return f"[hidden:{mark}]"


def _spellings(word: str) -> set[str]:
    """Return a word as it stands in plain text, in JSON and in an address."""
    return {word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1], quote(word)}
