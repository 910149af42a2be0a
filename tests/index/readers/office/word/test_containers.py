"""What stands in a Word document beside its paragraphs is read where it stands."""

import pytest

from errors import ReadError
from index.readers.office import docx
from tests.fakes.word import NAMES, box, cell, drawing, heading, paragraph, row, run, table, word

_EQUATION = "<m:oMath><m:r><m:t>pay=2×hours</m:t></m:r></m:oMath>"
_CHART = (
    f"<c:chartSpace {NAMES}><c:chart><c:plotArea><c:barChart><c:ser><c:cat><c:strRef><c:strCache>"
    '<c:pt idx="0"><c:v>Harbour</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val><c:numRef>'
    '<c:numCache><c:pt idx="0"><c:v>14</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>'
    "</c:barChart></c:plotArea></c:chart></c:chartSpace>"
)
_NODE = '<dgm:pt modelId="{0}"><dgm:t><a:p><a:r><a:t>{1}</a:t></a:r></a:p></dgm:t></dgm:pt>'
_DIAGRAM = (
    f"<dgm:dataModel {NAMES}><dgm:ptLst>"
    '<dgm:pt modelId="0" type="doc"/>'
    f"{_NODE.format(1, 'Then close the valve')}{_NODE.format(2, 'First report it')}"
    f"{_NODE.format(3, 'to the lead')}</dgm:ptLst><dgm:cxnLst>"
    '<dgm:cxn srcId="0" destId="1" srcOrd="1"/><dgm:cxn srcId="0" destId="2" srcOrd="0"/>'
    '<dgm:cxn srcId="2" destId="3" srcOrd="0"/></dgm:cxnLst></dgm:dataModel>'
)
_PARTS = {"rC": ("chart", _CHART.encode()), "rD": ("diagramData", _DIAGRAM.encode())}
_DESCRIBED = 'descr="The assembly point is behind building C."'


def _blocks(body: str, **parts: tuple[str, bytes]) -> list[str]:
    notes = f'<w:footnote w:id="2">{paragraph(run("Note: ") + _EQUATION)}</w:footnote>'
    document = docx.read(word(body, footnotes=notes, parts=_PARTS | parts), "a.docx")
    return [block for section in document.sections for block in section.blocks]


def test_an_equation_stands_in_its_sentence_wherever_that_is() -> None:
    said = run("Say ") + _EQUATION
    body = (
        paragraph(said + run(" each week."))
        + paragraph(f"<m:oMathPara>{_EQUATION}{_EQUATION}</m:oMathPara>")
        + table(row("Case", "Rule"), row("Night", cell(paragraph(said))))
        + paragraph(
            run("See") + box(paragraph(said)) + '<w:r><w:footnoteReference w:id="2"/></w:r>'
        )
    )
    assert _blocks(body) == [
        "Say pay=2×hours each week.",
        "pay=2×hours\npay=2×hours",
        "Case: Night; Rule: Say pay=2×hours",
        "See",
        "Note: pay=2×hours",
        "Say pay=2×hours",
    ]


def test_equations_beside_one_another_stand_apart() -> None:
    assert _blocks(paragraph(_EQUATION + _EQUATION)) == ["pay=2×hours\npay=2×hours"]


@pytest.mark.parametrize(
    ("graphic", "properties", "blocks"),
    [
        ('<c:chart r:id="rC"/>', "", ["Harbour: 14"]),
        ('<dgm:relIds r:dm="rD"/>', "", ["First report it\n  to the lead\nThen close the valve"]),
        ("", _DESCRIBED, ["The assembly point is behind building C."]),
        ("", f'{_DESCRIBED} hidden="1"', []),
        ("", 'descr="image1.png"', []),
        ('<c:chart r:id="rGone"/>', "", []),
        (
            "<a:txSp><a:txBody><a:p><a:r><a:t>Canvas</a:t></a:r></a:p></a:txBody></a:txSp>",
            "",
            ["Canvas"],
        ),
    ],
)
def test_drawings_say_what_they_show(graphic: str, properties: str, blocks: list[str]) -> None:
    body = paragraph(drawing(graphic, properties))
    assert _blocks(body) == blocks
    assert _blocks(paragraph(run("a") + box(body))) == ["a", *blocks]


def test_a_drawing_in_a_cell_is_part_of_its_row() -> None:
    body = table(row("Site", "Point"), row("Home", cell(paragraph(drawing("", _DESCRIBED)))))
    assert _blocks(body) == ["Site: Home; Point: The assembly point is behind building C."]


