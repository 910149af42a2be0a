"""Old Office files: what was withdrawn stays so, and one bad file is one refused file."""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.styles import Font

from errors import ReadError
from index.readers.converting import conversion, libreoffice
from index.readers.converting.libreoffice import LibreOffice, Target
from index.readers.documents import Document
from index.readers.extraction import Extraction
from snapshot.models import Slide

OFFICE = libreoffice.installed()
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed here")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RTF = rb"""{\rtf1\ansi\ansicpg1252{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}
{\*\revtbl{Unknown;}{Ann;}}
\pard\s1\outlinelevel0 Parking\par
\pard\s0 Staff park in row C at caf\'e9 4.{\v hiddenword}
{\deleted\revauthdel1\revdttmdel0 deletedword}{\strike struckword}{\revised\revauth1  Ask Ann.}\par
\trowd\cellx3000\cellx6000\intbl\b Item\cell Price\b0\cell\row
\trowd\cellx3000\cellx6000\intbl Permit\cell 42.50\cell\row
\pard %s\par}"""
LINKED = r"{\field{\*\fldinst INCLUDETEXT %s}{\fldrslt As it was.}}"


class FakeOffice:
    """Makes an archive of each file up to the first that holds "poison", on which it ends badly and
    leaves half an archive; what holds "odd" it cannot open. Keeps how many files a start had."""

    def __init__(self) -> None:
        self.starts: list[int] = []

    def convert(
        self,
        files: Sequence[Path],
        target: Target,
        folder: Path,
        *,
        timeout_s: float,
        memory_mb: int,
    ) -> bool:
        self.starts.append(len(files))
        for file in files:
            data, made = file.read_bytes(), folder / f"{file.name}{target.extension}"
            if b"poison" in data:
                made.write_bytes(_docx("x")[:-30])
                return False
            if b"odd" not in data:
                made.write_bytes(_docx(data.removeprefix(OLE).decode()))
        return True


def _docx(*texts: str) -> bytes:
    document, data = docx.Document(), BytesIO()
    for text in texts:
        document.add_paragraph(text)
    document.save(data)
    return data.getvalue()


def _converted(*contents: bytes, office: FakeOffice, name: str = "a.doc") -> list[Any]:
    with conversion.Batch(timeout_s=9, memory_mb=64, office=office) as batch:
        for data in contents:
            batch.add(data, name)
        return [
            str(one)
            if isinstance(one, ReadError)
            else docx.Document(BytesIO(one)).paragraphs[0].text
            for one in batch.convert()
        ]


def test_many_files_share_a_start() -> None:
    office = FakeOffice()
    assert _converted(OLE + b"one", OLE + b"two", OLE + b"odd", office=office) == [
        "one",
        "two",
        "LibreOffice cannot open it: it is damaged, or older than it says; save it as .docx",
    ]
    assert office.starts == [3]


def test_a_file_on_which_it_fails_loses_no_other() -> None:
    office = FakeOffice()
    reason = "LibreOffice could not convert it within 9 s and 64 MB of memory: save it as .docx"
    texts = (OLE + b"one", OLE + b"poison", OLE + b"two")
    assert _converted(*texts, office=office) == ["one", reason, "two"]
    assert office.starts == [3, 1, 1]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.doc", b"\0\1\2", "it is no .doc file of Office 97 to 2003"),
        ("a.xls", b"\n<!DOCTYPE html><table>", "but a web page: give it the extension"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "but XML: give it"),
        ("a.ppt", RTF, "it is no .ppt file"),
    ],
)
def test_what_is_not_what_its_name_says_is_not_opened(name: str, data: bytes, reason: str) -> None:
    office = FakeOffice()
    assert reason in _converted(data, office=office, name=name)[0]
    assert office.starts == []


def test_without_libreoffice_the_reason_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has today's format, whatever its name says, is read all the same."""
    monkeypatch.setattr(libreoffice, "installed", lambda: None)
    (tmp_path / "a.rtf").write_bytes(RTF)
    (tmp_path / "b.doc").write_bytes(_docx("Words."))
    refused, found = Extraction().extract([tmp_path / "a.rtf", tmp_path / "b.doc"])
    assert str(refused) == (
        ".rtf is read through LibreOffice, which is not installed here: install it (on Debian "
        "libreoffice-writer-nogui, -calc-nogui and -impress-nogui) so that soffice is on the PATH, "
        "or save the file as .docx"
    )
    assert isinstance(found, Document)
    assert found.sections[0].blocks == ("Words.",)


