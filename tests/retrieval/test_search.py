"""What is meant for others, or no longer validated, is hidden from a question. Of the rest two
searches become one list of passages, each with both of its scores."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from encoder.protocol import Vectors
from retrieval.answer import Question
from retrieval.pins.asked_places import NONE_ASKED, Fitting
from retrieval.questions.narrowing import Narrowing
from retrieval.questions.understanding import Understood
from retrieval.ranking import Candidates, Weights, naming, weights_for
from retrieval.retriever import Retriever
from retrieval.search import Visibility, search
from snapshot.formats.format_row import Kind
from snapshot.lexical import Alternatives
from snapshot.models import EVERYONE, Resource, Validation
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import LEAVE, publish

NOTHING = np.array([], dtype=np.int64)
VECTOR = np.eye(1, 64, dtype=np.float32)[0]
LONG = weights_for("word " * 20)
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def _valid(first: date, last: date | None) -> Resource:
    return replace(resource("a.md"), validation=Validation("Ann", first, last))


def _hidden(resources: list[Resource], *audience: str, at: datetime = NOON) -> list[int]:
    question = Question("leave", audience=frozenset(audience), asked_at=at)
    hidden: list[int] = Visibility(resources).hidden_from(question).tolist()
    return hidden


def test_what_is_for_everyone_is_hidden_from_nobody() -> None:
    resources = [resource("a.md"), resource("b.md")]
    assert _hidden(resources, EVERYONE) == []
    assert _hidden(resources) == []


def test_what_is_for_others_is_hidden() -> None:
    resources = [
        resource("a.md"),
        resource("pay.md", audience=("managers",)),
        resource("audit.md", audience=("finance", "managers")),
    ]
    assert _hidden(resources, EVERYONE) == [1, 2]
    assert _hidden(resources, "finance") == [1]
    assert _hidden(resources, "managers", "sales") == []


@pytest.mark.parametrize("first", [date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1)])
@pytest.mark.parametrize("last", [date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1), None])
def test_a_day_is_judged_as_the_validation_itself_judges_it(first: date, last: date | None) -> None:
    one = _valid(first, last)
    assert _hidden([one]) == ([] if one.validation.holds_on(NOON.date()) else [0])


def test_what_is_past_its_review_and_what_is_for_others_are_hidden_alike() -> None:
    past = _valid(date(2026, 1, 1), date(2026, 6, 29))
    resources = [past, resource("a.md"), resource("pay.md", audience=("managers",))]
    assert _hidden(resources) == [0, 2]
    assert _hidden(resources, "managers") == [0]


def test_nothing_is_hidden_of_nothing() -> None:
    assert _hidden([]) == []
    videos = Question("leave", only=Narrowing(frozenset({"video"})))
    assert Visibility([]).hidden_from(videos).tolist() == []


@pytest.mark.parametrize(
    ("only", "hidden"),
    [
        ((), []),
        (("video",), [0, 1, 3]),
        ((".pdf",), [0, 2, 3]),
        (("document",), [0, 2]),
        (("video", "document"), [0]),
        (("deck",), [0, 1, 2, 3]),
    ],
)
def test_what_is_of_another_kind_is_hidden(only: tuple[str, ...], hidden: list[int]) -> None:
    """A kind, or the ending of a file: a PDF is a document, and not every document is one."""
    resources = [
        resource("a.md"),
        resource("b.PDF", kind=Kind.DOCUMENT),
        resource("c.vtt", kind=Kind.VIDEO),
        resource("d.docx", kind=Kind.DOCUMENT),
    ]
    question = Question("leave", asked_at=NOON, only=Narrowing(frozenset(only)))
    assert Visibility(resources).hidden_from(question).tolist() == hidden


def test_what_is_for_others_stays_hidden_if_it_is_of_the_kind() -> None:
    resources = [resource("a.pdf", kind=Kind.DOCUMENT, audience=("managers",))]
    asked = Question("leave", asked_at=NOON, only=Narrowing(frozenset({".pdf"})))
    assert Visibility(resources).hidden_from(asked).tolist() == [0]


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    return store.open()


def _found(snapshot: Snapshot, text: str, *hidden: int) -> Candidates:
    [encoded] = WordEncoder().encode_questions([text])
    numbers = np.array(hidden, dtype=np.int64)
    return _searched(snapshot, Understood(text), encoded.vector, numbers, weights_for(text))


def _searched(
    snapshot: Snapshot,
    understood: Understood,
    vector: Vectors,
    hidden: NDArray[np.int64],
    weights: Weights,
    asked: Fitting = NONE_ASKED,
    idf: dict[str, float] | None = None,
) -> Candidates:
    """As everyone sees it, with what the words tell unless `idf` says something else."""
    lexical = snapshot.lexical
    told = lexical.idf(understood.text) if idf is None else idf
    return search(snapshot, understood, vector, lexical, told, hidden, weights, asked)


def test_a_passage_has_the_bm25_score_of_the_lexical_search_or_none(snapshot: Snapshot) -> None:
    found = _found(snapshot, "unused holiday mileage")
    scores, rows = snapshot.lexical.search("unused holiday mileage", 10)
    expected = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    assert sorted(found.rows.tolist()) == list(range(len(snapshot.owners)))
    assert dict(zip(found.rows.tolist(), found.bm25.tolist(), strict=True)) == {
        row: expected.get(row, 0.0) for row in range(len(snapshot.owners))
    }
    assert 0 < sum(score > 0 for score in found.bm25) < len(snapshot.owners)


def test_words_that_no_passage_has_score_nothing(snapshot: Snapshot) -> None:
    bm25 = _found(snapshot, "chromodynamics").bm25
    assert (bm25.tolist(), bm25.dtype) == ([0.0] * len(snapshot.owners), np.float32)


def test_passages_of_hidden_resources_are_left_out(snapshot: Snapshot) -> None:
    seen = snapshot.owners[_found(snapshot, "unused holiday mileage", 1).rows]
    assert set(seen.tolist()) == {0}


def test_a_passage_has_its_cosine(snapshot: Snapshot) -> None:
    found = _found(snapshot, "unused holiday mileage")
    [asked] = WordEncoder().encode_questions(["unused holiday mileage"])
    expected = snapshot.vectors.vectors(found.rows) @ asked.vector
    assert found.dense == pytest.approx(expected, abs=1e-3)
    assert found.dense.dtype == np.float32


@pytest.mark.parametrize("idf", [{"holiday": 2.0, "mileag": 2.0}, {"holiday": 0.01}])
def test_the_share_is_of_the_most_that_the_words_can_score(
    snapshot: Snapshot, idf: dict[str, float]
) -> None:
    """Also if they tell so little that the most is below 1."""
    found = _searched(snapshot, Understood("holiday mileage"), VECTOR, NOTHING, LONG, idf=idf)
    assert max(found.lexical) > 0
    assert found.lexical == pytest.approx(found.bm25 / snapshot.lexical.most(idf))


def test_what_may_stand_instead_of_a_word_is_searched_for(snapshot: Snapshot) -> None:
    alternatives = (Alternatives(("pto",), (("unus", "holiday"),)),)
    understood = Understood("pto", alternatives=alternatives)
    found = _searched(snapshot, understood, VECTOR, NOTHING, LONG)
    [best] = found.rows[found.bm25 > 0].tolist()
    assert snapshot.passage(best).resource_id == LEAVE.id


def test_either_search_gives_a_hundred_and_words_count_in_the_first_thousand(
    tmp_path: Path,
) -> None:
    """The last passage is nearest to the vector, and below a thousand by its words."""
    texts = [*["mileage mileage"] * 1_000, "mileage and much else that is said of the office"]
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store, passages=[passage(LEAVE, text, n) for n, text in enumerate(texts)])
    snapshot = store.open()
    [far] = snapshot.vectors.vectors(np.array([1_000]))
    found = _searched(snapshot, Understood("mileage"), far, NOTHING, LONG)
    by_words = snapshot.lexical.search("mileage", 2_000)[1].tolist()
    assert by_words[-1] == found.rows[0] == 1_000
    assert found.bm25[0] == 0
    dense = snapshot.vectors.search(far[None], 100)[1][0].tolist()
    assert found.rows.tolist() == [*dense, *(row for row in by_words[:100] if row not in dense)]


def test_what_passages_stand_under_speaks_for_questions_of_few_words(snapshot: Snapshot) -> None:
    """Of `LEAVE`, which is called "Leave", the question's one word is all in the title."""
    found = _found(snapshot, "leave")
    [asked] = WordEncoder().encode_questions(["leave"])
    standing = snapshot.headings.standing(found.rows, asked.vector)
    titled = snapshot.owners[found.rows] == list(snapshot.resources).index(LEAVE)
    assert titled.any() and not titled.all()
    assert found.named == pytest.approx(naming(standing, titled.astype(np.float32)))
    assert not _found(snapshot, "how many days of leave are left").named.any()


