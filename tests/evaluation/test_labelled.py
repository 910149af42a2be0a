"""Labelled questions are read as their files mean them, or refused with file and line."""

from pathlib import Path

import pytest

from errors import ContentError
from evaluation.labelled import (
    GoldKind,
    LabelledQuestion,
    combine,
    distance_to_start_s,
    load_questions,
)
from index.golden.places import place_name
from snapshot.models import Fragment, Heading, Page, Slide, TimeRange, Whole
from tests.fakes.labelled import write_jsonl, write_qrels


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    return tmp_path / "queries.jsonl"


@pytest.fixture
def qrels(tmp_path: Path) -> Path:
    return write_qrels(
        tmp_path / "qrels.tsv",
        [("q1", "hr/leave.md#carry-over", 2), ("q1", "hr/leave.md", 1), ("q1", "x.md", 0)],
    )


def test_a_question_has_all_that_its_line_and_the_qrels_say(queries: Path, qrels: Path) -> None:
    write_jsonl(
        queries,
        [
            {
                "_id": "q1",
                "text": "and unused?",
                "answerable": True,
                "kind": "followup",
                "context": "how much holiday?",
                "article": "Leave",
                "answers": ["March", "in March"],
            },
            {"_id": "q2", "text": "who won?", "answerable": False, "answers": []},
        ],
    )
    assert load_questions(queries, qrels) == [
        LabelledQuestion(
            "q1",
            "and unused?",
            {"hr/leave.md#carry-over": 2, "hr/leave.md": 1},
            context="how much holiday?",
            kind="followup",
            answers=("March", "in March"),
            document="Leave",
        ),
        LabelledQuestion("q2", "who won?"),
    ]


def test_an_answer_span_is_the_one_gold_string(queries: Path, qrels: Path) -> None:
    write_jsonl(queries, [{"_id": "q1", "text": "?", "answer_span": "in **March**"}])
    assert load_questions(queries, qrels)[0].answers == ("in **March**",)


def test_without_qrels_nothing_is_answerable(queries: Path) -> None:
    write_jsonl(queries, [{"_id": "q1", "text": "?", "answerable": True}])
    assert [one.is_answerable for one in load_questions(queries)] == [False]


def test_what_is_labelled_unanswerable_has_no_right_answer(queries: Path, qrels: Path) -> None:
    write_jsonl(queries, [{"_id": "q1", "text": "?", "answerable": False}])
    assert load_questions(queries, qrels)[0].gold == {}


def test_what_nobody_has_judged_is_left_out(queries: Path, qrels: Path) -> None:
    """BEIR's folders hold the training questions, too, and only the test's right answers."""
    write_jsonl(queries, [{"_id": "q1", "text": "?"}, {"_id": "train-1", "text": "?"}])
    assert [one.id for one in load_questions(queries, qrels)] == ["q1"]


def test_qrels_are_read_without_their_header_and_with_windows_line_ends(
    queries: Path, qrels: Path
) -> None:
    write_jsonl(queries, [{"_id": "q1", "text": "?"}])
    qrels.write_bytes(b"q1\ta.md\t1\r\nq1\tb.md\t2\r\n")
    assert load_questions(queries, qrels)[0].gold == {"a.md": 1, "b.md": 2}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('\n{"_id": "q1", "text": "?"}\n\n{"_id"', "line 4: not JSON"),
        ('["q1"]', "line 1: not a JSON object"),
        ('{"text": "?"}', "line 1: _id must be a text, not None"),
        ('{"_id": 7, "text": "?"}', "line 1: _id must be a text, not 7"),
        ('{"_id": "q1", "text": " "}', "line 1: text must be a text, not ' '"),
        ('{"_id": "q1", "text": "?", "answerable": "no"}', "line 1: answerable must be true or f"),
        ('{"_id": "q1", "text": "?", "answers": "March"}', "line 1: answers must be a list of t"),
        ('{"_id": "q1", "text": "?", "context": 3}', "line 1: context must be a text, not 3"),
        ('{"_id": "q1", "text": "?"}\n{"_id": "q1", "text": "!"}', "line 2: 'q1' is the _id of"),
        ('{"_id": "q9", "text": "?", "answerable": true}', "line 1: 'q9' has no right answer in"),
    ],
)
def test_a_bad_question_is_named_with_its_file_and_line(
    queries: Path, qrels: Path, text: str, says: str
) -> None:
    queries.write_text(text)
    with pytest.raises(ContentError) as caught:
        load_questions(queries, qrels)
    assert f"{queries}, {says}" in str(caught.value)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("q1\ta.md", "line 3: not query id, right answer, grade between tabs: 'q1\\ta.md'"),
        ("q1\ta.md\thigh", "line 3: not query id, right answer, grade"),
        ("q1\ta.vtt#t=9\t1", "line 3: not query id"),
        ("q1\ta.vtt#t=9,3\t1", "t takes start,end in seconds, not 9,3"),
    ],
)
def test_a_bad_right_answer_is_named_with_its_file_and_line(
    queries: Path, qrels: Path, row: str, says: str
) -> None:
    write_jsonl(queries, [{"_id": "q1", "text": "?"}])
    qrels.write_text(f"query-id\tplace\tscore\n\n{row}\n")
    with pytest.raises(ContentError) as caught:
        load_questions(queries, qrels)
    assert f"{qrels}, line 3" in str(caught.value)
    assert says in str(caught.value)


