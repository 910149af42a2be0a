"""A sentence holds a gold string if it says its words, however either is written."""

import pytest

from evaluation.observations import holds


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("Check civilian, not contractor", "Check **civilian**, not **contractor**"),
        ("You’ll  get\nGSA’s permission.", "you'll get GSA's permission"),
        ("Submit a New Hire Request.", "submit a [New Hire Request](https://a.example/x?y=z)"),
        ("Confirm your paycheck.", 'your [paycheck]({% page "/tools/#express" %})'),
        ("— Ask in #aging-parents.", '{% slack_channel "aging-parents" %}'),
        ("Paste sudo killall coreaudiod", "paste `sudo killall coreaudiod`"),
        ("Average time: 2.5-3 months", "_Average time: 2.5-3 months_"),
        ("It happened in 1066.", "1066"),
        ("Die STRASSE", "Straße"),
    ],
)
def test_case_white_space_punctuation_and_markdown_make_no_difference(text: str, gold: str) -> None:
    assert holds(text, [gold])


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("In the year 2010", "10"),
        ("Frances came", "France"),
        ("sick leave", "leave sick"),
        ("annual paid leave", "annual leave"),
        ("anything", ""),
        ("anything", "**"),
    ],
)
def test_words_count_whole_and_in_a_row(text: str, gold: str) -> None:
    assert not holds(text, [gold])


def test_one_of_several_is_enough_and_none_is_not() -> None:
    assert holds("In March.", ["April", "march"])
    assert not holds("In March.", [])
