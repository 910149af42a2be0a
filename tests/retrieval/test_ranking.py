"""Evidence of three kinds adds up to one ranking, each on its own scale."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.answer import Evidence
from retrieval.late import Match
from retrieval.ranking import (
    Candidates,
    Ranked,
    Weights,
    best_first,
    fuse,
    linking,
    naming,
    preselect,
    weights_for,
)
from snapshot.headings import Standing

WEIGHTS = Weights(late=0.5, dense=0.3, lexical=0.2, named=0.5)


def _candidates(
    dense: list[float], lexical: list[float], asked: list[float] | None = None
) -> Candidates:
    shares = np.array(lexical, dtype=np.float32)
    named = np.arange(len(dense), dtype=np.float32) / 100
    return Candidates(
        np.arange(len(dense)),
        np.array(dense, dtype=np.float32),
        10 * shares,
        shares,
        named,
        np.array(asked or [0.0] * len(dense), dtype=np.float32),
        np.zeros(len(dense), dtype=np.float32),
        np.zeros(len(dense), dtype=np.float32),
    )


def test_the_score_is_the_weighted_sum_of_the_evidence() -> None:
    scores = fuse(
        _candidates([0.4, 0.2], [0.5, 1.0]), np.array([0.6, 0.1], dtype=np.float32), WEIGHTS
    )
    assert scores.tolist() == pytest.approx([0.52, 0.315])
    assert scores.dtype == np.float32


def test_weak_word_matches_count_little_however_they_compare() -> None:
    """Scaled within the question, the second's BM25 would count in full."""
    scores = fuse(
        _candidates([0.5, 0.4], [0.0, 0.05]), np.array([0.5, 0.5], dtype=np.float32), WEIGHTS
    )
    assert scores[0] > scores[1]


def test_the_first_stage_keeps_the_best_by_cosine_and_words() -> None:
    kept = preselect(_candidates([0.1, 0.5, 0.3], [1.0, 0.0, 0.1]), 2, WEIGHTS)
    assert kept.rows.tolist() == [0, 1]
    assert kept.dense.tolist() == pytest.approx([0.1, 0.5])
    assert kept.bm25.tolist() == pytest.approx([10.0, 0.0])
    assert kept.lexical.tolist() == pytest.approx([1.0, 0.0])
    assert kept.named.tolist() == pytest.approx([0.0, 0.01])


@pytest.mark.parametrize(
    ("words", "lexical"), [(1, 0.15), (8, 0.15), (14, 0.25), (20, 0.35), (300, 0.35)]
)
def test_the_words_of_long_questions_count_for_more(words: int, lexical: float) -> None:
    weights = weights_for("word " * words)
    assert weights.lexical == pytest.approx(lexical)
    assert weights.late + weights.dense + weights.lexical == pytest.approx(1)
    assert weights.dense == 0.3


def test_what_only_its_letters_find_counts_as_in_a_long_question() -> None:
    exact, long = weights_for("SF-50", exact=True), weights_for("word " * 20)
    assert (exact.late, exact.dense, exact.lexical) == (long.late, long.dense, long.lexical)


@pytest.mark.parametrize(("words", "named"), [(1, 1), (3, 1), (4, 0.5), (5, 0), (9, 0)])
def test_titles_and_headings_speak_for_questions_of_few_words(words: int, named: float) -> None:
    assert weights_for("word " * words).named == named


def _standing(**changes: list[float]) -> Standing:
    names = ("title", "heading", "words", "leads", "linked")
    fields = {name: [0.0] for name in names} | changes
    return Standing(
        np.array(fields["title"], dtype=np.float32),
        np.array(fields["heading"], dtype=np.float32),
        np.array(fields["words"], dtype=np.int32),
        np.array(fields["leads"], dtype=np.bool_),
        np.array(fields["linked"], dtype=np.float32),
    )


def test_what_links_say_counts_only_if_it_is_near_the_question() -> None:
    made = linking(_standing(linked=[0.3, 0.5, 0.7, 0.9, 1.0]))
    assert made.tolist() == pytest.approx([0, 0, 0.075, 0.15, 0.15])
    found = replace(_candidates([0.5, 0.5], [0.0, 0.0]), linked=made[2:4])
    scores = fuse(found, np.zeros(2, dtype=np.float32), WEIGHTS)
    assert scores.tolist() == pytest.approx([0.15 + 0.5 * 0.075, 0.15 + 0.5 * (0.01 + 0.15)])


def test_a_list_of_links_stands_below_its_equals_at_any_length_of_question() -> None:
    shares = np.array([1.0, 0.5, 0.0], dtype=np.float32)
    found = replace(_candidates([0.5] * 3, [0.0] * 3), link_share=shares)
    scores = fuse(found, np.zeros(3, dtype=np.float32), weights_for("word " * 20))
    assert scores.tolist() == pytest.approx([0.15 - 0.06, 0.15 - 0.06 / 16, 0.15])


def test_what_a_passage_stands_under_adds_up() -> None:
    made = naming(_standing(title=[0.6], heading=[0.4]), np.zeros(1, dtype=np.float32))
    assert made.tolist() == pytest.approx([0.15 * 0.6 + 0.10 * 0.4])
    assert made.dtype == np.float32


def test_a_longer_section_is_likelier_meant_up_to_a_hundred_and_twenty_words() -> None:
    words = _standing(title=[0.0] * 4, heading=[0.0] * 4, words=[10, 40, 120, 900], leads=[0.0] * 4)
    made = naming(words, np.zeros(4, dtype=np.float32)).tolist()
    assert made[0] < made[1] < made[2] == made[3] == pytest.approx(0.02 * np.log(121))


