"""An excerpt is the passage's own words around the sentence that answers.

How a card draws one is tested in tests/bots/drawing/test_card_parts.py.
"""

import pytest

from retrieval.answer import Span
from showing.excerpt import Excerpt, by_sentences, by_words


def around(text: str, sentence: str) -> tuple[str, Span]:
    start = text.index(sentence)
    return text, Span(start, start + len(sentence))


@pytest.mark.parametrize("cut", [by_words, by_sentences])
def test_a_short_passage_is_shown_whole(cut) -> None:
    shown = cut(*around("One. Two. Three.", "Two."))
    assert shown == Excerpt(0, "One. ", "Two.", " Three.", goes_before=False, goes_after=False)


@pytest.mark.parametrize("length", [400, 2000])
def test_a_page_cuts_a_long_passage_between_words_on_both_sides(length: int) -> None:
    words = "word " * (length // 5)
    shown = by_words(*around(f"{words}Here it is. {words}", "Here it is."))
    assert shown == Excerpt(
        length - 135, "word " * 27, "Here it is.", " word" * 39, goes_before=True, goes_after=True
    )


def test_a_page_cuts_a_text_without_spaces_and_does_not_lose_it() -> None:
    shown = by_words(*around("字" * 500 + "答" + "字" * 500, "答"))
    assert (shown.before, shown.after) == ("字" * 140, "字" * 200)


def test_a_card_cuts_between_sentences_with_more_after_the_answer_than_before() -> None:
    before, after = "It stands before. " * 20, "It stands behind. " * 20
    shown = by_sentences(*around(f"{before}Here it is. {after}", "Here it is."))
    assert shown == Excerpt(
        18 * 11,
        "It stands before. " * 9,
        "Here it is.",
        " It stands behind." * 12,
        goes_before=True,
        goes_after=True,
    )


def test_a_card_shows_a_sentence_of_more_than_300_characters_alone() -> None:
    sentence = "x" * 301
    shown = by_sentences(*around(f"Before. {sentence} After.", sentence))
    assert shown == Excerpt(8, "", sentence, "", goes_before=True, goes_after=True)


def test_a_card_takes_the_first_sentence_with_words_for_one_without() -> None:
    shown = by_sentences("Some text. More.", Span(50, 60))
    assert (shown.before, shown.sentence) == ("", "Some text.")
