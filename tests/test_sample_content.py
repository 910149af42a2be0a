"""The sample content is what it promises: complete, plausible, and refused where it should be."""

from __future__ import annotations

import csv
import filecmp
import itertools
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from pypdf import PdfReader

from index.content.scan import Scan, scan
from index.golden.places import served_after
from index.golden.questions import load_golden
from index.readers.documents import Cue, Document
from index.readers.extraction import Extraction
from index.readers.reader import read
from snapshot.formats import BY_EXTENSION
from snapshot.models import TimeRange

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ROOT / "content"
SOURCES = CONTENT / "_source"
FORMATS = tuple(
    name for name, row in BY_EXTENSION.items() if not row.is_recording and not row.is_picture
)
MADE = (".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".ods", ".odp", ".epub", ".zip")
ELSEWHERE = "it/pivot-tables.vtt"
QUESTIONS = yaml.safe_load((ROOT / "tests/data/sample_questions.yaml").read_text(encoding="utf-8"))


def _documents() -> list[Path]:
    return sorted(
        path
        for path in CONTENT.rglob("*")
        if path.suffix in FORMATS
        and SOURCES not in path.parents
        and path.name[0] != "_"
        and path.name != "links.csv"
    )


def _named(paths: list[Path]) -> dict[str, Path]:
    return {path.relative_to(CONTENT).as_posix(): path for path in paths}


DOCUMENTS = _named(_documents())
TRANSCRIPTS = {name: path for name, path in DOCUMENTS.items() if path.suffix in (".vtt", ".srt")}
CLIPS = {name for name, path in TRANSCRIPTS.items() if path.with_suffix(".mp4").exists()}
TALKS = TRANSCRIPTS.keys() - CLIPS


@cache
def _scan() -> Scan:
    return scan(CONTENT, today=date(2026, 11, 23), extraction=Extraction())


@cache
def _document(name: str) -> Document:
    return read(DOCUMENTS[name].read_bytes(), name)


def _metadata(name: str) -> dict[str, Any]:
    """What holds for a file by plain reading: folders from the outside in, then its own."""
    path = DOCUMENTS[name]
    metadata: dict[str, Any] = {}
    for folder in [*reversed(path.relative_to(CONTENT).parents)]:
        metadata |= _yaml(CONTENT / folder / "_folder.yaml")
    if path.suffix == ".md":
        metadata |= yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    return metadata | _yaml(path.with_name(f"{path.name}.meta.yaml"))


def _yaml(path: Path) -> dict[str, Any]:
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


def _words(cues: tuple[Cue, ...]) -> int:
    return sum(len(cue.text.split()) for cue in cues)


# what is there


def test_every_format_is_there() -> None:
    """A new user sees each format that needs no further program work on their first day."""
    counts = Counter(path.suffix for path in DOCUMENTS.values())
    least = {".md": 25, ".html": 8, ".txt": 3, ".pdf": 5, ".docx": 4, ".pptx": 4}
    least |= dict.fromkeys((".xlsx", ".csv", ".odt", ".ods", ".odp", ".eml"), 1)
    least |= dict.fromkeys((".epub", ".rst", ".aspx", ".zip"), 1)
    assert {suffix: counts[suffix] >= least[suffix] for suffix in least} == dict.fromkeys(
        least, True
    )
    assert sum(counts.values()) >= 60


def test_there_are_links_in_both_files() -> None:
    with (CONTENT / "links.csv").open(encoding="utf-8", newline="") as lines:
        links = [*csv.DictReader(lines), *yaml.safe_load((CONTENT / "links.yaml").read_text())]
    assert len(links) >= 10
    for link in links:
        assert link["url"].startswith("https://"), link["title"]
        assert link["description"], link["title"]
        assert link["validated_by"], link["title"]


def test_every_metadata_file_belongs_to_a_file() -> None:
    """A misspelt name would leave a file without its title, unnoticed."""
    stray = {
        path.relative_to(CONTENT).as_posix()
        for path in CONTENT.rglob("*.meta.yaml")
        if not path.with_name(path.name.removesuffix(".meta.yaml")).exists()
    }
    assert stray == set()


def test_links_between_pages_lead_somewhere() -> None:
    targets = {
        (name, target.split("#")[0])
        for name, path in DOCUMENTS.items()
        if path.suffix == ".md"
        for target in _markdown_links(path.read_text(encoding="utf-8"))
    }
    assert targets
    missing = {
        (name, target)
        for name, target in targets
        if not (DOCUMENTS[name].parent / target).is_file()
    }
    assert missing == set()


def _markdown_links(text: str) -> list[str]:
    return [piece.split(")")[0] for piece in text.split("](")[1:]]


# what a build has to refuse


def _refusals() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"draft": set(), "retired": set(), "expired": set(), "none": set()}
    for name in DOCUMENTS:
        metadata = _metadata(name)
        if (status := metadata.get("status")) in found:
            found[status].add(name)
        elif not metadata.get("validated_by"):
            found["none"].add(name)
        elif metadata.get("review_by", date.max) < date(2026, 1, 1):
            found["expired"].add(name)
    return found


