"""What a font does not tell is not read as something else, and is said."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
)

from index.readers.documents import Document
from index.readers.pdf import pdf_document

Font = Callable[[PdfWriter], DictionaryObject]


def _named(**names: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{k}"): NameObject(f"/{v}") for k, v in names.items()})


def _plain(writer: PdfWriter) -> DictionaryObject:
    return _named(Type="Font", Subtype="Type1", BaseFont="Helvetica")


def _by_number(writer: PdfWriter) -> DictionaryObject:
    font = _named(Type="Font", Subtype="Type0", BaseFont="AB+Arial", Encoding="Identity-H")
    part = _named(Type="Font", Subtype="CIDFontType2", BaseFont="AB+Arial")
    font[NameObject("/DescendantFonts")] = ArrayObject([writer._add_object(part)])
    return font


def _by_name(*names: str) -> Font:
    def font(writer: PdfWriter) -> DictionaryObject:
        made = _plain(writer)
        listed = [NumberObject(1), *(NameObject(f"/{name}") for name in names)]
        made[NameObject("/Encoding")] = DictionaryObject(
            {NameObject("/Differences"): ArrayObject(listed)}
        )
        return made

    return font


def _mapped(letter: Callable[[int], int]) -> Font:
    """A font whose table gives each code another letter."""

    def font(writer: PdfWriter) -> DictionaryObject:
        rows = "\n".join(f"<{code:02x}> <{letter(code):04x}>" for code in range(32, 127))
        table = DecodedStreamObject()
        table.set_data(
            f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 95 beginbfchar\n{rows}\n"
            "endbfchar endcmap".encode()
        )
        made = _plain(writer)
        made[NameObject("/ToUnicode")] = writer._add_object(table)
        return made

    return font


def _read(*texts: tuple[Font, bytes]) -> Document:
    """A page for each text, in its font."""
    writer = PdfWriter()
    for font, shown in texts:
        page = writer.add_blank_page(595, 842)
        stream = DecodedStreamObject()
        stream.set_data(b"BT /F1 11 Tf 1 0 0 1 72 700 Tm <" + shown.hex().encode() + b"> Tj ET")
        page[NameObject("/Contents")] = writer._add_object(stream)
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font(writer))})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    data = io.BytesIO()
    writer.write(data)
    return pdf_document.read(data.getvalue(), "policy.pdf")


WORDS = b"Lost keys cost twelve euros and take two days."


@pytest.mark.parametrize(
    ("font", "shown"),
    [
        (_by_number, WORDS),
        (_by_name("g1", "g2", "g3", "g4"), b"\1\2\3\4\1\2"),
        (_mapped(lambda code: 0xFFFD), WORDS),
        (_mapped(lambda code: 0xE000 + code), WORDS),
        (_mapped(lambda code: code % 16), WORDS),
        (_mapped(lambda code: 33 + code % 15), WORDS),
    ],
)
def test_a_page_whose_letters_are_not_told_counts_as_a_picture(font: Font, shown: bytes) -> None:
    alone = _read((font, shown))
    assert (alone.sections, alone.tally.pictured) == ((), (1,))
    document = _read((font, shown), (_plain, WORDS))
    assert [section.text for section in document.sections] == [WORDS.decode()]
    assert document.tally.pictured == (1,)


def test_a_name_with_a_variant_says_its_letter() -> None:
    document = _read((_by_name("K.sc", "seven.oldstyle", "hyphen.case", "A.alt"), b"\1\2\3\4"))
    assert document.sections[0].text == "K7-A"
    assert not document.notes
