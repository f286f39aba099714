"""Different spellings of a word meet, and different words do not."""

import pytest

from ha_mcp.home.finding.words import indexed, plain, singular, spellings, split


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Küche", "kuche"),
        ("Küche", "KUECHE"),
        ("Kueche", "Küche"),
        ("Salón", "salon"),
        ("Straße", "strasse"),
        ("Łazienka", "lazienka"),
        ("Кухня", "кухня"),
        ("Кухня", "kukhnya"),
        ("书房", "书房"),
        ("💡 Lamp", "💡"),
        ("💡 Lamp", "bulb"),
        ("living_room.Lamp-2", "room"),
    ],
)
def test_a_name_is_found_by_each_way_to_write_it(name: str, asked: str) -> None:
    """People leave out what their keyboard does not have."""
    words = set(indexed(name))

    assert any(spelling in words for word in split(asked) for spelling in word.spellings)


def test_signs_of_unspaced_scripts_are_words_too() -> None:
    """Nobody writes a space between them."""
    assert {"客厅灯", "客", "厅", "灯"} <= set(indexed("客厅灯"))


def test_names_are_the_same_when_only_case_accents_and_signs_differ() -> None:
    """The folded form is what names are compared by."""
    assert plain("Wohnzimmer_Lampe  2!") == plain("wohnzimmer lampe 2")
    assert set(spellings("Büro")) == {"buro", "buero"}
    assert spellings("书房") != spellings("书法")


@pytest.mark.parametrize(
    ("plural", "one"),
    [("lights", "light"), ("batteries", "battery"), ("switches", "switch"), ("boxes", "box")],
)
def test_plurals_mean_the_singular(plural: str, one: str) -> None:
    """Names are mostly written in the singular."""
    assert singular(plural) == one


@pytest.mark.parametrize("word", ["glass", "status", "gas", "his", "light"])
def test_words_that_only_look_like_plurals_stay(word: str) -> None:
    """Half a word finds nothing."""
    assert singular(word) == word
