"""Answer cards: three outcomes that look different, places that open, and text as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from markdown_it import MarkdownIt

from bots import wording
from bots.cards import answer_card
from bots.drawing.plain_cards import introduction_card
from bots.drawing.rating_part import Feedback
from retrieval.answer import OpenLink, Outcome
from showing.ports import Contact
from snapshot.formats.format_row import Kind
from snapshot.models import Fragment, Heading, Locator, Slide, TimeRange, Validation, Whole
from tests.fakes.answers import CONTACT, LINKS, SENTENCE, policy, result, three, view
from tests.fakes.cards import Card, bold, buttons, elements, headings, lines, urls, violations
from words.catalogue import words_for

SAY = words_for("en")
EVIL = "[Sign in](https://evil.example) **now** {{DATE(2026-11-02T08:00:00Z)}} <b>&amp;"


@pytest.mark.parametrize("outcome", Outcome)
def test_words_that_were_read_as_others_are_told(outcome: Outcome) -> None:
    """What is searched for is not always what somebody wrote."""
    found = () if outcome is Outcome.NOTHING_VALIDATED else (result(),)
    shown = view(*found, outcome=outcome)
    read = (("wfh", "remote work"), ("polcy", "policy"), ("x" * 99, "y"))
    card = answer_card(replace(shown, answer=replace(shown.answer, understood=read)))
    assert violations(card) == []
    said = [line for line in lines(card) if line.startswith("Searched for")]
    assert said[0] == "Searched for “remote work” instead of “wfh”"
    assert (len(said), len(said[2]) < 100) == (3, True)
    assert not any("Searched for" in line for line in lines(answer_card(shown)))


def rating_buttons(card: Card) -> list[str]:
    return [title for title, one in buttons(card).items() if one.get("verb") == "rate"]


class TestAnswered:
    """What certainly answers."""

    def test_shows_title_kind_duration_place_and_validation(self) -> None:
        resource = policy(validation=Validation("Learning team", date(2026, 11, 2)))
        shown = lines(answer_card(view(result(resource))))
        assert shown[0] == "Travel and expenses policy"
        assert shown[1] == "Document · 6 min · page 4"
        assert "Validated by Learning team on 2 Nov 2026" in shown

    def test_marks_the_sentence_that_answers_within_its_passage(self) -> None:
        card = answer_card(view(result()))
        assert bold(card) == SENTENCE
        assert lines(card)[2].startswith(f"Keep every receipt. {SENTENCE} Later ones")

    def test_shows_the_page_if_there_is_a_picture_of_it(self) -> None:
        shown = replace(view(result()), picture="https://signpost.example.com/pages/x")
        card = answer_card(shown)
        [picture] = elements(card, "Image")
        assert picture["url"] == shown.picture
        assert picture["altText"] == "The passage on page 4 of Travel and expenses policy"
        assert picture["selectAction"]["url"] == LINKS[0]
        assert violations(card) == []
        assert list(elements(answer_card(view(result())), "Image")) == []

    def test_shows_a_recording_smaller_than_a_page(self) -> None:
        found = result(replace(policy(), kind=Kind.VIDEO, duration_minutes=6))
        [picture] = elements(
            answer_card(replace(view(found), picture="https://a.example/pages/x")), "Image"
        )
        assert picture["altText"] == "Travel and expenses policy: Video · 6 min · page 4"
        assert picture["width"] == "280px"

    def test_opens_the_place(self) -> None:
        card = answer_card(view(result()))
        assert buttons(card)["Open at page 4"]["url"] == LINKS[0]
        assert buttons(card)["Open at page 4"]["style"] == "positive"

    def test_shows_two_further_resources_compactly(self) -> None:
        """A title that opens, and one line about it."""
        card = answer_card(view(*three()))
        assert urls(card) == list(LINKS)
        shown = lines(card)
        at = shown.index(wording.FURTHER_HEADING)
        assert shown[at + 1 : at + 5] == [
            "Booking travel",
            "Video · 6 min · at 2:14",
            "Corporate cards",
            "Page · “If your card is lost”",
        ]
        assert buttons(card)["Booking travel"]["url"] == LINKS[1]

    def test_further_links_are_underlined(self) -> None:
        """Colour alone would not tell everybody that they open something."""
        runs = [run for run in elements(answer_card(view(*three())), "TextRun") if run["text"]]
        assert [run["text"] for run in runs if run.get("underline")] == [
            "Booking travel",
            "Corporate cards",
        ]

    def test_asks_whether_it_helped(self) -> None:
        """Clients without Action.Execute submit the same data."""
        card = answer_card(view(result()))
        assert wording.HELPFUL_QUESTION in lines(card)
        data = {"action": "rate", "query_id": "q1", "helpful": False}
        button = buttons(card)["Not helpful"]
        assert (button["type"], button["verb"], button["data"]) == ("Action.Execute", "rate", data)
        assert button["fallback"] == {
            "type": "Action.Submit",
            "title": "Not helpful",
            "data": data,
        }

    def test_title_and_sections_are_headings(self) -> None:
        assert headings(answer_card(view(*three()))) == [
            "Travel and expenses policy",
            wording.FURTHER_HEADING,
        ]

    def test_is_in_the_resources_language(self) -> None:
        assert answer_card(view(result(policy(language="de-CH"))))["lang"] == "de"
        assert answer_card(view(result(policy(language=""))))["lang"] == "en"

    def test_keeps_lists_as_lines(self) -> None:
        listed = result(text="Pack:\n- a passport\n- a charger", sentence="- a charger")
        assert lines(answer_card(view(listed)))[2:5] == ["Pack:", "• a passport", "• a charger"]

    def test_the_sentence_keeps_its_links(self) -> None:
        """A line with a link is Markdown, in which all else is as it is written."""
        text = "See *the guide*.\nFollow the instructions [here]."
        shown = result(text=text, sentence="Follow the instructions [here].")
        at = text.index("instructions")
        link = OpenLink(at, at + len("instructions"), "https://bot.example.com/o/9", "Claims")
        made = answer_card(replace(view(shown), inner_links=(link,)))
        assert violations(made) == []
        assert lines(made)[2:4] == [
            "See *the guide*.",
            r"**Follow the [instructions](https://bot.example.com/o/9) \[here\].**",
        ]
        close = answer_card(replace(view(shown, outcome=Outcome.CLOSEST), inner_links=(link,)))
        assert r"Follow the [instructions](https://bot.example.com/o/9) \[here\]." in lines(close)

    def test_without_a_link_says_where_to_look(self) -> None:
        card = answer_card(replace(view(*three()), links=("", LINKS[1], "")))
        assert urls(card) == [LINKS[1]]
        assert wording.NO_LINK in lines(card)
        assert "Corporate cards" in lines(card)

    def test_says_that_files_are_not_read(self) -> None:
        assert wording.FILES_IGNORED in lines(
            answer_card(replace(view(result()), files_ignored=True))
        )


@pytest.mark.parametrize(
    ("url", "kind", "locator", "button", "about"),
    [
        ("/c/a.pptx", Kind.DECK, Slide(3), "Open at slide 3", "Deck · slide 3"),
        ("/c/v.mp4", Kind.VIDEO, TimeRange(134, 150), "Open at 2:14", "Video · at 2:14"),
        ("https://s.example/v", Kind.VIDEO, TimeRange(134, 150), "Open video", "Video · at 2:14"),
        ("https://s.example/a.docx", Kind.DOCUMENT, Heading("", "Rates"), "Open document",
         "Document · “Rates”"),
        ("https://w.example/p", Kind.PAGE, Heading("rates", "Rates"), "Open section",
         "Page · “Rates”"),
        ("https://w.example/t", Kind.PAGE, Fragment("Mileage is"), "Open at this passage", "Page"),
        ("https://w.example/p", Kind.LINK, Whole(), "Open link", "Link"),
        ("https://w.example/p", Kind.COURSE, Whole(), "Open course", "Course"),
    ],
)  # fmt: skip
def test_the_button_names_the_place_only_if_it_leads_there(
    url: str, kind: Kind, locator: Locator, button: str, about: str
) -> None:
    """Otherwise the place stands in the line about the resource, for the person to go to."""
    opened = policy(url=url, kind=kind, duration_minutes=None)
    found = result(replace(opened, path=url.rpartition("/")[2]), locator=locator)
    card = answer_card(view(found))
    assert buttons(card)[button]["url"] == LINKS[0]
    assert lines(card)[1] == about


class TestClosest:
    """What may answer."""

    def test_says_first_that_it_is_not_certain(self) -> None:
        card = answer_card(view(*three(), outcome=Outcome.CLOSEST))
        assert lines(card)[:3] == [
            wording.CLOSEST_HEADING,
            wording.CLOSEST_NOTE,
            "Travel and expenses policy",
        ]
        assert card["body"][0]["style"] == "warning"
        assert card["speak"].startswith(wording.CLOSEST_HEADING)

    def test_claims_no_sentence_as_the_answer(self) -> None:
        """Nothing is bold in the passage, and no button stands out."""
        card = answer_card(view(*three(), outcome=Outcome.CLOSEST))
        assert bold(card) == ""
        assert SENTENCE in lines(card)[4]
        assert not [action for action in elements(card, "Action.") if action.get("style")]


class TestNothingValidated:
    """What the content does not answer."""

    def test_says_what_was_understood_that_it_is_noted_and_what_to_try(self) -> None:
        asked = "How do I get the *flux* capacitor repaired?"
        card = answer_card(view(outcome=Outcome.NOTHING_VALIDATED, question=asked))
        assert lines(card) == [
            wording.NOTHING_HEADING,
            wording.NOTHING_UNDERSTOOD,
            f"“{asked}”",
            wording.NOTHING_NOTED,
            wording.TRY_HEADING,
            f"• {wording.TRY_OTHER_WORDS}",
            f"• {wording.TRY_TOOL}",
        ]

    @pytest.mark.parametrize(
        ("question", "advice"),
        [
            ("vpn", wording.TRY_WHOLE_QUESTION),
            ("What is a VPN? And who has one?", wording.TRY_ONE_THING),
            ("word " * 40, wording.TRY_ONE_THING),
            ("How do I set up the VPN", wording.TRY_TOOL),
        ],
    )
    def test_advises_by_what_the_question_looks_like(self, question: str, advice: str) -> None:
        card = answer_card(view(outcome=Outcome.NOTHING_VALIDATED, question=question))
        assert f"• {advice}" in lines(card)

    def test_leads_to_a_person_if_there_is_one(self) -> None:
        nothing = view(outcome=Outcome.NOTHING_VALIDATED)
        card = answer_card(nothing)
        assert buttons(card)["Ask the Learning team"]["url"] == CONTACT.url
        assert buttons(answer_card(replace(nothing, contact=Contact("Jo")))) == {}
        unnamed = answer_card(replace(nothing, contact=Contact("", "https://help.example")))
        assert list(buttons(unnamed)) == ["Ask a person"]


class TestFeedback:
    """The same card, after a button was pressed."""

    @pytest.mark.parametrize(
        ("feedback", "words", "offered", "helpful"),
        [
            (Feedback.HELPFUL, wording.RATED_HELPFUL, "Mark as not helpful", False),
            (Feedback.NOT_HELPFUL, wording.RATED_NOT_HELPFUL, "Mark as helpful", True),
            (Feedback.COMMENTED, wording.RATED_COMMENTED, "Mark as helpful", True),
        ],
    )
    def test_confirms_and_offers_the_opposite(
        self, feedback: Feedback, words: str, offered: str, helpful: bool
    ) -> None:
        before, after = answer_card(view(*three())), answer_card(view(*three()), feedback)
        assert words in lines(after)
        assert wording.HELPFUL_QUESTION not in lines(after)
        assert rating_buttons(after) == [offered]
        assert buttons(after)[offered]["data"]["helpful"] is helpful
        assert lines(after)[:9] == lines(before)[:9]

    def test_not_helpful_leads_to_a_person(self) -> None:
        card = answer_card(view(result()), Feedback.NOT_HELPFUL)
        assert buttons(card)["Ask the Learning team"]["url"] == CONTACT.url

    def test_not_helpful_asks_what_was_missing_with_a_label_for_screen_readers(self) -> None:
        card = answer_card(view(result()), Feedback.NOT_HELPFUL)
        [field] = elements(card, "Input.Text")
        assert (field["id"], field["label"]) == ("comment", wording.COMMENT_LABEL)
        assert buttons(card)["Send"]["data"] == {"action": "comment", "query_id": "q1"}
        assert violations(card) == []

    def test_a_shared_card_tells_nobodys_judgement_and_asks_on(self) -> None:
        card = answer_card(view(result()), Feedback.SHARED)
        assert wording.RATED_SHARED in lines(card)
        assert rating_buttons(card) == ["Helpful", "Not helpful"]


def test_what_content_and_people_write_is_shown_as_it_is() -> None:
    """No link, no formatting, no macro, wherever it stands."""
    resource = policy(title=EVIL, validation=Validation(EVIL, date(2026, 11, 2)))
    found = result(resource, text=f"Before. {EVIL}", sentence=EVIL, locator=Heading("", EVIL))
    card = answer_card(view(found, found, question=EVIL))
    shown = lines(card)
    assert f"Before. {EVIL}" in shown
    assert urls(card) == list(LINKS[:2])
    assert any(line.startswith("Validated by [Sign in](https://evil") for line in shown)
    blocks, runs = list(elements(card, "TextBlock")), list(elements(card, "TextRun"))
    assert len(blocks) + len(runs) >= len(shown) and blocks and runs
    for block in blocks:
        inline = MarkdownIt("js-default", {"linkify": True}).enable("linkify").parse(block["text"])
        assert {child.type for child in inline[1].children or []} == {"text"}
    for run in runs:
        assert "{{" not in run["text"]


def test_the_quoted_question_is_literal_and_short() -> None:
    card = answer_card(view(outcome=Outcome.NOTHING_VALIDATED, question=f"{EVIL} " * 20))
    quoted = lines(card)[2]
    assert quoted.startswith(f"“{EVIL}")
    assert quoted.endswith("…”")
    assert len(quoted) <= 302
    assert urls(card) == [CONTACT.url]


def test_speech_holds_no_markup() -> None:
    """Hosts that speak read speech markup; where the card cannot be drawn, Markdown is read."""
    card = answer_card(view(result(policy(title="<speak>*R&D*</speak>"))))
    assert not set("<>&") & set(card["speak"])
    assert "\\<speak>\\*R&D\\*\\</speak>" in card["fallbackText"]


EXAMPLES = ["How do I claim travel expenses?", "Who *signs* contracts?"]


class TestIntroduction:
    """Welcome and help say what Signpost is, what to ask and whom to turn to."""

    def test_examples_are_buttons_that_ask_them(self) -> None:
        card = introduction_card(SAY, wording.WELCOME_HEADING, EXAMPLES, Contact(), "Hi")
        asked = [one["data"] for one in elements(card, "Action.Execute")]
        assert {"action": "ask", "question": "How do I claim travel expenses?"} in asked
        assert {"action": "ask", "question": "Who *signs* contracts?"} in asked
        assert len(asked) == len(EXAMPLES)
        assert headings(card) == [wording.WELCOME_HEADING, wording.EXAMPLES_HEADING]
        assert violations(card) == []

    def test_without_examples_it_says_how_to_ask(self) -> None:
        card = introduction_card(SAY, wording.HELP_HEADING, [], Contact(), "Help.")
        assert f"• {wording.NO_EXAMPLES}" in lines(card)

    def test_it_leads_to_a_person_if_there_is_one(self) -> None:
        contact = Contact("the Learning team", "https://help.example.com")
        card = introduction_card(SAY, wording.HELP_HEADING, [], contact, "Help.")
        assert buttons(card)["Ask the Learning team"]["url"] == "https://help.example.com"

    def test_it_fits_teams_whatever_the_examples(self) -> None:
        card = introduction_card(
            SAY,
            "Help",
            ["👍🏽" * 60] * 3,
            Contact("x" * 9_000, "mailto:a@b.c"),
            "Help.",
        )
        assert violations(card) == []
