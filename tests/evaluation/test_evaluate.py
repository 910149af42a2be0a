"""Every figure of an evaluation, from answers that are written out by hand; then from real ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from evaluation.evaluate import Evaluation, Figure, evaluate
from evaluation.labelled import GoldKind, LabelledQuestion
from retrieval.answer import Answer, Hit, Outcome, Question, Result, Span
from retrieval.retriever import Retriever
from snapshot.models import EVERYONE, Passage, Resource, TimeRange
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import EXPENSES, LEAVE, PASSAGES, publish
from tests.fakes.trec_eval import score_by_trec_eval

MILEAGE, TAXIS, CARRY_OVER = PASSAGES
TALK = resource("talk.vtt")
INTRO = Passage(
    TALK.id, 0, (), TimeRange(0, 60), "Welcome. Now feedback.", marks=((0, 0.0), (9, 50.0))
)
FEEDBACK = Passage(
    TALK.id, 1, (), TimeRange(60, 90), "Be kind. Be clear.", marks=((0, 60.0), (9, 75.0))
)


@dataclass
class Script:
    """What to say to one question: passages best first with the sentence to mark in each."""

    hits: Sequence[tuple[Passage, str]] = ()
    outcome: Outcome = Outcome.ANSWERED
    confidence: float = 0.9
    took_ms: float = 10.0


@dataclass
class ScriptedRetriever:
    """Answers by a script and keeps what it was asked. It is its own snapshot."""

    scripts: Mapping[str, Script]
    resources: tuple[Resource, ...] = (EXPENSES, LEAVE, TALK)
    asked: list[Question] = field(default_factory=list)

    @property
    def snapshot(self) -> ScriptedRetriever:
        return self

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        script = self.scripts[question.text]
        owners = {one.id: one for one in self.resources}
        results = tuple(
            Result(owners[hit.passage.resource_id], hit.rank, (hit,)) for hit in self.rank(question)
        )
        is_shown = script.outcome is not Outcome.NOTHING_VALIDATED
        return Answer(
            question=question,
            outcome=script.outcome,
            results=results if is_shown else (),
            confidence=script.confidence,
            took_ms=script.took_ms,
            snapshot_id="scripted",
            stages_ms={"encode": script.took_ms - 1, "rank": 1.0},
        )

    def rank(self, question: Question, top_k: int = 100) -> tuple[Hit, ...]:
        text = question.text if question.context is None else f"{question.context} {question.text}"
        script = self.scripts.get(text) or self.scripts[question.text]
        return tuple(
            Hit(found, rank, 1 / rank, 0.5, 1.0, 0.5, _span(found, sentence))
            for rank, (found, sentence) in enumerate(script.hits[:top_k], start=1)
        )


def _span(found: Passage, sentence: str) -> Span:
    start = found.text.index(sentence)
    return Span(start, start + len(sentence))


def _ask(
    scripts: Mapping[str, Script],
    *questions: LabelledQuestion,
    kind: GoldKind = GoldKind.PLACES,
) -> Evaluation:
    return evaluate(ScriptedRetriever(scripts), questions, kind=kind)


def _about(text: str, *gold: str, **more: object) -> LabelledQuestion:
    return LabelledQuestion(text, text, dict.fromkeys(gold, 1), **more)  # type: ignore[arg-type]


def test_passages_of_one_place_count_once_in_a_ranking() -> None:
    """The right place is the second place, although it is the third passage."""
    again = passage(EXPENSES, "More on mileage.", 9, "Mileage")
    done = _ask(
        {"taxi?": Script([(MILEAGE, "Keep"), (again, "More"), (TAXIS, "Write")])},
        _about("taxi?", "travel/expenses.md#taxis"),
    )
    assert done.observations[0].ranked == ("travel/expenses.md#mileage", "travel/expenses.md#taxis")
    ranking = done.ranking
    assert ranking.ndcg_at_10.mean == pytest.approx(1 / math.log2(3))
    assert ranking.mrr_at_10 == Figure(0.5, 0.5, 0.5, 1)
    assert ranking.recall_at_5 == Figure(1, 1, 1, 1)
    assert ranking.hit_at_1 == Figure(0, 0, 0, 1)


def test_documents_count_by_their_id_and_have_no_places() -> None:
    done = _ask(
        {"taxi?": Script([(MILEAGE, "Keep"), (CARRY_OVER, "Ask")])},
        _about("taxi?", "hr/leave.md", "travel/expenses.md"),
        kind=GoldKind.DOCUMENTS,
    )
    assert done.observations[0].ranked == ("travel/expenses.md", "hr/leave.md")
    assert done.ranking.ndcg_at_10.mean == 1
    assert done.places is None


def test_a_recording_is_right_where_its_sentence_is_said_and_ranks_where_its_passage_begins() -> (
    None
):
    """The passage begins before the right stretch, and opens in it."""
    done = _ask(
        {"feedback?": Script([(INTRO, "Now feedback."), (FEEDBACK, "Be clear.")])},
        _about("feedback?", "talk.vtt#t=45,90"),
    )
    assert done.observations[0].ranked == ("talk.vtt#t=0.00", "talk.vtt#t=45,90")
    assert done.places is not None
    assert done.places.accuracy.mean == 1
    assert done.places.median_s == done.places.median_s_inside == 5.0


def test_seconds_from_the_start_are_a_median_within_the_right_recording() -> None:
    done = _ask(
        {
            "near?": Script([(FEEDBACK, "Be clear.")]),
            "far?": Script([(INTRO, "Welcome.")]),
            "elsewhere?": Script([(TAXIS, "Write")]),
        },
        _about("near?", "talk.vtt#t=70,90"),
        _about("far?", "talk.vtt#t=300,390"),
        _about("elsewhere?", "talk.vtt#t=300,390"),
    )
    assert done.places is not None
    assert done.places.accuracy.mean == pytest.approx(1 / 3)
    assert done.places.median_s == (5.0 + 300.0) / 2
    assert done.places.median_s_inside == 5.0


def test_a_sentence_is_right_end_to_end_and_with_the_right_passage_given() -> None:
    """Of four: right at once; right in the right passage only; wrong in it; no right passage."""
    gold = "travel/expenses.md#taxis"
    right, wrong = (TAXIS, "A taxi needs a reason."), (TAXIS, "Write it on the form.")
    other = (MILEAGE, "Keep every receipt.")
    done = _ask(
        {
            "1": Script([right, other]),
            "2": Script([other, right]),
            "3": Script([wrong]),
            "4": Script([other]),
        },
        *(_about(text, gold, answers=("a **reason**", "a cause")) for text in "1234"),
    )
    assert done.sentences is not None
    assert (done.sentences.end_to_end.mean, done.sentences.end_to_end.count) == (0.25, 4)
    given = done.sentences.given_passage
    assert (given.mean, given.count) == (pytest.approx(2 / 3), 3)


def test_a_right_passage_without_the_gold_string_says_nothing_of_sentences() -> None:
    done = _ask(
        {"1": Script([(TAXIS, "Write it on the form.")])},
        _about("1", "travel/expenses.md#taxis", answers=("mileage",)),
    )
    assert done.sentences is not None
    assert done.sentences.end_to_end.mean == 0
    assert done.sentences.given_passage.count == 0
    assert math.isnan(done.sentences.given_passage.mean)


def test_without_gold_strings_there_is_no_figure_for_sentences() -> None:
    done = _ask({"1": Script([(TAXIS, "Write")])}, _about("1", "travel/expenses.md#taxis"))
    assert done.sentences is None


HONESTY = {
    "right": Script([(TAXIS, "Write")], Outcome.ANSWERED, 0.9),
    "wrong": Script([(MILEAGE, "Keep")], Outcome.ANSWERED, 0.7),
    "unsure": Script([(TAXIS, "Write")], Outcome.CLOSEST, 0.5),
    "silent": Script([(TAXIS, "Write")], Outcome.NOTHING_VALIDATED, 0.1),
    "missing": Script([(TAXIS, "Write")], Outcome.ANSWERED, 0.6),
    "off": Script([(TAXIS, "Write")], Outcome.NOTHING_VALIDATED, 0.0),
}
ANSWERABLE = [_about(text, "travel/expenses.md#taxis") for text in list(HONESTY)[:4]]


def test_abstention_compares_the_confidence_of_answerable_questions_with_the_others() -> None:
    done = _ask(HONESTY, *ANSWERABLE, _about("missing"), _about("off"))
    # 0.9, 0.7, 0.5, 0.1 against 0.6 and 0: six of eight pairs are in order
    assert done.abstention.auroc == 6 / 8
    assert done.abstention.answered_at_90_kept == 0.5
    assert (done.abstention.answerable, done.abstention.unanswerable) == (4, 2)
    assert done.ranking.hit_at_1.count == 4


def test_the_shipped_thresholds_are_judged_by_their_outcomes() -> None:
    done = _ask(HONESTY, *ANSWERABLE, _about("missing"), _about("off"))
    shipped = done.shipped
    answered, closest, nothing = Outcome.ANSWERED, Outcome.CLOSEST, Outcome.NOTHING_VALIDATED
    assert shipped.answerable == {answered: 0.5, closest: 0.25, nothing: 0.25}
    assert shipped.unanswerable == {answered: 0.5, closest: 0, nothing: 0.5}
    assert (shipped.precision.mean, shipped.precision.count) == (pytest.approx(1 / 3), 3)
    of_answerable = shipped.precision_of_answerable
    assert (of_answerable.mean, of_answerable.count) == (0.5, 2)
    # "silent" shows nothing, so nothing right: 0.1 + 0.7 + 0.5 + 0.1 + 0.6 + 0.0 off, over six
    assert shipped.calibration_error == pytest.approx((0.1 + 0.7 + 0.5 + 0.1 + 0.6) / 6)


def test_kinds_are_told_apart_and_compared_with_the_others_of_all_kinds() -> None:
    done = _ask(
        HONESTY,
        *ANSWERABLE,
        LabelledQuestion("missing", "missing", kind="near"),
        LabelledQuestion("off", "off", kind="off-topic"),
    )
    assert list(done.by_kind) == ["", "near", "off-topic"]
    assert done.by_kind[""].abstention == done.abstention
    assert done.by_kind["near"].abstention.auroc == 0.5
    assert done.by_kind["off-topic"].abstention.auroc == 1
    assert done.by_kind["off-topic"].questions == 1
    assert done.by_kind["near"].shipped.unanswerable[Outcome.ANSWERED] == 1
    assert done.by_kind["near"].ranking.hit_at_1.count == 0


def test_questions_of_one_kind_have_no_breakdown() -> None:
    assert _ask(HONESTY, *ANSWERABLE).by_kind == {}


def test_follow_ups_are_measured_with_and_without_their_context() -> None:
    done = _ask(
        {
            "and by taxi?": Script([(MILEAGE, "Keep"), (TAXIS, "Write")]),
            "how do I travel? and by taxi?": Script([(TAXIS, "Write")]),
            "right": HONESTY["right"],
        },
        _about("and by taxi?", "travel/expenses.md#taxis", context="how do I travel?"),
        ANSWERABLE[0],
    )
    assert done.follow_ups is not None
    assert done.follow_ups.with_context.mrr_at_10 == Figure(1, 1, 1, 1)
    assert done.follow_ups.without_context.mrr_at_10 == Figure(0.5, 0.5, 0.5, 1)
    assert done.ranking.mrr_at_10.mean == 1
    assert _ask(HONESTY, *ANSWERABLE).follow_ups is None


def test_time_is_told_by_stage_and_leaves_the_warming_up_out() -> None:
    scripts = {str(n): Script([(TAXIS, "Write")], took_ms=float(n)) for n in range(1, 102)}
    retriever = ScriptedRetriever(scripts)
    done = evaluate(retriever, [_about(text, "x") for text in scripts])
    assert [question.text for question in retriever.asked] == ["1", *scripts]
    assert list(done.latency) == ["encode", "rank", "total"]
    assert (done.latency["total"].median_ms, done.latency["total"].p99_ms) == (51, 100)
    assert (done.latency["encode"].median_ms, done.latency["rank"].p99_ms) == (50, 1)


def test_right_answers_that_are_not_served_are_named() -> None:
    done = _ask(
        HONESTY,
        _about("right", "travel/expenses.md#taxis", "travel/expenses.md", "gone.md#x", "gone.md"),
    )
    assert done.not_served == ("gone.md", "gone.md#x")


def test_questions_are_asked_as_one_of_the_audience() -> None:
    retriever = ScriptedRetriever(HONESTY)
    evaluate(retriever, ANSWERABLE[:1], audience=["managers"])
    assert {question.audience for question in retriever.asked} == {
        frozenset({EVERYONE, "managers"})
    }


def test_no_questions_give_no_figures() -> None:
    done = _ask({})
    assert done.questions == 0
    assert math.isnan(done.ranking.ndcg_at_10.mean)
    assert done.latency == {}
    assert done.shipped.answerable == {}


def test_progress_counts_the_questions() -> None:
    told: list[tuple[str, int, int]] = []
    evaluate(
        ScriptedRetriever(HONESTY), ANSWERABLE[:2], progress=lambda *told_now: told.append(told_now)
    )
    assert told == [("ask", 0, 2), ("ask", 1, 2), ("ask", 2, 2)]


def test_a_real_snapshot_s_figures_are_trec_eval_s(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    done = evaluate(
        Retriever(store.open(), WordEncoder()),
        [
            _about("claim mileage", "travel/expenses.md#mileage"),
            _about("write a reason for every receipt", "travel/expenses.md#taxis"),
            _about("holiday and taxi", "travel/expenses.md#taxis", "hr/leave.md#carry-over"),
            _about("mileage", "hr/leave.md#carry-over"),
            _about("taxi", "gone.md"),
            _about("quantum"),
        ],
    )
    theirs = score_by_trec_eval(done.observations, tmp_path)
    assert len(theirs) == 5
    ranking = done.ranking
    ours = [ranking.ndcg_at_10, ranking.mrr_at_10, ranking.recall_at_5, ranking.hit_at_1]
    means = [sum(scores) / 5 for scores in zip(*theirs.values(), strict=True)]
    assert [figure.mean for figure in ours] == pytest.approx(means, abs=1e-12)
    assert 0 < ranking.hit_at_1.mean < 1
    assert theirs["claim%20mileage"] == [1, 1, 1, 1]