def test_some_files_must_not_be_served() -> None:
    """Drafts, retired, expired and unvalidated ones, with amounts that differ from the valid."""
    assert _refusals() == {
        "draft": {
            "expenses-and-travel/meal-allowances-2027.md",
            "time-off/four-day-week.md",
            "workplace/dogs-at-the-office.md",
        },
        "retired": {"security/password-rules-2021.md"},
        "expired": {
            "buying/purchase-limits-2024.md",
            "expenses-and-travel/expenses-policy-2023.md",
            "time-off/annual-leave-2022.html",
        },
        "none": {"suggestions/vpn-without-waiting.md"},
    }


def test_a_scan_serves_and_refuses_what_it_should() -> None:
    """The product itself agrees with the plain reading above, and has nothing to remark."""
    found = _scan()
    refused = set().union(*_refusals().values())
    served = {entry.resource.path for entry in found.entries}
    assert {refusal.path for refusal in found.refused} == refused
    assert {path for path in served if not path.startswith("links.")} == DOCUMENTS.keys() - refused
    assert len([path for path in served if path.startswith("links.")]) >= 10
    assert found.duplicates == ()
    assert found.warnings == ()


def test_what_the_sample_holds_opens_on_the_server_itself() -> None:
    """A demo whose links lead to made-up hosts convinces nobody. One talk shows how a link template
    makes the timed links of a video platform; no question that is offered leads to it."""
    own = {e.resource.path: e.resource for e in _scan().entries if e.resource.path in DOCUMENTS}
    outside = {path for path, resource in own.items() if resource.url != _here(path)}
    assert outside == {ELSEWHERE}
    assert own[ELSEWHERE].url_at(TimeRange(134.2, 150.0)).endswith("/fernhill/pivot-tables?t=134s")


def test_a_talk_opens_at_the_second() -> None:
    own = {e.resource.path: e.resource for e in _scan().entries}
    here = TRANSCRIPTS.keys() - {ELSEWHERE}
    assert len(here) == len(TRANSCRIPTS) - 1
    for name in here:
        assert own[name].url_at(TimeRange(134.2, 150.0)) == f"{_here(name)}#t=134"


def _here(path: str) -> str:
    """Where the file opens on the server itself: a clip plays."""
    return f"/watch/{path.rpartition('.')[0]}" if path in CLIPS else f"/content/{path}"


def test_what_is_served_stays_valid_for_years() -> None:
    """A sample that expired by itself would greet a new user with an empty index."""
    refused = set().union(*_refusals().values())
    served = DOCUMENTS.keys() - refused
    assert len(served) > 60
    for name in served:
        metadata = _metadata(name)
        assert metadata["validated_on"] <= date(2026, 11, 23), name
        assert metadata["review_every_days"] >= 3650, name
        assert "review_by" not in metadata, name


# the talks


def test_there_are_talks_in_both_transcript_formats() -> None:
    counts = Counter(path.suffix for path in TRANSCRIPTS.values())
    assert counts[".vtt"] >= 4
    assert counts[".srt"] >= 4
    assert sum(counts.values()) >= 8


