"""From question to answer on a real snapshot, with an encoder that needs no model."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from encoder.protocol import NO_TOKENS, Encoded
from errors import EncoderError
from index.readers.documents import Cue, Document
from index.splitter import Limits, split
from retrieval.answer import Outcome, Question
from retrieval.confidence import confidence
from retrieval.pins.sensitive import MAX_CHARACTERS
from retrieval.questions.narrowing import Narrowing
from retrieval.ranking import weights_for
from retrieval.retriever import Retriever
from retrieval.stopwatch import Stopwatch
from snapshot.formats.format_row import Kind
from snapshot.manifest import Calibration
from snapshot.models import Link, TimeRange, Validation
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import EXPENSES, LEAVE, PASSAGES, publish

Make = Callable[..., Retriever]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(**parts: object) -> Retriever:
        store = SnapshotStore(tmp_path / "snapshots")
        publish(store, **parts)  # type: ignore[arg-type]
        return Retriever(store.open(), WordEncoder())

    return make


def test_the_answering_sentence_of_the_best_passage_comes_first(make: Make) -> None:
    answer = make().answer(Question("claim mileage pence"))
    best = answer.results[0]
    assert answer.outcome is Outcome.ANSWERED
    assert best.resource == EXPENSES
    assert best.best.passage == PASSAGES[0]
    assert best.best.sentence_text == "Claim mileage at 45 pence a mile."
    assert best.url == "https://intranet.example.com/travel/expenses.md#mileage"
    assert best.place == "Mileage"
    assert answer.snapshot_id == "20260101T000000Z-aaaaaaaa"


def test_passages_are_grouped_by_resource_in_order_of_their_best(make: Make) -> None:
    lenient = Calibration(answered=0.2, closest=0.0)
    answer = make(calibration=lenient).answer(Question("holiday taxi form mileage receipt"))
    assert [(r.rank, r.resource.id) for r in answer.results] == [(1, EXPENSES.id), (2, LEAVE.id)]
    ranks = [[hit.rank for hit in result.hits] for result in answer.results]
    assert sorted(rank for group in ranks for rank in group) == [1, 2, 3]
    assert all(group == sorted(group) for group in ranks)
    scores = [hit.score for result in answer.results for hit in result.hits]
    assert max(scores) == answer.results[0].best.score


def test_no_more_is_prepared_than_is_wanted(make: Make) -> None:
    retriever = make(calibration=Calibration(answered=0.2, closest=0.0))
    question = Question("holiday taxi form mileage receipt")
    [first] = retriever.answer(replace(question, top_k=1)).results
    assert first == retriever.answer(question).results[0]
    assert len(first.hits) == 2
    [short] = retriever.answer(replace(question, top_k=1, hits_each=1)).results
    assert short == replace(first, hits=first.hits[:1])


def test_a_hit_tells_its_cosine_and_bm25(make: Make) -> None:
    answer = make().answer(Question("unused holiday"))
    hit = answer.results[0].best
    encoder = WordEncoder()
    text = "Leave > Carry over\nUnused holiday carries over until March. Ask your manager."
    cosine = (
        encoder.encode_passages([text])[0].vector
        @ encoder.encode_questions(["unused holiday"])[0].vector
    )
    assert hit.dense_score == pytest.approx(float(cosine), abs=1e-3)
    assert hit.lexical_score > 0
    assert sum(hit.parts.values()) == pytest.approx(hit.score)
    assert hit.late_score == pytest.approx(hit.parts["late"] / weights_for("unused holiday").late)
    assert answer.evidence is not None
    assert answer.evidence.cosine == pytest.approx(hit.dense_score)
    assert answer.confidence == pytest.approx(confidence(answer.evidence))


def test_a_model_without_tokens_ranks_by_cosine_and_words(tmp_path: Path) -> None:
    class Plain(WordEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.fingerprint = replace(self.fingerprint, token_dim=0)

        def _encode(self, text: str) -> Encoded:
            return Encoded(super()._encode(text).vector, NO_TOKENS)

    store = SnapshotStore(tmp_path / "snapshots")
    publish(store, encoder=Plain())
    best = Retriever(store.open(), Plain()).answer(Question("claim mileage pence")).results[0].best
    assert best.passage == PASSAGES[0]
    assert best.late_score == pytest.approx(best.dense_score)
    assert best.sentence_text == "Claim mileage at 45 pence a mile."


def test_little_evidence_is_called_closest_and_none_nothing(make: Make) -> None:
    retriever = make(calibration=Calibration(answered=0.99, closest=0.2))
    assert retriever.answer(Question("claim mileage")).outcome is Outcome.CLOSEST
    nothing = retriever.answer(Question("quantum chromodynamics"))
    assert nothing.outcome is Outcome.NOTHING_VALIDATED
    assert nothing.results == ()


def test_what_is_meant_for_others_is_not_even_ranked(make: Make) -> None:
    """Trimmed before ranking: with it gone, the next best takes the first place in full."""
    secret = resource("hr/pay.md", audience=("managers",))
    retriever = make(
        resources=[EXPENSES, secret],
        passages=[*PASSAGES[:2], passage(secret, "Mileage for managers is 90 pence.")],
    )
    everyone = retriever.answer(Question("mileage pence"))
    assert [r.resource for r in everyone.results] == [EXPENSES]
    assert everyone.found == (EXPENSES,)
    managers = retriever.answer(Question("mileage managers", audience=frozenset({"managers"})))
    assert managers.results[0].resource == secret
    assert managers.found[0] == secret
    assert EXPENSES in [r.resource for r in managers.results]


def test_what_expired_while_it_was_served_is_not_shown(make: Make) -> None:
    ends = Validation("Ann", date(2026, 1, 1), review_by=date(2026, 6, 30))
    old = replace(LEAVE, validation=ends)
    retriever = make(resources=[EXPENSES, old])
    question = Question("unused holiday carries over")
    last_day = replace(question, asked_at=datetime(2026, 6, 30, 23, 59, tzinfo=UTC))
    assert retriever.answer(last_day).results[0].resource == old
    day_after = replace(question, asked_at=datetime(2026, 7, 1, 0, 0, tzinfo=UTC))
    assert old not in [r.resource for r in retriever.answer(day_after).results]


def test_other_kinds_are_left_out_before_ranking(make: Make) -> None:
    talk = resource("hr/talk.vtt", kind=Kind.VIDEO, title="Expenses talk")
    said = passage(talk, "Nobody claims mileage in pence.", 0)
    retriever = make(resources=(EXPENSES, LEAVE, talk), passages=(*PASSAGES, said))
    asked = Question("claim mileage pence a mile")
    assert retriever.answer(asked).results[0].resource == EXPENSES
    narrowed = retriever.answer(replace(asked, only=Narrowing(frozenset({"video"}))))
    assert [one.resource for one in narrowed.results] == [talk]
    assert retriever.answer(replace(asked, only=Narrowing(frozenset({".pdf"})))).results == ()


def test_resources_are_listed_as_the_asker_may_see_them(make: Make) -> None:
    secret = resource("hr/pay.md", audience=("managers",), title="bands")
    talk = resource("hr/talk.vtt", kind=Kind.VIDEO, title="Zoom")
    retriever = make(
        resources=(EXPENSES, LEAVE, secret, talk),
        passages=(*PASSAGES, passage(secret, "Pay bands.", 0), passage(talk, "Hello.", 0)),
    )
    everyone, manager = Question(""), Question("", audience=frozenset({"managers"}))
    assert retriever.resources(everyone) == (EXPENSES, LEAVE, talk)
    assert retriever.resources(manager) == (secret, EXPENSES, LEAVE, talk)
    assert retriever.resources(replace(manager, only=Narrowing(frozenset({"video"})))) == (talk,)


def test_nothing_is_found_if_all_is_hidden(make: Make) -> None:
    secret = resource("hr/pay.md", audience=("managers",))
    retriever = make(resources=[secret], passages=[passage(secret, "Pay.")])
    assert retriever.answer(Question("pay")).outcome is Outcome.NOTHING_VALIDATED


@pytest.mark.parametrize("text", ["", "   ", "?!", "\n", "\x00", "💶", "é" * 50, "\ud800"])
def test_what_says_nothing_is_answered_by_nothing(make: Make, text: str) -> None:
    answer = make().answer(Question(text))
    assert (answer.outcome, answer.results) == (Outcome.NOTHING_VALIDATED, ())


def test_a_question_may_be_a_single_letter(make: Make) -> None:
    assert make().answer(Question("a")).results[0].best.passage == PASSAGES[1]


def test_a_very_long_question_is_cut_and_answered(make: Make) -> None:
    text = "claim mileage pence " * MAX_CHARACTERS
    assert make().answer(Question(text)).results[0].resource == EXPENSES


def test_a_recording_opens_where_the_sentence_is_said(make: Make) -> None:
    talk = resource("talks/feedback.vtt", url="/content/talks/feedback.vtt")
    cues = (
        Cue(0, 5, "Welcome everybody to this talk."),
        Cue(5, 9, "First something about coffee."),
        Cue(9, 15, "Feedback needs one clear example."),
    )
    passages = split(talk, Document(cues=cues), WordEncoder().count_tokens, Limits())
    result = make(resources=[talk], passages=passages).answer(Question("clear example")).results[0]
    assert len(passages) == 1
    assert result.best.locator == TimeRange(9, 15)
    assert result.url == "/content/talks/feedback.vtt#t=9"
    assert result.place == "0:09"


def test_another_encoder_than_the_snapshot_s_is_refused(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    publish(store)
    with pytest.raises(EncoderError, match=r"built with words.*names others"):
        Retriever(store.open(), WordEncoder("others"))


def test_both_engines_give_the_same_answer(make: Make, tmp_path: Path) -> None:
    question = Question("taxi form")
    with_faiss = make(engine="faiss").answer(question)
    store = SnapshotStore(tmp_path / "exact")
    publish(store, engine="exact")
    with_exact = Retriever(store.open(), WordEncoder()).answer(question)
    assert [r.resource for r in with_faiss.results] == [r.resource for r in with_exact.results]
    assert with_faiss.results[0].best.dense_score == pytest.approx(
        with_exact.results[0].best.dense_score, abs=1e-3
    )


def test_questions_encoded_together_are_answered_as_each_is_alone(make: Make) -> None:
    retriever = make()
    questions = [Question("unused holiday"), Question(" \n"), Question("claim mileage pence")]
    together = retriever.encode([(question, Stopwatch()) for question in questions])
    for question, encoded in zip(questions, together, strict=True):
        answer, alone = retriever.answer_encoded(encoded), retriever.answer(question)
        assert replace(answer, took_ms=0.0, stages_ms={}) == replace(
            alone, took_ms=0.0, stages_ms={}
        )


def test_a_link_opens_only_what_the_asker_may_see(make: Make) -> None:
    """Whoever asks reads the same words; what is meant for others, is out of date or was never
    served is not named by them."""
    board = resource("board/pay.md", audience=("board",))
    old = resource("old.md", validation=Validation("Ann", date(2020, 1, 1), date(2021, 1, 1)))
    targets = (LEAVE.id, board.id, old.id, "gone", "", "")
    urls = ("/leave", "/board", "/old", "/gone", "https://x.example/", "")
    links = (
        *(Link(n, n + 1, urls[n], of) for n, of in enumerate(targets)),
        Link(6, 7, "/board#x", board.id, "https://x.example/board"),
    )
    said = passage(EXPENSES, "Claim mileage at 45 pence a mile.", 0, "Mileage", links)
    retriever = make(resources=(EXPENSES, LEAVE, board, old), passages=(said, *PASSAGES[1:]))

    def opened(*audience: str, **narrowed: frozenset[str]) -> list[tuple[int, str, str]]:
        asked = Question("claim mileage pence", audience=frozenset(audience), **narrowed)
        links = retriever.answer(asked).results[0].best.links
        return [(link.start, link.url, link.title) for link in links]

    both = [(0, "/leave", "Leave"), (4, "https://x.example/", "")]
    everyone = [*both, (6, "https://x.example/board", "")]
    assert opened("everyone") == everyone
    assert opened("everyone", only=Narrowing(frozenset({".md"}))) == everyone
    assert opened("board") == [
        both[0],
        (1, "/board", "Pay"),
        both[1],
        (6, "/board#x", "Pay"),
    ]
