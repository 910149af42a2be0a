"""Small stand-ins for what the portal is given, and answers made by hand."""

from collections.abc import Sequence
from datetime import date

from retrieval.answer import Answer, Hit, Outcome, Question, Result, Span
from snapshot.formats.format_row import Kind
from snapshot.models import Heading, Locator, Page, Passage, Resource, TimeRange, Validation

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
        return Answer(question, self.outcome, self.results, 0.8, 4.25, "20260401-1")


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

    def link(self, query_id: str, rank: int, url: str) -> str:
        return f"/o/{query_id}.{rank}?to={url}"


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
