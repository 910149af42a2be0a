"""`golden.jsonl` in a content folder: questions with the places that must answer them.

A JSON object a line: `question`; `place`, which is a place, a list of them of which any is right,
or "nothing"; perhaps `context` (the question before) and `audience`. Places are named as in
`evaluation.labelled`, but a file's path alone stands for any place in it. What
`python -m analytics golden` adds for whoever reviews its candidates is passed over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from errors import ContentError
from index.content.inventory import GOLDEN_FILE
from index.golden.json_lines import objects, text_field
from index.golden.places import Served, check_place, paths_of, place_name, why_missing
from retrieval.answer import Question
from retrieval.questions.understanding import searchable
from snapshot.models import EVERYONE, Locator

NOTHING = "nothing"
_FIELDS = ("question", "place", "context", "audience")
PASSED_OVER = ("asked", "opened", "helpful", "outcome", "also", "note")
_ACCEPTED = (
    'a file of the content folder ("travel/expenses.md"), a place in one ("...#anchor", '
    '"...#page=4", "...#slide=3", "...#t=66,229" in seconds), a list of them, or "nothing"'
)


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """`places` is empty if nothing should answer; `where` names file and line. `served_as` are the
    places as they are served, if some are in copies that are not."""

    text: str
    places: tuple[str, ...]
    where: str
    context: str = ""
    audience: tuple[str, ...] = ()
    served_as: tuple[str, ...] = ()

    @property
    def right(self) -> tuple[str, ...]:
        """The places that are right, by the names of what is served."""
        return self.served_as or self.places

    @property
    def key(self) -> str:
        """The same exactly while question, context, audience and places are the same."""
        said = [*self.identity, sorted(self.places)]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    @property
    def identity(self) -> tuple[str, str, tuple[str, ...]]:
        """What two lines must not share: letters' case and spacing do not count."""
        return _plain(self.text), _plain(self.context), tuple(sorted(self.audience))

    @property
    def paths(self) -> frozenset[str]:
        """The files that the places may be in: a "#" can belong to a file's name."""
        return frozenset(path for place in self.right for path in paths_of(place))

    @property
    def searched(self) -> str:
        """The text that is searched for: with its context if it leans on that."""
        return searchable(self.asked())

    def asked(self) -> Question:
        """The question as one of its audience asks it, now."""
        return Question(
            self.text,
            audience=frozenset([EVERYONE, *self.audience]),
            context=self.context or None,
        )

    def is_at(self, path: str, locator: Locator) -> bool:
        """Whether that place is one of the question's, or in a file that is."""
        name = place_name(path, locator, self.right)
        return not set(paths_of(name)).isdisjoint(self.right)


@dataclass(frozen=True, slots=True)
class GoldenSet:
    """The golden questions of a content folder. `notes` deserve a look and stop nothing."""

    questions: tuple[GoldenQuestion, ...] = ()
    notes: tuple[str, ...] = ()
    folder: Path = Path()

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(question.key for question in self.questions)

    @property
    def paths(self) -> frozenset[str]:
        """The files that the places may be in."""
        return frozenset(path for one in self.questions for path in one.paths)

    def led(self, lead: Callable[[str], tuple[str, ...]]) -> GoldenSet:
        """The questions with their places led to what is served; they stay the same questions."""
        led = (
            replace(one, served_as=tuple(name for place in one.places for name in lead(place)))
            for one in self.questions
        )
        return replace(self, questions=tuple(led))

    def notes_on(self, served: Served) -> tuple[str, ...]:
        """The notes, and a sentence for each place that cannot be found in what is served: those
        questions count as missed."""
        missing = (
            f"{question.where}: {reason}"
            for question in self.questions
            for place in question.right
            if (reason := why_missing(place, question.audience, served, self.folder))
        )
        return (*self.notes, *missing)


def load_golden(content: Path) -> GoldenSet:
    """The folder's golden questions, none without the file. Raises ContentError naming file, line
    and value of what cannot be used, and of a question that comes twice."""
    path = content / GOLDEN_FILE
    if not path.exists():
        return GoldenSet(folder=content)
    questions: dict[object, GoldenQuestion] = {}
    notes = []
    for where, data in objects(path):
        question = _question(where, data)
        if first := questions.get(question.identity):
            raise ContentError(
                f"{where}: the question {question.text!r} stands in {first.where} already: give "
                "all its places in one line, as a list"
            )
        questions[question.identity] = question
        if unknown := sorted(data.keys() - {*_FIELDS, *PASSED_OVER}):
            notes.append(f"{where}: {unknown[0]!r} is passed over; fields are {', '.join(_FIELDS)}")
    return GoldenSet(tuple(questions.values()), tuple(notes), content)


def _question(where: str, data: dict[str, Any]) -> GoldenQuestion:
    return GoldenQuestion(
        text=text_field(where, data, "question"),
        places=_places(where, data.get("place")),
        where=where,
        context=text_field(where, data, "context", ""),
        audience=_audience(where, data.get("audience")),
    )


def _places(where: str, value: Any) -> tuple[str, ...]:
    if value == NOTHING:
        return ()
    places = value if isinstance(value, list) else [value]
    if not places:
        raise ContentError(f"{where}: place must be {_ACCEPTED}, not {value!r}")
    for place in places:
        try:
            if place == NOTHING:
                raise ValueError('"nothing" stands alone')  # noqa: TRY301 (told as the others are)
            check_place(place)
        except ValueError as error:
            reason = f" ({error})" if str(error) else ""
            raise ContentError(
                f"{where}: place must be {_ACCEPTED}, not {place!r}{reason}"
            ) from error
    return tuple(dict.fromkeys(places))


def _audience(where: str, value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names):
        raise ContentError(
            f"{where}: audience must be the name of an audience or a list of names, not {value!r}"
        )
    return tuple(names)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
