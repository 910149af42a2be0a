"""A plain message in, a plain reply out: what is answered, recorded and never lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.events import Asked, DeliveryStatus, Shown
from analytics.links import Links
from analytics.privacy import Pseudonyms
from bots import wording
from bots.conversation import Conversation
from bots.memory import FOLLOW_UP_FOR_S
from bots.messages import Reply
from identity.audiences import Audiences
from identity.person import Person
from keys import Keys
from retrieval.answer import ChannelKind, Outcome
from showing.plain_text import shorten
from showing.ports import Contact
from showing.records import MAX_TEXT
from snapshot.models import TimeRange
from tests.fakes.answers import ASKED_AT, QUESTION, SENTENCE, answer, policy, result
from tests.fakes.cards import elements, lines, urls, violations
from tests.fakes.parts import FakeAnswerer, FakeLinks, FakeOwnData, FakePseudonyms, FakeRecorder
from tests.fakes.talk import ALEX_ALIAS, MEGAN, Talk, message


@pytest.fixture
def talk() -> Talk:
    return Talk()


class TestQuestions:
    """Questions are answered."""

    async def test_a_question_gets_text_a_card_and_an_id(self, talk: Talk) -> None:
        reply = await talk.ask()
        assert reply.text == f"{SENTENCE} (From: Travel and expenses policy, page 4)"
        assert reply.card is not None
        assert urls(reply.card) == ["https://bot.example.com/o/q1.1"]
        assert violations(reply.card) == []
        assert reply.query_id == "q1"

    async def test_the_question_is_handed_over_without_its_greeting(self, talk: Talk) -> None:
        await talk.ask(f"Hi Signpost, {QUESTION}", locale="de-CH")
        [asked] = talk.answerer.questions
        assert (asked.text, asked.locale, asked.asked_at) == (QUESTION, "de-CH", ASKED_AT)
        assert asked.channel_kind is ChannelKind.PERSONAL

    async def test_nothing_validated_is_no_answer_to_rate(self, talk: Talk) -> None:
        talk.answerer.answer_given = answer(outcome=Outcome.NOTHING_VALIDATED)
        reply = await talk.ask("Flux?")
        assert reply.text == f"{wording.NOTHING_HEADING}: “Flux?”. {wording.NOTHING_NOTED}"
        assert reply.card is not None
        assert "“Flux?”" in lines(reply.card)
        assert reply.query_id == "q1"
        assert wording.HELPFUL_QUESTION not in lines(reply.card)

    async def test_addresses_in_the_text_link_nowhere(self, talk: Talk) -> None:
        """Clients make links of them in plain text too; only the card's own buttons lead away."""
        address = "Sign in at https://evil.example.com now."
        talk.answerer.answer_given = answer(result(text=address, sentence=address))
        reply = await talk.ask()
        assert "https://" not in reply.text
        assert "evil.example" not in reply.text

    async def test_what_the_answerer_raises_gets_out(self, talk: Talk) -> None:
        """The bot says sorry, with the words of `failure`."""
        talk.answerer.error = TimeoutError("slow")
        with pytest.raises(TimeoutError):
            await talk.ask()
        assert talk.it.failure().text.endswith("ask the Learning team.")
        (event,) = talk.recorder.asked
        assert (event.delivery, event.outcome) == (DeliveryStatus.FAILED, "")

    async def test_a_result_that_cannot_be_linked_is_shown_without_a_button(
        self, talk: Talk
    ) -> None:
        unsafe = result(policy(url="javascript:alert(1)"))
        talk.answerer.answer_given = answer(unsafe)
        reply = await talk.ask()
        assert reply.card is not None
        assert urls(reply.card) == []
        assert wording.NO_LINK in lines(reply.card)

    async def test_at_most_three_results_are_shown(self, talk: Talk) -> None:
        results = [result(policy(id=f"r{rank}"), rank=rank) for rank in (1, 2, 3, 4)]
        talk.answerer.answer_given = answer(*results)
        reply = await talk.ask()
        assert reply.card is not None
        assert len(urls(reply.card)) == 3
        assert [shown.rank for shown in talk.recorder.asked[0].shown] == [1, 2, 3]

    async def test_a_file_beside_a_question_is_not_read_and_it_says_so(self, talk: Talk) -> None:
        reply = await talk.ask(attachments=("application/pdf",))
        assert reply.card is not None
        assert wording.FILES_IGNORED in lines(reply.card)
        assert reply.text.endswith(wording.FILES_IGNORED)

    async def test_it_works_with_the_products_own_links_and_pseudonyms(self) -> None:
        secret = b"0123456789abcdef"
        talk = Talk()
        parts = (Links(Keys(secret), "https://bot.example.com"), Pseudonyms(Keys(secret)))
        talk.it = Conversation(
            talk.answerer, talk.recorder, *parts, talk.audiences, talk.own_data.parts()
        )
        reply = await talk.ask()
        assert reply.card is not None
        [url] = urls(reply.card)
        target = parts[0].read(url.rpartition("/")[2])
        assert (target.query_id, target.url) == (reply.query_id, "/content/travel.pdf#page=4")
        assert talk.recorder.asked[0].asker == parts[1].pseudonym("tenant", "alex-oid")


