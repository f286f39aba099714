"""Tokens are read by this server alone, and by no other key, and for no other purpose."""

import pytest

from ha_mcp.access.tokens import (
    Claims,
    NotOurs,
    Seal,
    new_key,
    new_word,
    read_access,
    read_code,
    read_refresh,
    write_access,
)
from ha_mcp.problems import Invalid

CLAIMS = Claims(
    grant="g",
    client="c",
    scopes="home:read",
    issuer="https://h",
    resource="https://h/mcp",
    issued=1.0,
    expires=2.0,
    sealed=b"a way to a home",
)


def test_what_is_sealed_comes_back_and_cannot_be_read() -> None:
    """The token carries the credentials of a home."""
    seal = Seal(new_key())
    token = write_access(seal, CLAIMS)

    assert read_access(seal, token) == CLAIMS
    assert "https" not in token


def test_another_key_opens_nothing_and_an_older_one_still_does() -> None:
    """Keys are changed while tokens are out."""
    old, new = new_key(), new_key()
    token = write_access(Seal(old), CLAIMS)

    assert read_access(Seal(new, old), token) == CLAIMS
    with pytest.raises(NotOurs):
        read_access(Seal(new), token)


@pytest.mark.parametrize("place", [0, 8, 9, 40, -40, -2])
def test_one_changed_letter_is_enough(place: int) -> None:
    """Wherever it is."""
    seal = Seal(new_key())
    token = list(write_access(seal, CLAIMS))
    token[place] = "A" if token[place] != "A" else "B"

    with pytest.raises(NotOurs):
        read_access(seal, "".join(token))


@pytest.mark.parametrize("text", ["", "hamcp_a_", "hamcp_a_é", "hamcp_a_" + "A" * 20_000, "a.b.c"])
def test_what_is_no_token_is_not_looked_at_for_long(text: str) -> None:
    """Anybody can send anything."""
    with pytest.raises(NotOurs):
        read_access(Seal(new_key()), text)


def test_what_was_sealed_for_one_purpose_is_of_no_use_for_another() -> None:
    """A page's own form must not pass as a token."""
    seal = Seal(new_key())

    with pytest.raises(NotOurs):
        seal.open("consent", seal.close("pending", b"x"))


def test_codes_and_refresh_tokens_are_not_mixed_up() -> None:
    """Each is read as what it is."""
    word = new_word("sealed")

    assert read_code(word.as_code()) == word
    assert read_refresh(word.as_refresh()) == word
    assert read_code(word.as_refresh()) is None
    assert read_refresh(word.as_code()) is None
    assert word.secret not in word.kept


def test_what_follows_a_word_is_always_the_same_and_only_for_us() -> None:
    """A repeated refresh is answered with what the first one was."""
    key, word = new_key(), new_word().secret

    assert Seal(key).follow(word) == Seal(key).follow(word)
    assert Seal(key).follow(word) != Seal(new_key()).follow(word)
    assert read_refresh(f"hamcp_r_{Seal(key).follow(word)}") is not None


@pytest.mark.parametrize("key", ["", "short", "x" * 31])
def test_a_key_that_could_be_guessed_is_refused(key: str) -> None:
    """It is set by hand."""
    with pytest.raises(Invalid):
        Seal(key)
