"""Below an answer: the same question for some resources alone, in its place, and a way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.events import Asked
from bots import wording
from bots.actions import OFFER, Offer, Offered
from bots.further import offers_for, tag_of
from bots.messages import CardPress, PressReply, Reply
from retrieval.answer import Answer, ChannelKind, Outcome
from retrieval.questions.narrowing import ALL, Narrowing
from snapshot.formats.format_row import Kind
from snapshot.models import EVERYONE, Resource
from tests.fakes.answers import answer, result, three
from tests.fakes.cards import buttons, elements, lines, violations
from tests.fakes.content import resource
from tests.fakes.talk import ALEX, CHAT, MEGAN, QUESTION, Talk
from words.catalogue import words_for

SAY = words_for("en")

PAGE = resource("a.md")
CLIP = resource("c.vtt", kind=Kind.VIDEO, duration_minutes=5)
TALK = resource("t.vtt", kind=Kind.VIDEO, duration_minutes=50)
PAPER = resource("p.pdf", kind=Kind.DOCUMENT)
FOUND = (PAGE, CLIP, PAPER, TALK)


def _answer(*found: Resource) -> Answer:
    return replace(answer(*three()), found=found)


@pytest.mark.parametrize(
    ("found", "offers"),
    [
        ((), ()),
        ((PAGE, PAGE, PAGE), ()),
        ((PAGE, CLIP), (Offer.VIDEOS, Offer.SHORT)),
        ((CLIP, TALK), (Offer.SHORT,)),
        ((TALK, TALK), ()),
        ((PAGE, PAPER, TALK), (Offer.VIDEOS, Offer.DOCUMENTS)),
        (FOUND, (Offer.VIDEOS, Offer.DOCUMENTS, Offer.MORE)),
        ((*[PAGE] * 10, CLIP), (Offer.MORE,)),
    ],
)
def test_only_what_leads_somewhere_else_is_offered(
    found: tuple[Resource, ...], offers: tuple[Offer, ...]
) -> None:
    assert offers_for(_answer(*found), shown=3) == offers


def test_what_is_narrowed_leads_back() -> None:
    asked = _answer(*FOUND)
    narrowed = replace(asked, question=replace(asked.question, only=Narrowing(max_minutes=5)))
    assert offers_for(narrowed, shown=3) == (Offer.ALL,)


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    talk.answerer.answer_given = _answer(*FOUND)
    return talk


async def _press(
    talk: Talk, reply: Reply | PressReply, offer: Offer, **changes: object
) -> PressReply:
    """The press of that offer's button on the card."""
    assert reply.card is not None
    [data] = [
        one["data"]
        for one in elements(reply.card, "Action.Execute")
        if one["data"].get("offer") == offer
    ]
    return await talk.it.press(replace(CardPress(data, ALEX, CHAT), **changes))  # type: ignore[arg-type]


async def test_a_press_asks_again_and_the_answer_takes_the_place_of_the_card(talk: Talk) -> None:
    first = await talk.ask()
    narrowed = await _press(talk, first, Offer.VIDEOS)
    asked = talk.answerer.questions[-1]
    assert (asked.text, asked.only) == (QUESTION, Narrowing(frozenset({"video"})))
    assert narrowed.card is not None
    assert violations(narrowed.card) == []
    assert wording.narrowed(SAY, QUESTION, "videos") in lines(narrowed.card)
    back = await _press(talk, narrowed, Offer.ALL)
    assert talk.answerer.questions[-1].only == ALL
    assert back.card is not None
    assert "Understood as" not in str(back.card)


LEAVE = [resource(f"{n}.md", tags=("Parental Leave", "hr")) for n in range(3)]