@pytest.mark.parametrize("name", sorted(TALKS))
def test_a_talk_is_timed_as_people_speak(name: str) -> None:
    """4 to 15 minutes, 60 to 150 cues in order, between two and three and a half words a second."""
    cues = _document(name).cues
    assert 60 <= len(cues) <= 150
    assert 4 * 60 <= cues[-1].end_s <= 15 * 60
    assert 2.3 <= _words(cues) / cues[-1].end_s <= 3.2
    for before, after in itertools.pairwise(cues):
        assert before.start_s < before.end_s <= after.start_s
        assert after.start_s - before.end_s < 3
    for cue in cues:
        spoken = re.sub(r"^[A-Z]\w+ [A-Z]\w+: ", "", cue.text)
        assert 0.7 <= len(spoken.split()) / (cue.end_s - cue.start_s) <= 4, cue
        assert cue.end_s - cue.start_s <= 7, cue


def test_there_are_clips_of_about_a_minute() -> None:
    assert len(CLIPS) >= 3
    for name in CLIPS:
        cues = _document(name).cues
        assert 40 <= cues[-1].end_s <= 90
        assert DOCUMENTS[name].with_suffix(".mp4").stat().st_size < 1_000_000
        assert DOCUMENTS[name].with_suffix(".jpg").stat().st_size < 50_000
        for before, after in itertools.pairwise(cues):
            assert before.start_s < before.end_s <= after.start_s
            assert before.end_s - before.start_s <= 7, before


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_cue_fits_on_a_screen(name: str) -> None:
    """One or two lines of at most 45 characters."""
    for block in DOCUMENTS[name].read_text(encoding="utf-8").split("\n\n"):
        _, arrow, shown = block.partition(" --> ")
        lines = [line.rpartition(">")[2] for line in shown.splitlines()[1:]] if arrow else []
        assert len(lines) <= 2, block
        assert all(len(line) <= 45 for line in lines), block


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_talk_says_what_it_is(name: str) -> None:
    metadata = _metadata(name)
    assert metadata["kind"] == "video"
    assert metadata["title"]
    assert metadata["duration_minutes"] == round(_document(name).cues[-1].end_s / 60)
    if metadata.get("url", "").startswith("https://"):
        assert "{seconds}" in metadata["link_template"]


# the made files


def test_the_made_files_are_those_of_their_texts(tmp_path: Path) -> None:
    """A text edited without running `content/_source/make_files.py` would never be seen."""
    _make_files(tmp_path)
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert made == {name for name, path in DOCUMENTS.items() if path.suffix in MADE}
    for name in made:
        assert _inside(tmp_path / name) == _inside(DOCUMENTS[name]), name


def test_making_them_again_changes_no_byte(tmp_path: Path) -> None:
    """Version control shows a change only where a text has changed."""
    first, second = tmp_path / "first", tmp_path / "second"
    _make_files(first)
    _make_files(second)
    names = [name for name, path in DOCUMENTS.items() if path.suffix in MADE]
    assert filecmp.cmpfiles(first, second, names, shallow=False) == (names, [], [])


def test_the_made_files_are_small() -> None:
    sizes = [path.stat().st_size for path in DOCUMENTS.values() if path.suffix in MADE]
    assert max(sizes) < 150_000
    assert sum(sizes) < 2_000_000


def test_a_pdf_has_pages_and_bookmarks() -> None:
    names = [name for name in DOCUMENTS if name.endswith(".pdf")]
    assert len(names) == 6
    for name in names:
        reader = PdfReader(DOCUMENTS[name])
        assert 4 <= len(reader.pages) <= 12, name
        assert len(reader.outline) >= 7, name
        assert f"Page 2 of {len(reader.pages)}" in reader.pages[1].extract_text(), name


