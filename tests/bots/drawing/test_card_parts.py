"""A passage is shown around the sentence that answers, cut where a reader would cut.

What content and people write is shown as written, and never becomes formatting or a link.
"""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bots.drawing.card_parts import MarkedLine, Run, escaped, markdown, marked_lines
from retrieval.answer import OpenLink, Span
from showing.excerpt import MAX_CHARS, by_sentences
from showing.plain_text import one_line


def around(text: str, sentence: str) -> list[str]:
    """The excerpt's lines, with the marked words in brackets."""
    start = text.index(sentence)
    return [
        drawn(line) for line in marked_lines(by_sentences(text, Span(start, start + len(sentence))))
    ]


def excerpt(text: str, sentence: Span) -> tuple[MarkedLine, ...]:
    return marked_lines(by_sentences(text, sentence))


def drawn(line: MarkedLine) -> str:
    return "".join(f"[{run.text}]" if run.marked else run.text for run in line)


def bare(text: str) -> str:
    """The text without what an excerpt may change: white space, bullets, ellipses."""
    return re.sub(r"[\s•…\u202e-]", "", text)


def test_a_short_passage_is_shown_whole_with_its_sentence_marked() -> None:
    assert around("Keep receipts. Claim in 30 days. Then wait.", "Claim in 30 days.") == [
        "Keep receipts. [Claim in 30 days.] Then wait."
    ]


def test_a_long_passage_is_cut_between_sentences_with_ellipses() -> None:
    """What follows the sentence explains it more often than what goes before."""
    before = "This sentence stands before and says little. " * 12
    after = "This sentence stands behind and says more of it. " * 12
    [line] = around(f"{before}Here is the answer. {after}", "Here is the answer.")
    assert line.startswith("… This sentence stands before")
    assert line.endswith("more of it. …")
    assert (line.count("before"), line.count("behind")) == (4, 4)
    assert "[Here is the answer.]" in line


def test_the_next_sentence_is_cut_between_words_if_it_is_too_long() -> None:
    [line] = around("Answer. " + "word " * 200, "Answer.")
    assert line.startswith("[Answer.] word word")
    assert line.endswith("word …")
    assert len(line) < MAX_CHARS


def test_an_endless_sentence_is_cut_too() -> None:
    [line] = around("Before. " + "x" * 10_000, "x" * 10_000)
    assert line.startswith("… [xxx")
    assert line.endswith("x…]")
    assert len(line) <= MAX_CHARS


def test_list_items_stay_lines_with_bullets() -> None:
    text = "Before you share:\n\n- Ask the owner.\n* Share a link.\n1. Count.\n\nThen tell us."
    assert around(text, "* Share a link.") == [
        "Before you share:",
        "• Ask the owner.",
        "[• Share a link.]",
        "1. Count.",
        "Then tell us.",
    ]


def test_a_long_list_shows_the_items_around() -> None:
    text = "\n".join(f"- Item {number}" for number in range(30))
    lines = around(text, "- Item 20")
    assert lines[2] == "[• Item 20]"
    assert lines[0] == "… • Item 18"
    assert lines[-1] == "• Item 24 …"


def test_table_rows_stay_lines() -> None:
    assert around("Country | Rate\nFrance | 40 €\nItaly | 35 €", "France | 40 €") == [
        "Country | Rate",
        "[France | 40 €]",
        "Italy | 35 €",
    ]


def test_a_span_without_words_marks_the_first_sentence() -> None:
    """An index of another version, or a bracket in a sample of code, must not empty a card."""
    assert excerpt("Some text. More.", Span(50, 60))[0][0] == Run("Some text.", marked=True)
    assert around('{\n"key": 1\n}', "}") == ['["key": 1]']


def test_a_passage_without_words_has_no_lines() -> None:
    assert excerpt("\u202e…", Span(0, 2)) == ()


def test_a_line_that_ends_with_the_sentence_is_not_cut() -> None:
    """What follows on the next line does not fit, and on this line there is nothing to cut."""
    assert around("Answer. \n" + "y" * 600, "Answer.") == ["[Answer.] …"]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["word ", "Longer words. ", "\n", "\n\n- ", "漢字。", "👍🏽", "x" * 300, "\u202e"]
        ),
        min_size=1,
        max_size=60,
    ).map("".join),
    st.integers(0, 500),
    st.integers(0, 400),
)
def test_any_passage_gives_a_short_excerpt_in_the_passages_own_words(
    text: str, start: int, length: int
) -> None:
    """Nothing is invented: every run is in the passage, spaces and bullets aside."""
    lines = excerpt(text, Span(start, start + length))
    shown = [run.text for line in lines for run in line]
    assert sum(len(run) for run in shown) <= MAX_CHARS + 4
    assert all(bare(run) in bare(text) for run in shown)


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
        assert one_line(shown(client, escaped(text))) == line


def test_a_space_that_does_not_break_stays_before_a_colon() -> None:
    assert escaped("Pas certain\xa0:  le plus\nproche") == "Pas certain\xa0: le plus proche"


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


def linked(text: str, sentence: str, *words: str) -> list[str]:
    """The excerpt's lines as Markdown, where those words open https://x.example/(a)."""
    start = text.index(sentence)
    links = [
        OpenLink(text.index(one), text.index(one) + len(one), "https://x.example/(a)", "")
        for one in words
    ]
    shown = marked_lines(by_sentences(text, Span(start, start + len(sentence))), links)
    return [markdown(line, bold=True) for line in shown]


def test_linked_words_are_links_within_their_line() -> None:
    text = "Take the form. Send it to HR!\n- Ask us"
    assert linked(text, "Send it to HR!", "form", "HR", "Ask us") == [
        "Take the [form](https://x.example/%28a%29). "
        "**Send it to [HR](https://x.example/%28a%29)!**",
        "• [Ask us](https://x.example/%28a%29)",
    ]


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.booleans())
@example("a!", "words", "![x](https://evil.example)", True)
@example("[a", "](https://evil.example) b", "`", True)
@example("<a href=x", ">", "*", False)
def test_whatever_is_said_only_the_linked_words_are_a_link(
    before: str, words: str, after: str, bold: bool
) -> None:
    line = tuple(
        Run(one_line(text), marked=True, url=url)
        for text, url in ((before, ""), (words, "https://x.example/"), (after, ""))
    )
    tokens = MarkdownIt("commonmark").parseInline(markdown(line, bold=bold))[0].children or []
    opened = [token.attrs.get("href") for token in tokens if token.type == "link_open"]
    assert opened == ["https://x.example/"] * bool(one_line(words))
    assert not any(token.type in ("image", "html_inline", "code_inline") for token in tokens)
