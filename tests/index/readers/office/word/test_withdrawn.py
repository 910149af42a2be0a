"""What the author of a Word document withdrew or hid is not read."""

import pytest

from index.readers.office import docx
from tests.fakes.word import cell, paragraph, row, run, table, word

_HIDDEN = (
    '<w:style w:type="character" w:styleId="Hid"><w:name w:val="Hid"/>'
    "<w:rPr><w:vanish/></w:rPr></w:style>"
    '<w:style w:type="character" w:styleId="Kin"><w:name w:val="Kin"/><w:basedOn w:val="Hid"/>'
    "</w:style>"
    '<w:style w:type="paragraph" w:styleId="Old"><w:name w:val="Old"/>'
    "<w:rPr><w:strike/></w:rPr></w:style>"
    '<w:style w:type="character" w:styleId="Struck"><w:name w:val="Struck"/>'
    "<w:rPr><w:strike/></w:rPr></w:style>"
)


def _blocks(body: str, styles: str = _HIDDEN) -> list[str]:
    document = docx.read(word(body, styles=styles), "a.docx")
    return [block for section in document.sections for block in section.blocks]


@pytest.mark.parametrize(
    ("properties", "is_read"),
    [
        ("<w:strike/>", False),
        ("<w:dstrike/>", False),
        ('<w:strike w:val="0"/>', True),
        ('<w:dstrike w:val="false"/>', True),
        ('<w:rStyle w:val="Hid"/>', False),
        ('<w:rStyle w:val="Kin"/>', False),
        ('<w:rStyle w:val="Kin"/><w:vanish w:val="off"/>', True),
        ('<w:rStyle w:val="Struck"/>', False),
        ("<w:webHidden/>", True),
    ],
)
def test_a_run_is_read_unless_it_is_struck_through_or_hidden(
    properties: str, is_read: bool
) -> None:
    body = paragraph(run("Staff have ") + run("25 ", properties) + run("30 days."))
    told = "Staff have 25 30 days." if is_read else "Staff have 30 days."
    assert _blocks(body) == [told]
    assert _blocks(table(row("Rule", "Days"), row("Leave", cell(body)))) == [
        f"Rule: Leave; Days: {told}"
    ]


def test_a_style_of_the_paragraph_withdraws_it_and_one_of_a_run_brings_it_back() -> None:
    body = paragraph(
        run("Gone. ") + run("Kept.", '<w:rStyle w:val="Struck"/>'), '<w:pStyle w:val="Old"/>'
    )
    assert _blocks(body) == ["Kept."]


def test_what_the_documents_defaults_hide_is_hidden() -> None:
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>"
    )
    body = paragraph(run("Hidden. ") + run("Shown.", '<w:vanish w:val="0"/>'))
    assert _blocks(body, defaults) == ["Shown."]


def test_deleted_and_hidden_rows_and_deleted_cells_are_gone() -> None:
    gone = '<w:del w:id="1" w:author="A"/>'
    body = table(
        row("Item", "Fee"),
        row("Key", "12"),
        row("Lock", "30", properties=gone),
        row("Bolt", "31", properties="<w:hidden/>"),
        row("Bar", cell("5", '<w:cellDel w:id="2" w:author="A"/>'), "6"),
    )
    assert _blocks(body) == ["Item: Key; Fee: 12\nItem: Bar; Fee: 6"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    mark = '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr>'
    body = paragraph("Ask the ", mark) + paragraph("people team.")
    assert _blocks(body) == ["Ask the people team."]


_PROMPT = "<w:sdt><w:sdtPr><w:showingPlcHdr{0}/></w:sdtPr><w:sdtContent>{1}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        (_PROMPT.format("", paragraph("Click here.")), []),
        (_PROMPT.format(' w:val="0"', paragraph("Written.")), ["Written."]),
        (paragraph(run("Owner: ") + _PROMPT.format("", run("Click here."))), ["Owner:"]),
        (
            table(
                row("Owner", "Since"),
                f"<w:tr>{_PROMPT.format('', cell('Who?'))}{cell('4')}</w:tr>",
            ),
            ["Since: 4"],
        ),
        (table(row("Owner", "Since"), row(cell(_PROMPT.format("", paragraph("Who?"))), "4")),
         ["Since: 4"]),
    ],
)  # fmt: skip
def test_the_prompt_of_an_empty_control_is_no_text(body: str, blocks: list[str]) -> None:
    """As a paragraph, within one, as a cell and within one; the cell itself stays."""
    assert _blocks(body) == blocks


def test_of_a_field_only_the_result_is_read() -> None:
    def sign(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    inner = sign("begin") + sign("separate") + run("Inner") + sign("end")
    field = sign("begin") + inner + sign("separate") + run("Shown.") + sign("end")
    assert _blocks(paragraph(run("Now ") + field)) == ["Now Shown."]
    assert _blocks(paragraph(sign("begin") + run("Never ended."))) == ["Never ended."]
