"""The bot in a Teams-like client: what an employee sees, presses and gets."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import ELSEWHERE

ANSWERED = "what do I do if my laptop is stolen?"
SENTENCE = "ring 4444 at once"
UNANSWERED = "which team won the football world cup in 1974?"
SHOTS = Path(__file__).resolve().parent.parent.parent / "build" / "screenshots"
Rows = Callable[[str], list[tuple[Any, ...]]]


class Teams:
    """The client as a person uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open_chat(self, name: str) -> None:
        self.page.get_by_role("treeitem", name=name, exact=True).click()

    def say(self, text: str, *, mention: str = "", post: bool = False) -> None:
        self.page.locator("div[role=textbox][contenteditable=true]").first.click()
        if mention:
            self.page.keyboard.type("@")
            self.page.get_by_role("menuitem", name=mention).click()
            text = f" {text}"
        self.page.keyboard.type(text)
        button = "Post" if post else "Send Message"
        self.page.get_by_role("button", name=button).first.click()

    def card(self, text: str) -> Locator:
        """The latest card that holds the text."""
        return self.page.locator(".ac-adaptiveCard", has_text=text).last

    def message(self, text: str) -> Locator:
        """The latest message of the bot that holds the text."""
        return self.page.locator(".fai-OutputCard", has_text=text).last

    def shoot(self, name: str) -> None:
        """A picture for people to look at, in build/screenshots."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")


@pytest.fixture
def teams(browser: Browser, playground_url: str) -> Iterator[Teams]:
    """A fresh client, after the bot has welcomed its user."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 1000}, device_scale_factor=2, locale="en-US"
    )
    # Fonts and pictures from elsewhere are not there; without this they are waited for.
    context.route(ELSEWHERE, lambda route: route.abort())
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(playground_url, wait_until="commit")
    page.get_by_role("treeitem", name="Personal Chat", exact=True).wait_for()
    client = Teams(page)
    client.card("Signpost").wait_for()
    yield client
    context.close()


@pytest.fixture
def rows(data_dir: Path) -> Rows:
    """Reads the query log; waits for the writer, which follows the answer."""

    def read(statement: str) -> list[tuple[Any, ...]]:
        end = time.monotonic() + 10
        while True:
            with sqlite3.connect(data_dir / "signpost.db") as database:
                found = database.execute(statement).fetchall()
            if found or time.monotonic() > end:
                return found
            time.sleep(0.1)

    return read


def test_the_bot_welcomes_and_says_what_can_be_asked(teams: Teams) -> None:
    card = teams.card("Signpost")
    expect(card).to_contain_text("How do I claim travel expenses?")
    teams.shoot("welcome")


def test_a_search_beside_the_compose_box_inserts_a_card(teams: Teams) -> None:
    page = teams.page
    page.get_by_role("button", name="Trigger Message Extension App").click()
    page.get_by_role("menuitem", name="Search Command").click()
    page.get_by_placeholder("Enter a search term").fill("claim travel expenses")
    page.get_by_text("Claim expenses in Kestrel").first.click()
    card = page.locator("div[role=textbox] .ac-adaptiveCard, .ac-adaptiveCard").last
    expect(card).to_contain_text("Validated by Ben Cartwright")
    expect(card.get_by_role("link", name="Open section")).to_be_visible()
    teams.shoot("extension")


def test_an_answer_is_narrowed_in_its_place_and_leads_back(teams: Teams) -> None:
    teams.say("how do I claim travel expenses?")
    teams.card("Claim expenses in Kestrel").get_by_role("button", name="Only videos").click()
    narrowed = teams.card("videos only")
    expect(narrowed).to_contain_text("Kestrel in seven minutes")
    teams.shoot("narrowed")
    narrowed.get_by_role("button", name="All results").click()
    expect(teams.card("Claim expenses in Kestrel")).to_be_visible()
    expect(teams.page.locator(".ac-adaptiveCard", has_text="videos only")).to_have_count(0)


def test_an_example_is_asked_by_a_press(teams: Teams) -> None:
    example = teams.card("Signpost").get_by_role("button").first
    question = example.inner_text()
    example.click()
    answer = teams.card(f"You asked: “{question}”")
    expect(answer).to_contain_text("Validated by")
    teams.shoot("example")


def test_a_question_gets_a_card_that_opens_the_exact_place(
    teams: Teams, base_url: str, rows: Rows
) -> None:
    teams.say(ANSWERED)
    card = teams.card(SENTENCE)
    expect(card).to_be_visible()
    expect(card).to_contain_text("Validated by")
    teams.shoot("answer")
    card.screenshot(path=SHOTS / "card.png")  # the picture in README.md
    link = card.get_by_role("link", name="Open").first
    address = link.get_attribute("title") or ""
    assert address.startswith(f"{base_url}/o/")
    opened = teams.page.context.new_page()
    response = opened.goto(address)
    assert response is not None
    assert response.status == 200
    assert opened.url.startswith(f"{base_url}/content/security/lost-or-stolen-device.md#")
    opened.screenshot(path=SHOTS / "opened.png")
    openings = (
        "SELECT rank FROM openings JOIN questions USING (query_id) WHERE channel_kind = 'personal'"
    )
    assert rows(openings) == [(1,)]


