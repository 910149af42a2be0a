"""Words that a folder does not have are read as the name it uses for the same."""

from collections import Counter

import pytest

from index.hints.thesaurus import groups, rewordings
from snapshot.lexical import analyzer
from snapshot.manifest import Rewording

LISTED = groups(
    """
# a comment
annual leave, paid time off, vacation | pto
remote work, working from home | wfh
badge, access card
"""
)


def read(*texts: str) -> dict[str, str]:
    return {one.written: one.own for one in rewordings(texts, analyzer(), LISTED)}


def test_what_is_said_is_read_as_the_name_that_most_texts_hold() -> None:
    texts = ("Paid time off is planned.", "Annual leave: 25 days.", "Ask for annual leave.")
    assert read(*texts) == {"vacation": "annual leave", "pto": "annual leave"}


def test_a_word_that_the_folder_has_is_its_own() -> None:
    """Wherever and however it has it; a wording is unknown if one of its words is."""
    assert read("Annual leave (PTO)", "Vacations", "All paid off in time") == {}
    assert read("Badges open doors.") == {"access card": "badge"}


def test_a_name_is_held_word_beside_word() -> None:
    assert read("Work is never remote here.") == {}
    assert read("Remote work, says the heading")["wfh"] == "remote work"


def test_nothing_is_read_where_the_folder_says_none_of_the_names() -> None:
    assert rewordings(["Lunch is at noon."], analyzer(), LISTED) == ()
    assert rewordings([], analyzer()) == ()


def test_what_is_shipped_says_each_wording_once() -> None:
    analyze = analyzer()
    said = [one for names, others in groups() for one in (*names, *others)]
    stems = Counter(tuple(analyze(one)) for one in said)
    assert [words for words, count in stems.items() if count > 1 or not words] == []
    assert all(names for names, _ in groups())


@pytest.mark.parametrize(
    ("text", "written", "own"),
    [("Cafeteria opens at noon.", "canteen", "cafeteria"), ("Telework", "wfh", "telework")],
)
def test_what_is_shipped_is_read(text: str, written: str, own: str) -> None:
    assert Rewording(written, own) in rewordings([text], analyzer())
