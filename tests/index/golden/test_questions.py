"""Golden questions are read as an admin means them, or refused with file, line and value."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from errors import ContentError
from index.content.scan import scan
from index.golden.places import served_after, served_by
from index.golden.questions import GoldenQuestion, GoldenSet, load_golden
from index.readers.extraction import Extraction
from snapshot.models import Fragment, Heading, Locator, Page, Slide, TimeRange, Whole
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.labelled import write_jsonl
from tests.fakes.snapshots import publish

FILE = "travel/expenses.md"


def load(folder: Path, *rows: Mapping[str, object]) -> GoldenSet:
    write_jsonl(folder / "golden.jsonl", rows)
    return load_golden(folder)


def test_a_folder_without_the_file_has_none(tmp_path: Path) -> None:
    assert load_golden(tmp_path) == GoldenSet(folder=tmp_path)


def test_a_line_says_who_asks_what_and_where_it_stands(tmp_path: Path) -> None:
    golden = load(
        tmp_path,
        {"question": "How far?", "place": f"{FILE}#mileage"},
        {"question": "and abroad?", "place": [FILE, "a.vtt#t=66,229.5"], "context": "How far?"},
        {"question": "Who is dismissed?", "place": "nothing", "audience": "managers"},
        {"question": "When?", "place": ["a.pdf#page=4"], "audience": ["hr", "managers"]},
    )
    where = [f"{tmp_path / 'golden.jsonl'}, line {n}" for n in range(1, 5)]
    assert golden.questions == (
        GoldenQuestion("How far?", (f"{FILE}#mileage",), where[0]),
        GoldenQuestion("and abroad?", (FILE, "a.vtt#t=66,229.5"), where[1], "How far?"),
        GoldenQuestion("Who is dismissed?", (), where[2], audience=("managers",)),
        GoldenQuestion("When?", ("a.pdf#page=4",), where[3], audience=("hr", "managers")),
    )
    assert golden.notes == ()


def test_what_an_export_adds_for_its_reader_is_passed_over(tmp_path: Path) -> None:
    golden = load(
        tmp_path,
        {"question": "a", "place": FILE, "asked": 3, "opened": 2, "helpful": 1, "also": []},
        {"question": "b", "place": FILE, "audiance": "hr"},
    )
    assert len(golden.questions) == 2
    [note] = golden.notes
    assert "line 2: 'audiance' is passed over" in note
    assert "audience" in note


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"place": FILE}, "question must be a text, not None"),
        ({"question": " ", "place": FILE}, "question must be a text, not ' '"),
        ({"question": "a"}, "not None"),
        ({"question": "a", "place": []}, "not []"),
        ({"question": "a", "place": 4}, "not 4"),
        ({"question": "a", "place": ["nothing", FILE]}, '"nothing" stands alone'),
        ({"question": "a", "place": "a.pdf#page=0"}, "page takes a whole number from 1, not '0'"),
        ({"question": "a", "place": "a.pptx#slide=x"}, "slide takes a whole number from 1"),
        ({"question": "a", "place": "a.vtt#t=66"}, "not 'a.vtt#t=66'"),
        ({"question": "a", "place": "a.vtt#t=90,66"}, "t takes start,end in seconds, not 90,66"),
        ({"question": "a", "place": "/etc/passwd"}, "within the content folder"),
        ({"question": "a", "place": "../b.md"}, "within the content folder"),
        ({"question": "a", "place": "hr\\b.md"}, "within the content folder"),
        ({"question": "a", "place": "https://x.example/b"}, "within the content folder"),
        ({"question": "a", "place": "#mileage"}, "within the content folder"),
        ({"question": "a", "place": "b.md#"}, "not 'b.md#'"),
        ({"question": "a", "place": FILE, "audience": [1]}, "audience must be"),
        ({"question": "a", "place": FILE, "context": 1}, "context must be a text, not 1"),
    ],
)
def test_a_malformed_line_is_refused_with_file_line_and_value(
    tmp_path: Path, row: dict[str, object], says: str
) -> None:
    with pytest.raises(ContentError) as caught:
        load(tmp_path, {"question": "before", "place": FILE}, row)
    assert str(caught.value).startswith(f"{tmp_path / 'golden.jsonl'}, line 2: ")
    assert says in str(caught.value)


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "golden.jsonl").write_text("How far?\n")
    with pytest.raises(ContentError, match="line 1: not JSON"):
        load_golden(tmp_path)


def test_a_place_tells_what_is_accepted(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match='"nothing"') as caught:
        load(tmp_path, {"question": "a", "place": 4})
    for form in ("#anchor", "#page=4", "#slide=3", "#t=66,229"):
        assert form in str(caught.value)


def test_a_question_comes_once_for_each_context_and_audience(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"question": "And abroad?", "place": FILE},
        {"question": "and abroad?", "place": FILE, "context": "How far?"},
        {"question": "and abroad?", "place": FILE, "audience": "hr"},
    ]
    assert len(load(tmp_path, *rows).questions) == 3
    with pytest.raises(ContentError, match=r"line 4: .*'and  abroad\?' stands in .*line 1 already"):
        load(tmp_path, *rows, {"question": "and  abroad?", "place": "b.md"})


def test_a_question_is_another_once_its_places_are_corrected() -> None:
    one = GoldenQuestion("Far?", (FILE, "b.md"), "line 1")
    assert one.key == GoldenQuestion("far? ", ("b.md", FILE), "line 7").key
    assert one.key != GoldenQuestion("Far?", (FILE,), "line 1").key
    assert one.key != GoldenQuestion("Far?", (FILE, "b.md"), "line 1", "How?").key


def test_a_question_is_asked_as_one_of_its_audience_after_its_context() -> None:
    asked = GoldenQuestion("and abroad?", (FILE,), "line 1", "How far?", ("hr",)).asked()
    assert (asked.text, asked.context) == ("and abroad?", "How far?")
    assert asked.audience == {"everyone", "hr"}
    assert GoldenQuestion("How far?", (FILE,), "line 1").asked().context is None


@pytest.mark.parametrize(
    ("place", "locator", "expected"),
    [
        (f"{FILE}#mileage", Heading("mileage", "Mileage"), True),
        (f"{FILE}#mileage", Heading("taxis", "Taxis"), False),
        (f"{FILE}#Mileage", Heading("", "Mileage"), True),
        (FILE, Heading("taxis", "Taxis"), True),
        (FILE, Whole(), True),
        (FILE, Fragment("any words"), True),
        ("travel/other.md", Heading("mileage", "Mileage"), False),
        (f"{FILE}#page=4", Page(4), True),
        (f"{FILE}#page=4", Page(5), False),
        (f"{FILE}#slide=3", Slide(3), True),
        (f"{FILE}#t=66,229", TimeRange(66.0, 90.0), True),
        (f"{FILE}#t=66,229", TimeRange(229.0, 250.0), False),
        (FILE, TimeRange(229.0, 250.0), True),
    ],
)
def test_a_place_is_the_named_one_or_lies_in_the_named_file_or_stretch(
    place: str, locator: Locator, expected: bool
) -> None:
    assert GoldenQuestion("?", (place,), "line 1").is_at(FILE, locator) is expected


def golden_at(folder: Path, *places: str, audience: tuple[str, ...] = ()) -> GoldenSet:
    question = GoldenQuestion("?", places, "golden.jsonl, line 1", audience=audience)
    return GoldenSet((question,), folder=folder)


FOLDER = "base_url: https://x.example/\nvalidated_by: HR\nvalidated_on: 2026-01-15\n"
CUES = "WEBVTT\n\n00:10.000 --> 00:20.000\nHello.\n\n00:20.000 --> 00:30.000\nGoodbye.\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    files = {
        "_folder.yaml": FOLDER,
        "travel/expenses.md": "# Expenses\n\n## Mileage\n\n45 pence.\n\n## Taxis\n\nKeep it.\n",
        "talk.vtt": CUES,
        "secret.md": "---\naudience: [hr]\n---\n# Secret\n\nText.\n",
        "old.md": "---\nreview_by: 2026-02-01\n---\n# Old\n\nText.\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (FILE, None),
        (f"{FILE}#mileage", None),
        ("talk.vtt#t=15,25", None),
        ("talk.vtt#t=30,40", "'talk.vtt#t=30,40' is not in talk.vtt, which has talk.vtt#t=10.00"),
        (f"{FILE}#milage", f"which has {FILE}#mileage, {FILE}#taxis"),
        ("old.md#page=4", "'old.md#page=4' is not served today"),
        ("gone.md", "'gone.md' is in no file of the content folder"),
        ("secret.md", "'secret.md' is only for hr"),
    ],
)
def test_a_place_that_cannot_be_found_today_is_noted(
    content: Path, place: str, says: str | None
) -> None:
    found = scan(content, today=date(2026, 6, 1), extraction=Extraction())
    notes = golden_at(content, place).notes_on(served_after(found))
    assert len(notes) == bool(says)
    for note in notes:
        assert note.startswith("golden.jsonl, line 1: ")
        assert str(says) in note


def test_who_belongs_to_the_audience_finds_its_places(content: Path) -> None:
    found = scan(content, today=date(2026, 6, 1), extraction=Extraction())
    golden = golden_at(content, "secret.md", audience=("hr",))
    assert golden.notes_on(served_after(found)) == ()


def test_places_are_looked_up_in_a_snapshot_as_well(tmp_path: Path) -> None:
    talk = resource("talk.vtt")
    place = TimeRange(10.0, 30.0)
    said = passage(talk, "Hello. Goodbye.")
    store = SnapshotStore(tmp_path / "snapshots")
    cued = type(said)(talk.id, 0, (), place, said.text, marks=((0, 10.0), (7, 20.0)))
    publish(store, resources=[talk], passages=[cued])
    golden = golden_at(tmp_path, "talk.vtt#t=15,25", "talk.vtt#t=40,50")
    [note] = golden.notes_on(served_by(store.open(), golden.paths))
    assert "'talk.vtt#t=40,50' is not in talk.vtt" in note
