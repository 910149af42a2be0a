"""The ids that a published page gives its headings."""

import pytest

from index.readers.markup.slugs import Slugs


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
