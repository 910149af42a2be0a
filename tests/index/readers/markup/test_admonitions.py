"""Boxes, tabs and footnotes are plain paragraphs."""

import pytest

from index.readers.markup.admonitions import unfold


def _blocks(source: str) -> list[str]:
    return [block for block in unfold(source).split("\n\n") if block.strip()]


def test_a_box_of_mkdocs_gives_its_title_and_text() -> None:
    source = '!!! warning "Mind the gap"\n    First.\n\n    Second.\n\nAfter.'
    assert [block.strip() for block in _blocks(source)] == [
        "Mind the gap",
        "First.",
        "Second.",
        "After.",
    ]


def test_boxes_stand_in_boxes_and_in_lists() -> None:
    source = "- item\n\n    !!! note\n        deep\n\n        ??? tip\n            deeper\n"
    assert unfold(source).split() == ["-", "item", "deep", "deeper"]
    assert "\n    deep\n" in unfold(source)


def test_tabs_give_their_names() -> None:
    source = '=== "Linux"\n    apt\n\n=== "Mac"\n    brew'
    assert [block.strip() for block in _blocks(source)] == ["Linux", "apt", "Mac", "brew"]


def test_a_heading_underlined_is_no_tab() -> None:
    assert unfold("Heading\n===\n") == "Heading\n===\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (":::tip My tip\nText\n:::", ["My tip", "Text"]),
        (":::note[Read this]\nText\n:::", ["Read this", "Text"]),
        ("::: warning\nText\n:::", ["Text"]),
        ("> [!NOTE]\n> Text", ["> \n> Text"]),
        ("Text\n{: .class}", ["Text"]),
    ],
)
def test_other_marks_go(source: str, words: list[str]) -> None:
    assert [block.strip() for block in _blocks(source)] == words


def test_a_footnote_is_a_paragraph_and_its_mark_goes() -> None:
    source = "Said[^1] so. A class is `[^a-z]`.\n\n[^1]: By whom\n    and when."
    said, note = _blocks(source)
    assert said == "Said so. A class is `[^a-z]`."
    assert note.strip() == "By whom\nand when."


def test_code_samples_are_left_as_they_are() -> None:
    source = "```\n!!! note\n    x\n:::\n```"
    assert unfold(source) == source


def test_a_sample_in_a_box_keeps_its_own_indentation() -> None:
    source = "!!! note\n    ```\n    if x:\n        y\n    ```"
    assert "```\nif x:\n    y\n```" in unfold(source)


def test_two_spaces_at_a_lines_end_stay() -> None:
    """They are a line break."""
    assert unfold("a  \nb") == "a  \nb"
