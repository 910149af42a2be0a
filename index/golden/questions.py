"""`golden.jsonl` in a content folder: questions with the places that must answer them.

A JSON object a line: `question`; `place`, which is a place, a list of them of which any is right,
or "nothing"; perhaps `context` (the question before) and `audience`. Places are named as in
`evaluation.labelled`, but a file's path alone stands for any place in it. What
`python -m analytics golden` adds for whoever reviews its candidates is passed over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from errors import ContentError
from index.content.inventory import GOLDEN_FILE
from index.golden.gate import GoldenScore, Verdict
from index.golden.json_lines import objects, text_field
from index.golden.places import Served, names_of, place_name, time_range
from index.golden.proof_sample import Expected
from retrieval.answer import Answer, Outcome, Question, Result
from retrieval.retriever import searchable
from snapshot.models import EVERYONE, Locator

NOTHING = "nothing"
_FIELDS = ("question", "place", "context", "audience")
_PASSED_OVER = ("asked", "opened", "helpful", "outcome", "also", "note")
_ACCEPTED = (
    'a file of the content folder ("travel/expenses.md"), a place in one ("...#anchor", '
    '"...#page=4", "...#slide=3", "...#t=66,229" in seconds), a list of them, or "nothing"'
)
_NAMED_PLACES = 5


class Asked(Protocol):
    """What the questions are asked of; `retrieval.retriever.Retriever` is one."""

    def answer(self, question: Question) -> Answer: ...


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """`places` is empty where nothing should answer; `where` names file and line."""

    text: str
    places: tuple[str, ...]
    where: str
    context: str = ""
    audience: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same exactly while question, context, audience and places are the same."""
        said = [*self.asked, sorted(self.places)]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    @property
    def asked(self) -> tuple[str, str, tuple[str, ...]]:
        """What two lines must not share: letters' case and spacing do not count."""
        return _plain(self.text), _plain(self.context), tuple(sorted(self.audience))

    @property
    def paths(self) -> frozenset[str]:
        """The files that the places may be in: a "#" can belong to a file's name."""
        return frozenset(path for place in self.places for path in _paths(place))

    def is_at(self, path: str, locator: Locator) -> bool:
        """Whether that place is one of the question's, or in a file that is."""
        name = place_name(path, locator, self.places)
        return bool({name, *_paths(name)} & set(self.places))


