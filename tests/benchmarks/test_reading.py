"""What the benchmark of reading reads is what it says, and its ratios point the right way."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reading import by_format, sample_files
from benchmarks.reading.by_format import LIBRARIES, FormatFigures
from benchmarks.reading.ways import MARKITDOWN, PLAIN, SIGNPOST, Round, read_all
from index.readers import reader


@pytest.mark.parametrize("extension", [*LIBRARIES, ".txt"])
def test_every_format_holds_the_same_text(extension: str) -> None:
    """But for its rows of numbers, a workbook; and each file says which it is."""
    document = reader.read(sample_files.made(extension, 3, 7), f"a{extension}")
    said = " ".join(section.text for section in document.sections)
    assert said.count("Kestrel000007") >= 18
    assert "Kestrel000000" not in said
    if extension != ".xlsx":
        assert sum(word.islower() for word in said.split()) == pytest.approx(3 * 294, abs=9)


def test_mixed_files_are_of_all_formats_and_no_two_alike(tmp_path: Path) -> None:
    sample_files.write_mixed(tmp_path / "content", 120)
    files = [path for path in (tmp_path / "content").rglob("*.*") if path.stem.isdigit()]
    assert len({path.read_bytes() for path in files}) == 120
    assert {path.suffix for path in files} == {*LIBRARIES, ".txt", ".vtt"}


@pytest.mark.parametrize("extension", LIBRARIES)
def test_a_library_finds_as_much_text_as_we_do(tmp_path: Path, extension: str) -> None:
    """They do the same work, or no ratio means anything."""
    path = tmp_path / f"a{extension}"
    path.write_bytes(sample_files.made(extension, 4, 1))
    ours, plain = (read_all(way, [path], LIBRARIES[extension]) for way in (SIGNPOST, PLAIN))
    assert 0.5 < plain.characters / ours.characters < 1.1


def test_more_pages_and_less_memory_are_better() -> None:
    rounds = {
        SIGNPOST: [Round(2.0, 50.0, 9)],
        PLAIN: [Round(1.0, 25.0, 9)],
        MARKITDOWN: [Round(8.0, 200.0, 9)],
    }
    found = list(by_format.results([FormatFigures(".pdf", 40, rounds, {})]))
    assert [(one.metric, one.ours, one.other, one.ratio, one.other_name) for one in found] == [
        ("read_pdf_plain", 20.0, 40.0, 0.5, "pypdf"),
        ("read_pdf_memory_plain", 50.0, 25.0, 0.5, "pypdf"),
        ("read_pdf_markitdown", 20.0, 5.0, 4.0, "markitdown"),
        ("read_pdf_memory_markitdown", 50.0, 200.0, 4.0, "markitdown"),
    ]
