"""Lists of questions with their answers: each question is a place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.readers import normalise, table_rows
from index.readers.markup import markdown
from index.readers.outline import Outline, Slugs
from index.readers.said_audience import said_in_properties
from index.readers.sheets.sheet import SheetCell, links
from snapshot.models import Heading

LEVEL_OF_QUESTIONS = 3  # below the name of the sheet
# How people head the columns of a list of questions.
_ASKED = frozenset(
    "question questions q faq frage fragen pregunta preguntas domanda domande pergunta vraag "
    "質問 问题".split()
)
_ANSWERED = frozenset(
    "answer answers a response reply antwort antworten réponse réponses respuesta risposta "
    "resposta antwoord 回答 答案".split()
)
_LINKED = frozenset("link url links more webpage website".split())
_ALSO_ASKED = re.compile(r"(?:alternat(?:iv)?e|other|similar) (?:questions?|wordings?|phrasings?)")
_BETWEEN_WORDINGS = re.compile(r"[\n;|]")
_MARKS = ("?", "？", "؟")
_IN_BRACKETS = re.compile(r"\s*[(\[].*")
# Question-answering services of Microsoft export these; their answers are Markdown, and rows of
# one id are wordings of one question.
_EXPORTED = ("qnaid", "metadata", "source")


@dataclass(frozen=True, slots=True)
class QuestionList:
    """Rows of questions with their answers, the numbers of the columns that hold them, and the
    names of all columns. `also` is the column of other wordings."""

    rows: Sequence[Sequence[SheetCell]]
    question: int
    answer: int
    link: int | None
    also: int | None
    id: int | None
    names: Sequence[str]

    @classmethod
    def of(cls, rows: Sequence[Sequence[SheetCell]]) -> QuestionList | None:
        """The list in these rows, if the first names questions and answers."""
        if len(rows) < 2:
            return None
        names = [_IN_BRACKETS.sub("", cell.text.casefold()).strip(" :.") for cell in rows[0]]

        def column(known: Iterable[str]) -> int | None:
            return next((number for number, name in enumerate(names) if name in known), None)

        question, answer = column(_ASKED), column(_ANSWERED)
        if question is None or answer is None:
            return None
        is_export = all(name in names for name in _EXPORTED)
        id_ = column(["qnaid"]) if is_export else None
        shown = [cell.text for cell in rows[0]]
        also = column(list(filter(_ALSO_ASKED.fullmatch, names)))
        return cls(rows[1:], question, answer, column(_LINKED), also, id_, shown)

    def goes_on(self, rows: Sequence[Sequence[SheetCell]]) -> QuestionList | None:
        """The same list with the rows behind an empty one, if they are questions and answers. Where
        people end theirs with a question mark, rows without any are a table of something else."""
        is_answered = any(row[self.question].text and row[self.answer].text for row in rows)
        is_other = self._marked(self.rows) and not self._marked(rows)
        return replace(self, rows=rows) if is_answered and not is_other else None

    def _marked(self, rows: Sequence[Sequence[SheetCell]]) -> bool:
        """Whether half of the questions end as questions do; there may be none."""
        asked = [text for row in rows if (text := row[self.question].text)]
        return sum(text.rstrip().endswith(_MARKS) for text in asked) * 2 >= len(asked)

    @property
    def said_audience(self) -> str:
        """Whom a row says it is for; what is for few must not stand among what everyone sees."""
        for row in self.rows:
            beside = {
                name: cell.text
                for number, (name, cell) in enumerate(zip(self.names, row, strict=True))
                if number not in (self.question, self.answer)
            }
            if said := said_in_properties(beside):
                return said
        return ""

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
                    wordings[anchor] = self._others(row)
                    outline.heading(LEVEL_OF_QUESTIONS, heading, Heading(anchor, heading))
                self._add_answer(outline, row)
        return {anchor: tuple(dict.fromkeys(found)) for anchor, found in wordings.items() if anchor}

    def _others(self, row: Sequence[SheetCell]) -> list[str]:
        """Other wordings of the question, if a column has them."""
        said = row[self.also].text if self.also is not None else ""
        return [one for part in _BETWEEN_WORDINGS.split(said) if (one := normalise.prose(part))]

    def _add_answer(self, outline: Outline, row: Sequence[SheetCell]) -> None:
        answer = row[self.answer]
        if self.id is not None:
            read = markdown.read(answer.text.replace("\\n", "\n").encode(), "")
            for section in read.sections:
                words = [(section.text[link.start : link.end], link.url) for link in section.links]
                outline.block(section.text, words)
        else:
            outline.block(normalise.lines(answer.text), links([[answer]]))
            beside = {self.question, self.answer, self.link, self.also}
            others = [
                (name, cell)
                for number, (name, cell) in enumerate(zip(self.names, row, strict=True))
                if number not in beside and cell.text
            ]
            said = table_rows.render([(name, cell.text) for name, cell in others], header=False)
            outline.block(said, links([[cell for _, cell in others]]))
        if self.link is not None and (found := row[self.link]).text:
            shown = found.text.removeprefix("https://")
            outline.block(shown, [(shown, found.url or found.text)])