@dataclass(frozen=True, slots=True)
class GoldenSet:
    """The questions of one content folder. `notes` deserve a look and stop nothing."""

    questions: tuple[GoldenQuestion, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(question.key for question in self.questions)


def load_golden(content: Path) -> GoldenSet:
    """The folder's golden questions, none without the file. Raises ContentError naming file, line
    and value of what cannot be used, and of a question that comes twice."""
    path = content / GOLDEN_FILE
    if not path.exists():
        return GoldenSet()
    questions: dict[object, GoldenQuestion] = {}
    notes = []
    for where, data in objects(path):
        question = _question(where, data)
        if first := questions.get(question.asked):
            raise ContentError(
                f"{where}: the question {question.text!r} stands in {first.where} already: give "
                "all its places in one line, as a list"
            )
        questions[question.asked] = question
        if unknown := sorted(data.keys() - {*_FIELDS, *_PASSED_OVER}):
            notes.append(f"{where}: {unknown[0]!r} is passed over; fields are {', '.join(_FIELDS)}")
    return GoldenSet(tuple(questions.values()), tuple(notes))


def score(
    golden: GoldenSet,
    retriever: Asked,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> GoldenScore:
    """Asks every question, each as one of its audience."""
    verdicts = []
    for done, question in enumerate(golden.questions, start=1):
        verdicts.append(_verdict(question, retriever))
        progress("ask", done, len(golden.questions))
    return GoldenScore(tuple(verdicts))


def expected(golden: GoldenSet) -> tuple[Expected, ...]:
    """The questions as they are searched for, for the proof of an exported model."""
    return tuple(
        Expected(searchable(Question(one.text, context=one.context or None)), one.paths, one.is_at)
        for one in golden.questions
    )


def missing(golden: GoldenSet, served: Served, content: Path) -> list[str]:
    """A sentence for each place at which nothing can be found today: those questions count as
    missed."""
    return [
        f"{question.where}: {reason}"
        for question in golden.questions
        for place in question.places
        if (reason := _why_missing(place, question, served, content))
    ]


def paths(golden: GoldenSet) -> set[str]:
    """The files that the places may be in."""
    return {path for one in golden.questions for path in one.paths}


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
            _check_place(place)
        except ValueError as error:
            reason = f" ({error})" if str(error) else ""
            raise ContentError(
                f"{where}: place must be {_ACCEPTED}, not {place!r}{reason}"
            ) from error
    return tuple(dict.fromkeys(places))


def _check_place(place: Any) -> None:
    """Raises ValueError, with a reason where the value alone does not show it."""
    if not isinstance(place, str) or not place.strip():
        raise ValueError
    path, _, inner = place.rpartition("#") if "#" in place else (place, "", "")
    if place == NOTHING:
        raise ValueError('"nothing" stands alone')
    if "://" in path or "\\" in path or {"", ".", ".."} & set(path.split("/")):
        raise ValueError('the path is that within the content folder, with "/" between its parts')
    if place.endswith("#"):
        raise ValueError
    name, equals, number = inner.partition("=")
    if equals and name == "t":
        time_range(place)
    elif equals and name in ("page", "slide") and not (number.isdecimal() and int(number)):
        raise ValueError(f"{name} takes a whole number from 1, not {number!r}")


def _audience(where: str, value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names):
        raise ContentError(
            f"{where}: audience must be the name of an audience or a list of names, not {value!r}"
        )
    return tuple(names)


def _verdict(question: GoldenQuestion, retriever: Asked) -> Verdict:
    answer = retriever.answer(
        Question(
            question.text,
            audience=frozenset([EVERYONE, *question.audience]),
            context=question.context or None,
        )
    )
    first = answer.results[0] if answer.results else None
    found = _found(first, question.places) if first else NOTHING
    if question.places:
        is_right = (
            first is not None
            and answer.outcome is not Outcome.NOTHING_VALIDATED
            and question.is_at(first.resource.path, first.best.locator)
        )
    else:
        is_right = answer.outcome is not Outcome.ANSWERED
    return Verdict(
        key=question.key,
        question=question.text,
        expected=question.places,
        found=found,
        outcome=answer.outcome.value,
        is_right=is_right,
    )


def _found(result: Result, places: Iterable[str]) -> str:
    """Where the result opens, which in a recording is where its sentence is said."""
    return place_name(result.resource.path, result.best.locator, places)


def _why_missing(place: str, question: GoldenQuestion, served: Served, content: Path) -> str:
    """Empty where it can be found."""
    path = next((path for path in _paths(place) if path in served), None)
    if path is None:
        if any(_is_there(content, path) for path in _paths(place)):
            return f"{place!r} is not served today (`python -m index check` lists why)"
        return f"{place!r} is in no file of the content folder"
    resource, locators = served[path]
    if not {EVERYONE, *question.audience} & set(resource.audience):
        return f"{place!r} is only for {', '.join(resource.audience)}: give one as the audience"
    if place == path:
        return ""
    names = names_of(path, locators, [place])
    if place in names:
        return ""
    return f"{place!r} is not in {path}, which has {_some(names) or 'no places of its own'}"


def _is_there(content: Path, path: str) -> bool:
    """A row of a links file is named "links.csv:3"."""
    return (content / path).is_file() or (content / path.rpartition(":")[0]).is_file()


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED_PLACES])
    return f"{shown}, ..." if len(names) > _NAMED_PLACES else shown


def _paths(place: str) -> Iterator[str]:
    """The place itself as a path, then what stands before its last "#"."""
    yield place
    if "#" in place:
        yield place.rpartition("#")[0]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