class TestAudience:
    """Who may see what."""

    async def test_in_a_personal_chat_it_is_the_persons_own_and_everyone(self, talk: Talk) -> None:
        await talk.ask()
        assert talk.answerer.questions[0].audience == {"managers", "everyone"}

    @pytest.mark.parametrize("kind", [ChannelKind.GROUP, ChannelKind.CHANNEL])
    async def test_in_a_shared_chat_it_is_everyone(self, talk: Talk, kind: ChannelKind) -> None:
        """Everybody there reads the answer."""
        await talk.ask(channel_kind=kind)
        assert talk.answerer.questions[0].audience == {"everyone"}

    async def test_an_unknown_person_is_everyone(self, talk: Talk) -> None:
        """Somebody without a directory id too, whatever an audience lists."""
        for person in (MEGAN, Person("29:guest")):
            await talk.ask(sender=person)
        assert [asked.audience for asked in talk.answerer.questions] == [{"everyone"}] * 2


class TestFollowUps:
    """A question just after another is handed over with the one before."""

    async def test_the_question_before_is_the_context(self, talk: Talk) -> None:
        for text in ("How do I claim expenses?", "and for interns?", "and abroad?"):
            await talk.ask(text)
        assert [asked.context for asked in talk.answerer.questions] == [
            None,
            "How do I claim expenses?",
            "and for interns?",
        ]

    async def test_after_some_minutes_it_is_forgotten(self, talk: Talk) -> None:
        await talk.ask()
        talk.time.seconds += FOLLOW_UP_FOR_S + 1
        await talk.ask("and for interns?")
        assert talk.answerer.questions[1].context is None

    @pytest.mark.parametrize("change", [{"sender": MEGAN}, {"conversation_id": "19:other"}])
    async def test_it_is_the_same_persons_in_the_same_chat(
        self, talk: Talk, change: Mapping[str, Any]
    ) -> None:
        """In a channel, in the same thread."""
        await talk.ask()
        await talk.ask("and for interns?", **change)
        assert talk.answerer.questions[1].context is None


class TestSmallTalk:
    """Never a dead end, and never in the log."""

    @pytest.mark.parametrize(
        ("text", "attachments", "beginning"),
        [
            ("hi", (), "Hello. Ask me a question"),
            ("Grüezi!", (), "Hello. Ask me a question"),
            ("thanks", (), "Happy to help. Ask me the next question"),
            ("bye", (), "Goodbye. Whenever"),
            ("", (), "I did not see a question in that. Ask me a question"),
            ("👻", (), "I did not see a question in that. Ask me a question"),
            ("", ("image/*",), f"{wording.FILES_IGNORED} Ask me a question"),
            ("word " * 500, (), "That is longer than the 2,000 characters"),
            ("help", (), "What Signpost does. Ask me a question"),
            ("?", (), "What Signpost does. Ask me a question"),
        ],
    )
    async def test_it_says_what_to_do_next(
        self, talk: Talk, text: str, attachments: tuple[str, ...], beginning: str
    ) -> None:
        reply = await talk.ask(text, attachments=attachments)
        assert reply.text.startswith(beginning)
        assert "sk me" in reply.text
        assert reply.query_id is None
        assert talk.answerer.questions == []
        refused = text in {"", "👻", "word " * 500} and not attachments
        said = [(event.text, event.delivery) for event in talk.recorder.asked]
        assert said == ([(shorten(text, MAX_TEXT), DeliveryStatus.REFUSED)] if refused else [])

    async def test_an_example_comes_from_the_content(self, talk: Talk) -> None:
        assert (await talk.ask("hi")).text.endswith("for example: “Who signs contracts?”")
        assert (await Talk(examples=tuple).ask("hi")).text.endswith("the tool or process.")

    async def test_help_and_welcome_are_cards_with_three_examples(self, talk: Talk) -> None:
        for reply in (await talk.ask("help"), talk.it.welcome()):
            assert reply.card is not None
            assert violations(reply.card) == []
            assert [one["title"] for one in elements(reply.card, "Action.Execute")] == [
                "Who signs contracts?",
                "Where is the form?",
                "Third?",
            ]
            assert "Alex" not in str(reply)

    async def test_without_a_contact_failure_names_nobody(self) -> None:
        assert Talk(contact=Contact()).it.failure().text.endswith("in a minute.")


