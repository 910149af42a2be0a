"""The ids that generators of sites give headings."""

import re

import pytest
from markdown import markdown as python_markdown

from index.content.metadata import FOLDER_FIELDS, parse
from index.readers.documents import Document, with_anchors
from index.readers.markup import markdown
from snapshot.models import Heading

HEADINGS = [
    "What's new in 4.2?",
    "C++ & C#",
    "Über uns",
    "Costs",
    "Costs",
    "Costs_1",
    "Costs - and fees",
    "  Spaced   out  ",
    "snake_case",
    "`code` in it",
    "Link [here](x.md)",
    "Keys {#own}",
    "own",
    "東京",
    "½ day, 2²",
]


def _document(headings: list[str]) -> Document:
    source = "\n\n".join(f"## {heading}\n\nText {n}." for n, heading in enumerate(headings))
    return markdown.read(source.encode(), "page.md")


def _anchors(document: Document) -> list[str]:
    places = [section.locator for section in document.sections]
    return [place.anchor for place in places if isinstance(place, Heading)]


def test_those_of_mkdocs_are_what_python_markdown_makes() -> None:
    source = "\n\n".join(f"## {heading}\n\nText." for heading in HEADINGS)
    page = python_markdown(source, extensions=["toc", "attr_list"])
    assert _anchors(with_anchors(_document(HEADINGS), "mkdocs")) == re.findall(
        r'<h2 id="(.*?)"', page
    )


@pytest.mark.parametrize(
    ("style", "anchors"),
    [
        ("github", ["c--c", "über-uns", "costs", "costs-1", "a--b", "-day"]),
        ("docusaurus", ["c--c", "über-uns", "costs", "costs-1", "a--b", "-day"]),
        ("mkdocs", ["c-c", "uber-uns", "costs", "costs_1", "a-b", "12-day"]),
        ("hugo", ["c--c", "über-uns", "costs", "costs-1", "a--b", "-day"]),
    ],
)
def test_each_generator_has_its_own(style: str, anchors: list[str]) -> None:
    headings = ["C++ & C#", "Über uns", "Costs", "Costs", "A & B", "½ day"]
    assert _anchors(with_anchors(_document(headings), style)) == anchors


def test_a_heading_without_text_below_it_is_counted() -> None:
    document = markdown.read(b"## Costs\n\n## Costs\n\nText.", "page.md")
    assert _anchors(with_anchors(document, "mkdocs")) == ["costs_1"]


def test_a_folder_says_which() -> None:
    fields = parse({"anchors": "MkDocs"}, "_folder.yaml", is_ours=True, allowed=FOLDER_FIELDS)
    assert fields == {"anchors": "mkdocs"}


def test_ids_are_made_of_a_headings_words_as_they_are_written() -> None:
    """With its spaces, what is struck out and what other readers fold; github-slugger 2.0.0 gives
    the same."""
    headings = ["spaces  in", "A ~~b~~ c", "a\u00a0b", "x² y", "`--opt`"]
    assert _anchors(_document(headings)) == ["spaces--in", "a-b-c", "ab", "x-y", "--opt"]
