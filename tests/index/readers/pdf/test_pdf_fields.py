"""What people wrote onto a page stands with the words that ask for it."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from index.readers.pdf import pdf_document
from tests.fakes.pdfs import drawn


def _said(data: bytes) -> str:
    document = pdf_document.read(data, "form.pdf")
    return "\n".join(block for section in document.sections for block in section.blocks)


def _form(*texts: tuple[float, float, str], **fields: tuple[str, dict[str, Any]]) -> bytes:
    """A form with texts at places, and fields by name: their kind and what reportlab takes."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    for x, y, words in texts:
        canvas.drawString(x, y, words)
    for name, (kind, options) in fields.items():
        getattr(canvas.acroForm, kind)(name=name, **options)
    canvas.save()
    return data.getvalue()


def test_a_value_stands_behind_its_label() -> None:
    data = _form(
        (72, 760, "Contact at the harbour:"), (72, 730, "Name ______"), (72, 700, "Sign below."),
        a=("textfield", {"x": 300, "y": 750, "width": 150, "height": 20, "value": "Ann Bell"}),
        b=("textfield", {"x": 200, "y": 722, "width": 60, "height": 20, "value": "Bo"}),
        c=("textfield", {"x": 300, "y": 722, "width": 60, "height": 20, "value": "Lee"}),
        d=("textfield", {"x": 300, "y": 695, "width": 60, "height": 20, "value": ""}),
    )  # fmt: skip
    assert _said(data).split("\n") == [
        "Contact at the harbour: Ann Bell", "Name: Bo Lee", "Sign below.",
    ]  # fmt: skip


def test_what_is_chosen_and_ticked_is_read() -> None:
    data = _form(
        (72, 760, "Site:"), (100, 730, "By train"), (100, 700, "By car"),
        a=("choice", {"x": 120, "y": 752, "width": 100, "height": 20, "value": "Harbour",
                      "options": ["Harbour", "Airport"]}),
        b=("checkbox", {"x": 72, "y": 726, "checked": True}),
        c=("checkbox", {"x": 72, "y": 696, "checked": False}),
    )  # fmt: skip
    said = _said(data)
    assert "Site: Harbour" in said
    assert "☒ By train" in said
    assert "☒ By car" not in said


def test_a_value_below_its_label_follows_it() -> None:
    box = {"x": 72, "y": 700, "width": 300, "height": 40, "fieldFlags": "multiline"}
    data = _form(
        (72, 760, "Why do you ask?"), (72, 650, "Thank you."),
        a=("textfield", {**box, "value": "The gate is shut."}),
    )  # fmt: skip
    assert _said(data).split("\n") == ["Why do you ask?", "The gate is shut.", "Thank you."]


def _noted(*flags: int) -> bytes:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(drawn([(72, 700, "The fee is eight euros.")]))))
    for number, flag in enumerate(flags):
        note = FreeText(text=f"It was raised to {number + 9} euros.", rect=(72, 600, 300, 640))
        note[NameObject("/F")] = NumberObject(flag)
        writer.add_annotation(0, note)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def test_free_text_is_read_unless_it_is_hidden() -> None:
    assert _said(_noted(4, 2)) == "The fee is eight euros.\nIt was raised to 9 euros."


def test_free_text_may_be_given_as_rich_text_alone() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(_noted(4)))
    annotations = writer.pages[0]["/Annots"]
    assert isinstance(annotations, ArrayObject)
    note = annotations[0].get_object()
    assert isinstance(note, DictionaryObject)
    del note["/Contents"]
    note[NameObject("/RC")] = TextStringObject("<body><p>Now <b>n</b>ine &amp; two.</p></body>")
    data = io.BytesIO()
    writer.write(data)
    assert _said(data.getvalue()) == "The fee is eight euros.\nNow nine & two."


def test_a_password_stays_secret_and_a_damaged_annotation_harms_nothing() -> None:
    data = _form(
        (72, 760, "Code:"),
        a=("textfield", {"x": 120, "y": 752, "width": 100, "height": 20, "value": "4471",
                         "fieldFlags": "password"}),
    )  # fmt: skip
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(data)))
    annotations = writer.pages[0]["/Annots"]
    assert isinstance(annotations, ArrayObject)
    annotations.append(NumberObject(3))
    annotations.append(
        DictionaryObject(
            {
                NameObject("/Subtype"): NameObject("/FreeText"),
                NameObject("/Rect"): ArrayObject([NumberObject(1)]),
                NameObject("/Contents"): TextStringObject("Nowhere."),
            }
        )
    )
    written = io.BytesIO()
    writer.write(written)
    assert _said(written.getvalue()) == "Code:"
