"""Short paragraphs in bold above text are headings, whatever their style."""

from __future__ import annotations

import pytest

from index.readers.office import docx
from tests.fakes.word import heading, paragraph, row, run, table, word

_BOLD = (
    '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:rPr><w:b/></w:rPr></w:style>'
)


def _bold(text: str) -> str:
    return paragraph(run(text, "<w:b/>"))


def _sections(body: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    document = docx.read(word(body, styles=_BOLD), "a.docx")
    return [(section.heading_path, section.blocks) for section in document.sections]


@pytest.mark.parametrize(
    "name",
    [_bold("Sick pay"), paragraph("Sick pay", '<w:pStyle w:val="B"/>')],
    ids=["own", "style"],
)
def test_a_bold_line_above_text_is_a_heading_below_those_of_a_style(name: str) -> None:
    body = heading("Leave") + paragraph("All.") + name + paragraph("") + paragraph("Six weeks.")
    assert _sections(body + heading("Else") + paragraph("x"))[:2] == [
        (("Leave",), ("All.",)),
        (("Leave", "Sick pay"), ("Six weeks.",)),
    ]


@pytest.mark.parametrize(
    "body",
    [
        _bold("Never do this.") + paragraph("Text."),
        _bold("Last updated: May") + paragraph("Text."),
        _bold("One") + _bold("Two"),
        _bold("Alone"),
        paragraph(run("Half", "<w:b/>") + run(" bold")) + paragraph("Text."),
        _bold("Above a table") + table(row("A", "B"), row("1", "2")),
    ],
)
def test_other_bold_lines_are_text(body: str) -> None:
    assert [path for path, _ in _sections(body)] == [()]
