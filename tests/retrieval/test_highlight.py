"""The sentence that answers is the one in which the question finds its match."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.answer import Span
from retrieval.highlight import best_sentence
from snapshot.sentences import sentence_spans

TEXT = "Travel is fun. Claim mileage at 45 pence a mile. Keep every receipt."


def _words(text: str) -> list[str]:
    return text.lower().replace(".", "").replace("?", "").split()


def _best(idf: dict[str, float], text: str = TEXT) -> str:
    span = best_sentence(text, idf, _words)
    return text[span.start : span.end]


def _matched(similarities: list[list[float]], starts: list[int], weights: list[float]) -> str:
    span = best_sentence(
        TEXT,
        {},
        _words,
        np.array(starts, dtype=np.int32),
        np.array(similarities, dtype=np.float32),
        np.array(weights, dtype=np.float32),
    )
    return TEXT[span.start : span.end]


def test_the_sentence_whose_tokens_match_the_question_is_chosen() -> None:
    found = _matched([[0.9, 0.1], [0.6, 0.6], [0.1, 0.8]], [0, 15, 49], [0.5, 0.5])
    assert found == "Claim mileage at 45 pence a mile."


def test_a_sentence_that_only_asks_gives_way_to_one_that_says() -> None:
    text = "What is the rate? The rate is 45 pence."
    similarities = np.array([[0.9], [0.85]], dtype=np.float32)
    starts, weights = np.array([12, 22], dtype=np.int32), np.array([1.0], dtype=np.float32)
    span = best_sentence(text, {}, _words, starts, similarities, weights)
    assert text[span.start : span.end] == "The rate is 45 pence."


def test_what_the_heading_matches_chooses_no_sentence() -> None:
    """Tokens before the text, which begin at negative characters, belong to its headings."""
    assert _matched([[0.9], [0.2], [0.3]], [-8, 0, 49], [1.0]) == "Keep every receipt."


def test_without_tokens_telling_words_choose_the_sentence() -> None:
    assert _best({"mileage": 3.0, "travel": 1.0}) == "Claim mileage at 45 pence a mile."
    assert _best({"receipt": 3.0, "travel": 1.0}) == "Keep every receipt."


def test_without_any_word_of_the_question_it_is_the_first() -> None:
    assert _best({"pension": 3.0}) == "Travel is fun."


def test_a_passage_without_a_sentence_is_taken_whole() -> None:
    assert best_sentence("", {"a": 1.0}, _words) == Span(0, 0)


def test_a_long_sentence_must_hold_more() -> None:
    long = "Mileage and " + "many other words " * 10 + "travel."
    assert _best({"mileage": 2.0, "travel": 0.1}, f"{long} Mileage is paid.") == "Mileage is paid."


def test_words_decide_between_sentences_that_match_alike() -> None:
    text = "It is paid. Mileage is paid. Nothing else is."
    similarities = np.array([[0.801], [0.8], [0.2]], dtype=np.float32)
    starts, weights = np.array([0, 12, 29], dtype=np.int32), np.array([1.0], dtype=np.float32)
    found = best_sentence(text, {"mileage": 3.0}, _words, starts, similarities, weights)
    assert text[found.start : found.end] == "Mileage is paid."


def test_among_sentences_that_match_the_same_the_first_is_chosen() -> None:
    assert _matched([[0.5], [0.5], [0.5]], [0, 15, 49], [1.0]) == "Travel is fun."


def test_every_sentence_is_weighed_that_could_come_first() -> None:
    """As if all sentences were analysed, over many passages and questions."""
    random = np.random.default_rng(0)
    words = ["mileage", "claim", "receipt", "pension", "leave", "pay", "form", "desk"]
    for _ in range(300):
        sentences = [" ".join(random.choice(words, random.integers(1, 14))) for _ in range(6)]
        text = "\n".join(one + "?" * int(random.integers(2)) for one in sentences)
        starts = np.array(
            [i for i, c in enumerate(text) if i == 0 or text[i - 1].isspace()], np.int32
        )
        similarities = random.uniform(0.3, 0.6, (len(starts), 3)).astype(np.float32)
        weights = np.array([0.5, 0.3, 0.2], dtype=np.float32)
        idf = dict(zip(words[:4], random.uniform(0, 8, 4).tolist(), strict=True))
        span = best_sentence(text, idf, _words, starts, similarities, weights)
        assert span == _plainly(text, idf, starts, similarities, weights)


def _plainly(
    text: str,
    idf: dict[str, float],
    starts: NDArray[np.int32],
    similarities: NDArray[np.float32],
    weights: NDArray[np.float32],
) -> Span:
    def score(start: int, end: int) -> float:
        own = similarities[(starts >= start) & (starts < end)]
        words = _words(text[start:end])
        held = sum(idf.get(word, 0.0) for word in set(words)) / math.sqrt(max(len(words), 8))
        return float(own.max(axis=0) @ weights) + 0.02 * held - 0.1 * text[start:end].endswith("?")

    return Span(*max(sentence_spans(text), key=lambda span: score(*span)))


def _asked(
    question: str,
    sentences: dict[str, float],
    heading: float = 0.0,
    gap: str = " ",
    idf: dict[str, float] | None = None,
) -> str:
    """The sentence chosen if each matches the question's one token so well."""
    text = gap.join(sentences)
    begins = [text.index(one) for one in sentences]
    starts = np.array([-1, *begins], dtype=np.int32)
    similarities = np.array([[heading], *([one] for one in sentences.values())], dtype=np.float32)
    weights = np.array([1.0], dtype=np.float32)
    span = best_sentence(text, idf or {}, _words, starts, similarities, weights, question)
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "says", "other"),
    [
        ("how many days off are there?", "You get 26 of them.", "They are for rest."),
        ("how long is it?", "It takes two weeks.", "It is for rest."),
        ("when is it due?", "It is due on Friday.", "It is due soon."),
        ("who signs it?", "It is signed by Priya Raman.", "It is signed by hand."),
        ("where is it kept?", "It is kept in Leeds.", "It is kept with care."),
        ("wie viele Tage gibt es?", "Es sind 26.", "Es sind genug."),
    ],
)
def test_of_near_ones_the_sentence_with_such_an_answer_is_chosen(
    question: str, says: str, other: str
) -> None:
    assert _asked(question, {other: 0.61, says: 0.6}) == says
    assert _asked("tell me all about it", {other: 0.61, says: 0.6}) == other
    assert _asked(question, {other: 0.9, says: 0.6}) == other