@pytest.mark.parametrize(
    ("found", "tag"),
    [
        ((*LEAVE, PAGE), "hr"),
        ((*LEAVE, resource("h.md", tags=("HR",)), PAGE), "hr"),
        ((resource("x.md", tags=("Pay", "hr")), resource("y.md", tags=("pay",)), PAGE), "Pay"),
        (LEAVE, ""),
        ((LEAVE[0], PAGE, CLIP), ""),
        ((), ""),
    ],
)
def test_a_tag_that_several_and_not_all_have_is_named_as_it_is_spelt(
    found: tuple[Resource, ...], tag: str
) -> None:
    assert tag_of(_answer(*found)) == tag
    assert (Offer.TAG in offers_for(_answer(*found), shown=3)) == bool(tag)


async def test_only_what_has_a_tag_is_asked_for_by_its_name(talk: Talk) -> None:
    """After a restart, too; and the tag's words are said as they are."""
    strange = [resource(f"{n}.md", tags=("{0} <b>",)) for n in range(2)]
    talk.answerer.answer_given = _answer(*strange, PAGE)
    first = await talk.ask()
    assert first.card is not None
    assert "Only “{0} <b>”" in buttons(first.card)
    narrowed = await _press(talk, first, Offer.TAG)
    assert talk.answerer.questions[-1].only == Narrowing(tags=frozenset({"{0} <b>"}))
    assert narrowed.card is not None
    assert wording.narrowed(SAY, QUESTION, "{0} <b>") in lines(narrowed.card)
    assert violations(narrowed.card) == []


async def test_each_is_logged_as_a_question_of_its_own(talk: Talk) -> None:
    first = await talk.ask()
    await _press(talk, first, Offer.DOCUMENTS)
    logged = [one for one in talk.recorder.events if isinstance(one, Asked)]
    assert [one.text for one in logged] == [QUESTION, QUESTION]
    assert len({one.query_id for one in logged}) == 2


async def test_who_presses_is_shown_what_they_may_see(talk: Talk) -> None:
    shared = await talk.ask(channel_kind=ChannelKind.GROUP)
    await _press(talk, shared, Offer.VIDEOS, channel_kind=ChannelKind.GROUP)
    assert talk.answerer.questions[-1].audience == frozenset({EVERYONE})


async def test_nothing_of_the_kind_is_said_and_leaves_the_card(talk: Talk) -> None:
    first = await talk.ask()
    talk.answerer.answer_given = replace(answer(), found=())
    pressed = await _press(talk, first, Offer.VIDEOS)
    assert (pressed.card, pressed.text) == (
        None,
        wording.none_on(SAY, "videos", QUESTION),
    )


async def test_more_results_are_a_message_of_their_own(talk: Talk) -> None:
    first = await talk.ask()
    pressed = await _press(talk, first, Offer.MORE)
    assert pressed.card is None
    assert pressed.message == Reply(wording.NO_MORE)  # the three there are were shown


async def test_a_press_in_another_chat_or_on_a_card_long_ago_is_told(
    talk: Talk,
) -> None:
    first = await talk.ask()
    elsewhere = await _press(talk, first, Offer.VIDEOS, conversation_id="19:other")
    assert elsewhere.text == wording.PRESS_UNKNOWN
    forgotten = CardPress(OFFER.data(Offered("never", Offer.VIDEOS)), ALEX, CHAT)
    assert (await talk.it.press(forgotten)).text == wording.PRESS_UNKNOWN


async def test_a_card_that_was_rated_still_offers_what_it_did(talk: Talk) -> None:
    first = await talk.ask()
    assert first.card is not None
    [rate, *_] = [
        one["data"]
        for one in elements(first.card, "Action.Execute")
        if one["data"]["action"] == "rate"
    ]
    rated = await talk.it.press(CardPress(rate, ALEX, CHAT))
    assert rated.card is not None
    assert wording.offer_button(SAY, Offer.VIDEOS) in str(rated.card)


