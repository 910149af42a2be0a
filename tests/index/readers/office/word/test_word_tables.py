"""Tables of Word, and what is only laid out as one."""

import pytest

from index.readers.office import docx
from tests.fakes.word import box, cell, heading, item, paragraph, row, run, table, word

_NUMBERS = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
)


def _sections(body: str, notes: str = "") -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    document = docx.read(word(body, numbering=_NUMBERS, footnotes=notes), "a.docx")
    return [(section.heading_path, section.blocks) for section in document.sections]


def _blocks(body: str, notes: str = "") -> tuple[str, ...]:
    [(_, blocks)] = _sections(body, notes)
    return blocks


def test_columns_that_a_row_leaves_out_stay_empty() -> None:
    body = table(
        row("Grade", "Hotel", "Meals"),
        row("130", "45", properties='<w:gridBefore w:val="1"/>'),
        row("A", "1", properties='<w:gridAfter w:val="1"/>'),
    )
    assert _blocks(body) == ("Hotel: 130; Meals: 45\nGrade: A; Hotel: 1",)


def test_rows_marked_as_headers_name_the_columns_together() -> None:
    mark = "<w:tblHeader/>"
    body = table(
        row(cell("Grade", "<w:vMerge w:val='restart'/>"), cell("Home", '<w:gridSpan w:val="2"/>'),
            properties=mark),
        row(cell("", "<w:vMerge/>"), "Hotel", "Meals", properties=mark),
        row("A", "120", "40"),
        head=False,
    )  # fmt: skip
    assert _blocks(body) == ("Grade: A; Home / Hotel: 120; Home / Meals: 40",)


def test_a_table_within_a_cell_keeps_its_rows() -> None:
    inner = table(row("Size", "Price"), row("Small", "4"), row("Large", "7")) + paragraph("")
    body = table(row("Site", "Lockers"), row("Harbour", cell(inner)), row("Airport", "none"))
    assert _blocks(body) == (
        "Site: Harbour; Lockers: Size: Small; Price: 4. Size: Large; Price: 7\n"
        "Site: Airport; Lockers: none",
    )


def test_lists_in_cells_keep_their_numbers() -> None:
    body = table(row("Who", "Does"), row("Driver", cell(item("Check") + item("Sign"))))
    assert _blocks(body) == ("Who: Driver; Does: 1. Check, 2. Sign",)


def test_a_column_of_numbers_that_word_counts_has_them() -> None:
    body = table(row("No", "Text"), *(row(cell(item("")), text) for text in ("Pay", "Leave")))
    assert _blocks(body) == ("No: 1. Text: Pay\nNo: 2. Text: Leave",)
    assert _blocks(body.replace('w:firstRow="1"', 'w:firstRow="0"')) == (
        "No: Text\n1. Pay\n2. Leave",
    )


def test_headings_with_text_in_cells_are_headings_side_by_side() -> None:
    body = table(
        row(
            cell(heading("Keys") + paragraph("Twelve euros.")),
            cell(heading("Badges") + paragraph("Free.")),
        )
    )
    assert _sections(body) == [(("Keys",), ("Twelve euros.",)), (("Badges",), ("Free.",))]


def test_a_heading_over_a_row_divides_the_table() -> None:
    full = '<w:gridSpan w:val="2"/>'
    body = (
        heading("Fees")
        + table(
            row("Item", "Fee"),
            row("Key", "12"),
            row(cell(heading("Abroad", 2), full)),
            row("Hotel", "90"),
        )
    )  # fmt: skip
    data = word(body + heading("Else") + paragraph("x"))
    sections = [(one.heading_path, one.blocks) for one in docx.read(data, "a.docx").sections]
    assert sections[:2] == [
        (("Fees",), ("Item: Key; Fee: 12",)),
        (("Fees", "Abroad"), ("Item: Hotel; Fee: 90",)),
    ]


def test_a_bold_first_row_names_the_columns() -> None:
    bold = [cell(paragraph(run(text, "<w:b/>"))) for text in ("Grade", "Fee")]
    assert _blocks(table(row(*bold), row("A", "1"), head=False)) == ("Grade: A; Fee: 1",)
    assert _blocks(table(row(*bold), row(*bold), head=False)) == ("Grade: Fee\nGrade: Fee",)


def test_cells_that_old_files_merge_hold_in_both_columns() -> None:
    first, more = (f'<w:hMerge w:val="{value}"/>' for value in ("restart", "continue"))
    body = table(
        row("Grade", "Hotel", "Meals"),
        row("A", cell("none", first), cell("", more)),
    )
    assert _blocks(body) == ("Grade: A; Hotel: none; Meals: none",)


def test_columns_of_text_are_no_table() -> None:
    left = paragraph("First.") + paragraph("Second.")
    assert _blocks(table(row(cell(left), "Third."))) == ("First.", "Second.", "Third.")


def test_notes_and_boxes_of_cells_are_read_once() -> None:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = f'<w:footnote w:id="2">{paragraph("With a receipt.")}</w:footnote>'
    body = table(
        row("Meal", "Limit"),
        row("Dinner", cell(paragraph(run("38") + note))),
        row("Taxi", cell(paragraph(run("20") + box(paragraph("Ring first"))))),
    )
    assert _blocks(body, notes) == (
        "Meal: Dinner; Limit: 38\nMeal: Taxi; Limit: 20, Ring first",
        "With a receipt.",
    )


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([("Opening", "8 to 17"), ("Phone", "4400")], "Opening: 8 to 17\nPhone: 4400"),
        ([("Owner:", "Ann"), ("Deputy:", "Ben")], "Owner: Ann\nDeputy: Ben"),
        ([("Site", "Fee in 2026"), ("Quay", "12")], "Site: Quay; Fee in 2026: 12"),
        ([("Item", "Fee"), ("Key", "12"), ("Item", "Fee"), ("Badge", "4")],
         "Item: Key; Fee: 12\nItem: Badge; Fee: 4"),
    ],
)  # fmt: skip
def test_a_first_row_is_a_head_if_it_names_columns(rows: list[tuple[str, str]], lines: str) -> None:
    assert _blocks(table(*(row(*cells) for cells in rows))) == (lines,)
