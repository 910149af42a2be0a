"""The real engine on pages drawn here: whichever way up they lie, and in each kind of file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw

from errors import ReadError
from index.readers.documents import Document
from index.readers.processes.reader_process import ReaderProcess
from index.readers.scans.recognised import RecognisedPage
from snapshot.models import Page, Whole
from tests.fakes import hostile, pdfs, scans
from tests.fakes.scans import VISITORS

pytestmark = scans.needs_recognition
_ORIENTATION = 0x0112  # of EXIF


@pytest.fixture(scope="module")
def process() -> Iterator[ReaderProcess]:
    process = ReaderProcess(timeout_s=120, memory_mb=2048)
    yield process
    process.kill()


def _text(page: RecognisedPage) -> list[str]:
    return [line.text for line in page.lines]


def _read(process: ReaderProcess, data: bytes, name: str, pages: int = 1) -> Document:
    seen = [process.recognise(data, name, number) for number in range(1, pages + 1)]
    return process.read(data, name, seen)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_read_whichever_way_it_lies(process: ReaderProcess, turned: int) -> None:
    lying = scans.page(VISITORS).rotate(turned, expand=True)
    page = process.recognise(scans.pdf(lying), "a.pdf", 1)
    assert _text(page) == list(VISITORS)
    assert page.confidence > 0.95


def test_a_tilted_page_has_a_title_and_paragraphs(process: ReaderProcess) -> None:
    document = _read(process, scans.pdf(scans.page(VISITORS, tilt=2)), "a.pdf")
    assert document.title == "Visitors"
    [section] = document.sections
    assert section.locator == Page(1)
    assert " ".join(section.blocks) == " ".join(VISITORS[1:])


def test_columns_are_read_one_after_the_other(process: ReaderProcess) -> None:
    left = ("Rules", "Please wait at the desk", "until somebody comes and", "shows you the way.")
    right = ("Badges are made of paper", "and are thrown away at the", "end of the day.")
    document = _read(process, scans.pdf(scans.page(left, beside=right)), "a.pdf")
    assert " ".join(document.sections[0].blocks) == " ".join([*left[1:], *right])


def test_specks_do_not_hide_the_text(process: ReaderProcess) -> None:
    dusty = scans.page(VISITORS)
    draw = ImageDraw.Draw(dusty)
    for number in range(9_000):
        x, y = number * 7919 % 1239, number * 104_729 % 1753
        draw.point((x, y), 255 if dusty.getpixel((x, y)) == 0 else 0)
    assert _text(process.recognise(scans.picture(dusty), "a.png", 1)) == list(VISITORS)


def test_a_telephone_says_how_it_was_held(process: ReaderProcess) -> None:
    exif = Image.Exif()
    exif[_ORIENTATION] = 6  # the picture is to be turned by 90 degrees
    lying = scans.page(VISITORS).rotate(90, expand=True)
    data = scans.picture(lying, "JPEG", exif=exif)
    document = _read(process, data, "a.jpg")
    assert (document.title, document.sections[0].locator) == ("Visitors", Whole())


def test_each_page_of_a_tiff_is_a_place(process: ReaderProcess) -> None:
    second = ("Parcels", "Parcels wait at the desk for three days.")
    data = scans.tiff(scans.page(VISITORS), scans.page(second))
    document = _read(process, data, "a.tiff", pages=2)
    assert [section.locator for section in document.sections] == [Page(1), Page(2)]
    assert document.sections[1].blocks == (second[1],)


def test_a_blank_page_says_nothing(process: ReaderProcess) -> None:
    assert process.recognise(scans.pdf(scans.page(())), "a.pdf", 1).lines == ()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7 garbage", "a.pdf"),
        (b"garbage", "a.png"),
        (scans.picture(scans.page(VISITORS))[:2_000], "a.png"),
        (pdfs.scanned(1)[:500], "a.pdf"),
        (hostile.pdf_page_loop(), "a.pdf"),
    ],
)
def test_a_damaged_file_is_one_refused_page(process: ReaderProcess, data: bytes, name: str) -> None:
    with pytest.raises(ReadError, match=r"text recognition cannot read it|damaged"):
        process.recognise(data, name, 1)


def test_a_picture_too_large_is_refused(process: ReaderProcess) -> None:
    data = scans.picture(Image.new("1", (12_000, 10_000)))
    with pytest.raises(ReadError, match="12000 x 10000 pixels; at most 100000000 in all"):
        process.read(data, "a.png")


def test_nothing_is_fetched_from_anywhere() -> None:
    """The models are those in the wheel: no address is asked for one."""
    from index.readers.scans import recogniser

    assert recogniser._model("det").is_file()
    assert recogniser._model("rec").is_file()