class TestFollowUpsAlone:
    """A follow-up says what it was read after, and can be asked by itself."""

    @pytest.fixture
    def leaning(self) -> Talk:
        talk = Talk()
        talk.answerer.answer_given = replace(
            answer(result()), found=FOUND, earlier="How long is parental leave?"
        )
        return talk

    async def _follow_up(self, talk: Talk, **changes: object) -> Reply:
        await talk.ask("How long is parental leave?", **changes)
        return await talk.ask("in Portugal", **changes)

    async def test_one_press_asks_it_by_itself_in_the_place_of_the_card(
        self, leaning: Talk
    ) -> None:
        reply = await self._follow_up(leaning)
        assert reply.card is not None
        said = wording.understood_as(SAY, "How long is parental leave?", "in Portugal")
        assert said in lines(reply.card)
        assert "Ask only “in Portugal”" in buttons(reply.card)
        assert violations(reply.card) == []
        leaning.answerer.answer_given = _answer(*FOUND)
        alone = await _press(leaning, reply, Offer.ALONE)
        asked = leaning.answerer.questions[-1]
        assert (asked.text, asked.context, asked.audience) == (
            "in Portugal",
            None,
            {"managers", EVERYONE},
        )
        assert alone.card is not None
        assert wording.you_asked(SAY, "in Portugal") in lines(alone.card)
        assert "Understood as" not in str(alone.card)

    @pytest.mark.parametrize("outcome", Outcome)
    async def test_the_way_out_is_there_whatever_was_found(
        self, leaning: Talk, outcome: Outcome
    ) -> None:
        found = () if outcome is Outcome.NOTHING_VALIDATED else three()
        leaning.answerer.answer_given = replace(
            answer(*found, outcome=outcome), earlier="How long is parental leave?"
        )
        reply = await self._follow_up(leaning)
        leaning.answerer.answer_given = answer(outcome=Outcome.NOTHING_VALIDATED)
        alone = await _press(leaning, reply, Offer.ALONE)
        assert alone.card is not None
        assert "“in Portugal”" in lines(alone.card)

    async def test_it_is_logged_once_more_and_the_question_before_is_not(
        self, leaning: Talk
    ) -> None:
        reply = await self._follow_up(leaning)
        await _press(leaning, reply, Offer.ALONE)
        texts = [one.text for one in leaning.recorder.asked]
        assert texts == ["How long is parental leave?", "in Portugal", "in Portugal"]

    async def test_what_is_asked_next_goes_on_from_there(self, leaning: Talk) -> None:
        reply = await self._follow_up(leaning)
        leaning.answerer.answer_given = _answer(*FOUND)
        await _press(leaning, reply, Offer.ALONE)
        await leaning.ask("and for interns?")
        assert leaning.answerer.questions[-1].context == "in Portugal"

    async def test_narrowed_it_is_still_a_follow_up_and_alone_it_stays_alone(
        self, leaning: Talk
    ) -> None:
        reply = await self._follow_up(leaning)
        narrowed = await _press(leaning, reply, Offer.VIDEOS)
        context = leaning.answerer.questions[-1].context
        assert context == "How long is parental leave?"
        assert narrowed.card is not None
        assert "Ask only “in Portugal”" not in buttons(narrowed.card)
        leaning.answerer.answer_given = _answer(*FOUND)
        alone = await _press(leaning, reply, Offer.ALONE)
        await _press(leaning, alone, Offer.VIDEOS)
        assert leaning.answerer.questions[-1].context is None

    async def test_whoever_presses_in_a_group_goes_on_from_their_own_question(
        self, leaning: Talk
    ) -> None:
        group = {"channel_kind": ChannelKind.GROUP}
        reply = await self._follow_up(leaning, **group)
        await leaning.ask("How do I get a taxi?", sender=MEGAN, **group)
        for offer in (Offer.VIDEOS, Offer.ALONE):
            await _press(leaning, reply, offer, sender=MEGAN, **group)
        leaning.answerer.answer_given = _answer(*FOUND)
        await leaning.ask("and abroad?", sender=MEGAN, **group)
        assert leaning.answerer.questions[-1].context == "How long is parental leave?"