class TestRecording:
    """The log gets what was asked and shown, after the reply is out."""

    async def test_an_answer_is_recorded_with_what_was_shown(self, talk: Talk) -> None:
        video = result(policy(title="A video", url="/content/v.mp4"), locator=TimeRange(134, 150))
        talk.answerer.answer_given = answer(video, outcome=Outcome.CLOSEST)
        asked = message(f"hi, {QUESTION}", locale="en-GB", channel_kind=ChannelKind.GROUP)
        reply = await talk.it.message(asked)
        assert talk.recorder.events == []
        talk.it.sent(reply, "activity-1")
        assert talk.recorder.events == [
            Asked(
                query_id="q1",
                asked_at=ASKED_AT,
                asker=ALEX_ALIAS,
                channel_kind="group",
                locale="en-GB",
                text=QUESTION,
                outcome="closest",
                top_score=0.82,
                took_ms=23.5,
                snapshot_id="snapshot-1",
                shown=(
                    Shown(
                        rank=1,
                        resource_id=video.resource.id,
                        title="A video",
                        place="2:14",
                        url="/content/v.mp4#t=134",
                        score=0.9,
                        dense_score=0.8,
                        lexical_score=3.5,
                    ),
                ),
                reply_key="<reply:19:chat|activity-1>",
            )
        ]

    async def test_without_an_activity_id_it_is_recorded_all_the_same(self, talk: Talk) -> None:
        talk.it.sent(await talk.it.message(message(QUESTION)), None)
        assert talk.recorder.asked[0].reply_key is None

    async def test_nothing_validated_is_recorded_for_the_people_who_make_content(
        self, talk: Talk
    ) -> None:
        talk.answerer.answer_given = answer(outcome=Outcome.NOTHING_VALIDATED)
        await talk.ask("Flux?")
        [asked] = talk.recorder.asked
        assert (asked.text, asked.outcome, asked.shown) == ("Flux?", "nothing_validated", ())

    async def test_people_without_a_object_id_have_a_pseudonym_too(self, talk: Talk) -> None:
        await talk.ask(sender=Person("29:guest", tenant_id="tenant"))
        assert talk.recorder.asked[0].asker == "<tenant|29:guest>"

    async def test_an_unknown_reply_is_not_recorded(self, talk: Talk) -> None:
        talk.it.sent(Reply("Hello."), "a1")
        talk.it.sent(Reply("Hello.", query_id="q9"), "a1")
        assert talk.recorder.events == []


@settings(deadline=None, max_examples=100)
@given(
    st.text(max_size=300) | st.text(alphabet="\u202e\x00\ud800*[]()_`<>#hi ,?", max_size=60),
    st.sampled_from(Outcome),
)
async def test_any_text_gets_a_card_that_teams_takes(text: str, outcome: Outcome) -> None:
    """Hostile text is answered or clearly refused, and what is recorded can be stored."""
    talk = Talk()
    results = () if outcome is Outcome.NOTHING_VALIDATED else (result(),)
    talk.answerer.answer_given = answer(*results, outcome=outcome)
    reply = await talk.ask(text)
    assert reply.text
    reply.text.encode()
    if reply.card:
        assert violations(reply.card) == []
    for event in talk.recorder.asked:
        event.text.encode()
        assert "\x00" not in event.text


async def test_by_itself_it_makes_random_ids_and_reads_the_clock() -> None:
    """32 hexadecimal digits, and the time in UTC."""
    answerer = FakeAnswerer()
    it = Conversation(
        answerer, FakeRecorder(), FakeLinks(), FakePseudonyms(), Audiences(), FakeOwnData().parts()
    )
    ids = {(await it.message(message(QUESTION))).query_id or "" for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", query_id) for query_id in ids)
    asked_at = answerer.questions[0].asked_at
    assert asked_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - asked_at) < timedelta(minutes=1)
