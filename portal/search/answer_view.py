"""An answer as people see it: what the page draws and what the JSON interface gives.

The dataclasses' fields are the JSON's fields, in this order. They are a promise to whoever calls
`GET /api/search`: fields may be added, none is renamed or removed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from retrieval.answer import Answer, Hit, OpenLink, Result, Span
from showing.care import EMERGENCY_NUMBER, care
from showing.excerpt import Excerpt, by_words
from showing.foreign import ForeignLine, foreign_line
from showing.linked import Piece, pieces, signed
from showing.ports import NOBODY, Contact, LinkMaker, link_or_none, picture_of
from showing.tabular import table_around
from snapshot.models import Heading

_PLACES_MORE = 2  # further places named within one resource


@dataclass(frozen=True, slots=True)
class PartView:
    """A stretch of an excerpt: `marked` if it belongs to the sentence that answers. `open_url` is
    empty unless it is a link; `title` is what that opens, empty for a page elsewhere."""

    text: str
    marked: bool
    open_url: str
    title: str


@dataclass(frozen=True, slots=True)
class ExcerptView:
    """The part of a passage around the sentence that answers; the three join to running text.
    `before` starts, and `after` ends, with "…" if the passage was cut there. `parts` are the same
    text, cut where the sentence and links begin and end."""

    before: str
    sentence: str
    after: str
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """The table in which the sentence that answers is a row, with the rows around that: the names
    of its columns, and of each row its cells in their order and whether it is marked."""

    names: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], bool], ...]
    goes_before: bool
    goes_after: bool


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A further place in the same resource. `place` is never empty."""

    place: str
    open_url: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """One resource that was found. `place` is where the excerpt stands, as people say it ("page
    4", "2:14", a heading), empty for the resource as a whole; `opens_at_place` is false if its
    platform has no link to a place. `headings` run from the outermost and leave `place` out;
    `also_at` are the addresses of files that say the same, `picture_url` a
    picture of the page with the sentence marked, if there is one."""

    rank: int
    resource_id: str
    title: str
    kind: str
    language: str
    duration_minutes: int | None
    place: str
    opens_at_place: bool
    headings: tuple[str, ...]
    open_url: str
    excerpt: ExcerptView
    validated_by: str
    validated_on: date
    review_by: date | None
    more_places: tuple[PlaceView, ...]
    table: TableView | None
    also_at: tuple[str, ...] = ()
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class PinnedView:
    """What a person has fixed for the question. `text` is empty if the first result is it."""

    text: str
    contact_name: str
    contact_url: str
    pinned_by: str
    pinned_on: date


@dataclass(frozen=True, slots=True)
class CareView:
    """What is said to somebody in distress, in `language`: each a line, perhaps empty. `urgent`
    names the emergency number; `further` stands above results."""

    topic: str
    language: str
    heading: str
    urgent: str
    text: str
    contact_line: str
    contact_url: str
    source: str
    further: str


@dataclass(frozen=True, slots=True)
class WordView:
    """A word of the question, and what was searched for instead."""

    written: str
    read: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer. `outcome` is "answered", "closest" or "nothing_validated"; `confidence` is 0 to
    1; `results` are best first, and empty if nothing validated answers or a pinned text does.
    `pinned`, `care` and `foreign`, a line for those whose language is not understood, are null for
    most questions; `understood` are words that were read as others."""

    query_id: str
    question: str
    outcome: str
    confidence: float
    took_ms: float
    snapshot_id: str
    results: tuple[ResultView, ...]
    pinned: PinnedView | None = None
    care: CareView | None = None
    foreign: ForeignLine | None = None
    understood: tuple[WordView, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A JSON object with dates as "2026-03-31"."""
        return asdict(self, dict_factory=_json_object)