def test_numbers_of_the_question_and_of_a_list_are_no_answer() -> None:
    assert (
        _asked(
            "how much of 500 euro is paid?",
            {"2. Write 500 on it.": 0.61, "It is 80 per cent.": 0.6},
        )
        == "It is 80 per cent."
    )


def test_a_word_like_when_inside_a_question_asks_for_no_time() -> None:
    said = {"Work at home.": 0.61, "Work on Friday.": 0.6}
    assert _asked("can I rest at home when ill", said) == "Work at home."


def test_a_rule_comes_before_its_exception_unless_that_is_asked_for() -> None:
    said = {"You need it.": 0.6, "It is not needed on phones.": 0.62}
    assert _asked("the thing does not work", said) == "You need it."
    said = {"All get 30 days.": 0.6, "Part-time staff get fewer days.": 0.62}
    assert _asked("holidays if I work part-time", said) == "Part-time staff get fewer days."


@pytest.mark.parametrize(
    "empty", ["See also the travel guide.", "For more information ask us.", "Hello everyone.",
              "Follow these instructions."],
)  # fmt: skip
def test_what_points_elsewhere_or_greets_gives_way(empty: str) -> None:
    assert (
        _asked("claim for a trip", {empty: 0.65, "Claim it at once.": 0.6}) == "Claim it at once."
    )


def _of_the_tapestry(question: str, text: str) -> str:
    """Chosen of a sentence that names it and one that says who ordered it."""
    starts = np.array([0, text.index("It was")], dtype=np.int32)
    similarities = np.array([[0.9, 0.1], [0.1, 0.6]], dtype=np.float32)
    weights = np.array([0.6, 0.4], dtype=np.float32)
    span = best_sentence(text, {}, _words, starts, similarities, weights, question)
    return text[span.start : span.end]


def test_a_sentence_is_understood_with_the_one_that_it_leans_on() -> None:
    asked, named, said = "whose idea was this tapestry", "The tapestry is old.", "It was by order."
    assert _of_the_tapestry(asked, f"{named} {said}") == said
    assert _of_the_tapestry(asked, f"{named}\n{said}") == named  # in another paragraph
    assert _of_the_tapestry("tapestry", f"{named} {said}") == named  # only its topic


