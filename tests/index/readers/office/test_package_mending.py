"""What Word and PowerPoint open is read, whatever the libraries think of it."""

import io
import re
import zipfile
from collections.abc import Callable

import docx
import pptx
import pytest
from pptx.util import Inches

from errors import ReadError
from index.readers import reader
from tests.fakes import hostile

Change = Callable[[str, bytes], bytes | None]
_RELATION = b'<Relationship Id="rX" Type="http://x/image" Target="%b"/></Relationships>'


def _word() -> bytes:
    document = docx.Document()
    document.add_paragraph("Lost keys cost twelve euros.")
    return _saved(document)


def _deck() -> bytes:
    deck = pptx.Presentation()
    for text in ("Lost keys", "cost twelve euros."):
        box = (Inches(1), Inches(1), Inches(4), Inches(2))
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        slide.shapes.add_textbox(*box).text_frame.text = text
    return _saved(deck)


def _saved(document: object) -> bytes:
    data = io.BytesIO()
    document.save(data)  # type: ignore[attr-defined]
    return data.getvalue()


def _changed(data: bytes, change: Change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
    return out.getvalue()


def _blocks(data: bytes, name: str) -> list[str]:
    return [block for section in reader.read(data, name).sections for block in section.blocks]


@pytest.mark.parametrize(
    "type_",
    [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ],
)
def test_templates_and_files_with_macros_are_read_in_word(type_: str) -> None:
    usual = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    data = _changed(_word(), lambda _, part: part.replace(usual, type_.encode()))
    assert _blocks(data, "a.docx") == ["Lost keys cost twelve euros."]


@pytest.mark.parametrize(
    "type_",
    [
        "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
        "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
    ],
)
def test_templates_and_shows_are_read_in_powerpoint(type_: str) -> None:
    usual = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    data = _changed(_deck(), lambda _, part: part.replace(usual, type_.encode()))
    assert _blocks(data, "a.pptx") == ["Lost keys", "cost twelve euros."]


@pytest.mark.parametrize("target", [b"../NULL", b"media/gone.png", b"NULL", b"#mark", b""])
def test_a_relationship_that_leads_nowhere_hinders_nothing(target: bytes) -> None:
    def dangle(name: str, part: bytes) -> bytes:
        if name.endswith(".rels"):
            return part.replace(b"</Relationships>", _RELATION % target)
        return part

    assert _blocks(_changed(_word(), dangle), "a.docx") == ["Lost keys cost twelve euros."]
    assert _blocks(_changed(_deck(), dangle), "a.pptx") == ["Lost keys", "cost twelve euros."]


def test_a_slide_that_is_not_there_is_passed_over() -> None:
    def drop(name: str, part: bytes) -> bytes | None:
        return None if name == "ppt/slides/slide1.xml" else part

    assert _blocks(_changed(_deck(), drop), "a.pptx") == ["cost twelve euros."]


@pytest.mark.parametrize(("make", "name"), [(_word, "a.docx"), (_deck, "a.pptx")])
def test_the_strict_form_of_the_standard_is_read(make: Callable[[], bytes], name: str) -> None:
    def strict(name: str, part: bytes) -> bytes:
        part = part.replace(b"/extended-properties", b"/extendedProperties")
        return re.sub(
            rb"http://schemas\.openxmlformats\.org/(officeDocument|wordprocessingml|drawingml|"
            rb"presentationml)/2006/",
            rb"http://purl.oclc.org/ooxml/\1/",
            part,
        )

    data = _changed(make(), strict)
    assert b"purl.oclc.org/ooxml/officeDocument/relationships" in zipfile.ZipFile(
        io.BytesIO(data)
    ).read("_rels/.rels")
    assert _blocks(data, name) == _blocks(make(), name)


def test_a_part_of_no_declared_type_and_names_in_windows_manner_are_read() -> None:
    """As some programs write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_word())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = re.sub(rb'<Override PartName="/word/document.xml"[^>]*>', b"", old.read(name))
            new.writestr(name.replace("/", "\\") if name.startswith("word/") else name, part)
        new.writestr("word/odd.part", b"?")
    assert _blocks(out.getvalue(), "a.docx") == ["Lost keys cost twelve euros."]


def test_what_is_said_in_two_ways_is_read_once_and_from_the_one_with_text() -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    new, old, empty = map(hostile.paragraph, ("new", "old", " "))
    body = (
        f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{new}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
        f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{empty}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    )
    assert _blocks(hostile.docx(body), "a.docx") == ["new", "old"]


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (_deck(), "a.docx", "it is a PowerPoint deck by its contents: rename it"),
        (_word(), "a.pptx", "it is a Word document by its contents: rename it"),
        (_changed(_word(), lambda name, part: part if name == "word/document.xml" else None),
         "a.docx", "it is damaged, or no Office file: the list of its parts is missing"),
        (_changed(_word(), lambda name, part: None if name == "word/document.xml" else part),
         "a.docx", "it is damaged, or no Office file: it has no main part"),
    ],
)  # fmt: skip
def test_what_neither_program_opens_is_refused_with_a_reason(
    data: bytes, name: str, reason: str
) -> None:
    with pytest.raises(ReadError) as caught:
        reader.read(data, name)
    assert str(caught.value) == reason