def view_answer(
    answer: Answer,
    query_id: str,
    links: LinkMaker,
    contact: Contact = NOBODY,
    emergency_number: str = EMERGENCY_NUMBER,
) -> AnswerView:
    """The answer with its links made for that query. `contact` and `emergency_number` are for
    those in distress."""
    return AnswerView(
        query_id=query_id,
        question=answer.question.text,
        outcome=answer.outcome.value,
        confidence=round(answer.confidence, 4),
        took_ms=round(answer.took_ms, 2),
        snapshot_id=answer.snapshot_id,
        results=tuple(_view_result(result, query_id, links) for result in answer.results),
        pinned=_view_pinned(answer),
        care=_view_care(answer, contact, emergency_number),
        foreign=foreign_line(answer),
        understood=tuple(WordView(written, read) for written, read in answer.understood),
    )


def _view_pinned(answer: Answer) -> PinnedView | None:
    if (pinned := answer.pinned) is None:
        return None
    return PinnedView(
        text=pinned.text_in(answer.question.locale),
        contact_name=pinned.contact_name,
        contact_url=pinned.contact_url,
        pinned_by=pinned.validation.validated_by,
        pinned_on=pinned.validation.validated_on,
    )


def _view_care(answer: Answer, contact: Contact, emergency_number: str) -> CareView | None:
    said = care(answer, contact, emergency_number)
    if said is None or answer.sensitive is None:
        return None
    return CareView(
        topic=answer.sensitive.topic.value,
        language=said.language,
        heading=said.heading,
        urgent=said.urgent,
        text=said.text,
        contact_line=said.contact_line,
        contact_url=said.contact.url,
        source=said.source,
        further=said.further,
    )


def _view_result(result: Result, query_id: str, links: LinkMaker) -> ResultView:
    resource, best = result.resource, result.best
    return ResultView(
        rank=result.rank,
        resource_id=resource.id,
        title=resource.title,
        kind=resource.kind.value,
        language=resource.language,
        duration_minutes=resource.duration_minutes,
        place=result.place,
        opens_at_place=resource.opens_at(best.locator),
        headings=_headings(best),
        open_url=link_or_none(links, query_id, result.rank, result.url, resource)
        or links.link(query_id, result.rank, resource.url, resource.id, bool(resource.only_for)),
        excerpt=_excerpt(
            by_words(best.passage.text, best.sentence), signed(result, query_id, links)
        ),
        validated_by=resource.validation.validated_by,
        validated_on=resource.validation.validated_on,
        review_by=resource.validation.review_by,
        more_places=_more_places(result, query_id, links),
        table=_table(best),
        also_at=tuple(other.url for other in resource.also_at),
        picture_url=picture_of(links, result),
    )


def _table(best: Hit) -> TableView | None:
    links = [Span(link.start, link.end) for link in best.links]
    found = table_around(best.passage.text, best.sentence, links)
    if found is None:
        return None
    rows = tuple(
        (tuple(cells.get(name, "") for name in found.names), marked) for cells, marked in found.rows
    )
    return TableView(found.names, rows, found.goes_before, found.goes_after)


def _headings(hit: Hit) -> tuple[str, ...]:
    path = hit.passage.heading_path
    if isinstance(hit.locator, Heading) and path and path[-1] == hit.locator.text:
        return path[:-1]
    return path


def _more_places(result: Result, query_id: str, links: LinkMaker) -> tuple[PlaceView, ...]:
    """Further hits that have a name and open somewhere else than those before them."""
    seen = {result.url}
    places: list[PlaceView] = []
    for hit in result.hits[1:]:
        url, label = result.resource.url_at(hit.locator), hit.locator.label
        if not label or url in seen or not result.resource.opens_at(hit.locator):
            continue
        seen.add(url)
        if open_url := link_or_none(links, query_id, result.rank, url, result.resource):
            places.append(PlaceView(label, open_url))
    return tuple(places[:_PLACES_MORE])


def _excerpt(shown: Excerpt, links: tuple[OpenLink, ...]) -> ExcerptView:
    before, after = "… " if shown.goes_before else "", " …" if shown.goes_after else ""
    parts = [
        PartView(one.text, one.marked, one.link.url, one.link.title)
        if one.link
        else PartView(one.text, one.marked, "", "")
        for one in (Piece(before, False), *pieces(shown, links), Piece(after, False))
        if one.text
    ]
    return ExcerptView(before + shown.before, shown.sentence, shown.after + after, tuple(parts))


def _json_object(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in fields}