SECRET = resource("pay/secret-leave.md", audience=("managers",))
OPEN = (
    passage(LEAVE, "Unused holiday carries over until March.", 0, "Carry over"),
    passage(LEAVE, "Ask your manager for leave.", 1, "Ask"),
)
RESTRICTED = tuple(
    passage(SECRET, f"Managers carry unused holiday, leave and project falke {n} over.", n, "Carry")
    for n in range(9)
)


@pytest.mark.parametrize("asked", ["unused holiday", "leave", "how do I ask my manager for falke"])
def test_what_somebody_may_not_see_moves_no_score(tmp_path: Path, asked: str) -> None:
    """Neither how telling a word is, nor how long passages are, nor the order."""
    stores = [SnapshotStore(tmp_path / name) for name in ("without", "with")]
    publish(stores[0], resources=[LEAVE], passages=OPEN)
    publish(stores[1], resources=[SECRET, LEAVE], passages=[*RESTRICTED, *OPEN])
    answers = [Retriever(store.open(), WordEncoder()).answer(Question(asked)) for store in stores]
    plain, beside = (
        (one.outcome, one.confidence, one.understood, [hit for r in one.results for hit in r.hits])
        for one in answers
    )
    assert plain == beside


def test_those_for_whom_it_is_meant_find_it_by_words_that_nothing_else_holds(
    tmp_path: Path,
) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store, resources=[SECRET, LEAVE], passages=[*RESTRICTED, *OPEN])
    retriever = Retriever(store.open(), WordEncoder())
    asked = Question("project falke", audience=frozenset({EVERYONE, "managers"}))
    answer = retriever.answer(asked)
    assert answer.results[0].resource == SECRET
    assert answer.results[0].best.lexical_score > 0
    assert all(r.resource != SECRET for r in retriever.answer(Question("project falke")).results)