def test_a_document_s_id_may_look_like_a_bad_place(queries: Path, qrels: Path) -> None:
    write_jsonl(queries, [{"_id": "q1", "text": "?"}])
    qrels.write_text("q1\tdocs#t=always\t1\n")
    [question] = load_questions(queries, qrels, kind=GoldKind.DOCUMENTS)
    assert question.gold == {"docs#t=always": 1}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"none\.jsonl cannot be read"):
        load_questions(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("locator", "name"),
    [
        (Page(4), "a.pdf#page=4"),
        (Slide(3), "a.pdf#slide=3"),
        (Heading("carry-over", "Carry over"), "a.pdf#carry-over"),
        (Heading("", "Carry over"), "a.pdf#Carry over"),
        (Whole(), "a.pdf"),
        (Fragment("First words"), "a.pdf"),
        (TimeRange(12.5, 30.0), "a.pdf#t=12.50"),
    ],
)
def test_a_passage_is_called_by_its_place(locator: object, name: str) -> None:
    assert place_name("a.pdf", locator, ()) == name  # type: ignore[arg-type]


def test_a_stretch_holds_what_begins_in_it() -> None:
    gold = ["a.vtt#t=10,20", "b.vtt#t=0,99"]
    assert place_name("a.vtt", TimeRange(10.0, 40.0), gold) == "a.vtt#t=10,20"
    assert place_name("a.vtt", TimeRange(19.9, 40.0), gold) == "a.vtt#t=10,20"
    assert place_name("a.vtt", TimeRange(20.0, 40.0), gold) == "a.vtt#t=20.00"
    assert place_name("a.vtt", TimeRange(9.0, 15.0), gold) == "a.vtt#t=9.00"


def test_distance_is_to_the_nearest_start_in_the_same_recording() -> None:
    gold = ["a.vtt#t=10,20", "a.vtt#t=100,120", "b.vtt#t=62,70"]
    assert distance_to_start_s("a.vtt", TimeRange(62.0, 70.0), gold) == 38.0
    assert distance_to_start_s("a.vtt", TimeRange(4.0, 9.0), gold) == 6.0
    assert distance_to_start_s("c.vtt", TimeRange(4.0, 9.0), gold) is None
    assert distance_to_start_s("a.vtt", Page(1), gold) is None


def test_combined_questions_without_a_kind_are_of_their_set_s_name() -> None:
    sets = [
        ("handbook", [LabelledQuestion("h1", "?", kind="followup"), LabelledQuestion("h2", "?")]),
        ("off-topic", [LabelledQuestion("o1", "?")]),
    ]
    assert [(one.id, one.kind) for one in combine(sets)] == [
        ("h1", "followup"),
        ("h2", "handbook"),
        ("o1", "off-topic"),
    ]
    assert [one.kind for one in combine(sets[1:])] == [""]


def test_two_sets_cannot_share_an_id() -> None:
    same = [LabelledQuestion("q1", "?")]
    with pytest.raises(ContentError, match="'q1'"):
        combine([("a", same), ("b", same)])
