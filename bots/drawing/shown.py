"""What there is to show of an answer before it is drawn, and how it is said in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from bots import wording
from bots.actions import Offer
from retrieval.answer import Answer, ChannelKind, OpenLink, Outcome, Result
from showing.care import EMERGENCY_NUMBER, Care, care
from showing.foreign import ForeignLine, foreign_line
from showing.plain_text import one_line, shorten, without_bullet
from showing.ports import NOBODY, Contact
from words.catalogue import Words, words_for

MAX_RESULTS = 3
MAX_ASKS = 3
_MAX_TITLE_CHARS = 120
_MAX_NAME_CHARS = 80
_MAX_QUESTION_CHARS = 300
_MAX_SENTENCE_CHARS = 240
_MAX_EARLIER_CHARS = 120
_MAX_WORDS, _MAX_WORD_CHARS = 4, 60


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer as it is shown. `links` open the first results, one each, at most `MAX_RESULTS`;
    an empty one means that the result cannot be linked. `shortened` says that there were more.
    `emergency_number` is for those in distress; `narrowed_to` says to which kinds the
    question was narrowed; `inner_links` stand in the first result's passage. What was asked
    `by_button` was not typed; `offers` are what else it can be asked for, and `asks` what else can
    be asked that is answered, at most `MAX_ASKS`; `tag` is one that it can be narrowed to, and
    `picture` the address of one of the page on which the first result stands, either empty if there
    is none. If it is `private`, the asker alone sees it, whoever else is in the chat."""

    query_id: str
    answer: Answer
    links: tuple[str, ...] = ()
    contact: Contact = NOBODY
    files_ignored: bool = False
    shortened: bool = False
    emergency_number: str = EMERGENCY_NUMBER
    narrowed_to: str = ""
    inner_links: tuple[OpenLink, ...] = ()
    by_button: bool = False
    offers: tuple[Offer, ...] = ()
    asks: tuple[str, ...] = ()
    picture: str = ""
    tag: str = ""
    private: bool = False

    @property
    def say(self) -> Words:
        """The language of who asked: what is not the content's own is said in it."""
        return words_for(self.answer.question.locale)

    @property
    def outcome(self) -> Outcome:
        """How sure the answer is. Nothing to show is nothing validated."""
        is_shown = self.results or self.answer.pinned
        return self.answer.outcome if is_shown else Outcome.NOTHING_VALIDATED

    @property
    def care(self) -> Care | None:
        """What is said if somebody in distress seems to speak."""
        return care(self.answer, self.contact, self.emergency_number)

    @property
    def foreign(self) -> ForeignLine | None:
        """What is said if the model does not know the question's language."""
        return foreign_line(self.answer)

    @property
    def pinned_text(self) -> str:
        """What is pinned for the question, if that is a text."""
        pinned = self.answer.pinned
        return pinned.text_in(self.answer.question.locale) if pinned else ""

    @property
    def read_as(self) -> list[str]:
        """Lines on how the question was read, if not as it stands."""
        say = self.say
        # A card that found nothing quotes the question by itself.
        is_found = self.outcome is not Outcome.NOTHING_VALIDATED
        lines = [wording.you_asked(say, self.question)] if self.by_button and is_found else []
        lines += [
            wording.searched_for(
                say, shorten(read, _MAX_WORD_CHARS), shorten(written, _MAX_WORD_CHARS)
            )
            for written, read in self.answer.understood[:_MAX_WORDS]
        ]
        if self.narrowed_to:
            return [*lines, wording.narrowed(say, self.question, self.narrowed_to)]
        earlier = shorten(one_line(self.answer.earlier), _MAX_EARLIER_CHARS)
        return [*lines, wording.understood_as(say, earlier, self.question)] if earlier else lines

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
        kind = self.answer.question.channel_kind
        return not self.private and kind in {ChannelKind.GROUP, ChannelKind.CHANNEL}


def spoken(view: ShownAnswer) -> str:
    """The answer in plain words, for notifications, screen readers and hosts without cards. The
    sentence comes first, then where it stands; or else what was not found."""
    if (care_ := view.care) is not None:
        return one_line(" ".join(care_.lines))
    said = _outcome_said(view)
    if line := view.foreign:
        said = f"{line.text} {said}"
    return f"{said} {view.say(wording.FILES_IGNORED)}" if view.files_ignored else said


def _outcome_said(view: ShownAnswer) -> str:
    match view.outcome:
        case Outcome.NOTHING_VALIDATED:
            return wording.nothing(view.say, view.question)
        case Outcome.ANSWERED if view.pinned_text:
            return wording.pinned(view.say, one_line(view.pinned_text))
        case Outcome.ANSWERED:
            return _quoted(view.say, view.results[0])
        case Outcome.CLOSEST:
            return wording.closest(view.say, _quoted(view.say, view.results[0]))
        case _ as never:
            assert_never(never)


def _quoted(say: Words, result: Result) -> str:
    return wording.answered(say, sentence_line(result), title_line(result), place_line(say, result))


def sentence_line(result: Result) -> str:
    """The sentence that answers, on one line."""
    return shorten(without_bullet(one_line(result.best.sentence_text)), _MAX_SENTENCE_CHARS)


def title_line(result: Result) -> str:
    """The resource's title on one short line."""
    return shorten(one_line(result.resource.title), _MAX_TITLE_CHARS)


def place_line(say: Words, result: Result) -> str:
    """Where in the resource the answer stands, on one short line; empty for the whole."""
    return name_line(wording.place(say, result.best.locator))


def about_line(say: Words, result: Result) -> str:
    """What the resource is, how long it takes, and where in it the answer stands."""
    resource = result.resource
    return wording.about(say, resource.kind, resource.duration_minutes, place_line(say, result))


def name_line(text: str) -> str:
    """A name on one short line."""
    return shorten(one_line(text), _MAX_NAME_CHARS)
