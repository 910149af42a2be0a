"""A pinned answer stands above ranking: for its words, for its people, while it is validated."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from retrieval.answer import Answer, Outcome, Question
from retrieval.pins.sensitive import Sensitive
from retrieval.questions.narrowing import Narrowing
from retrieval.retriever import Retriever
from snapshot.formats.format_row import Kind
from snapshot.manifest import Pinned, Topic
from snapshot.models import Passage, TimeRange, Validation
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import EXPENSES, LEAVE, PASSAGES, publish

BY = Validation("Ann Example", date(2026, 1, 1), date(2026, 12, 31))
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
TAXI = Pinned(("book a taxi", "taxis"), BY, resource_id=EXPENSES.id, ordinal=1)
PARKING = Pinned(("can I park here", "visitor parking"), BY, texts={"": "Behind the house."})
HELP = Pinned((), BY, Topic.HARASSMENT, texts={"": "Talk to Sam."}, contact_name="Sam")

Ask = Callable[..., Answer]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    def asked(text: str, *pinned: Pinned, **fields: object) -> Answer:
        store = SnapshotStore(tmp_path / "snapshots")
        secret = resource("hr/pay.md", audience=("managers",))
        publish(
            store,
            f"20260101T000000Z-{len(store.ids()):08d}",
            resources=(EXPENSES, LEAVE, secret),
            passages=(*PASSAGES, passage(secret, "Pay bands of managers.", 0)),
            pinned=pinned,
        )
        given: dict[str, object] = {"asked_at": NOON} | fields
        return Retriever(store.open(), WordEncoder()).answer(Question(text, **given))  # type: ignore[arg-type]

    return asked


@pytest.mark.parametrize(
    "text",
    ["book a taxi", "How do I book a taxi?", "BOOK TAXI!!", "booking taxis", "taxi", "Táxi?",
     "please tell me how I can book the taxis"],
)  # fmt: skip
def test_a_wording_is_met_whatever_its_form(ask: Ask, text: str) -> None:
    answer = ask(text, TAXI)
    assert answer.pinned == TAXI
    assert (answer.outcome, answer.confidence) == (Outcome.ANSWERED, 1.0)
    assert answer.results[0].resource == EXPENSES
    assert answer.results[0].place == "Taxis"
    assert [one.rank for one in answer.results] == list(range(1, len(answer.results) + 1))
    assert len({one.resource.id for one in answer.results}) == len(answer.results)


@pytest.mark.parametrize(
    "text",
    ["book a taxi to the airport", "who books a taxi", "do not book a taxi", "taxi receipt", "book",
     "when can I book a taxi", "taxi book"],
)  # fmt: skip
def test_other_words_are_another_question(ask: Ask, text: str) -> None:
    assert ask(text, TAXI).pinned is None


def test_one_telling_word_of_a_longer_wording_is_not_it(ask: Ask) -> None:
    fired = Pinned(("can I be fired",), BY, texts={"": "Ask."})
    assert ask("can I be fired?", fired).pinned == fired
    assert ask("fire", fired).pinned is None


def test_a_pinned_text_is_the_whole_answer(ask: Ask) -> None:
    answer = ask("Can I park here?", PARKING)
    assert (answer.outcome, answer.results, answer.pinned) == (Outcome.ANSWERED, (), PARKING)
    assert answer.sensitive is None


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_it_holds_while_it_is_validated(ask: Ask, day: date) -> None:
    later = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert ask("visitor parking", PARKING, asked_at=later).pinned is None
    assert ask("visitor parking", PARKING).pinned == PARKING


def test_what_is_pinned_for_few_moves_nothing_for_others(ask: Ask) -> None:
    few = replace(TAXI, audience=("managers",))
    plain, outside = ask("book a taxi"), ask("book a taxi", few)
    assert (outside.outcome, outside.confidence, outside.pinned) == (
        plain.outcome, plain.confidence, None,
    )  # fmt: skip
    assert [(r.resource, r.best.score) for r in outside.results] == [
        (r.resource, r.best.score) for r in plain.results
    ]
    assert ask("book a taxi", few, audience=frozenset({"managers"})).pinned == few


def test_what_is_pinned_for_the_asker_s_own_stands_first(ask: Ask) -> None:
    few = replace(PARKING, audience=("managers",), texts={"": "In the garage."})
    assert ask("visitor parking", PARKING, few).pinned == PARKING
    assert ask("visitor parking", PARKING, few, audience=frozenset({"managers"})).pinned == few


def test_a_place_that_the_asker_may_not_see_is_not_opened(ask: Ask) -> None:
    secret = resource("hr/pay.md").id
    bands = Pinned(("pay bands",), BY, resource_id=secret)
    assert ask("pay bands", bands).pinned is None
    assert ask("pay bands", bands, audience=frozenset({"managers"})).pinned == bands


def test_a_question_for_videos_alone_is_ranked(ask: Ask) -> None:
    assert ask("book a taxi", TAXI, only=Narrowing(frozenset({"video"}))).pinned is None


def test_a_sensitive_topic_has_its_pinned_answer(ask: Ask) -> None:
    answer = ask("Mein Kollege belästigt mich", HELP)
    assert answer.sensitive == Sensitive(Topic.HARASSMENT, "de")
    assert (answer.outcome, answer.pinned, answer.results) == (Outcome.ANSWERED, HELP, ())


def test_an_unfilled_topic_shows_nothing_that_was_merely_found(ask: Ask) -> None:
    """ "my boss hit me with a taxi receipt" must not open the taxi rules."""
    answer = ask("my boss hit me, claim mileage pence a mile receipt", TAXI, HELP)
    assert answer.sensitive == Sensitive(Topic.VIOLENCE, "en")
    assert (answer.outcome, answer.pinned, answer.results) == (
        Outcome.NOTHING_VALIDATED, None, (),
    )  # fmt: skip


def test_who_only_names_a_topic_gets_what_surely_answers(tmp_path: Path) -> None:
    policy = resource("hr/bullying.md", title="Bullying")
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store, resources=[policy], passages=[passage(policy, "Report bullying to Sam.")])
    answer = Retriever(store.open(), WordEncoder()).answer(Question("report bullying"))
    assert answer.sensitive == Sensitive(Topic.HARASSMENT, "en", names=True)
    assert (answer.outcome, answer.pinned) == (Outcome.ANSWERED, None)
    assert [one.resource for one in answer.results] == [policy]


def test_an_admin_s_own_wording_of_a_topic_counts(ask: Ask) -> None:
    own = replace(HELP, wordings=("grey book incident",))
    answer = ask("grey book incident", own, locale="fr-FR")
    assert answer.sensitive == Sensitive(Topic.HARASSMENT, "fr")
    assert answer.pinned == own
    assert ask("grey book incident", own, locale="pt").sensitive == Sensitive(
        Topic.HARASSMENT, "en"
    )


def test_a_talk_opens_where_it_is_pinned(tmp_path: Path) -> None:
    talk = resource("it/talk.vtt", kind=Kind.VIDEO)
    said = Passage(
        talk.id,
        0,
        (),
        TimeRange(0, 60),
        "Hello all, a taxi. Now the rules.",
        ((0, 0.0), (19, 30.0)),
    )
    store = SnapshotStore(tmp_path / "snapshots")
    pinned = Pinned(("taxi",), BY, resource_id=talk.id, character=19)
    publish(store, resources=[talk], passages=[said], pinned=[pinned])
    answer = Retriever(store.open(), WordEncoder()).answer(Question("taxi", asked_at=NOON))
    assert answer.results[0].best.sentence_text == "Now the rules."
    assert answer.results[0].place == "0:30"
