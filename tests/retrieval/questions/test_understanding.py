"""A question is read in the folder's own words, and what was read otherwise is told."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.calibration import DEFAULT_CALIBRATION
from retrieval.answer import Outcome, Question
from retrieval.pins.sensitive import MAX_CHARACTERS
from retrieval.questions.understanding import QuestionReader, Reading, readings
from retrieval.retriever import Retriever
from snapshot.lexical import Alternatives
from snapshot.manifest import Rewording
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import EXPENSES, LEAVE, PASSAGES, publish

SYNONYMS = (("PTO", "unused holiday"), ("Sagitta", "mileage form", "claims tool"))


class PiecesEncoder(WordEncoder):
    """Knows a few words; all others are several tokens to it."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [1 if text in {"receive", "parrot", "boat"} else 3 for text in texts]


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


@pytest.fixture
def read(store: SnapshotStore) -> QuestionReader:
    publish(store, synonyms=SYNONYMS)
    return QuestionReader(store.open(), PiecesEncoder().count_tokens)


@pytest.mark.parametrize(
    ("question", "text", "mended"),
    [
        ("claim milage?", "claim mileage?", (("milage", "mileage"),)),
        ("Recipt for a taxi", "receipt for a taxi", (("Recipt", "receipt"),)),
        ("CLAIM MILAGE", "CLAIM mileage", (("MILAGE", "mileage"),)),
        ("reciept", "receipt", (("reciept", "receipt"),)),
        (
            "claim my unsued holidya",
            "claim my unused holiday",
            (("unsued", "unused"), ("holidya", "holiday")),
        ),
    ],
)  # fmt: skip
def test_misspelt_words_are_mended(
    read: QuestionReader, question: str, text: str, mended: tuple[tuple[str, str], ...]
) -> None:
    understood = read.read(question)
    assert understood.text == text
    assert understood.mended == mended


@pytest.mark.parametrize(
    "question",
    [
        "claims and managers",  # forms of words that the content has
        "can I bring my boat",  # a word of the language, though "boat" is none of the content's
        "ask Managar Smith about it",  # a name
        "milage2 or mile_ge or mil.ge()",  # codes
        "Wie kann ich meine Kosten manuger abrechnen lassen",  # another language
        "",
    ],
)
def test_what_may_be_right_stays(read: QuestionReader, question: str) -> None:
    understood = read.read(question)
    assert (understood.text, understood.mended) == (question, ())


def test_what_is_meant_for_few_is_not_told_by_a_mended_word(store: SnapshotStore) -> None:
    secret = resource("hr/deal.md", audience=("managers",))
    publish(store, resources=[EXPENSES, secret],
            passages=[*PASSAGES[:2], passage(secret, "Acquisition of a rival.")])  # fmt: skip
    reader = QuestionReader(store.open(), PiecesEncoder().count_tokens)
    assert reader.read("acquisiton mileage").mended == ()
    assert "acquisition" not in store.open().vocabulary
    assert "mileage" in store.open().vocabulary


def test_an_answer_tells_what_was_read_otherwise(store: SnapshotStore) -> None:
    publish(store)
    answer = Retriever(store.open(), PiecesEncoder()).answer(Question("claim milage pence"))
    assert answer.understood == (("milage", "mileage"),)
    assert answer.results[0].best.passage == PASSAGES[0]
    assert answer.question.text == "claim milage pence"


def test_words_of_a_group_bring_the_others(read: QuestionReader) -> None:
    assert read.read("how much unused holiday").alternatives == (
        Alternatives(("unus", "holiday"), (("pto",),)),
    )
    assert read.read("the mileage form").alternatives == (
        Alternatives(("mileag", "form"), (("sagitta",), ("claim", "tool"))),
    )
    assert read.read("mileage on a form").alternatives == ()


def test_a_synonym_finds_what_holds_only_the_other(store: SnapshotStore) -> None:
    """By its words, and for less than the word itself."""
    publish(store)
    lexical = store.open().lexical
    alternatives = [Alternatives(("pto",), (("unus", "holiday"),))]
    scores, rows = lexical.search("pto", 10, (), alternatives)
    assert rows.tolist() == [2]
    itself, _ = lexical.search("unused holiday", 10)
    assert 0 < scores[0] < itself[0]
    assert lexical.search("pto", 10)[1].tolist() == []


def test_a_wording_that_the_folder_lacks_is_read_as_its_own(store: SnapshotStore) -> None:
    """Nothing but the admin's file knows what it means, the model neither."""
    publish(store, synonyms=(("Sagitta", "claim form"), ("mileage", "milometer money")))
    reader = QuestionReader(store.open(), PiecesEncoder().count_tokens)
    read = reader.read("how do I use sagitta?")
    assert read.text == "how do I use claim form?"
    assert read.mended == (("sagitta", "claim form"),)
    assert reader.read("Sagittarius").text == "Sagittarius"
    assert reader.read("mileage and milometer money").text == "mileage and mileage"


def test_a_word_of_the_thesaurus_is_read_as_the_folders(store: SnapshotStore) -> None:
    """In any of its forms, the longest wording first; an admin's group goes before."""
    listed = [
        Rewording("auto", "boat"),
        Rewording("auto costs", "mileage"),
        Rewording("docket", "receipt"),
    ]
    publish(store, rewordings=listed, synonyms=(("docket", "claim form"),))
    read = QuestionReader(store.open(), PiecesEncoder().count_tokens).read
    assert read("My Auto cost, please").mended == (("Auto cost", "mileage"),)
    assert read("My Auto cost, please").text == "My mileage, please"
    assert read("autos").text == "boat"
    assert read("dockets?").text == "claim form?"


