"""Small stand-ins for what the portal is given, and answers made by hand."""

from collections.abc import Sequence
from datetime import date

from aiohttp import web

from analytics.privacy import Pseudonyms
from identity.person import Person
from keys import Keys
from portal.pages import Way
from portal.search.search_api import SearchApi
from portal.search.search_page import SearchPage
from portal.search.suggestions import Suggestion
from portal.visitors import Visitors
from retrieval.answer import Answer, Hit, Outcome, Question, Result, Span
from snapshot.formats.format_row import Kind
from snapshot.models import (
    EVERYONE,
    Heading,
    Locator,
    Page,
    Passage,
    Resource,
    TimeRange,
    Validation,
)
from words.catalogue import Words

ORIGIN = "http://127.0.0.1:3978"
KEYS = Keys(b"a secret of the tests, long enough")
ANYONE = Person()
ANNA = Person(name="Anna", object_id="11111111-2222-4333-8444-000000000001", tenant_id="t1")
VALIDATION = Validation("Maria Keller", date(2026, 3, 3), date(2027, 3, 3))


class FixedAnswerer:
    """Gives every question the same results, and remembers what it was asked."""

    def __init__(
        self, results: Sequence[Result] = (), outcome: Outcome = Outcome.NOTHING_VALIDATED
    ) -> None:
        self.results, self.outcome = tuple(results), outcome
        self.questions: list[Question] = []

    async def answer(self, question: Question) -> Answer:
        self.questions.append(question)
        fitting = tuple(one for one in self.results if question.only.takes(one.resource))
        outcome = self.outcome if fitting else Outcome.NOTHING_VALIDATED
        found = tuple(one.resource for one in fitting)
        shown = fitting[: question.top_k]
        return Answer(question, outcome, shown, 0.8, 4.25, "20260401-1", found=found)


class NoSuggestions:
    """Has nothing to suggest."""

    async def suggest(self, typed: str, audience: frozenset[str]) -> Sequence[Suggestion]:
        return ()


def search_routes(page: SearchPage) -> list[web.RouteDef]:
    """The page's routes and those of its interface for programs."""
    return [*page.routes(), *SearchApi(page, NoSuggestions(), ORIGIN).routes()]


class Everybody:
    """Takes everybody for the same person, who belongs to these audiences (`portal.visitors.Who`
    and `AudiencesOf`)."""

    def __init__(self, person: Person | None = None, *audiences: str) -> None:
        self.who, self.audiences = person, frozenset({EVERYONE, *audiences})

    async def person(self, request: web.Request) -> Person | None:
        return self.who

    async def audience(self, person: Person) -> frozenset[str]:
        return self.audiences

    def refresh(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["X-Refreshed"] = "1"

    def ask(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/sign-in"})

    def badge(self, say: Words, person: Person) -> Way | None:
        return Way(person.name, "/who") if person.name else None


def visitors(person: Person | None = ANYONE, *audiences: str) -> Visitors:
    """All who come are `person`, of these audiences."""
    everybody = Everybody(person, *audiences)
    return Visitors(everybody, everybody)


def pseudonyms() -> Pseudonyms:
    return Pseudonyms(KEYS)


class RaisingAnswerer:
    def __init__(self, error: Exception) -> None:
        self.error = error

    async def answer(self, question: Question) -> Answer:
        raise self.error


class RaisingRecorder:
    def record(self, event: object) -> None:
        raise RuntimeError("the disk is full")


class PlainLinks:
    """Links that can be read with the eye: /o/<query id>.<rank>?to=<url>."""

    def link(
        self, query_id: str, rank: int, url: str, resource_id: str = "", restricted: bool = False
    ) -> str:
        return f"/o/{query_id}.{rank}?to={url}"

    def picture(self, resource_id: str, page: int, sentence: str) -> str:
        return f"/pages/{resource_id}.{page}"


def hit(
    text: str, sentence: str, locator: Locator, *, rank: int = 1, headings: tuple[str, ...] = ()
) -> Hit:
    """A hit whose answering sentence is `sentence`, which stands in `text`."""
    start = text.index(sentence)
    passage = Passage("r", 0, headings, locator, text)
    return Hit(passage, rank, 0.9, 0.7, 3.5, 0.7, Span(start, start + len(sentence)))


TRAVEL_TEXT = (
    "Keep every receipt until the money is on your account. "
    "Hand in the claim within 30 days of the trip, with the receipts as photos. "
    "Claims that come later need the signature of your head of department."
)
TRAVEL = Result(
    Resource(
        "travel",
        "Travel expenses: the short guide",
        "/content/finance/travel.pdf",
        Kind.DOCUMENT,
        "finance/travel.pdf",
        VALIDATION,
        duration_minutes=6,
    ),
    1,
    (
        hit(
            TRAVEL_TEXT,
            "Hand in the claim within 30 days of the trip, with the receipts as photos.",
            Page(4),
            headings=("After the trip", "Claiming"),
        ),
        hit("Meals are paid by the day.", "Meals are paid by the day.", Page(7), rank=2),
    ),
)
VIDEO = Result(
    Resource(
        "video",
        "Claiming in the expenses app",
        "https://videos.example.com/watch.mp4",
        Kind.VIDEO,
        "finance/app.vtt",
        Validation("Jonas Brandt", date(2026, 1, 20)),
        duration_minutes=3,
    ),
    2,
    (
        hit(
            "Now tap the plus sign. Choose the trip, then photograph the receipt.",
            "Choose the trip, then photograph the receipt.",
            TimeRange(134.2, 160.0),
            rank=3,
        ),
    ),
)
SECTION = Result(
    Resource(
        "faq",
        "Abrechnung von Dienstreisen",
        "https://intranet.example.com/reisen",
        Kind.PAGE,
        "reisen.md",
        Validation("Ayşe Demir", date(2025, 11, 8), date(2026, 11, 8)),
        language="de",
    ),
    3,
    (
        hit(
            "Belege werden fotografiert und dem Antrag beigefügt.",
            "Belege werden fotografiert und dem Antrag beigefügt.",
            Heading("belege", "Belege einreichen"),
            rank=4,
            headings=("Nach der Reise", "Belege einreichen"),
        ),
    ),
)
RESULTS = (TRAVEL, VIDEO, SECTION)