def test_both_kinds_of_words_stand_in_one_order(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store, resources=[SECRET, LEAVE], passages=[*RESTRICTED, *OPEN])
    snapshot = store.open()
    scores, rows = snapshot.lexical_for(np.array([0])).search("unused holiday", 100)
    assert set(rows.tolist()) == {*range(9), 9}
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)


def test_what_an_owner_says_is_asked_comes_into_question(tmp_path: Path) -> None:
    """Also if neither search has it in its first hundred, and once if one does."""
    texts = [*["mileage"] * 200, "other words"]
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store, passages=[passage(LEAVE, text, n) for n, text in enumerate(texts)])
    snapshot = store.open()
    [near] = snapshot.vectors.vectors(np.array([0]))
    fitting = Fitting(np.array([3, 200]), np.array([0.5, 1], dtype=np.float32))
    found = _searched(snapshot, Understood("mileage"), near, NOTHING, LONG, fitting)
    asked = {
        row: fit for row, fit in zip(found.rows.tolist(), found.asked.tolist(), strict=True) if fit
    }
    assert asked == {3: 0.5, 200: 1.0}
    assert len(set(found.rows.tolist())) == len(found.rows)
    [last] = np.flatnonzero(found.rows == 200)
    assert found.dense[last] == pytest.approx(snapshot.vectors.vectors(np.array([200]))[0] @ near)
    without = _searched(snapshot, Understood("mileage"), near, NOTHING, LONG)
    assert 200 not in without.rows
    assert not without.asked.any()
