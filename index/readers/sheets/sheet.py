"""Rows and columns become sections: tables with their heads, and questions with their answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from errors import ReadError
from index.readers import normalise, table_rows
from index.readers.documents import Document, Section
from index.readers.markup import markdown
from index.readers.outline import Outline, Slugs
from snapshot.models import Heading

MAX_CELLS = 1_000_000
_LONGEST_NAME = 80
_SHEET, _ROW = 2, 3
# How people head the columns of a list of questions.
_ASKED = frozenset("question questions faq frage fragen pregunta preguntas".split())
_ANSWERED = frozenset("answer answers response reply antwort antworten réponse respuesta".split())
_LINKED = frozenset("link url links more webpage website".split())
# Question-answering services of Microsoft export these; their answers are Markdown, and rows of
# one id are wordings of one question.
_EXPORTED = ("qnaid", "metadata", "source")


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What a cell shows, and the address that it opens."""

    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows of cells. Its name is empty if the file has but one sheet, which nobody
    named."""

    name: str
    rows: Sequence[Sequence[SheetCell]]


def from_sheets(title: str | None, sheets: Iterable[Sheet]) -> Document:
    """A section for each sheet, and one for each question of those that list questions, whose
    other wordings are matched and not shown. Raises ReadError for more than a million cells."""
    outline, slugs = Outline(), Slugs()
    asked: dict[str, tuple[str, ...]] = {}
    cells = 0
    for sheet in sheets:
        cells += sum(map(len, sheet.rows))
        if cells > MAX_CELLS:
            raise ReadError(
                f"more than {MAX_CELLS} cells; save what people need in a file of its own"
            )
        if sheet.name:
            outline.heading(_SHEET, sheet.name, Heading(slugs.slug(sheet.name), sheet.name))
        listed: _Questions | None = None
        named: set[tuple[bool, ...]] = set()
        for rows in _stretches(sheet.rows):
            titles = list(takewhile(_is_title, rows))
            below = rows[len(titles) :]
            found = _Questions.of(below)
            if not found and listed and (found := listed.goes_on(rows)):
                titles = []
            for row in titles:
                named.clear()
                outline.block(next(cell.text for cell in row if cell.text), _links([row]))
            if found:
                listed = found
                asked |= found.add(outline, slugs)
            elif below:
                _add_table(outline, below, named)
    sections = outline.sections(title)
    return Document(title=title, sections=tuple(_with_wordings(one, asked) for one in sections))


def _with_wordings(section: Section, asked: dict[str, tuple[str, ...]]) -> Section:
    return replace(section, asked_as=asked.get(section.locator.anchor, ()))


def _stretches(rows: Sequence[Sequence[SheetCell]]) -> Iterator[list[Sequence[SheetCell]]]:
    """Rows without an empty one between them."""
    stretch: list[Sequence[SheetCell]] = []
    for row in rows:
        if any(cell.text for cell in row):
            stretch.append(row)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _is_title(row: Sequence[SheetCell]) -> bool:
    """Whether a row says one thing alone: over a table or a list it is text that goes before."""
    return len({cell.text for cell in row if cell.text}) == 1


def _add_table(
    outline: Outline, rows: Sequence[Sequence[SheetCell]], named: set[tuple[bool, ...]]
) -> None:
    """`named` are the columns that have names further up. Words alone in the same columns behind an
    empty row may be more of that table, so none of them is taken for a name."""
    texts = [[cell.text for cell in row] for row in rows]
    filled = tuple(map(bool, texts[0]))
    goes_on = filled in named and all(map(_heads, texts))
    names, heads = ([], 0) if goes_on else _names(texts)
    if heads:
        named.add(filled)
    body = texts[heads:]
    shown = table_rows.render([names, *body] if heads else body, header=heads > 0)
    outline.block(shown, _links(rows[heads:]))


def _links(rows: Iterable[Sequence[SheetCell]]) -> list[tuple[str, str]]:
    return [(cell.text, cell.url) for row in rows for cell in row if cell.url]


def _names(texts: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """The names of the columns and in how many rows they stand: none, one, or two of which the
    upper spans several columns."""
    if len(texts) < 2 or not _heads(texts[0]):
        return [], 0
    first = list(texts[0])
    said = [text for text in first if text]
    if len(set(said)) == len(said):
        return first, 1
    if len(texts) > 2 and _heads(texts[1]):
        [both] = table_rows.joined_head(texts[:2])
        if len({name for name in both if name}) == sum(map(bool, both)):
            return both, 2
    return [], 0


def _heads(row: Sequence[str]) -> bool:
    """Whether a row may name columns: words alone, short, in two columns at least."""
    said = [text for text in row if text]
    return len(said) > 1 and all(
        len(text) <= _LONGEST_NAME and any(map(str.isalpha, text)) for text in said
    )


@dataclass(frozen=True, slots=True)
class _Questions:
    """Rows of questions with their answers, the numbers of the columns that hold them, and the
    names of all columns."""

    rows: Sequence[Sequence[SheetCell]]
    question: int
    answer: int
    link: int | None
    id: int | None
    names: Sequence[str]

    @classmethod
    def of(cls, rows: Sequence[Sequence[SheetCell]]) -> _Questions | None:
        if len(rows) < 2:
            return None
        names = [cell.text.casefold().strip(" :") for cell in rows[0]]

        def column(known: Iterable[str]) -> int | None:
            return next((number for number, name in enumerate(names) if name in known), None)

        question, answer = column(_ASKED), column(_ANSWERED)
        if question is None or answer is None:
            return None
        is_export = all(name in names for name in _EXPORTED)
        id_ = column(["qnaid"]) if is_export else None
        shown = [cell.text for cell in rows[0]]
        return cls(rows[1:], question, answer, column(_LINKED), id_, shown)

    def goes_on(self, rows: Sequence[Sequence[SheetCell]]) -> _Questions | None:
        """The same list with the rows behind an empty one, if they are questions and answers."""
        is_answered = any(row[self.question].text and row[self.answer].text for row in rows)
        return replace(self, rows=rows) if is_answered else None

    def add(self, outline: Outline, slugs: Slugs) -> dict[str, tuple[str, ...]]:
        """Adds a section for each question, or each id; returns the other wordings by the section's
        anchor. An answer without a question goes on with the one before."""
        wordings: dict[str, list[str]] = {}
        anchors: dict[tuple[str, str], str] = {}
        for row in self.rows:
            heading, answer = normalise.prose(row[self.question].text), row[self.answer].text
            known = row[self.id].text if self.id is not None else ""
            if known and (anchor := anchors.get((known, answer))):
                wordings[anchor] += [heading] if heading else []
            elif answer:
                if heading:
                    anchor = anchors[known, answer] = slugs.slug(heading)
                    wordings[anchor] = []
                    outline.heading(_ROW, heading, Heading(anchor, heading))
                self._add_answer(outline, row)
        return {anchor: tuple(dict.fromkeys(found)) for anchor, found in wordings.items() if anchor}

    def _add_answer(self, outline: Outline, row: Sequence[SheetCell]) -> None:
        answer = row[self.answer]
        if self.id is not None:
            read = markdown.read(answer.text.replace("\\n", "\n").encode(), "")
            for section in read.sections:
                words = [(section.text[link.start : link.end], link.url) for link in section.links]
                outline.block(section.text, words)
        else:
            outline.block(normalise.lines(answer.text), _links([[answer]]))
            beside = {self.question, self.answer, self.link}
            others = [
                (name, cell)
                for number, (name, cell) in enumerate(zip(self.names, row, strict=True))
                if number not in beside and cell.text
            ]
            said = table_rows.render([(name, cell.text) for name, cell in others], header=False)
            outline.block(said, _links([[cell for _, cell in others]]))
        if self.link is not None and (found := row[self.link]).text:
            shown = found.text.removeprefix("https://")
            outline.block(shown, [(shown, found.url or found.text)])