class MemoryCache(dict[str, bytes]):
    def put(self, key: str, data: bytes) -> None:
        self[key] = data


def test_what_has_not_changed_is_not_converted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(office: FakeOffice | None, version: str) -> None:
        convert = office.convert if office else None
        fake = type("Fake", (), {"version": version, "convert": staticmethod(convert)})
        monkeypatch.setattr(libreoffice, "installed", lambda: fake)

    path, cache = tmp_path / "a.doc", MemoryCache()
    path.write_bytes(OLE + b"Words.")
    first, second, third = FakeOffice(), FakeOffice(), FakeOffice()
    found = []
    for office, version in ((first, "7"), (second, "7"), (third, "8")):
        install(office, version)
        found += Extraction(workers=1).extract([path], cache)
    assert [first.starts, second.starts, third.starts] == [[1], [], [1]]
    assert found[0] == found[1] == found[2]
    assert isinstance(found[0], Document)


@pytest.mark.skipif(not libreoffice.IS_POSIX, reason="there are no such limits here")
@pytest.mark.parametrize("code", ["import time; time.sleep(600)", "bytearray(2 << 30)"])
def test_a_start_ends_at_its_limits(tmp_path: Path, code: str) -> None:
    slow = LibreOffice((sys.executable, "-c", code), "1")
    target = Target("MS Word 97", ".docx")
    assert slow.convert([tmp_path / "0"], target, tmp_path, timeout_s=2, memory_mb=512) is False


# with LibreOffice itself


def _old_word() -> bytes:
    document, data = docx.Document(), BytesIO()
    document.add_heading("Leave", 1)
    paragraph = document.add_paragraph("Shown. ")
    paragraph.add_run("hiddenword ").font.hidden = True
    paragraph.add_run("struckword ").font.strike = True
    for number, (kind, inner) in enumerate(
        (("del", "<w:delText>deletedword</w:delText>"), ("ins", "<w:t>Inserted.</w:t>"))
    ):
        marks = f'{nsdecls("w")} w:id="{number}" w:author="A" w:date="2026-01-01T00:00:00Z"'
        paragraph._p.append(parse_xml(f"<w:{kind} {marks}><w:r>{inner}</w:r></w:{kind}>"))
    document.save(data)
    return data.getvalue()


def _old_deck() -> bytes:
    deck, data = pptx.Presentation(), BytesIO()
    for title in ("Costs", "Withdrawn", "Contacts"):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = f"About {title.lower()}"
    deck.slides[1].element.set("show", "0")
    table = slide.shapes.add_table(2, 3, 0, 3_000_000, 6_000_000, 900_000).table
    for row, texts in enumerate((("Place", "Who", "Ring"), ("Leeds", "Ann", "4400"))):
        for column, text in enumerate(texts):
            run = table.cell(row, column).text_frame.paragraphs[0].add_run()
            run.text, run.font.bold = text, row == 0
    deck.save(data)
    return data.getvalue()


