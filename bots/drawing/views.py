"""What there is to show of an answer, before it is drawn or spoken."""

from __future__ import annotations

from dataclasses import dataclass

from bots import wording
from bots.drawing.plain import one_line, shorten
from retrieval.answer import Answer, ChannelKind, Outcome, Result

MAX_RESULTS = 3
_MAX_TITLE_CHARS = 120
_MAX_NAME_CHARS = 80
_MAX_QUESTION_CHARS = 300


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom people can ask instead, by name and by a link (https: or mailto:); either can be
    empty."""

    name: str = ""
    url: str = ""


NOBODY = Contact()


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer as it is shown. `links` open the first results, one each, at most `MAX_RESULTS`;
    an empty one means that the result cannot be linked. `shortened` says that there were more."""

    query_id: str
    answer: Answer
    links: tuple[str, ...] = ()
    contact: Contact = NOBODY
    files_ignored: bool = False
    shortened: bool = False

    @property
    def outcome(self) -> Outcome:
        return self.answer.outcome

    @property
    def results(self) -> tuple[Result, ...]:
        """The results that are shown."""
        return self.answer.results[: len(self.links)]

    @property
    def question(self) -> str:
        """The question, short enough to quote."""
        return shorten(one_line(self.answer.question.text), _MAX_QUESTION_CHARS)

    @property
    def is_shared(self) -> bool:
        """Whether others than the asker see it too."""
        return self.answer.question.channel_kind in {ChannelKind.GROUP, ChannelKind.CHANNEL}


def title(result: Result) -> str:
    """The resource's title on one short line."""
    return shorten(one_line(result.resource.title), _MAX_TITLE_CHARS)


def place(result: Result) -> str:
    """Where in the resource the answer stands, on one short line; empty for the whole."""
    return name(wording.place(result.best.locator))


def about(result: Result) -> str:
    """What the resource is, how long it takes, and where in it the answer stands."""
    resource = result.resource
    return wording.about(resource.kind, resource.duration_minutes, place(result))


def name(text: str) -> str:
    """A name on one short line."""
    return shorten(one_line(text), _MAX_NAME_CHARS)