def test_helpful_is_recorded_and_acknowledged_on_the_card(teams: Teams, rows: Rows) -> None:
    teams.say(ANSWERED)
    card = teams.card(SENTENCE)
    card.get_by_role("button", name="Helpful", exact=True).click()
    expect(teams.card(SENTENCE)).to_contain_text("Thank")
    teams.shoot("rated")
    assert (1, "card") in rows("SELECT helpful, source FROM ratings WHERE source = 'card'")


def test_what_was_wrong_is_written_on_the_card_which_alone_asks(teams: Teams, rows: Rows) -> None:
    teams.say(ANSWERED)
    teams.card(SENTENCE).get_by_role("button", name="Not helpful", exact=True).click()
    teams.shoot("not-helpful")
    teams.card(SENTENCE).locator("textarea").fill("which number do I ring abroad?")
    teams.card(SENTENCE).get_by_role("button", name="Send", exact=True).click()
    expect(teams.card(SENTENCE)).to_contain_text("I noted that")
    teams.shoot("commented")
    found = rows("SELECT helpful, comment FROM ratings WHERE source = 'card' AND comment != ''")
    assert found == [(0, "which number do I ring abroad?")]
    expect(teams.page.get_by_role("button", name="Dislike", exact=True)).to_have_count(0)


def test_in_a_channel_it_answers_when_mentioned(teams: Teams) -> None:
    teams.open_chat("My Team - General")
    teams.page.get_by_text("Start a new post").wait_for()
    teams.say(ANSWERED, mention="Signpost", post=True)
    thread = teams.page.locator("div[role=group].fui-Card", has_text=SENTENCE).first
    expect(thread).to_be_visible()
    teams.shoot("channel")


def test_in_a_group_chat_it_answers_when_mentioned(teams: Teams) -> None:
    teams.open_chat("Group Chat")
    teams.say(ANSWERED, mention="Signpost")
    expect(teams.card(SENTENCE)).to_be_visible()
    teams.shoot("group")


def test_what_nothing_validated_answers_is_said_so_and_noted(teams: Teams, rows: Rows) -> None:
    teams.say(UNANSWERED)
    card = teams.card("1974")
    expect(card).to_be_visible()
    expect(card.get_by_role("link", name="Open")).to_have_count(0)
    teams.shoot("nothing")
    found = rows(f"SELECT DISTINCT outcome FROM questions WHERE text = '{UNANSWERED}'")  # noqa: S608 (ours)
    assert found == [("nothing_validated",)]


def test_help_is_no_dead_end(teams: Teams) -> None:
    teams.say("help")
    expect(teams.card("ask").last).to_be_visible()
    teams.shoot("help")


@pytest.mark.parametrize("text", ["hi", "thanks"])
def test_small_talk_is_answered(teams: Teams, text: str) -> None:
    before = teams.page.locator(".fai-OutputCard").count()
    teams.say(text)
    expect(teams.page.locator(".fai-OutputCard")).to_have_count(before + 1)


def test_somebody_in_distress_reads_whom_to_reach_and_is_asked_nothing(
    teams: Teams, rows: Rows
) -> None:
    """And the query log holds the topic, and not a word of what was said."""
    said = "mein Chef schlägt mich"
    teams.open_chat("Personal Chat")
    teams.say(said)
    card = teams.card("Ihre Sicherheit geht vor")
    expect(card).to_contain_text("Rufen Sie 112 an")
    expect(card).to_contain_text("security, 4444")
    expect(card.get_by_role("button", name="Helpful", exact=True)).to_have_count(0)
    teams.shoot("distress")
    assert ("violence", "answered") in rows("SELECT topic, outcome FROM sensitive_topics")
    assert rows("SELECT COUNT(*) FROM questions WHERE text LIKE '%Chef%'") == [(0,)]


def test_a_pinned_answer_says_by_whom_and_wishes_are_no_questions(teams: Teams) -> None:
    teams.open_chat("Personal Chat")
    teams.say("guest wifi")
    expect(teams.card("Pinned answer")).to_contain_text("Pinned for this question by Callum Reid")
    teams.shoot("pinned-text")
    teams.say("How do I claim travel expenses?")
    teams.card("Did this help?").wait_for()
    teams.say("show me more")
    teams.card("More on").wait_for()
    teams.say("only videos")
    teams.card("videos only").wait_for()
    teams.shoot("wishes")
    teams.say("list all videos")
    expect(teams.card("videos that you may see")).to_contain_text("Video")
    teams.shoot("list")
