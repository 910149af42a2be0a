"""The block of metadata in front of a document."""

import pytest

from errors import ReadError
from index.readers.markup.front_matter import split_off


def test_yaml_is_metadata_and_the_rest_is_text() -> None:
    assert split_off("---\ntitle: Leave\ntags: [a]\n---\n\n# Leave\n") == (
        {"title": "Leave", "tags": ["a"]},
        "\n# Leave\n",
    )


def test_toml_is_metadata_too() -> None:
    text = '+++\ntitle = "Leave"\nweight = 3\ndate = 2026-01-02\ndraft = true\n+++\ntext'
    assert split_off(text) == (
        {"title": "Leave", "weight": "3", "date": "2026-01-02", "draft": "true"},
        "text",
    )


def test_a_block_of_javascript_holds_none() -> None:
    assert split_off("---js\n{ layout: 'x' }\n---\ntext") == ({}, "text")


def test_an_empty_block_holds_none() -> None:
    assert split_off("---\n---\ntext") == ({}, "text")


@pytest.mark.parametrize(
    "text",
    ["plain", "---\nA rule, then text.\n\n---\nmore", "--- not front matter", "----\na: b\n"],
)
def test_ordinary_text_is_text(text: str) -> None:
    assert split_off(text) == ({}, text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: a: b\n---\n", "its front matter is malformed: line 1"),
        ("---\ntitle: x\ntitle: y\n---\n", "'title' is given twice"),
        ("---\ntitle: x\n\n# Never closed", "does not end"),
        ("+++\ntitle = \n+++\n", "its front matter is malformed"),
    ],
)
def test_a_malformed_block_refuses_the_file(text: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        split_off(text)
