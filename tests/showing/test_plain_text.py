"""Text is made fit to be shown, and keeps what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from showing.plain_text import one_line, shorten, tidy, without_bullet, without_links

FAMILY = "👩‍👩‍👧"


def test_what_no_reader_should_meet_is_left_out() -> None:
    """NUL, escape, lone surrogates, the byte order mark and overrides of the reading direction."""
    assert tidy("a\x00b\x1b[31mc\ud800d\ufeffe\u202ef\u2066g") == "ab[31mcdefg"


def test_what_languages_need_is_kept() -> None:
    """Joiners make words in Persian and families of emoji; marks of direction do no harm."""
    text = f"می‌خواهم {FAMILY} e\u0301 \u200fא"
    assert tidy(text) == text


def test_line_breaks_become_one_kind() -> None:
    assert tidy("a\r\nb\rc\u2028d\x0be") == "a\nb\nc\nd\ne"


def test_one_line_has_single_spaces() -> None:
    assert one_line("  two\n\n words\t and\u00a0more ") == "two words and more"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("one two three", 9, "one two…"),
        ("one two three", 8, "one two…"),
        ("abcdefghij", 5, "abcd…"),
        ("漢字漢字漢字", 4, "漢字漢…"),
        ("cafe\u0301 au lait", 5, "caf…"),
        (f"ab{FAMILY}", 5, "ab…"),
        ("👍🏽👍🏽", 2, "👍…"),
    ],
)
def test_long_text_is_cut_between_words(text: str, limit: int, expected: str) -> None:
    """Or, in long words, where no letter loses its accent and no emoji a part; an emoji that does
    not fit at all is cut all the same."""
    assert shorten(text, limit) == expected


@given(st.text(max_size=80), st.integers(min_value=1, max_value=60))
def test_the_limit_holds(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("- Ask the owner", "Ask the owner"),
        ("•  Ask", "Ask"),
        ("-5 °C", "-5 °C"),
        ("1. Ask", "1. Ask"),
    ],
)
def test_a_bullet_can_be_taken_off(line: str, words: str) -> None:
    assert without_bullet(line) == words


@pytest.mark.parametrize(
    "text",
    [
        "See https://evil.example/x?y=z now",
        "www.evil.com",
        "Write to jo@evil.com",
        "mailto:jo@evil.example",
        "evil.com",
        "README.md",
        "ftp://1.2.3.4/x",
    ],
)
def test_addresses_look_the_same_and_link_nowhere(text: str) -> None:
    """Clients that make links of addresses find none."""
    linkifier = MarkdownIt("js-default", {"linkify": True}).enable("linkify")
    assert "link_open" in str(linkifier.parse(text))
    assert "link_open" not in str(linkifier.parse(without_links(text)))
    assert without_links(text).replace("\u2060", "") == text


def test_text_without_addresses_is_untouched() -> None:
    """Sentences, numbers and times hold no address."""
    text = "Pay 3.50 € by 10:30. Then wait: it takes 2 days."
    assert without_links(text) == text