def _old_workbook() -> bytes:
    book, data = openpyxl.Workbook(), BytesIO()
    fees = book.active
    for row in (("Item", "Price", "x"), ("Permit", 1234.5), ("hiddenrow", 1), ("struckcell", 2)):
        fees.append(row)
    fees["B2"].number_format = '#,##0.00 "€"'
    fees.row_dimensions[3].hidden = True
    fees.column_dimensions["C"].hidden = True
    fees["A4"].font = Font(strike=True)
    for name, state in (("One", "hidden"), ("Two", "veryHidden")):
        sheet = book.create_sheet(name)
        sheet.append([f"secret {name}"])
        sheet.sheet_state = state
    book.save(data)
    return data.getvalue()


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Files of 97 to 2003, by their names."""
    assert OFFICE is not None
    made = {}
    for data, filter_name, extension in (
        (_old_word(), "MS Word 2007 XML", ".doc"),
        (_old_deck(), "Impress MS PowerPoint 2007 XML", ".ppt"),
        (_old_workbook(), "Calc MS Excel 2007 XML", ".xls"),
    ):
        folder = tmp_path_factory.mktemp("old")
        (folder / "a").write_bytes(data)
        target = Target(filter_name, extension)
        assert OFFICE.convert([folder / "a"], target, folder, timeout_s=60, memory_mb=1024)
        made[f"a{extension}"] = (folder / f"a{extension}").read_bytes()
    return made


def _extracted(folder: Path, contents: dict[str, bytes]) -> list[Document | ReadError]:
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return Extraction().extract([folder / name for name in contents])


@needs_office
def test_old_files_are_read_without_what_was_withdrawn(
    tmp_path: Path, old: dict[str, bytes]
) -> None:
    found = _extracted(tmp_path, {**old, "a.rtf": RTF % b"End."})
    word, deck, book, rtf = [one for one in found if isinstance(one, Document)]
    assert (word.title, word.language) == ("Leave", None)
    assert [section.blocks for section in word.sections] == [("Shown. Inserted.",)]
    assert [section.locator for section in deck.sections] == [Slide(1), Slide(3)]
    assert deck.sections[1].blocks == ("- About contacts", "Place: Leeds; Who: Ann; Ring: 4400")
    assert [section.blocks for section in book.sections] == [
        ("Item: Permit; Price: 1,234.50 €\nPrice: 2",)
    ]
    assert rtf.title == "Parking"
    assert rtf.sections[0].blocks == (
        "Staff park in row C at café 4. Ask Ann.",
        "Item: Permit; Price: 42.50",
        "End.",
    )


@needs_office
def test_what_is_damaged_or_locked_is_refused(tmp_path: Path, old: dict[str, bytes]) -> None:
    """LibreOffice would take a damaged file for text if it were let."""
    text = old["a.doc"].index(b"\xec\xa5")
    locked = bytearray(old["a.doc"])
    locked[text + 11] |= 1
    begins = old["a.xls"].index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
    locked_book = bytearray(old["a.xls"])
    locked_book[begins : begins + 2] = b"\x2f\x00"
    found = _extracted(
        tmp_path,
        {
            "cut.doc": old["a.doc"][:9_000],
            "noise.doc": OLE + bytes(range(256)) * 9,
            "locked.doc": bytes(locked),
            "locked.xls": bytes(locked_book),
            "cut.ppt": old["a.ppt"][:60_000],
        },
    )
    cannot = "LibreOffice cannot open it: it is damaged, or older than it says; save it as"
    has_password = "it is protected by a password: save it without one"
    assert list(map(str, found)) == [
        f"{cannot} .docx",
        f"{cannot} .docx",
        has_password,
        has_password,
        f"{cannot} .pptx",
    ]


@needs_office
def test_nothing_that_a_file_names_is_opened(tmp_path: Path) -> None:
    """Not on the disk and not in the network: its own words stand where it wanted others."""
    (tmp_path / "secret.txt").write_text("secretword")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.txt"
        linked = [LINKED % f'"{one}"' for one in (tmp_path / "secret.txt", address)]
        [found] = _extracted(tmp_path, {"a.rtf": RTF % " ".join(linked).encode()})
        with pytest.raises(BlockingIOError):
            server.accept()
    assert isinstance(found, Document)
    assert found.sections[0].blocks[-1] == "As it was. As it was."
