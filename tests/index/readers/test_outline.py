"""Headings and blocks become sections with heading paths."""

import pytest

from index.readers.documents import Section
from index.readers.outline import Outline, Slugs
from snapshot.models import Heading, Page, Whole


def _heading(outline: Outline, level: int, text: str) -> None:
    outline.heading(level, text, Heading(text.lower(), text))


def test_the_path_holds_the_headings_above_and_skipped_levels_do_not_matter() -> None:
    outline = Outline()
    for level, text in ((2, "A"), (4, "B"), (3, "C"), (2, "D")):
        _heading(outline, level, text)
        outline.block(text.lower())
    assert [section.heading_path for section in outline.sections(None)] == [
        ("A",),
        ("A", "B"),
        ("A", "C"),
        ("D",),
    ]


def test_a_lone_first_heading_is_the_title_and_in_no_path() -> None:
    """What stands right under it stands for the whole document."""
    outline = Outline()
    _heading(outline, 1, "Leave")
    outline.block("Everyone has 26 days.")
    _heading(outline, 2, "Part time")
    outline.block("In proportion.")
    assert outline.title == "Leave"
    assert outline.sections("Leave") == (
        Section((), Whole(), ("Everyone has 26 days.",)),
        Section(("Part time",), Heading("part time", "Part time"), ("In proportion.",)),
    )


def test_a_heading_below_a_page_of_text_is_no_title() -> None:
    outline = Outline()
    outline.block("word " * 100)
    _heading(outline, 1, "A")
    assert outline.title is None


def test_a_heading_that_is_not_the_title_stays_in_the_path() -> None:
    outline = Outline()
    _heading(outline, 1, "Joining the team")
    outline.block("Welcome.")
    [section] = outline.sections("Design")
    assert section.heading_path == ("Joining the team",)
    assert section.locator == Heading("joining the team", "Joining the team")


def test_the_first_of_several_outermost_headings_is_no_title() -> None:
    outline = Outline()
    _heading(outline, 1, "A")
    _heading(outline, 1, "B")
    assert outline.title is None


def test_headings_without_text_and_empty_blocks_make_no_section() -> None:
    outline = Outline()
    _heading(outline, 1, "A")
    outline.block("")
    _heading(outline, 2, "")
    assert outline.sections(None) == ()


def test_the_next_page_stands_under_the_same_headings() -> None:
    outline = Outline()
    outline.move(Page(1))
    outline.heading(1, "Costs", Page(1))
    outline.block("first")
    outline.move(Page(2))
    outline.block("second")
    assert outline.sections(None) == (
        Section(("Costs",), Page(1), ("first",)),
        Section(("Costs",), Page(2), ("second",)),
    )


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("How many days you have", "how-many-days-you-have"),
        ("What's new?", "whats-new"),
        ("C++ & C#", "c--c"),
        ("snake_case and kebab-case", "snake_case-and-kebab-case"),
        ("Férias – à tarde", "férias--à-tarde"),
        ("1. First", "1-first"),
        ("🚀 Start", "-start"),
    ],
)
def test_a_heading_gets_the_id_that_github_gives_it(heading: str, slug: str) -> None:
    assert Slugs().slug(heading) == slug


def test_repeated_headings_are_numbered() -> None:
    slugs = Slugs()
    assert [slugs.slug(text) for text in ("Costs", "costs", "Costs!")] == [
        "costs",
        "costs-1",
        "costs-2",
    ]


def test_a_number_that_is_taken_is_passed_over() -> None:
    slugs = Slugs()
    assert [slugs.slug(text) for text in ("a-1", "a", "a")] == ["a-1", "a", "a-2"]


def test_an_id_of_the_authors_is_taken_too() -> None:
    slugs = Slugs()
    slugs.take("costs")
    assert slugs.slug("Costs") == "costs-1"
