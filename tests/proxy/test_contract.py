"""The relay's contract: who holds the token is let in, once per proof, and versions may differ."""

import pytest

from ha_mcp_shared.relay import WINDOW, Contracts, Proofs, prove

TOKEN = "private_token-that-was-given-away"
NOW = 1_800_000_000.0
NONCE = "0123456789abcdef" * 2
OTHER = "fedcba9876543210" * 2


def proofs(now: float = NOW) -> Proofs:
    """Return a server that gave the token away, at some moment."""
    return Proofs(TOKEN, clock=lambda: now)


def test_whoever_holds_the_token_is_let_in() -> None:
    """The proof says it without sending the token."""
    proof = prove(TOKEN, "POST", nonce=NONCE, now=NOW)

    assert proofs().objection(proof, "POST") is None
    assert TOKEN not in proof


def test_a_proof_is_good_once() -> None:
    """Whoever copied it from the wire gains nothing."""
    server = proofs()
    proof = prove(TOKEN, "POST", nonce=NONCE, now=NOW)
    server.objection(proof, "POST")

    assert server.objection(proof, "POST") == "The relay's proof was used before"


def test_different_requests_have_different_proofs() -> None:
    """One after the other is let in."""
    server = proofs()
    server.objection(prove(TOKEN, "POST", nonce=NONCE, now=NOW), "POST")

    assert server.objection(prove(TOKEN, "POST", nonce=OTHER, now=NOW), "POST") is None


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (None, "missing"),
        ("", "missing"),
        (TOKEN, "missing"),
        (f"1.{NONCE}", "missing"),
        (prove("another token", "POST", nonce=NONCE, now=NOW), "wrong"),
        (prove(TOKEN, "GET", nonce=NONCE, now=NOW), "wrong"),
        (prove(TOKEN, "POST", nonce=NONCE, now=NOW).replace("180", "181", 1), "wrong"),
        (prove(TOKEN, "POST", nonce=NONCE, now=NOW - WINDOW - 2), "too old"),
        (prove(TOKEN, "POST", nonce=NONCE, now=NOW + WINDOW + 2), "too old"),
    ],
    ids=[
        "none",
        "empty",
        "bare token",
        "half",
        "other token",
        "other method",
        "moved",
        "old",
        "early",
    ],
)
def test_what_does_not_hold_is_refused(proof: str | None, reason: str) -> None:
    """Each with its reason, for the log of the server."""
    objection = proofs().objection(proof, "POST")

    assert objection is not None
    assert reason in objection


def test_used_proofs_are_forgotten_when_their_age_refuses_them() -> None:
    """The memory of a busy server stays small."""
    moment = NOW
    server = Proofs(TOKEN, clock=lambda: moment)
    server.objection(prove(TOKEN, "POST", nonce=NONCE, now=moment), "POST")
    moment += 3 * WINDOW
    server.objection(prove(TOKEN, "POST", nonce=OTHER, now=moment), "POST")

    assert set(server._used) == {OTHER}


@pytest.mark.parametrize(
    ("other", "common"),
    [
        (Contracts(1, 3), 3),
        (Contracts(2, 9), 4),
        (Contracts(4, 9), 4),
        (Contracts(5, 9), None),
        (Contracts(1, 1), None),
    ],
    ids=["they are older", "they are newer", "just", "too new", "too old"],
)
def test_the_newest_contract_that_both_speak_is_used(other: Contracts, common: int | None) -> None:
    """Either side may be updated first."""
    assert Contracts(2, 4).common(other) == common


@pytest.mark.parametrize("text", ["", "1", "1-", "a-b", "1-2-3", "one-two"])
def test_a_range_that_cannot_be_read_is_none(text: str) -> None:
    """A header comes from outside."""
    assert Contracts.parse(text) is None


def test_a_range_reads_as_it_is_written() -> None:
    """It travels as a header and in a discovery message."""
    assert Contracts.parse(str(Contracts(1, 12))) == Contracts(1, 12)
