"""A passage is shown around the sentence that answers, cut where a reader would cut."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.drawing.excerpt import MAX_CHARS, Line, Run, excerpt
from retrieval.answer import Span


def around(text: str, sentence: str) -> list[str]:
    """The excerpt's lines, with the marked words in brackets."""
    start = text.index(sentence)
    return [drawn(line) for line in excerpt(text, Span(start, start + len(sentence)))]


def drawn(line: Line) -> str:
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
