"""Passages as a page to read, with anchors where `Resource.url_at` links to."""

from urllib.parse import unquote

import pytest

from portal.reading import Line, Part, Title, to_parts
from snapshot.models import (
    Fragment,
    Heading,
    Kind,
    Locator,
    Passage,
    Resource,
    Slide,
    TimeRange,
    Whole,
)
from tests.portal.fakes import VALIDATION


def _passage(locator: Locator, text: str, *path: str, marks=()) -> Passage:
    return Passage("r", 0, path, locator, text, marks)


def test_headings_stand_once_above_all_that_is_under_them() -> None:
    parts = to_parts(
        [
            _passage(Heading("a", "A"), "one", "A"),
            _passage(Heading("b", "B"), "two", "A", "B"),
            _passage(Heading("c", "C"), "three", "A", "C"),
            _passage(Heading("d", "D"), "four", "D"),
        ]
    )
    assert [part.titles for part in parts] == [
        (Title(2, "A"),),
        (Title(3, "B"),),
        (Title(3, "C"),),
        (Title(2, "D"),),
    ]


def test_headings_below_the_sixth_level_stay_at_the_sixth() -> None:
    [part] = to_parts([_passage(Whole(), "x", *"ABCDEFG")])
    assert [title.level for title in part.titles] == [2, 3, 4, 5, 6, 6, 6]


def test_passages_of_one_place_are_one_part() -> None:
    """A link to the section marks all of it, whichever passage of it answered."""
    place = Heading("leave", "Leave")
    [part] = to_parts([_passage(place, "one\n\ntwo", "Leave"), _passage(place, "three", "Leave")])
    assert part == Part("leave", "", (Title(2, "Leave"),), ("one", "two", "three"))


def test_an_anchor_that_comes_twice_leads_to_its_first_place() -> None:
    parts = to_parts(
        [_passage(Heading("faq", "FAQ"), "1", "FAQ"), _passage(Heading("faq", "FAQ "), "2", "FAQ ")]
    )
    assert [part.anchor for part in parts] == ["faq", ""]


def test_slides_are_labelled() -> None:
    parts = to_parts([_passage(Slide(1), "Welcome"), _passage(Slide(3), "Safety", "Safety")])
    assert [(part.anchor, part.label) for part in parts] == [
        ("slide-1", "Slide 1"),
        ("slide-3", "Slide 3"),
    ]


def test_a_transcript_has_a_line_a_cue_with_its_second() -> None:
    text = "Hello and welcome. Tap the plus sign."
    [part] = to_parts([_passage(TimeRange(61.4, 70.0), text, marks=((0, 61.4), (19, 65.9)))])
    assert part.lines == (
        Line("t=61", "1:01", "Hello and welcome."),
        Line("t=65", "1:05", "Tap the plus sign."),
    )
    assert part.paragraphs == ()


def test_two_cues_within_a_second_do_not_share_an_anchor() -> None:
    [part] = to_parts([_passage(TimeRange(1.0, 2.0), "Yes. No.", marks=((0, 1.1), (5, 1.8)))])
    assert [line.anchor for line in part.lines] == ["t=1", ""]


@pytest.mark.parametrize(
    ("file", "passage", "character"),
    [
        ("guide.md", _passage(Heading("überblick-1", "Überblick"), "x", "Überblick"), 0),
        ("deck.pptx", _passage(Slide(12), "x"), 0),
        (
            "talk.vtt",
            _passage(TimeRange(130.0, 150.0), "One. Two.", marks=((0, 130.0), (5, 134.7))),
            5,
        ),
        ("talk.srt", _passage(TimeRange(0.0, 9.0), "One.", marks=((0, 0.0),)), 0),
    ],
)
def test_a_deep_link_finds_its_anchor(file: str, passage: Passage, character: int) -> None:
    resource = Resource("r", "T", f"/content/{file}", Kind.DOCUMENT, file, VALIDATION)
    fragment = unquote(resource.url_at(passage.locator_at(character)).partition("#")[2])
    [part] = to_parts([passage])
    assert fragment in {part.anchor, *(line.anchor for line in part.lines)} - {""}


def test_a_place_without_an_anchor_gets_none() -> None:
    parts = to_parts([_passage(Whole(), "a"), _passage(Fragment("b c"), "b c")])
    assert [part.anchor for part in parts] == ["", ""]
