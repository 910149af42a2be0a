"""What people read is plain: dates, durations and places as they are said."""

from datetime import date

import pytest

from bots import wording
from snapshot.formats.format_row import Kind
from snapshot.models import Heading, Page, TimeRange, Whole
from words.catalogue import words_for

SAY = words_for("en")


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, ""), (6, "6 min"), (60, "1 h"), (75, "1 h 15 min"), (-5, "")]
)
def test_durations(minutes: int, words: str) -> None:
    assert wording.duration(minutes) == words


def test_dates_name_the_month() -> None:
    """2/11 is another day in other countries."""
    assert SAY.day(date(2026, 11, 2)) == "2 Nov 2026"


def test_every_kind_of_resource_has_a_name() -> None:
    names = [wording.about(SAY, kind, None, "") for kind in Kind]
    assert names == ["Document", "Page", "Deck", "Video", "Course", "Link"]


def test_places() -> None:
    assert wording.place(SAY, Page(4)) == "page 4"
    assert wording.place(SAY, TimeRange(3725, 3800)) == "at 1:02:05"
    assert wording.place(SAY, Heading("a", "Rates")) == "“Rates”"
    assert wording.place(SAY, Heading("", "")) == wording.place(SAY, Whole()) == ""


def test_small_talk_says_what_to_do_next() -> None:
    """With an example from the content, or without one."""
    assert wording.inviting(SAY, "Hello.", ["Who signs contracts?"]) == (
        "Hello. Ask me a question in your own words, for example: “Who signs contracts?”"
    )
    assert wording.inviting(SAY, "Hello.", ["Who signs contracts"]).endswith(
        "“Who signs contracts”."
    )
    assert wording.inviting(SAY, "Hello.", []) == (
        "Hello. Ask me a question in your own words: "
        "say what you want to do, and name the tool or process."
    )


def test_no_sentence_shouts() -> None:
    """No exclamation marks and no emoji in anything that Signpost says by itself."""
    said = [text for name, text in vars(wording).items() if name.isupper() and type(text) is str]
    assert len(said) > 20
    assert not [text for text in said if "!" in text or any(ord(sign) > 0x2100 for sign in text)]
