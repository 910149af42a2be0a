"""An exported model is proven on the content's own text and golden questions, drawn the same way
each time."""

from datetime import date
from pathlib import Path

import numpy as np

from encoder.exported.making import Sample
from index.content.scan import scan
from index.encoder_source import sample
from index.golden.questions import GoldenQuestion, load_golden
from index.readers.documents import Cue, Document, Section
from index.readers.extraction import Extraction
from snapshot.models import Heading, Whole
from tests.fakes.labelled import write_jsonl

FOLDER = "base_url: https://x.example/\nvalidated_by: HR\nvalidated_on: 2026-01-15\n"


def test_the_sample_is_the_folders_own_text_and_the_same_each_time() -> None:
    prose = "The allowance is forty-five pence a mile. Claims are due within sixty days of travel."
    documents = {
        "rates.md": Document(sections=(Section((), Whole(), (prose, "Table")),)),
        "leave.vtt": Document(
            cues=(Cue(0, 2, "so when somebody asks for leave"), Cue(2, 4, "we say yes"))
        ),
        "empty.md": Document(),
    }
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
    assert sample({"empty.md": Document()}) == Sample((), (), ())


def test_long_documents_are_cut() -> None:
    blocks = tuple(f"Block {number}: " + "word " * 60 for number in range(40))
    drawn = sample({"long.md": Document(sections=(Section((), Whole(), blocks),))})
    assert max(map(len, drawn.passages)) <= 1800
    assert np.mean([len(text) for text in drawn.passages]) > 600


def long(word: str) -> str:
    return f"{word} " * 250


def at(*places: str, text: str = "Where?") -> GoldenQuestion:
    return GoldenQuestion(text, places, "line 1")


def test_a_golden_question_has_all_stretches_of_its_places_for_right_ones() -> None:
    mileage, taxis = Heading("mileage", "Mileage"), Heading("taxis", "Taxis")
    documents = {
        "travel.md": Document(
            sections=(
                Section((), mileage, (long("mile"), long("pence"))),
                Section((), taxis, (long("taxi"),)),
            )
        ),
        "talk.vtt": Document(cues=(Cue(0, 5, long("hello")), Cue(5, 9, long("goodbye")))),
        "short.md": Document(
            sections=(
                Section((), Whole(), ("Short pages say what they must.",)),
                Section((), mileage, ("And more.",)),
            )
        ),
    }
    golden = [
        at("travel.md#mileage", text="How far?"),
        at("talk.vtt#t=5,9", "travel.md#taxis"),
        at("short.md#mileage"),
        at(text="Who feeds the dog?"),
        at("gone.md"),
    ]
    drawn = sample(documents, golden)
    assert drawn.golden == ("How far?", "Where?", "Where?", "Who feeds the dog?", "Where?")
    found = [{drawn.passages[number].split()[0] for number in numbers} for numbers in drawn.right]
    assert found == [{"mile", "pence"}, {"goodbye", "taxi"}, {"Short"}, set(), set()]
    assert sample(documents, golden) == drawn
    without = sample(documents)
    assert without.passages == drawn.passages  # they are all there
    assert without.questions == drawn.questions == ("Short pages say what they must.",)
    assert without.sources == drawn.sources
    assert (without.golden, without.right) == ((), ())


def test_of_many_golden_questions_and_stretches_some_are_taken() -> None:
    """The folder's stretches stay drawn by chance; those that answer come besides."""
    documents = {
        f"{number:03}.md": Document(sections=(Section((), Whole(), (long(f"w{number}"),)),))
        for number in range(600)
    }
    golden = [at(*documents, text=f"Question {n}?") for n in range(200)]
    drawn = sample(documents, golden)
    assert drawn.passages[:128] == sample(documents).passages
    assert len(set(drawn.passages)) == 256
    assert len(set(drawn.golden)) == 128
    assert drawn.right == (frozenset(range(256)),) * 128
    assert sample(documents, golden) == drawn


def test_each_golden_question_has_a_right_stretch_before_any_has_two() -> None:
    """A question that a long file answers takes nothing away from those after it."""
    blocks = tuple(long(f"w{number}") for number in range(1000))
    documents = {"0.md": Document(sections=(Section((), Whole(), blocks),))} | {
        f"{number}.md": Document(sections=(Section((), Whole(), (long("other"),)),))
        for number in range(1, 100)
    }
    golden = [at(path) for path in documents]
    drawn = sample(documents, golden)
    assert all(drawn.right)
    assert len(drawn.passages) == 256


BLOCK = "word " * 250


def test_the_places_name_the_stretches_on_which_an_export_is_proven(tmp_path: Path) -> None:
    """A question is asked there as it is searched for."""
    (tmp_path / "_folder.yaml").write_text(FOLDER)
    (tmp_path / "a.md").write_text(
        f"# A\n\n## Mileage\n\nmile {BLOCK}\n\n## Taxis\n\ntaxi {BLOCK}\n"
    )
    (tmp_path / "b.md").write_text(f"# B\n\none {BLOCK}\n\ntwo {BLOCK}\n")
    (tmp_path / "talk.vtt").write_text(
        f"WEBVTT\n\n00:10.000 --> 00:20.000\nhello {BLOCK}\n\n"
        f"00:20.000 --> 00:30.000\ngoodbye {BLOCK}\n"
    )
    found = scan(tmp_path, today=date(2026, 6, 1), extraction=Extraction())
    documents = {entry.resource.path: entry.document for entry in found.entries}
    rows: list[dict[str, object]] = [
        {"question": "How far?", "place": "a.md#mileage"},
        {"question": "and  abroad?", "place": ["b.md", "a.md#taxis"], "context": "How far?"},
        {"question": "When?", "place": "talk.vtt#t=15,25"},
        {"question": "What of dogs?", "place": "nothing"},
        {"question": "Where?", "place": "gone.md"},
    ]
    write_jsonl(tmp_path / "golden.jsonl", rows)
    drawn = sample(documents, load_golden(tmp_path).questions)
    assert drawn.golden == ("How far?", "How far? and abroad?", "When?", "What of dogs?", "Where?")
    right = [{drawn.passages[number].split()[0] for number in one} for one in drawn.right]
    assert right == [{"mile"}, {"one", "two", "taxi"}, {"goodbye"}, set(), set()]
