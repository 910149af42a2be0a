"""An explanation's parts add up to what was ranked and claimed."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from retrieval.answer import Answer, Question
from retrieval.answer_report import Explanation, print_answer
from retrieval.confidence import MODEL
from retrieval.retriever import Retriever
from snapshot.manifest import AskedAs, Calibration, Pinned, Topic
from snapshot.models import Validation
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import publish


def _explain(
    folder: Path, text: str, calibration: Calibration | None = None
) -> tuple[Answer, Explanation]:
    store = SnapshotStore(folder)
    publish(store, calibration=calibration)
    snapshot = store.open()
    retriever = Retriever(snapshot, WordEncoder())
    answer = retriever.answer(Question(text))
    return answer, Explanation.of(answer, retriever.rank(Question(text)), snapshot)


def test_each_hit_s_parts_add_up_to_its_score(tmp_path: Path) -> None:
    _, explained = _explain(tmp_path, "claim mileage pence")
    assert explained.kinds == ("late", "dense", "lexical", "named", "linked", "asked", "links")
    assert [hit.rank for hit in explained.hits] == [1, 2, 3]
    assert explained.hits[0].place == "travel/expenses.md Mileage"
    for hit in explained.hits:
        assert sum(hit.parts.values()) == pytest.approx(hit.score, abs=1e-4)


def test_the_reasons_name_evidence_confidence_and_threshold(tmp_path: Path) -> None:
    answer, explained = _explain(tmp_path, "claim mileage pence", Calibration(0.2, 0.05))
    assert answer.evidence is not None
    *evidence, odds, verdict = explained.reasons
    assert [reason.split()[0] for reason in evidence] == ["cosine", "coverage", "gap", "margin"]
    total = MODEL.intercept + sum(MODEL.parts(answer.evidence).values())
    assert f"{total:+.2f}" in odds
    assert f"confidence {answer.confidence:.3f}" in odds
    assert verdict == "Answered: 0.200 is needed to be answered."


def test_the_verdict_says_how_often_nothing_would_have_been_answered(tmp_path: Path) -> None:
    _, explained = _explain(tmp_path, "claim mileage pence", Calibration(0.2, 0.05, 0.125))
    assert explained.reasons[-1] == (
        "Answered: 0.200 is needed to be answered (what nothing answers reaches that in 12% at "
        "most)."
    )


def test_what_is_not_shown_is_explained_as_well(tmp_path: Path) -> None:
    answer, explained = _explain(tmp_path, "claim mileage", Calibration(1.0, 1.0))
    assert answer.results == ()
    assert explained.hits[0].place == "travel/expenses.md Mileage"
    assert explained.reasons[-1] == "Nothing validated: 1.000 is needed to be shown at all."


def test_an_empty_question_is_explained_in_a_sentence(tmp_path: Path) -> None:
    _, explained = _explain(tmp_path, "  ")
    assert (explained.hits, explained.kinds, len(explained.reasons)) == ((), (), 1)
    assert explained.to_dict()["evidence"] is None


def test_what_an_owner_says_is_asked_is_told_and_its_wording_is_not(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    publish(store, asked_as=[AskedAs("cab fare", (1,))])
    snapshot = store.open()
    retriever = Retriever(snapshot, WordEncoder())
    asked = Question("cab fare?")
    explained = Explanation.of(retriever.answer(asked), retriever.rank(asked), snapshot)
    assert explained.hits[0].place == "travel/expenses.md Taxis"
    assert explained.hits[0].parts["asked"] == 1.5
    assert explained.reasons[0].startswith("The owner says that the first place answers this")
    assert "cab" not in json.dumps(explained.to_dict())


@pytest.mark.parametrize(
    ("text", "locale", "shown"),
    [("guest wifi", "de-CH", "Frag am Empfang."), ("guest wifi", "fr", "Ask reception."),
     ("ich werde gemobbt", "en", "Wir hören zu.")],
)  # fmt: skip
def test_a_pinned_text_is_shown_in_one_language_as_on_cards(
    tmp_path: Path, text: str, locale: str, shown: str
) -> None:
    """The one of a sensitive question is known, whatever Teams is set to."""
    store = SnapshotStore(tmp_path)
    by = Validation("Sofia", date(2026, 1, 1))
    wifi = {"en": "Ask reception.", "de": "Frag am Empfang."}
    care = {"en": "We listen.", "de": "Wir hören zu."}
    pins = [Pinned(("guest wifi",), by, texts=wifi), Pinned((), by, Topic.HARASSMENT, texts=care)]
    publish(store, pinned=pins)
    out, err = Console(file=StringIO()), Console(file=StringIO())
    answer = Retriever(store.open(), WordEncoder()).answer(Question(text, locale=locale))
    print_answer(answer, "", out, err)
    printed = out.file.getvalue()
    assert [line for line in printed.splitlines() if line in {*wifi.values(), *care.values()}] == [
        shown
    ]
