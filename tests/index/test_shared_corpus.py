"""Real content: every place that the labelled questions name exists, and says what they say.

The content folder and its questions lie beside the checkout and are no part of it.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index.content.entry import Entry
from index.content.scan import Scan, scan
from index.readers import normalise
from index.readers.documents import Section
from index.readers.extraction import Extraction
from snapshot.models import Heading, Page

SHARED = Path(__file__).resolve().parents[3] / "shared"
CORPUS = SHARED / "corpora" / "workplace"
TODAY = date(2026, 11, 23)

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="needs the shared content folder, which stands beside the checkout"
)


@pytest.fixture(scope="module")
def found() -> Scan:
    return scan(CORPUS, today=TODAY, extraction=Extraction())


@pytest.fixture(scope="module")
def entries(found: Scan) -> dict[str, Entry]:
    return {entry.resource.path: entry for entry in found.entries}


def _places(name: str) -> Iterator[tuple[str, str]]:
    """(query id, place) of each judgement."""
    with (SHARED / "eval" / name / "qrels.tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield row["query-id"], row["place"]


def _sections(entries: dict[str, Entry], place: str) -> list[Section]:
    path, _, anchor = place.partition("#")
    sections = entries[path].document.sections if path in entries else ()
    return [section for section in sections if _anchor(section) == anchor]


def _anchor(section: Section) -> str:
    match section.locator:
        case Heading(anchor, _):
            return anchor
        case Page(number):
            return f"page={number}"
    return ""


@pytest.mark.parametrize("name", ["handbook", "benefits"])
def test_every_section_and_page_of_the_questions_exists(
    name: str, entries: dict[str, Entry]
) -> None:
    assert [place for _, place in _places(name) if not _sections(entries, place)] == []


def test_every_time_of_the_questions_has_a_cue(entries: dict[str, Entry]) -> None:
    missing = []
    for _, place in _places("talks"):
        path, _, times = place.partition("#t=")
        start_s, end_s = map(float, times.split(","))
        cues = entries[path].document.cues
        if not any(start_s <= cue.start_s < end_s for cue in cues):
            missing.append(place)
    assert missing == []


def test_the_answers_stand_in_their_sections(entries: dict[str, Entry]) -> None:
    """But for one that quotes a row of a table with its Markdown."""
    places: dict[str, list[str]] = {}
    for query, place in _places("handbook"):
        places.setdefault(query, []).append(place)
    missing = []
    for line in (SHARED / "eval" / "handbook" / "queries.jsonl").read_text().splitlines():
        query = json.loads(line)
        if span := query.get("answer_span"):
            sections = [s for p in places[query["_id"]] for s in _sections(entries, p)]
            said = [_letters("\n".join(section.blocks)) for section in sections]
            if not any(_letters(_without_markdown(span)) in text for text in said):
                missing.append(span)
    assert missing == ["| `wg-` | [Working groups]"]


def _without_markdown(span: str) -> str:
    span = re.sub(r'\{% slack_channel (?:"[^"]*" )?"#?([^"]*)" %\}', r"\1", span)
    span = re.sub(r"\[([^\]]*)\]\((?:[^()]|\{%.*?%\})*\)", r"\1", span)
    span = re.sub(r"\[([^\]]*)\]\[[^\]]*\]|\[\^\d\]|</?[a-z][^>]*>", r"\1", span)
    return re.sub(r"^\s*(?:[-*+>]|\d+\.)\s+", "", span, flags=re.MULTILINE)


def _letters(text: str) -> str:
    text = re.sub(r"^\s*(?:-|\d+\.)\s+", "", text, flags=re.MULTILINE)
    return re.sub(r"[\W_]+", "", normalise.clean(text)).casefold()


def test_nothing_of_the_templates_reaches_a_title_or_the_text(found: Scan) -> None:
    """Except in the pages that explain the tags, where they are samples."""
    tags = re.compile(r"\{%|\{\{\s*site|%\}")
    titled = [e.resource.path for e in found.entries if tags.search(e.resource.title)]
    said = {
        entry.resource.path
        for entry in found.entries
        for section in entry.document.sections
        for block in section.blocks
        if tags.search(block)
    }
    assert titled == []
    assert said == {
        "handbook/updating-the-handbook/components.md",
        "handbook/updating-the-handbook/shortcodes.md",
        "handbook/updating-the-handbook/updating-the-handbook.md",
    }


def test_what_is_not_served_is_known(found: Scan) -> None:
    """Redirects without text, a page without a link, licences, an error page, other formats."""
    assert (len(found.entries), len(found.refused), len(found.ignored)) == (531, 10, 6)
    assert {refused.reason for refused in found.refused} == {"no_text", "no_url"}
