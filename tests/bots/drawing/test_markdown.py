"""What content and people write is shown as written, and never becomes formatting or a link."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bots.drawing.markdown import escaped
from bots.drawing.plain import one_line

COMMONMARK = MarkdownIt("commonmark")
# What the JavaScript clients use, and what those among them do that make links of addresses.
CLIENTS = [
    COMMONMARK,
    MarkdownIt("js-default"),
    MarkdownIt("js-default", {"linkify": True, "typographer": False}).enable("linkify"),
]
SIGNS = [*"\\`*_{}[]()<>#+-.!|~^=:@&;\"'/?$%, \n\t1aBß漢。", "12", "  ", "\u202e", "\x00"]
PIECES = [
    *("**", "__", "```", "~~", "](", "![", "- ", "1. ", "# ", "---", "===", "<b>", "<!--"),
    *("&amp;", "&#42;", "{{DATE(2026-11-02T08:00:00Z)}}", "[a]: /b"),
    *("http://", "https://", "www.", "mailto:", "a.de", "evil.example/x", "a@evil.com"),
]
MARKUP = st.lists(st.sampled_from(SIGNS + PIECES), max_size=12).map("".join)


def shown(client: MarkdownIt, line: str) -> str:
    """The text that the client shows for a line of Markdown; fails if it is more than text."""
    tokens = client.parse(line)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children: list[Token] = tokens[1].children or []
    assert {child.type for child in children} == {"text"}
    return "".join(child.content for child in children)


@settings(max_examples=400, deadline=None)
@given(st.one_of(MARKUP, st.text(max_size=40)))
@example("*bold*")
@example("[Sign in](https://evil.example)")
@example("<1@2.co>")
@example("```")
@example("1. First")
@example("README.md")
@example("C:\\users\\*")
def test_any_text_comes_back_as_it_is(text: str) -> None:
    """No emphasis, link, list, heading, code, HTML or rule arises, and nothing is swallowed."""
    line = one_line(text)
    if not line:
        assert escaped(text) == ""
        return
    for client in CLIENTS:
        assert shown(client, escaped(text)) == line


@pytest.mark.parametrize(
    "title",
    [
        "Travel and expenses (2026): what is paid, and when?",
        "R&D: budgets < 5,000 €",
        "C# and .NET - an introduction",
        "What's new in 3.11 & 3.12",
        "~30 minutes of security",
        "-5 °C in the cold store",
    ],
)
def test_ordinary_titles_need_no_backslash(title: str) -> None:
    """Some clients showed the backslashes: they appear only where the text would change."""
    assert escaped(title) == title


def test_a_date_macro_is_broken() -> None:
    """Clients replace {{DATE(...)}} by a date before they read the Markdown."""
    assert escaped("{{DATE(2026-11-02T08:00:00Z)}}").startswith("{\\{DATE")