_PAGE = b"<html><body><h2>Night parking</h2><p>Night workers pay 3.40.</p></body></html>"
_MHT = b"""MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"

--b
Content-Type: text/html; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

<p>Caf=E9 pays 3=2E40.</p>
--b--
"""


@pytest.mark.parametrize(
    ("kind", "content", "blocks"),
    [
        ("aFChunk.html", _PAGE, ["Before.", "Night workers pay 3.40.", "After."]),
        ("aFChunk.mht", _MHT, ["Before.", "Café pays 3.40.", "After."]),
        ("aFChunk.txt", b"Night workers\npay 3.40.",
         ["Before.", "Night workers", "pay 3.40.", "After."]),
        ("aFChunk.docx", word(table(row("Shift", "Pay"), row("Night", "3.40"))),
         ["Before.", "Shift: Night; Pay: 3.40", "After."]),
    ],
)  # fmt: skip
def test_a_part_in_another_format_is_taken_over(
    kind: str, content: bytes, blocks: list[str]
) -> None:
    chunk = '<w:altChunk r:id="rA"/>'
    body = paragraph("Before.") + chunk + paragraph("After.")
    assert _blocks(body, rA=(kind, content)) == blocks


def test_a_part_in_another_format_is_taken_over_in_a_cell() -> None:
    body = table(row("Place", "Rule"), row("Depot", cell('<w:altChunk r:id="rA"/>')))
    assert _blocks(body, rA=("aFChunk.html", _PAGE)) == [
        "Place: Depot; Rule: Night parking, Night workers pay 3.40."
    ]


def test_the_headings_of_such_a_part_are_headings() -> None:
    data = word(
        heading("Parking") + '<w:altChunk r:id="rA"/>', parts={"rA": ("aFChunk.html", _PAGE)}
    )
    [section] = docx.read(data, "a.docx").sections
    assert section.heading_path == ("Night parking",)


def test_a_part_in_a_format_that_is_not_read_refuses_the_document() -> None:
    with pytest.raises(
        ReadError, match="a part of it is in RTF, which is not read: open it in Word"
    ):
        _blocks('<w:altChunk r:id="rA"/>', rA=("aFChunk.rtf", b"{\\rtf1 Pay 3.40}"))


def test_a_document_within_itself_has_an_end() -> None:
    data = word(paragraph("x"))
    for _ in range(5):
        data = word('<w:altChunk r:id="rA"/>', parts={"rA": ("aFChunk.docx", data)})
    with pytest.raises(ReadError, match="documents are nested too deep in it"):
        docx.read(data, "a.docx")


def test_the_reading_of_a_word_stands_behind_it() -> None:
    ruby = (
        f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('とうきょう')}</w:rt>"
        f"<w:rubyBase>{run('東京')}</w:rubyBase></w:ruby></w:r>"
    )
    assert _blocks(paragraph(ruby + run("支社"))) == ["東京(とうきょう)支社"]


def test_signs_of_symbol_fonts_and_superscripts_are_read() -> None:
    body = paragraph(
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
        + run(" 10")
        + run("3", '<w:vertAlign w:val="superscript"/>')
        + run(" litres")
    )
    assert _blocks(body) == ["☑ 10^3 litres"]


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (run("J", '<w:rFonts w:ascii="Wingdings"/>'), "☺"),
        (run("\uf0fc", '<w:rFonts w:ascii="Wingdings"/>'), "✓"),
        (run("b-1", '<w:rFonts w:ascii="Symbol"/>'), "β-1"),
        (run("J", '<w:rFonts w:ascii="Arial"/>'), "J"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', "☑"),
    ],
)
def test_letters_in_fonts_of_symbols_are_what_they_draw(inner: str, said: str) -> None:
    assert _blocks(paragraph(inner + run(" done"))) == [f"{said} done"]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (
            '<w:ddList><w:result w:val="1"/><w:listEntry w:val="Quay"/><w:listEntry w:val="Mill"/>'
            "</w:ddList>",
            "Mill",
        ),
        ("<w:checkBox><w:checked/></w:checkBox>", "☒"),
        ('<w:checkBox><w:default w:val="0"/></w:checkBox>', "☐"),
    ],
)
def test_what_is_chosen_in_a_form_is_read(field: str, said: str) -> None:
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{field}</w:ffData></w:fldChar></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert _blocks(paragraph(run("Site ") + begin + end)) == [f"Site {said}"]


def test_a_figure_set_above_the_line_is_raised() -> None:
    body = paragraph(run("30") + run("1", '<w:position w:val="6"/>') + run(" days"))
    assert _blocks(body) == ["30 days"]
