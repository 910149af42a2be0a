"""The rows of sheets become sections: a table names its columns in every row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from errors import ReadError
from index.readers import normalise, table_rows
from index.readers.documents import Document, Section, Tally
from index.readers.outline import Outline, Slugs
from index.readers.sheets.question_list import LEVEL_OF_QUESTIONS, QuestionList
from index.readers.sheets.sheet import MAX_CELLS, Sheet, SheetCell, links
from snapshot.models import Heading, Locator, Whole

_LONGEST_NAME = 80
_WRAPPED = re.compile(r"\n(?=[^\W\d_A-Z])")  # a line that goes on below, in lower case
_PERIOD = re.compile(r"(?:19|20)\d\d(?:[-/](?:\d\d|Q[1-4])){0,2}")
_LEVEL = 2


def from_sheets(title: str | None, sheets: Iterable[Sheet]) -> Document:
    """A section for each sheet, and one for each question of those that list questions, whose
    other wordings are matched and not shown. Raises ReadError for more than a million cells."""
    outline, slugs = Outline(), Slugs()
    asked: dict[str, tuple[str, ...]] = {}
    cells = tables = 0
    said = ""
    for sheet in sheets:
        cells += sum(map(len, sheet.rows))
        if cells > MAX_CELLS:
            raise ReadError(
                f"more than {MAX_CELLS} cells; save what people need in a file of its own"
            )
        place: Locator = Whole()
        if sheet.name:
            place = Heading(slugs.slug(sheet.name), sheet.name)
            outline.heading(_LEVEL, sheet.name, place)
        listed: QuestionList | None = None
        named: set[tuple[bool, ...]] = set()
        for rows in _stretches(sheet.rows):
            titles = list(takewhile(_is_title, rows))
            below = rows[len(titles) :]
            found = QuestionList.of(below)
            if not found and listed and (found := listed.goes_on(rows)):
                titles = []
            if listed and below and not found:
                outline.leave(LEVEL_OF_QUESTIONS, place)
            for row in titles:
                named.clear()
                outline.block(next(cell.text for cell in row if cell.text), links([row]))
            if found:
                listed = found
                asked |= found.add(outline, slugs)
                said = said or found.said_audience
            elif below:
                _add_table(outline, below, named)
                tables += 1
        for drawn in sheet.drawn:
            outline.block(drawn)
    sections = outline.sections(title)
    placed = tuple(_with_wordings(one, asked) for one in sections)
    tally = Tally(tables=tables)
    return Document(title=title, sections=placed, said_audience=said, tally=tally)


def _with_wordings(section: Section, asked: dict[str, tuple[str, ...]]) -> Section:
    return replace(section, asked_as=asked.get(section.locator.anchor, ()))


def _stretches(rows: Sequence[Sequence[SheetCell]]) -> Iterator[list[Sequence[SheetCell]]]:
    """Rows without an empty one between them."""
    for is_filled, stretch in groupby(rows, lambda row: any(cell.text for cell in row)):
        if is_filled:
            yield list(stretch)


def _is_title(row: Sequence[SheetCell]) -> bool:
    """Whether a row says one thing alone: over a table or a list it is text that goes before."""
    return len({cell.text for cell in row if cell.text}) == 1


def _add_table(
    outline: Outline, rows: Sequence[Sequence[SheetCell]], named: set[tuple[bool, ...]]
) -> None:
    """Adds a table. `named` are the columns that have names further up. Words alone in the same
    columns behind an empty row may be more of that table, so none of them is taken for a name. A
    cell over all columns stands alone."""
    texts = [[normalise.flow(_WRAPPED.sub(" ", cell.text)) for cell in row] for row in rows]
    filled = tuple(map(bool, texts[0]))
    goes_on = filled in named and all(map(_heads, texts))
    names, heads = ([], 0) if goes_on else _names(texts)
    if heads:
        named.add(filled)
    lines: list[str] = []
    body = zip(rows[heads:], texts[heads:], strict=True)
    for is_one, stretch in groupby(body, lambda both: _is_one_cell(both[0])):
        part = [text for _, text in stretch]
        if is_one:
            lines += [text[0] for text in part]
        else:
            lines.append(table_rows.render([names, *part] if heads else part, header=heads > 0))
    outline.block("\n".join(filter(None, lines)), links(rows[heads:]))


def _is_one_cell(row: Sequence[SheetCell]) -> bool:
    return len(row) > 1 and bool(row[0].text) and all(cell is row[0] for cell in row)


def _names(texts: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """The names of the columns and in how many rows they stand: none, one, or two of which the
    upper spans several columns."""
    if len(texts) < 2 or not (_heads(texts[0]) or _are_periods(texts[0])):
        return [], 0
    first = list(texts[0])
    said = [text for text in first if text]
    if len(texts) > 2 and _heads(texts[1]) and (whole := _reaching(*texts[:2])):
        return whole, 2
    if len(set(said)) == len(said):
        return ([], 0) if _is_one_of(texts) else (first, 1)
    if len(texts) > 2 and _heads(texts[1]):
        [both] = table_rows.joined_head(texts[:2])
        if len({name for name in both if name}) == sum(map(bool, both)):
            return both, 2
    return [], 0


def _is_one_of(texts: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is one of the others, and no names of columns: words alone stand in all
    rows, and one of its own comes again below it, as "Fruit" does below "Apple, Fruit"."""
    first, *below = texts
    columns = zip(*below, strict=True)
    again = any(name and name in column for name, column in zip(first, columns, strict=True))
    return again and all(map(_heads, below))


def _reaching(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of columns whose upper row leaves out what it said further left: "Home", nothing,
    "Abroad", nothing over "Hotel", "Meals", "Hotel", "Meals"; none if that is not what it does."""
    columns = list(zip(upper, lower, strict=True))
    has_gaps = any(below and not above for above, below in columns)
    if not has_gaps or not any(above and not below for above, below in columns):
        return []
    names: list[str] = []
    reaching = ""
    for above, below in columns:
        reaching = above if above else reaching if below else ""
        names.append(" / ".join(filter(None, (reaching, below))))
    said = [name for name in names if name]
    return names if len(set(said)) == len(said) else []


def _heads(row: Sequence[str]) -> bool:
    """Whether a row may name columns: words alone, short, in two columns at least."""
    said = [text for text in row if text]
    return len(said) > 1 and all(
        len(text) <= _LONGEST_NAME and any(map(str.isalpha, text)) for text in said
    )


def _are_periods(row: Sequence[str]) -> bool:
    """Whether a row names its columns by years or days, but for the first."""
    said = [text for text in row[1:] if text]
    is_word = not any(map(str.isdigit, row[0]))
    return (
        bool(said) and is_word and all(map(_PERIOD.fullmatch, said)) and said == sorted(set(said))
    )