def test_what_a_heading_names_is_named_half_by_each_sentence() -> None:
    text = "The tapestry is old. He paid for all."
    starts = np.array([-9, 0, 21], dtype=np.int32)
    similarities = np.array([[0.9, 0.0], [0.9, 0.1], [0.1, 0.6]], dtype=np.float32)
    weights = np.array([0.5, 0.5], dtype=np.float32)
    span = best_sentence(text, {}, _words, starts, similarities, weights, "a b c d e")
    assert text[span.start : span.end] == "He paid for all."


def test_a_row_that_lacks_a_word_of_the_question_is_not_like_one_that_holds_it() -> None:
    rows = {"Place: Leeds; Limit: 120": 0.6, "Place: Lisbon; Limit: 140": 0.61}
    assert _asked("limit", rows, gap="\n") == "Place: Leeds; Limit: 120"
    telling = {"lisbon;": 0.1, "limit:": 0.1}  # as `_words` gives them
    assert _asked("limit lisbon", rows, gap="\n", idf=telling) == "Place: Lisbon; Limit: 140"


def test_the_first_of_rows_that_match_alike_is_chosen() -> None:
    rows = {"Way: Car; Paid: 45p": 0.6, "Way: Bus; Paid: all": 0.5, "Way: Bicycle; Paid: 20p": 0.62}
    assert _asked("rate", rows, gap="\n") == "Way: Car; Paid: 45p"
    assert _asked("rate", rows | {"Way: Bicycle; Paid: 20p": 0.7}, gap="\n").startswith("Way: Bic")


@pytest.mark.parametrize("asked", ["error e-1024", "E1024", "e 1024 again and again", "E_1024?"])
def test_a_form_number_stands_in_the_sentence_however_it_is_typed(asked: str) -> None:
    said = {"E1023: ring us.": 0.7, "E-1024: start it again.": 0.6, "E 1025: wait.": 0.7}
    assert _asked(asked, said) == "E-1024: start it again."


def test_another_form_number_of_the_series_is_not_marked() -> None:
    said = {"SF-50 is sent by mail.": 0.7, "It is sent by mail.": 0.6}
    assert _asked("sf72", said) == "It is sent by mail."


def _long(clauses: list[str], telling: int, glue: str = ", ") -> str:
    """What is chosen of one sentence of these clauses if only that one of them matches."""
    text = glue.join(clauses) + "."
    begins = [text.index(one) for one in clauses]
    starts = np.array(begins, dtype=np.int32)
    similarities = np.array([[0.1 + (n == telling)] for n in range(len(clauses))], np.float32)
    weights = np.array([1.0], dtype=np.float32)
    span = best_sentence(text, {}, _words, starts, similarities, weights, "how many days")
    return text[span.start : span.end]


@pytest.mark.parametrize("telling", [0, 4, 9])
def test_of_a_sentence_that_is_too_long_the_clauses_that_answer_are_chosen(telling: int) -> None:
    """Whole ones, as many as may be read at a glance; what was asked for is among them."""
    clauses = [f"clause number {n} says this and that of the rules of the house" for n in range(10)]
    chosen = _long(clauses, telling)
    assert clauses[telling] in chosen
    assert 150 < len(chosen) <= 300
    parts = chosen.rstrip(".,").split(", ")
    assert parts == clauses[int(parts[0].split()[2]) :][: len(parts)]


def test_a_clause_that_is_too_long_is_cut_between_words() -> None:
    words = [f"word{n:03}" for n in range(120)]
    chosen = _long(words, 100, " ")
    assert "word100" in chosen.split()
    assert set(chosen.rstrip(".").split()) <= set(words)
    assert 280 < len(chosen) <= 300


def test_a_word_without_end_is_cut() -> None:
    """A base64 block, say: nothing is chosen that a card could not show."""
    assert _long(["x" * 900], 0) == "x" * 300


def test_a_sentence_that_is_just_short_enough_stays_whole() -> None:
    clauses = ["a" * 99, "b" * 99, "c" * 97]
    assert _long(clauses, 2) == ", ".join(clauses) + "."