def test_no_part_of_a_code_or_an_address_is_reworded(store: SnapshotStore) -> None:
    publish(store, rewordings=[Rewording("pto", "holiday"), Rewording("w-2", "receipt")])
    read = QuestionReader(store.open(), PiecesEncoder().count_tokens).read
    for text in (
        "form PTO-12",
        "pto@x.example",
        "https://x.example/pto/",
        "pto.docx",
        "pto_2",
        "a_pto",
    ):
        assert read(text).text == text
    assert read("(PTO), non-pto, pto/sick or w-2?").text == (
        "(holiday), non-holiday, holiday/sick or receipt?"
    )


def test_who_may_see_a_word_asks_for_it(store: SnapshotStore) -> None:
    secret = resource("hr/deal.md", audience=("managers",))
    publish(store, resources=[EXPENSES, secret], rewordings=[Rewording("merger", "mileage")],
            passages=[*PASSAGES[:2], passage(secret, "The merger.")])  # fmt: skip
    snapshot = store.open()
    read = QuestionReader(snapshot, PiecesEncoder().count_tokens).read
    assert read("merger").text == "mileage"
    assert read("merger", snapshot.lexical_for(np.array([1]))).text == "merger"


ODD = {
    "one word": "mileage",
    "long": "claim mileage pence " * MAX_CHARACTERS,
    "long without spaces": "x" * 2_500,
    "German": "Wie rechne ich Überstunden und Fahrtkosten ab?",
    "French": "Comment déclarer mes frais kilométriques ?",
    "Japanese": "有給休暇は何日もらえますか？",
    "code": "def claim(x: int) -> None:\n    return x['a'] + {\"b\": 1}[`c`]  # *?! AND (OR",
    "stop words": "how do I do it",
    "emoji": "🙈💶🏳️‍🌈",
    "code name": "SF-50",
    "version": "4.2.1",
    "languages": "C++ C#",
    "surrogate": "mileage \ud800",
    "controls": "\x00\u202e\ufeff",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("make", [WordEncoder, PiecesEncoder])
def test_odd_questions_get_an_answer(
    store: SnapshotStore, text: str, make: Callable[[], WordEncoder]
) -> None:
    publish(store, synonyms=SYNONYMS, calibration=DEFAULT_CALIBRATION)
    answer = Retriever(store.open(), make()).answer(Question(text))
    if "mileage" in text:
        assert answer.outcome is Outcome.ANSWERED
        assert answer.results[0].resource == EXPENSES
    elif text != ODD["stop words"]:  # of which the fake model thinks as much as of others
        assert answer.outcome is not Outcome.ANSWERED
    assert answer.understood == ()


def test_a_passage_with_the_code_beats_those_with_its_parts(store: SnapshotStore) -> None:
    apart = passage(EXPENSES, "SF has 50 desks, 50 chairs and 50 lamps; SF is large.", 0)
    code = passage(LEAVE, "Among much else that this page tells, Form SF-50 is kept.", 0)
    publish(store, passages=[apart, code])
    retriever = Retriever(store.open(), WordEncoder())
    for text in ("SF-50", "sf50", "where is my sf-50 kept", "sf 50"):
        assert retriever.rank(Question(text))[0].passage == code, text


BEFORE = "how much parental leave do I get?"


@pytest.mark.parametrize(
    "text",
    [
        "and for fathers?", "how do I apply for it?", "what about part-timers", "is that paid?",
        "in Portugal?", "for interns", "with my own account?", "to Spain?", "unless abroad",
        "since when?", "why not", "how long?", "for how long?", "which ones?",
        "für Praktikanten?", "à Paris ?", "sin contrato",
    ],
)  # fmt: skip
def test_a_follow_up_carries_the_question_before(text: str) -> None:
    assert readings(Question(text, context=BEFORE)) == (Reading(f"{BEFORE} {text}", BEFORE),)


@pytest.mark.parametrize(
    "text",
    [
        "where can I park my bike?", "how do I pay?", "reset my work password",
        "in which cases do I need a receipt?", "for how long can I be ill?",
        "how long is the notice period?", "in house counsel for us", "to book a room",
        "with a broken screen in the office on a Sunday night",
    ],
)  # fmt: skip
def test_a_question_that_stands_alone_does_not(text: str) -> None:
    assert readings(Question(text, context=BEFORE)) == (Reading(text),)


@pytest.mark.parametrize(
    "text", ["Portugal?", "part time", "per diem", "on call", "on-call rota", "after hours access"]
)
def test_a_bare_phrase_is_read_in_both_ways(text: str) -> None:
    """It may be the rest of the question before, or a new one."""
    both = (Reading(text), Reading(f"{BEFORE} {text}", BEFORE))
    assert readings(Question(text, context=f" {BEFORE}\n")) == both


def test_a_long_question_before_leaves_room_for_the_follow_up() -> None:
    [reading] = readings(Question("and for fathers?", context=f"{BEFORE} {'Thanks. ' * 400}"))
    assert reading.earlier.startswith(BEFORE)
    assert len(reading.text) < 600
    assert reading.text == f"{reading.earlier} and for fathers?"


def test_without_a_question_before_there_is_nothing_to_carry() -> None:
    assert readings(Question("and for  fathers?")) == (Reading("and for fathers?"),)
    assert readings(Question("Portugal?", context=" ")) == (Reading("Portugal?"),)
