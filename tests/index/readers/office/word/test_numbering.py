"""Clauses, list items and headings have the numbers that Word shows."""

import pytest

from index.readers.office import docx
from tests.fakes.word import heading, item, paragraph, word


def _level(depth: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def _list(*levels: str, key: int = 1, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{key}">{more}{"".join(levels)}</w:abstractNum>'


def _num(list_id: int, shared: int = 1, overrides: str = "") -> str:
    return f'<w:num w:numId="{list_id}"><w:abstractNumId w:val="{shared}"/>{overrides}</w:num>'


_CLAUSES = _list(
    _level(0, "decimal", "%1."), _level(1, "decimal", "%1.%2"), _level(2, "lowerRoman", "(%3)")
)


def _lines(body: str, numbering: str) -> list[str]:
    document = docx.read(word(body, numbering=numbering), "a.docx")
    return [
        line.strip()
        for section in document.sections
        for block in section.blocks
        for line in block.split("\n")
    ]


def test_a_clause_has_the_numbers_of_those_above_it() -> None:
    body = "".join(
        item(text, depth)
        for text, depth in
        [("a", 0), ("b", 0), ("c", 1), ("d", 1), ("e", 2), ("f", 2), ("g", 0), ("h", 1)]
    )  # fmt: skip
    assert _lines(body, _CLAUSES + _num(1)) == [
        "1. a", "2. b", "2.1 c", "2.2 d", "(i) e", "(ii) f", "3. g", "3.1 h"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (_level(0, "upperRoman", "Article %1"), "Article III x"),
        (_level(0, "lowerLetter", "%1)"), "c) x"),
        (_level(0, "upperLetter", "%1."), "C. x"),
        (_level(0, "decimalZero", "%1"), "03 x"),
        (_level(0, "ordinal", "%1"), "3rd x"),
        (_level(0, "none", ""), "x"),
        (_level(0, "bullet", "·"), "- x"),
        (_level(0, "decimalEnclosedCircle", "%1"), "③ x"),
        (_level(0, "chineseCounting", "第%1条"), "第三条 x"),
        (_level(0, "russianUpper", "%1)"), "В) x"),
        (_level(0, 'custom" w:format="001, 002, 003, ...', "%1"), "003 x"),
    ],
)
def test_numbers_have_the_form_of_their_level(level: str, shown: str) -> None:
    body = item("") + item("before") + item("x")
    assert _lines(body, _list(level) + _num(1))[-1] == shown


def test_a_legal_level_shows_all_numbers_in_digits() -> None:
    levels = (_level(0, "upperRoman", "%1."), _level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    assert _lines(item("a") + item("b", 1), _list(*levels) + _num(1)) == ["I. a", "1.1 b"]
    padded = (levels[0], _level(1, "decimalZero", "Section %1.%2", "<w:isLgl/>"))
    assert _lines(item("a") + item("b", 1), _list(*padded) + _num(1))[1] == "Section 1.01 b"


def test_lists_of_one_definition_count_on_unless_one_begins_anew() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    numbering = _CLAUSES + _num(1) + _num(2) + _num(3, overrides=start)
    body = "".join(item(str(at), list_id=at) for at in (1, 2, 3, 3))
    assert _lines(body, numbering) == ["1. 1", "2. 2", "7. 3", "8. 3"]


def test_a_level_restarts_only_after_the_level_that_it_names() -> None:
    numbering = _list(
        _level(0, "decimal", "%1."), _level(1, "decimal", "%2)", '<w:lvlRestart w:val="0"/>')
    )
    body = item("a") + item("b", 1) + item("c") + item("d", 1)
    assert _lines(body, numbering + _num(1)) == ["1. a", "1) b", "2. c", "2) d"]


def test_headings_are_numbered_by_the_level_that_belongs_to_their_style() -> None:
    numbering = _list(
        _level(0, "decimal", "%1", '<w:pStyle w:val="H1"/>'),
        _level(1, "decimal", "%1.%2", '<w:pStyle w:val="H2"/>'),
    )
    lists = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    body = heading("Pay") + heading("Notice") + heading("Length", 2) + paragraph("Two months.")
    data = word(body, numbering=numbering + _num(1), heading_lists=(lists, lists))
    [section] = docx.read(data, "a.docx").sections
    assert section.heading_path == ("2 Notice", "2.1 Length")


def test_a_list_style_lends_its_numbers() -> None:
    numbering = (
        _list(key=2, more='<w:numStyleLink w:val="S"/>')
        + _list(_level(0, "decimal", "Rule %1"), more='<w:styleLink w:val="S"/>')
        + _num(1, shared=2)
    )
    assert _lines(item("a"), numbering) == ["Rule 1 a"]
