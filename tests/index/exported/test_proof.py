"""An export is taken only if it finds what the model finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.documents import Cue, Document, Section
from index.encoder import Encoded
from index.exported.proof import Agreement, Seen, compare
from index.exported.sample import Sample, sample
from index.models import Whole
from tests.fakes.encoder import WordEncoder

PASSAGES = tuple(f"page {word} {word} says more" for word in "abcdefghijklmnopqrst")
QUESTIONS = tuple(f"page {word}" for word in "abcdefghij")
SAMPLE = Sample(PASSAGES, QUESTIONS, tuple(range(len(QUESTIONS))))


def seen(**changes: list[Encoded]) -> Seen:
    encoder = WordEncoder()
    whole = Seen(encoder.encode_passages(PASSAGES), encoder.encode_questions(QUESTIONS))
    return replace(whole, **changes)


def test_a_model_agrees_with_itself() -> None:
    agreement = compare(seen(), seen(), SAMPLE)
    assert agreement.overlap == 1
    assert agreement.cosine == pytest.approx(1)
    assert agreement.token_cosine == pytest.approx(1)
    assert agreement.lost == 0
    assert agreement.problem() is None


def test_other_vectors_are_refused_and_what_they_lose_is_told() -> None:
    """Each passage gets the vector of the next: the right one is never first again."""
    right = seen().passages
    agreement = compare(seen(), seen(passages=[*right[1:], right[0]]), SAMPLE)
    assert agreement.cosine < 0.9
    assert agreement.lost > 0.3
    assert "its vectors differ: mean cosine" in str(agreement.problem())
    assert "of nDCG@10" in str(agreement.problem(is_exact=False))


def test_tokens_that_are_cut_otherwise_do_not_agree_at_all() -> None:
    moved = [
        replace(one, tokens=replace(one.tokens, spans=one.tokens.spans + 1))
        for one in seen().questions
    ]
    agreement = compare(seen(), seen(questions=moved), SAMPLE)
    assert agreement.token_cosine == 0
    assert "its tokens differ" in str(agreement.problem())


def test_fewer_of_the_first_ten_are_too_few_for_an_exact_export_only() -> None:
    agreement = Agreement(overlap=0.94)
    assert agreement.problem() == "it finds 0.940 of the first ten, 0.99 are needed"
    assert agreement.problem(is_exact=False) is None


def test_a_loss_that_may_be_chance_is_none() -> None:
    assert Agreement(lost=0.008, lost_error=0.004).problem() is None
    assert Agreement(lost=0.008, lost_error=0.001).problem() is not None


def test_without_text_there_is_nothing_to_disagree_on() -> None:
    nothing = Seen([], [])
    assert compare(nothing, nothing, Sample((), (), ())).problem() is None
    only = Sample(PASSAGES, (), ())
    assert compare(seen(questions=[]), seen(questions=[]), only).overlap == 1


def test_the_sample_is_the_folders_own_text_and_the_same_each_time() -> None:
    prose = "The allowance is forty-five pence a mile. Claims are due within sixty days of travel."
    documents = [
        Document(sections=(Section((), Whole(), (prose, "Table")),)),
        Document(cues=(Cue(0, 2, "so when somebody asks for leave"), Cue(2, 4, "we say yes"))),
        Document(),
    ]
    drawn = sample(documents)
    assert set(drawn.passages) == {
        f"{prose}\nTable",
        "so when somebody asks for leave\nwe say yes",
    }
    assert all(
        text in drawn.passages[source]
        for text, source in zip(drawn.questions, drawn.sources, strict=True)
    )
    assert len(drawn.questions) == 2
    assert sample(documents) == drawn
    assert sample([Document()]) == Sample((), (), ())


def test_long_documents_are_cut() -> None:
    blocks = tuple(f"Block {number}: " + "word " * 60 for number in range(40))
    drawn = sample([Document(sections=(Section((), Whole(), blocks),))])
    assert max(map(len, drawn.passages)) <= 1800
    assert np.mean([len(text) for text in drawn.passages]) > 600
