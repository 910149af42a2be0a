"""A search beside the compose box finds what everyone may see, and a link says what it opens."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from analytics.events import Asked
from analytics.links import NO_RESULT, Links
from bots import wording
from bots.extension import extension_invokes as invokes
from bots.extension.extension_invokes import Invoked
from bots.extension.search_extension import SearchExtension
from bots.extension.settling import Settling
from errors import Overloaded
from identity.audience_file import Listed
from identity.audiences import Audiences
from retrieval.answer import ChannelKind, Outcome, Question
from retrieval.pins.sensitive import sensitive
from retrieval.search import Visibility
from showing.care import EMERGENCY_NUMBER
from showing.ports import Contact
from snapshot.models import EVERYONE, Resource
from tests.fakes.answers import answer, three
from tests.fakes.cards import elements, lines, violations
from tests.fakes.content import resource
from tests.fakes.parts import FakeAnswerer, FakePseudonyms, FakeRecorder
from tests.fakes.talk import ALEX
from tests.portal.fakes import KEYS
from words.catalogue import words_for

ORIGIN = "https://signpost.example.com"
LINKS = Links(KEYS, ORIGIN)
LEAVE = resource("leave.md", title="Annual leave")
CLIP = resource("clip.vtt", url="/watch/clip", title="A clip", duration_minutes=1)
BANDS = resource("bands.md", title="Pay bands", audience=("managers",))


class Shelf:
    def __init__(self, *every: Resource) -> None:
        self.every = every

    def resources(self, question: Question) -> Sequence[Resource]:
        hidden = set(Visibility(self.every).hidden_from(question).tolist())
        return [one for number, one in enumerate(self.every) if number not in hidden]


class Box:
    """The extension with fakes around it."""

    def __init__(self, *every: Resource, popular: Sequence[str] = ()) -> None:
        async def most() -> Sequence[str]:
            return popular

        self.answerer, self.recorder = FakeAnswerer(), FakeRecorder()
        self.answerer.answer_given = answer(*three())
        self.settling = Settling(self.recorder, settled_s=0.01)
        self.it = SearchExtension(
            self.answerer,
            self.settling,
            LINKS,
            FakePseudonyms(),
            Audiences(Listed({"managers": frozenset({"alex-oid"})})),
            Shelf(*(every or (LEAVE, CLIP, BANDS))),
            most,
            ORIGIN,
            Contact("the Learning team", "https://help.example.com"),
            EMERGENCY_NUMBER,
        )

    async def search(self, text: str, **options: Any) -> dict[str, Any]:
        value = {
            "commandId": "search",
            "parameters": [{"name": "question", "value": text}],
            "queryOptions": {"skip": 0, "count": 25, **options},
        }
        return await self.ask(invokes.QUERY, value)

    async def ask(self, name: str, value: Any) -> dict[str, Any]:
        body = await self.it.answer(name, Invoked(value, ALEX, "en-GB"))
        shown: dict[str, Any] = body.get("composeExtension", {})
        return shown


def _titles(shown: dict[str, Any]) -> list[str]:
    return [one["preview"]["content"]["title"] for one in shown["attachments"]]


async def test_results_have_a_preview_and_a_card_that_opens_the_exact_place() -> None:
    box = Box()
    shown = await box.search("how do I claim")
    assert (shown["type"], shown["attachmentLayout"]) == ("result", "list")
    assert len(shown["attachments"]) == 3
    first = shown["attachments"][0]
    assert first["preview"]["content"]["text"].startswith(wording.ANSWERS_IT)
    assert wording.ANSWERS_IT not in shown["attachments"][1]["preview"]["content"]["text"]
    for one in shown["attachments"]:
        assert violations(one["content"]) == []
        [opening] = elements(one["content"], "Action.OpenUrl")
        assert opening["url"].startswith(f"{ORIGIN}/o/")
        assert not list(elements(one["content"], "Action.Execute"))


async def test_what_is_inserted_counts_as_nobodys_opening() -> None:
    """Everybody in the conversation opens it, and a link does not say who. In a dialog there is
    one reader."""
    box = Box()
    listed = await box.search("how do I claim")
    topic = sensitive("I want to kill myself")
    box.answerer.answer_given = replace(answer(*three()), sensitive=topic)
    whole = await box.search("I want to kill myself")
    box.answerer.answer_given = answer(*three())
    body = {"messagePayload": {"body": {"contentType": "text", "content": "how do I claim"}}}
    task = await box.it.answer(invokes.FETCH, Invoked(body, ALEX, "en-GB"))

    def ranks(shown: object) -> list[int]:
        urls = [one["url"] for one in elements(shown, "Action.OpenUrl")]
        ours = [url.rpartition("/")[2] for url in urls if url.startswith(f"{ORIGIN}/o/")]
        return [LINKS.read(token).rank for token in ours]

    assert {*ranks(listed["attachments"])} == {NO_RESULT}
    assert {*ranks(whole["attachments"])} <= {NO_RESULT}
    assert ranks(task["task"]["value"]["card"]["content"])[0] == 1


async def test_only_an_answer_says_that_it_answers() -> None:
    box = Box()
    box.answerer.answer_given = answer(*three(), outcome=Outcome.CLOSEST)
    shown = await box.search("how do I claim")
    assert wording.ANSWERS_IT not in str(shown)


async def test_what_nothing_answers_is_said() -> None:
    box = Box()
    box.answerer.answer_given = answer(outcome=Outcome.NOTHING_VALIDATED)
    shown = await box.search("who won the cup")
    assert shown == {"type": "message", "text": wording.nothing(words_for("en"), "who won the cup")}


async def test_what_is_inserted_is_for_everyone_whoever_searches() -> None:
    box = Box()
    await box.search("pay bands")
    [question] = box.answerer.questions
    assert question.audience == frozenset({EVERYONE})
    assert question.channel_kind is ChannelKind.COMPOSE


async def test_before_anything_is_typed_what_is_opened_most_stands_first() -> None:
    newer = replace(LEAVE, id="newer", title="Newer")
    box = Box(LEAVE, CLIP, BANDS, newer, popular=[CLIP.id, BANDS.id])
    shown = await box.ask(invokes.QUERY, {"parameters": [{"name": "initialRun", "value": "true"}]})
    assert _titles(shown)[0] == "A clip"
    assert "Pay bands" not in _titles(shown)
    assert box.answerer.questions == []


async def test_a_page_of_results_is_what_was_asked_for() -> None:
    shown = await Box().search("how do I claim", skip=1, count=1)
    assert len(shown["attachments"]) == 1
    assert wording.ANSWERS_IT not in str(shown)


async def test_nobody_makes_the_server_rank_thousands() -> None:
    box = Box()
    assert (await box.search("how do I claim", skip=100))["attachments"] == []
    assert box.answerer.questions == []
    await box.search("how do I claim", skip=99)
    assert box.answerer.questions[0].top_k == 124


@pytest.mark.parametrize(
    "value",
    [
        None, [], "x", {}, {"parameters": None}, {"parameters": [None, 7, {}, {"name": 1}]},
        {"parameters": [{"name": "question", "value": 7}]}, {"queryOptions": []},
        {"queryOptions": {"skip": -1, "count": "x"}}, {"queryOptions": {"count": 10**9}},
        {"parameters": [{"value": "\x00 "}]},
    ],
)  # fmt: skip
async def test_whatever_a_client_sends_is_a_list_to_begin_with(value: Any) -> None:
    shown = await Box().ask(invokes.QUERY, value)
    assert "Annual leave" in _titles(shown)


async def test_a_question_too_long_and_many_who_ask_are_told() -> None:
    box = Box()
    assert (await box.search("x" * 501))["text"] == wording.too_long(words_for("en"), 500)
    box.answerer.error = Overloaded("many")
    assert (await box.search("leave"))["text"] == wording.BUSY


async def test_somebody_in_distress_is_shown_where_to_turn_and_not_results() -> None:
    box = Box()
    topic = sensitive("I want to kill myself", "en")
    box.answerer.answer_given = replace(answer(*three()), sensitive=topic)
    shown = await box.search("I want to kill myself")
    assert len(shown["attachments"]) == 1
    assert EMERGENCY_NUMBER in str(shown["attachments"][0]["content"])
    await box.settling.close()
    assert len(box.recorder.events) == 1
    assert "kill" not in str(box.recorder.events)


async def test_the_question_counts_once_and_not_its_letters() -> None:
    box = Box()
    box.settling.settled_s = 60
    for text in ("how", "how do I", "how do I claim"):
        await box.search(text)
    assert box.recorder.events == []
    box.settling.settled_s = 0.01
    await box.search("how do I cl")
    async with asyncio.timeout(30):
        while not box.recorder.events:
            await asyncio.sleep(0)
    [event] = box.recorder.events
    assert isinstance(event, Asked)
    assert (event.text, event.channel_kind) == ("how do I cl", "compose")


async def test_another_question_and_the_servers_end_settle_what_was_asked() -> None:
    box = Box()
    box.settling.settled_s = 60
    await box.search("annual leave")
    await box.search("notice period")
    assert [event.text for event in box.recorder.events if isinstance(event, Asked)] == [
        "annual leave"
    ]
    await box.settling.close()
    assert len(box.recorder.events) == 2


@pytest.mark.parametrize(
    "url",
    [
        LINKS.link("q", 1, f"{LEAVE.url}#days", LEAVE.id),
        LEAVE.url,
        f"{LEAVE.url}#days",
    ],
)
async def test_a_link_says_what_it_opens(url: str) -> None:
    shown = await Box().ask(invokes.LINK, {"url": url})
    [one] = shown["attachments"]
    assert one["preview"]["content"]["title"] == "Annual leave"
    assert "Validated by Learning team" in " ".join(lines(one["content"]))
    assert one["content"]["version"] == "1.3"  # a link's card of a newer version is not shown
    assert violations(one["content"] | {"version": "1.5"}) == []


@pytest.mark.parametrize(
    ("published", "written"),
    [
        ("https://docs.example.com/Annual leave", "https://docs.example.com/Annual%20leave#days"),
        (
            "https://docs.example.com/Jours%20f%C3%A9ri%C3%A9s",
            "https://docs.example.com/Jours fériés",
        ),
    ],
)
async def test_an_address_is_known_however_it_is_spelt(published: str, written: str) -> None:
    shown = await Box(replace(LEAVE, url=published)).ask(invokes.LINK, {"url": written})
    assert _titles(shown) == ["Annual leave"]


async def test_a_page_of_ours_is_known_by_its_path() -> None:
    shown = await Box().ask(invokes.LINK, {"url": f"{ORIGIN}/watch/clip#t=20"})
    [one] = shown["attachments"]
    [opening] = elements(one["content"], "Action.OpenUrl")
    token = opening["url"].rpartition("/")[2]
    assert LINKS.read(token).url == "/watch/clip#t=20"


async def test_the_page_of_a_resource_shows_the_resource() -> None:
    shown = await Box().ask(invokes.LINK, {"url": f"{ORIGIN}/resources/{LEAVE.id}"})
    [one] = shown["attachments"]
    assert one["preview"]["content"]["title"] == LEAVE.title
    [opening] = elements(one["content"], "Action.OpenUrl")
    assert LINKS.read(opening["url"].rpartition("/")[2]).url == LEAVE.url


@pytest.mark.parametrize(
    "value",
    [
        {"url": LINKS.link("q", 1, BANDS.url, BANDS.id, restricted=True)},
        {"url": f"{ORIGIN}/resources/{BANDS.id}"},
        {"url": f"{ORIGIN}/resources/"},
        {"url": BANDS.url},
        {"url": f"{ORIGIN}/o/forged"},
        {"url": "https://elsewhere.example.com/x"},
        {"url": "https://signpost.example.com.evil.example/watch/clip"},
        {"url": "https://geheim\u2100x.example/a"},
        {"url": "http://[::1"},
        {"url": 7},
        None,
    ],
)
async def test_what_is_not_for_everyone_or_not_ours_is_not_shown(value: Any) -> None:
    """Not even to somebody who may see it: others are in the conversation."""
    assert await Box().ask(invokes.LINK, value) == {}


async def test_who_has_not_installed_the_app_is_shown_nothing() -> None:
    assert await Box().ask(invokes.ANONYMOUS_LINK, {"url": LEAVE.url}) == {}


MESSAGE = {
    "messagePayload": {
        "body": {
            "contentType": "html",
            "content": "<blockquote>Older</blockquote>"
            "<p><at id='0'>Ben</at> How do I <b>claim</b>?</p>",
        }
    }
}


async def test_a_message_is_answered_in_a_dialog_that_only_its_reader_sees() -> None:
    """So with their own audience, and without buttons that would reach nobody."""
    box = Box()
    body = await box.it.answer(invokes.FETCH, Invoked(MESSAGE, ALEX))
    [question] = box.answerer.questions
    assert question.text == "How do I claim ?"
    assert question.audience == frozenset({EVERYONE, "managers"})
    card = body["task"]["value"]["card"]["content"]
    assert body["task"]["type"] == "continue"
    assert violations(card) == []
    assert not list(elements(card, "Action.Execute"))
    assert list(elements(card, "Action.OpenUrl"))


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"messagePayload": {"body": None}},
        {"messagePayload": {"body": {"content": "<img>", "contentType": "html"}}},
        {"messagePayload": {"body": {"content": "<![" * 9000, "contentType": "html"}}},
        {"messagePayload": {"body": {"content": "<!" * 9000, "contentType": "html"}}},
        {"messagePayload": {"body": {"content": "<blockquote>x" * 999, "contentType": "html"}}},
    ],
)
async def test_a_message_without_words_says_so(value: Any) -> None:
    body = await Box().it.answer(invokes.FETCH, Invoked(value, ALEX))
    assert wording.NO_QUESTION in str(body["task"])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (invokes.QUERY, {"composeExtension": {"type": "message", "text": "Sorry"}}),
        (invokes.FETCH, {"task": {"type": "message", "value": "Sorry"}}),
        (invokes.SELECT, {"composeExtension": {"type": "message", "text": "Sorry"}}),
        (invokes.LINK, {}),
    ],
)
def test_each_is_told_in_the_form_that_teams_takes(name: str, shown: dict[str, Any]) -> None:
    assert invokes.told(name, "Sorry") == shown