def test_a_question_that_is_all_in_the_title_opens_where_the_resource_begins() -> None:
    stands = _standing(title=[0.0] * 4, heading=[0.0] * 4, words=[0] * 4, leads=[1, 1, 0, 1])
    made = naming(stands, np.array([1.0, 0.95, 1.0, 0.9], dtype=np.float32))
    assert made.tolist() == pytest.approx([0.06, 0.06, 0, 0])


def test_among_equals_the_earlier_passage_comes_first() -> None:
    scores = np.array([0.5, 0.9, 0.5], dtype=np.float32)
    assert best_first(scores, np.array([7, 8, 3])).tolist() == [1, 2, 0]


def test_the_very_question_of_an_owner_is_above_all_other_evidence() -> None:
    """Whatever else another passage has for it: the first is met by nothing but its wording."""
    weights = weights_for("pto")
    found = _candidates([0.1, 1.0], [0.0, 1.0], [1.0, 0.0])
    found.named[:] = [0.0, 0.35]
    scores = fuse(found, np.array([0.3, 0.9], dtype=np.float32), weights)
    assert scores.tolist() == pytest.approx([0.3 * 0.55 + 0.03 + 1.5, 0.9 * 0.55 + 0.45 + 0.35])
    assert preselect(found, 1, weights).rows.tolist() == [0]
    assert preselect(found, 1, weights).asked.tolist() == [1]


def _ranked(asked: list[float], *, is_told: bool = True) -> Ranked:
    """Four passages of three sections, of one token each. Two tokens are asked for, if any tells;
    the passages' numbers run against their ranks."""

    def numbers(*values: float) -> np.ndarray:
        return np.array(values, dtype=np.float32)

    cosines = np.array([[0.2, 0.2], [0.9, 0.1], [0.3, 0.7], [0.8, 0.6]], dtype=np.float32)
    return Ranked(
        text="leave abroad",
        candidates=_candidates([0.7, 0.5, 0.4, 0.1], [0.5, 0.25, 0.8, 0.0], asked),
        sections=np.array([5, 5, 2, 8], dtype=np.int32),
        weights=WEIGHTS,
        scores=numbers(0.75, 0.6, 0.5, 0.25),
        fused=numbers(0.75, 0.6, 0.5, 0.25),
        late_scores=numbers(0.8, 0.6, 0.4, 0.2),
        match=Match(cosines, np.arange(5), numbers(0.5, 0.5) if is_told else numbers(0, 0)),
        order=np.array([3, 2, 1, 0]),
        closed=np.empty(0, dtype=np.int64),
        preference=numbers(0, 0.01, 0.02, 0.03),
        read=np.full(4, np.nan, dtype=np.float32),
        idf={},
    )


def _is(evidence: Evidence, cosine: float, coverage: float, gap: float, margin: float) -> bool:
    found = (evidence.cosine, evidence.coverage, evidence.gap, evidence.margin)
    return found == pytest.approx((cosine, coverage, gap, margin), abs=1e-6)


def test_evidence_speaks_for_the_first_and_its_lead_over_other_sections() -> None:
    coverage = (0.8 / 0.9 + 0.6 / 0.7) / 2
    assert _is(_ranked([0.0] * 4).evidence, 0.7, coverage, 0.05, 0.25)
    half = _ranked([0.5, 0, 0, 0]).evidence  # an owner says so, half
    assert _is(half, 0.85, (1 + coverage) / 2, 0.025, 0.25)


def test_without_telling_tokens_words_speak_for_the_first() -> None:
    assert _is(_ranked([0.0] * 4, is_told=False).evidence, 0.7, 0.625, 0.0, 0.25)
    assert _is(_ranked([0.5, 0, 0, 0], is_told=False).evidence, 0.85, 0.8125, 0.0, 0.25)


def test_what_a_reranker_moves_keeps_all_that_is_its_own() -> None:
    before = _ranked([1, 0, 0, 0])
    after = before.reranked(np.array([1, 2]), np.array([-2.0, 3.0], dtype=np.float32))
    assert after.candidates.rows.tolist() == [0, 2, 1, 3]
    assert after.sections.tolist() == [5, 2, 5, 8]
    assert after.order.tolist() == [3, 1, 2, 0]
    assert after.fused.tolist() == pytest.approx([0.75, 0.5, 0.6, 0.25])
    assert after.late_scores.tolist() == pytest.approx([0.8, 0.4, 0.6, 0.2])
    assert after.preference.tolist() == pytest.approx([0, 0.02, 0.01, 0.03])
    assert after.read.tolist() == pytest.approx([np.nan, 3, -2, np.nan], nan_ok=True)
    assert after.scores.tolist() == before.scores.tolist()
    assert np.isnan(before.read).all()


def test_equal_scores_of_a_reranker_move_nothing() -> None:
    after = _ranked([0.0] * 4).reranked(np.arange(4), np.zeros(4, dtype=np.float32))
    assert after.candidates.rows.tolist() == [0, 1, 2, 3]


def test_a_first_place_that_others_were_ahead_of_has_no_lead() -> None:
    after = _ranked([0.0] * 4).reranked(np.array([0, 2]), np.array([0, 1], dtype=np.float32))
    coverage = (1 + 0.1 / 0.7) / 2
    assert _is(after.evidence, 0.4, coverage, 0.3, 0.0)


@pytest.mark.parametrize(
    ("sections", "margin"), [([5, 5, 5, 5], 0.3), ([5, 2, 5, 5], 0.15), ([5, 5, 5, 2], 0.3)]
)
def test_the_lead_is_over_other_sections_and_at_most_so_much(
    sections: list[int], margin: float
) -> None:
    ranked = _ranked([0.0] * 4)
    ranked.sections[:] = sections
    assert ranked.evidence.margin == pytest.approx(margin)
