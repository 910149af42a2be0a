"""`check` tells people what deserves a look, and scripts everything."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import StringIO

import pytest
from rich.console import Console

from commands import print_table
from identity.audiences import Held
from index.content.entry import Entry
from index.content.scan import Scan
from index.material import Material
from index.readers.documents import Document, Section, Tally
from index.reporting.check_report import CheckReport, check_dict, print_check
from snapshot.models import Heading, Page, Slide, Whole
from tests.fakes.content import resource

GERMAN = (
    "Wer krank ist, meldet sich am ersten Tag vor neun Uhr bei der Personalabteilung. Ab dem "
    "dritten Tag ist eine Bescheinigung des Arztes einzureichen, die online hochgeladen wird. "
    "Wer länger fehlt, spricht mit der Führungskraft über die Rückkehr in den Beruf. "
)


def _entry(path: str, text: str = "Text.", tally: Tally = Tally(), **changes: object) -> Entry:
    place = changes.pop("place", Whole())
    section = Section((), place, (text,))  # type: ignore[arg-type]
    return Entry(resource(path, **changes), Document(sections=(section,), tally=tally))


def _report(*entries: Entry, held: Held | None = None) -> CheckReport:
    return CheckReport.of(Material(Scan(entries, (), (), (), ())), held)


def _printed(report: CheckReport, *, every_file: bool = False) -> str:
    shown = StringIO()
    console = Console(file=shown, width=1000, soft_wrap=True)
    print_check(report, console, print_table, every_file=every_file)
    return shown.getvalue()


def test_pages_without_text_and_images_without_words_are_counted() -> None:
    said = _printed(
        _report(
            _entry("a.pdf", tally=Tally(9, (2, 3, 9), (2, 3), tables=4)),
            _entry("b.pptx", tally=Tally(12, (7,), (7,), images=6, images_unnamed=5)),
            _entry("c.md", tally=Tally(images=2, images_unnamed=1)),
        )
    )
    assert "no text: 3 pages or slides show pictures only: a.pdf (2, 3), b.pptx (7)\n" in said
    assert "no text: 1 page or slide holds nothing: a.pdf (9)\n" in said
    assert "images: 6 images have no words that stand for them: b.pptx (5), c.md (1)\n" in said
    rows = {tuple(line.split()) for line in said.splitlines()}
    assert ("PDF", "1", "1", "9", "3", "4") in rows
    assert ("all", "3", "3", "21", "4", "4", "8", "6") in rows


def test_a_text_in_another_language_than_it_is_taken_for_is_told() -> None:
    danish = "Vi holder fri den dag, og alle kan melde sig syge til deres leder om morgenen. " * 5
    said = _printed(
        _report(
            _entry("a.md", GERMAN * 2),
            _entry("b.md", GERMAN * 2, language="de-AT"),
            _entry("c.md", "Kurz gesagt: nein."),
            _entry("d.md", danish, language="no"),
            _entry("f.csv", "\n".join(f"Id: {n}; Value: {n * 7 % 101}" for n in range(99))),
            _entry("e.md", "The first part is in English. " * 20 + GERMAN * 4),
        )
    )
    assert [line for line in said.splitlines() if line.startswith("language")] == [
        "language: taken for 'en' and written in 'de': a.md"
    ]


def test_an_audience_that_nobody_holds_is_told_with_its_files() -> None:
    entries = (_entry("a.md", audience=("manager", "hr")), _entry("b.md", audience=("manager",)))
    report = _report(*entries, held=Held(frozenset({"managers", "hr"})))
    said = "nobody is in 'manager' (SIGNPOST_AUDIENCES_FILE; did you mean 'managers'?): a.md, b.md"
    assert f"audience: {said}\n" in _printed(report)
    assert check_dict(report)["unheld_audiences"] == {"manager": ["a.md", "b.md"]}
    assert "nobody is in" not in _printed(_report(*entries))


@pytest.mark.parametrize(
    ("path", "place", "is_told"),
    [
        ("a.docx", Heading("days", "Days"), True),
        ("a.pptx", Slide(2), True),
        ("a.pdf", Page(2), False),
        ("a.md", Heading("days", "Days"), False),
        ("a.docx", Whole(), False),
    ],
)
def test_links_that_open_the_whole_file_only_are_told(
    path: str, place: object, *, is_told: bool
) -> None:
    url = f"https://x.example/{path.removesuffix('.md')}"
    said = _printed(_report(_entry(path, place=place, url=url)))
    assert ("the link opens the whole file and no place in it" in said) is is_told
    assert "opens the whole" not in _printed(
        _report(_entry(path, place=Slide(2), url=url, link_template="{url}?slide={slide}"))
    )


def test_many_files_stay_few_lines_and_all_are_listed_on_demand() -> None:
    entries = [_entry(f"{n:04}.pptx", f"Text {n}.", Tally(1, (1,), (1,))) for n in range(500)]
    report = _report(*entries)
    assert len(_printed(report).splitlines()) < 10
    assert (
        "0000.pptx (1), 0001.pptx (1), 0002.pptx (1), 0003.pptx (1), 0004.pptx (1) and 495 more"
        in (_printed(report))
    )
    assert "0499.pptx" in _printed(report, every_file=True)


def test_scripts_get_every_fact() -> None:
    report = _report(_entry("a.pdf", "Two words.", Tally(2, (2,), (2,), 1, 3, 2)))
    [found] = json.loads(json.dumps(check_dict(report), default=asdict))["files"]
    assert found == {
        "path": "a.pdf", "format": "PDF", "words": 2, "characters": 10, "places": 0,
        "opens_places": True, "language": "en", "reads_as": "", "audience": ["everyone"],
        "pages": 2, "blank": [2], "pictured": [2], "tables": 1, "images": 3, "images_unnamed": 2,
    }  # fmt: skip


def test_the_same_text_that_is_served_each_says_why() -> None:
    one, two = _entry("a.md", tags=("germany",)), _entry("b.md", tags=("france",))
    found = Material(Scan((one, two), (), (), (("a.md", "b.md"),), ()))
    said = _printed(CheckReport.of(found, None))
    assert (
        "same text, each served: a.md, b.md (not served once: they differ in title, tags)\n" in said
    )


def test_what_is_told_as_the_same_is_not_told_as_nearly_the_same() -> None:
    said = " ".join(f"word{n}" for n in range(60))
    same, marked = _entry("b.md", said), _entry("c.md", f"{said}!")
    entries = (_entry("a.md", said), same, marked)
    report = CheckReport.of(Material(Scan(entries, (), (), (("a.md", "b.md"),), ())), None)
    lines = [line for line in _printed(report).splitlines() if line.startswith("nearly")]
    assert len(lines) == 1
    only = "only headings, marks or small words in the first 20,000 words"
    assert lines[0].endswith(f"c.md (100% alike): {only}")
