"""Sets are read, thinned out and split by document."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality.sets import Group, Half, half_of, load_sets, questions_for
from evaluation.labelled import GoldKind, LabelledQuestion
from snapshot.store import SnapshotStore
from tests.fakes.benchmarks import write_shared
from tests.fakes.snapshots import publish

# zlib.crc32 of the first is even, of the second odd.
A_DOCUMENT, B_DOCUMENT = "travel.md", "leave.md"


@pytest.mark.parametrize(
    ("gold", "half"),
    [
        ({f"{A_DOCUMENT}#one": 1}, Half.A),
        ({f"{A_DOCUMENT}#two": 1, f"{B_DOCUMENT}#one": 1}, Half.A),
        ({f"{B_DOCUMENT}#page=4": 1}, Half.B),
        ({B_DOCUMENT: 1}, Half.B),
    ],
)
def test_the_document_of_the_first_right_place_says_which_half(
    gold: dict[str, int], half: Half
) -> None:
    """All places of a document are on one side, whatever the question's id."""
    assert half_of(LabelledQuestion("any", "What?", gold)) is half


def test_the_article_stands_for_the_document() -> None:
    """SQuAD's paragraphs of one article are documents of their own."""
    one = LabelledQuestion("any", "What?", {A_DOCUMENT: 1}, document=B_DOCUMENT)
    assert half_of(one) is Half.B


@pytest.mark.parametrize(("name", "half"), [(A_DOCUMENT, Half.A), (B_DOCUMENT, Half.B)])
def test_the_id_splits_what_nothing_answers(name: str, half: Half) -> None:
    """Such a question has no document, and its article is none that answers."""
    assert half_of(LabelledQuestion(name, "What?", document=A_DOCUMENT)) is half


def test_sets_come_with_questions_off_their_topic(tmp_path: Path) -> None:
    """All but squad2-dev, which has adversarial ones of its own."""
    write_shared(tmp_path)
    sets = {one.name: one for one in load_sets(tmp_path / "eval")}
    assert {name: one.corpus for name, one in sets.items()} == {
        "handbook": "workplace",
        "benefits": "workplace",
        "talks": "workplace",
        "handbook-short": "workplace",
        "handbook-more": "workplace",
        "sample-short": "sample",
        "company2": "company2",
        "product-docs": "product-docs",
        "squad2-dev": "squad2-dev",
    }
    of_documents = [name for name, one in sets.items() if one.kind is GoldKind.DOCUMENTS]
    assert of_documents == ["product-docs", "squad2-dev"]
    handbook = sets["handbook"]
    assert [handbook.group(one) for one in handbook.questions] == [
        Group.ANSWERABLE,
        Group.ANSWERABLE,
        Group.MISSING,
        Group.OFF_TOPIC,
    ]
    assert sets["squad2-dev"].off_topic == frozenset()


def test_a_quick_run_takes_every_eighth_question(tmp_path: Path) -> None:
    """Of a set's own and of those off its topic, beginning with the first."""
    write_shared(tmp_path)
    handbook = load_sets(tmp_path / "eval", quick=True)[0]
    assert [one.id for one in handbook.questions] == ["handbook-0", "off-0"]


def test_without_labelled_sets_sentences_of_the_passages_are_asked(tmp_path: Path) -> None:
    """Each once, in an order that stays."""
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    texts, source = questions_for(store.open(), tmp_path)
    assert (texts, source) == questions_for(store.open(), tmp_path)
    assert source == "sentences of the passages"
    assert sorted(texts) == [
        "A taxi needs a reason.",
        "Claim mileage at 45 pence a mile.",
        "Unused holiday carries over until March.",
    ]


def test_with_labelled_sets_their_questions_are_asked(tmp_path: Path) -> None:
    """Those of the workplace, answerable or not, and of no other set."""
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    shared = write_shared(tmp_path)
    texts, source = questions_for(store.open(), shared)
    workplace = [one for one in load_sets(shared / "eval") if one.corpus == "workplace"]
    own = {q.text for one in workplace for q in one.questions if q.id not in one.off_topic}
    assert (sorted(texts), source) == (sorted(own), "labelled questions")
