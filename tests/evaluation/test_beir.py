"""A folder in BEIR's format takes the way of content."""

from pathlib import Path

import pytest

from errors import ContentError
from evaluation.evaluate import evaluate
from evaluation.labelled import GoldKind, beir_questions, build_beir, load_corpus, load_questions
from index.readers.documents import Document, Section
from retrieval.retriever import Retriever
from snapshot.models import Whole
from tests.fakes.encoder import WordEncoder
from tests.fakes.labelled import write_jsonl, write_qrels

CORPUS = [
    {"_id": "docs/start#one two", "title": "Get started", "text": "Make a key.\n\n Call  it. \n"},
    {"_id": "7", "title": "", "text": "Prices are by token.\nAlways."},
    {"_id": "empty", "title": "Empty", "text": " \n"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    beir = tmp_path / "beir"
    write_jsonl(beir / "corpus.jsonl", CORPUS)
    write_jsonl(
        beir / "queries.jsonl",
        [
            {"_id": "q1", "text": "make a key"},
            {"_id": "q2", "text": "prices by token"},
            {"_id": "train", "text": "not judged"},
            {"_id": "none", "text": "weather", "answerable": False},
        ],
    )
    write_qrels(beir / "qrels" / "test.tsv", [("q1", "docs/start#one two", 1), ("q2", "gone", 1)])
    return beir


def test_a_document_is_one_section_with_its_paragraphs(folder: Path) -> None:
    first, second, _ = load_corpus(folder / "corpus.jsonl").entries
    assert first.document == Document(
        title="Get started", sections=(Section((), Whole(), ("Make a key.", "Call it.")),)
    )
    assert second.document.sections[0].blocks == ("Prices are by token.\nAlways.",)


def test_a_document_s_id_is_its_path_and_its_link_is_quoted(folder: Path) -> None:
    entry = load_corpus(folder / "corpus.jsonl").entries[0]
    assert entry.resource.path == "docs/start#one two"
    assert entry.resource.url == "https://beir.example/docs%2Fstart%23one%20two"
    assert entry.resource.title == "Get started"


def test_questions_are_those_of_the_test(folder: Path) -> None:
    assert [
        (one.id, one.gold)
        for one in load_questions(*beir_questions(folder), kind=GoldKind.DOCUMENTS)
    ] == [
        ("q1", {"docs/start#one two": 1}),
        ("q2", {"gone": 1}),
        ("none", {}),
    ]


def test_the_folder_is_measured_by_its_documents(folder: Path, tmp_path: Path) -> None:
    snapshot = build_beir(folder, tmp_path / "snapshots", WordEncoder())
    assert [one.path for one in snapshot.resources] == ["docs/start#one two", "7"]
    retriever = Retriever(snapshot, WordEncoder())
    done = evaluate(
        retriever,
        load_questions(*beir_questions(folder), kind=GoldKind.DOCUMENTS),
        kind=GoldKind.DOCUMENTS,
    )
    assert [one.ranked[0] for one in done.observations[:2]] == ["docs/start#one two", "7"]
    assert done.ranking.hit_at_1.mean == 0.5
    assert done.not_served == ("gone",)


def test_building_again_in_one_place_encodes_only_what_is_new(folder: Path, tmp_path: Path) -> None:
    build_beir(folder, tmp_path / "snapshots", WordEncoder())
    write_jsonl(
        folder / "corpus.jsonl", [*CORPUS, {"_id": "new", "title": "New", "text": "Fresh words."}]
    )
    encoder = WordEncoder()
    snapshot = build_beir(folder, tmp_path / "snapshots", encoder)
    assert [one.path for one in snapshot.resources] == ["docs/start#one two", "7", "new"]
    assert sorted(encoder.encoded_passages) == ["New", "New\nFresh words."]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"_id": "a", "text": "x"}\n\n{"_id": "a", "text": "y"}', "line 3: 'a' is the _id of an"),
        ('{"_id": "", "text": "x"}', "line 1: _id must be a text, not ''"),
        ('{"_id": "a", "text": ["x"]}', "line 1: text must be a text"),
        ('{"_id": "a", "title": 3, "text": "x"}', "line 1: title must be a text, not 3"),
        ("nonsense", "line 1: not JSON"),
    ],
)
def test_a_bad_document_is_named_with_its_file_and_line(folder: Path, text: str, says: str) -> None:
    path = folder / "corpus.jsonl"
    path.write_text(text)
    with pytest.raises(ContentError) as caught:
        load_corpus(path)
    assert f"{path}, {says}" in str(caught.value)