def _make_files(folder: Path) -> None:
    command = [sys.executable, str(SOURCES / "make_files.py"), "--to", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def _inside(path: Path) -> object:
    """What a file holds, without its compression: zlib differs from machine to machine."""
    if path.suffix == ".pdf":
        return [page.extract_text() for page in PdfReader(path).pages]
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# the questions that go with it


def test_there_are_questions_of_every_sort() -> None:
    assert len(QUESTIONS["answered"]) >= 80
    assert len(QUESTIONS["unanswered"]) >= 25
    assert len(QUESTIONS["off_topic"]) >= 15
    asked = [entry["ask"] for entries in QUESTIONS.values() for entry in entries]
    assert len(asked) == len(set(asked))
    assert {entry.get("language", "en") for entry in QUESTIONS["answered"]} == {"en", "de", "pt"}


@pytest.mark.parametrize("entry", QUESTIONS["answered"], ids=lambda entry: entry["ask"])
def test_the_place_that_answers_a_question_exists(entry: dict[str, Any]) -> None:
    assert entry["places"] != []
    for place in entry["places"]:
        document = _document(place["path"])
        locators = [section.locator for section in document.sections]
        match place:
            case {"heading": heading}:
                assert heading in {text for s in document.sections for text in s.heading_path[-1:]}
            case {"top": True}:
                assert document.sections[0].heading_path == ()
            case {"page": number} | {"slide": number}:
                assert number in {getattr(locator, "number", None) for locator in locators}
            case {"seconds": [start, end]}:
                assert 10 <= end - start <= 130
                assert [cue for cue in document.cues if start <= cue.start_s <= end]


def _offered() -> set[str]:
    """The questions that Signpost puts into people's mouths: its examples, which are the commands
    of the Teams app, too."""
    lines = (CONTENT / "_examples.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and line[0] != "#"}


def test_a_sentence_answers_each_question_that_is_offered() -> None:
    """What a new user tries first must not depend on reading between the lines."""
    said = {entry["ask"]: entry["says"] for entry in QUESTIONS["answered"] if "says" in entry}
    assert said.keys() == _offered()
    for entry in QUESTIONS["answered"]:
        if "says" in entry:
            assert any(entry["says"] in _text(place) for place in entry["places"]), entry["ask"]


def test_a_question_that_is_offered_opens_on_the_server_itself() -> None:
    offered = [entry for entry in QUESTIONS["answered"] if "says" in entry]
    assert ELSEWHERE not in {place["path"] for entry in offered for place in entry["places"]}


def _text(place: dict[str, Any]) -> str:
    """What stands at a place under a heading, on a page or a slide, or at the top."""
    at = {key: value for key, value in place.items() if key != "path"}
    sections = [
        section
        for section in _document(place["path"]).sections
        if at
        in (
            {"heading": "".join(section.heading_path[-1:])},
            {"top": not section.heading_path},
            {"page": getattr(section.locator, "number", None)},
            {"slide": getattr(section.locator, "number", None)},
        )
    ]
    return " ".join(" ".join(section.blocks) for section in sections)


def test_questions_point_to_served_files_only() -> None:
    refused = set().union(*_refusals().values())
    places = {place["path"] for entry in QUESTIONS["answered"] for place in entry["places"]}
    tempting = {entry["tempting"] for entry in QUESTIONS["unanswered"] if "tempting" in entry}
    assert places & refused == set()
    assert tempting <= refused


def test_a_question_for_managers_points_to_their_pages() -> None:
    for entry in QUESTIONS["answered"]:
        for place in entry["places"]:
            audience = _metadata(place["path"])["audience"]
            assert audience == [entry.get("audience", "everyone")], entry["ask"]


def test_every_served_file_is_asked_for() -> None:
    """Smoke tests with these questions reach all of the content."""
    refused = set().union(*_refusals().values())
    asked = {place["path"] for entry in QUESTIONS["answered"] for place in entry["places"]}
    assert DOCUMENTS.keys() - refused - asked == set()


def test_golden_questions_show_every_form_and_point_to_what_is_served() -> None:
    golden = load_golden(CONTENT)
    assert golden.notes == ()
    assert golden.notes_on(served_after(_scan())) == ()
    said = [place for question in golden.questions for place in question.places]
    for form in ("#page=", "#slide=", "#t=", ".md#", ".txt"):
        assert any(form in place for place in said), form
    assert sum(not question.places for question in golden.questions) == 3
    assert any(question.context for question in golden.questions)
