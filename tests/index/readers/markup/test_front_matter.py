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
    [
        "plain",
        "---\nA rule, then text.\n\n---\nmore",
        "--- not front matter",
        "----\na: b\n",
        "Note: closed today.\n\nmore",
        "{not json}",
        "<!-- a remark -->\n\ntext",
        "Keys\n\n| Audience | all |",
        "**Audience:** everyone at the desk\n",
    ],
)
def test_ordinary_text_is_text(text: str) -> None:
    assert split_off(text) == ({}, text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: a: b\n---\n", "its front matter is malformed: line 1"),
        ("---\ntitle: x\ntitle: y\n---\n", "'title' is given twice"),
        ("---\nlang: en\nLang: de\n---\n", "gives lang twice, the second time as 'Lang'"),
        ("---\ntitle: x\n\n# Never closed", "does not end"),
        ("+++\ntitle = \n+++\n", "its front matter is malformed"),
    ],
)
def test_a_malformed_block_refuses_the_file(text: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        split_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "\n \n---\naudience: managers\n---\n# T",
        "<!-- (c) us -->\n<!-- and\nthem -->\n---\naudience: managers\n---\n# T",
        "--- # ours\naudience: managers\n---\n# T",
        "----\naudience: managers\n----\n# T",
        "---\naudience:\tmanagers\n---\n# T",
        "---\n{audience: managers}\n---\n# T",
        "---\n? audience\n: managers\n---\n# T",
        '---json\n{"audience": "managers"}\n---\n# T',
        '---toml\naudience = "managers"\n---\n# T',
        '{"audience": "managers"}\n# T',
        "audience: managers\n\n# T",
    ],
)
def test_metadata_is_read_in_whatever_form_a_generator_takes(text: str) -> None:
    metadata, rest = split_off(text)
    assert (metadata, rest.strip()) == ({"audience": "managers"}, "# T")


def test_lines_of_names_and_values_may_go_on_in_the_next() -> None:
    assert split_off("Title: Keys\nAudience: managers,\n    hr\n\ntext") == (
        {"title": "Keys", "audience": "managers, hr"},
        "text",
    )


@pytest.mark.parametrize(
    "text",
    [
        "<!-- audience: managers -->\n# T",
        "# T\n\n<!--\nAudience: managers\n-->\ntext",
        "<!--[if mso]><mso:Audience msdt:dt='string'>managers</mso:Audience><![endif]-->\n# T",
        "export const audience = 'managers'\n\n# T",
        "---\naudience：managers\n---\n# T",
        "audience: managers\n# T",
        ';;;\n"audience": "managers"\n;;;\n# T',
        "---js\nmodule.exports = {\n  audience: 'managers' }\n---\n# T",
        "---\nvalidated by: Ann\n---\n# T",
        "+++\naudience = 'managers'\n\n# T",
        "```yaml\naudience: managers\n```\n# T",
        "# T\n\ntext\n\n---\ntitle: T\nStatus: draft\n---\n\ntext",
        "Audience: managers\nAudience: hr\n\ntext",
        '{"audience": "managers", "audience": "everyone"}\ntext',
        '{"audience": "managers"\ntext',
    ],
)
def test_what_says_who_may_see_it_and_is_not_read_refuses_the_file(text: str) -> None:
    """Passed over, it would show to everyone what is meant for few."""
    with pytest.raises(ReadError):
        split_off(text)


def test_a_sample_of_metadata_is_text() -> None:
    text = "# T\n\n```\n---\naudience: managers\n---\n```\n"
    assert split_off(text) == ({}, text)
