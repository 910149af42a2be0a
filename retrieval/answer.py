"""A question, what was found for it, and the answer that a person is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from retrieval.pins.sensitive import Sensitive
from retrieval.questions.narrowing import ALL, Narrowing
from snapshot.manifest import Pinned
from snapshot.models import EVERYONE, Locator, Passage, Resource


class Outcome(StrEnum):
    """How sure Signpost is. Only ANSWERED claims to answer."""

    ANSWERED = "answered"
    CLOSEST = "closest"
    NOTHING_VALIDATED = "nothing_validated"


class ChannelKind(StrEnum):
    """Where a question was asked."""

    PERSONAL = "personal"
    GROUP = "group"
    CHANNEL = "channel"
    PORTAL = "portal"
    COMPOSE = "compose"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked.

    `audience` holds the audiences that the asker belongs to; a resource is considered only if it
    is meant for one of them. `context` is the question before, for a follow-up. `asked_at` is UTC.
    Resources that do not fit `only` are left out. `top_k` is how many resources are wanted at
    most, and `hits_each` how many hits in each: what is not shown need not be prepared. `leads`
    asks for what else can be asked.
    """

    text: str
    locale: str = "en"
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    audience: frozenset[str] = frozenset({EVERYONE})
    channel_kind: ChannelKind = ChannelKind.TERMINAL
    context: str | None = None
    only: Narrowing = ALL
    top_k: int = 10
    hits_each: int = 3
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to `end` of a passage's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OpenLink:
    """Characters `start` up to `end` of a passage's text that are a link which the asker may
    follow. `title` is that of the resource it opens, empty for what is not served; so is
    `resource_id`. A `restricted` one is for some people only."""

    start: int
    end: int
    url: str
    title: str
    resource_id: str = ""
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. Scores: higher is better. `rank` counts from 1 over all hits.

    `score` is the fused score that ranked it, and `parts` what each kind of evidence
    added to it; `dense_score` is the cosine of question and passage, -1 to 1; `lexical_score`
    BM25, 0 if no word matched; `late_score` the mean of the best cosines of the question's
    tokens, -1 to 1. `sentence` marks the sentence of the passage that answers best, `links` stand
    in its text. `reranker_score` is what a reranker gives the passage, on a scale of its own, None
    if none read it; then `score` is that of the place that the passage has come to.
    """

    passage: Passage
    rank: int
    score: float
    dense_score: float
    lexical_score: float
    late_score: float
    sentence: Span
    reranker_score: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    links: tuple[OpenLink, ...] = ()

    @property
    def sentence_text(self) -> str:
        return self.passage.text[self.sentence.start : self.sentence.end]

    @property
    def locator(self) -> Locator:
        """Where the sentence stands: in a recording the second at which it is said."""
        return self.passage.locator_at(self.sentence.start)


@dataclass(frozen=True, slots=True)
class Result:
    """A resource with the hits found in it, best first. `rank` counts resources from 1."""

    resource: Resource
    rank: int
    hits: tuple[Hit, ...]

    @property
    def best(self) -> Hit:
        return self.hits[0]

    @property
    def url(self) -> str:
        """Opens the resource at its best hit."""
        return self.resource.url_at(self.best.locator)

    @property
    def place(self) -> str:
        """Where in the resource the best hit stands, as people say it; empty for the whole."""
        return self.best.locator.label


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The language of a question that the model does not know, and those that it knows, sorted;
    codes such as "en"."""

    language: str
    known: tuple[str, ...]


# A first place that is so far ahead of the next has no rival.
_NO_RIVAL = 0.3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What confidence is judged by, on absolute scales.

    `cosine` is that of the question and the first passage; `coverage` (0 to 1) how much of what
    the candidates say together about the question the first says alone; `gap` (0 to 1) by how
    much another candidate matches the telling word that the first misses most; `margin` by how
    much the first's score is above the best in another section, at most 0.3.
    """

    cosine: float
    coverage: float
    gap: float
    margin: float

    @classmethod
    def of(cls, cosine: float, coverage: float, gap: float, margin: float) -> Evidence:
        return cls(cosine, coverage, gap, min(margin, _NO_RIVAL))

    def raised(self, asked: float) -> Evidence:
        """The evidence if an owner says that the first passage answers a question `asked` (0 to 1)
        near this one: so much of what it lacks is made up."""
        return replace(
            self,
            cosine=self.cosine + asked * (1 - self.cosine),
            coverage=self.coverage + asked * (1 - self.coverage),
            gap=self.gap * (1 - asked),
        )


@dataclass(slots=True, eq=False)
class Lead:
    """A wording of the content's own that comes from a resource: a title, a heading, a question
    that an owner says a place answers. `place` is the passage of that resource which answers it,
    as id and ordinal; None as long as none is known to do so."""

    text: str
    resource_id: str
    place: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown for a question. `results` is empty if nothing validated answers, or if a
    pinned text does. `pinned` is what a person has fixed for the question, first of the results
    if it is a place. `sensitive` tells the topic if somebody in distress seems to speak.
    `earlier` is the question before, if this one is answered as read after it; else empty.
    `confidence` is 0 to 1, judged by `evidence` (None if nothing was found at all), and the
    snapshot's thresholds on it make the outcome. `understood` are misspelt words of the question
    and what they were read as; `not_understood` tells that the model does not know its language:
    then it is ANSWERED only in that language, by the words. `found` are all resources that came
    into question, best first, of which `results` shows some. `near` are wordings near to the
    question, the nearest first. `stages_ms` says where `took_ms` went."""

    question: Question
    outcome: Outcome
    results: tuple[Result, ...]
    confidence: float
    took_ms: float
    snapshot_id: str
    evidence: Evidence | None = None
    earlier: str = ""
    understood: tuple[tuple[str, str], ...] = ()
    not_understood: NotUnderstood | None = None
    pinned: Pinned | None = None
    sensitive: Sensitive | None = None
    found: tuple[Resource, ...] = ()
    near: tuple[Lead, ...] = ()
    stages_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def leads(self) -> tuple[str, ...]:
        """What else can be asked, the nearest first: each is answered, and elsewhere than what is
        shown first and than the ones before it."""
        places = {(one.resource.id, one.best.passage.ordinal) for one in self.results[:1]}
        leads: list[str] = []
        for lead in self.near:
            if (place := lead.place) and place not in places:
                places.add(place)
                leads.append(lead.text)
        return tuple(leads)
