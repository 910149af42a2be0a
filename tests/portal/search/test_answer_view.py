"""What the page and the JSON interface show of an answer."""

from dataclasses import replace

from portal.search.answer_view import PlaceView, view_answer
from retrieval.answer import Answer, OpenLink, Outcome, Question
from snapshot.models import Page, Whole
from tests.portal.fakes import RESULTS, TRAVEL, PlainLinks, hit


def _answer(*results) -> Answer:
    return Answer(Question("claim?"), Outcome.ANSWERED, results, 0.87654321, 4.2567, "snap-1")


def test_the_json_of_an_answer_keeps_its_fields_and_their_form() -> None:
    """Programs are built on these names: they may grow, not change."""
    body = view_answer(_answer(TRAVEL), "q1", PlainLinks()).to_json()
    [result] = body.pop("results")
    assert body == {
        "query_id": "q1",
        "question": "claim?",
        "outcome": "answered",
        "confidence": 0.8765,
        "took_ms": 4.26,
        "snapshot_id": "snap-1",
        "pinned": None,
        "care": None,
        "foreign": None,
        "understood": (),
    }
    assert result == {
        "rank": 1,
        "resource_id": "travel",
        "title": "Travel expenses: the short guide",
        "kind": "document",
        "language": "en",
        "duration_minutes": 6,
        "place": "page 4",
        "opens_at_place": True,
        "headings": ("After the trip", "Claiming"),
        "open_url": "/o/q1.1?to=/content/finance/travel.pdf#page=4",
        "excerpt": {
            "before": "Keep every receipt until the money is on your account. ",
            "sentence": "Hand in the claim within 30 days of the trip, "
            "with the receipts as photos.",
            "after": " Claims that come later need the signature of your head of department.",
            "parts": (
                {
                    "text": "Keep every receipt until the money is on your account. ",
                    "marked": False,
                    "open_url": "",
                    "title": "",
                },
                {
                    "text": "Hand in the claim within 30 days of the trip, "
                    "with the receipts as photos.",
                    "marked": True,
                    "open_url": "",
                    "title": "",
                },
                {
                    "text": " Claims that come later need the signature of your head of "
                    "department.",
                    "marked": False,
                    "open_url": "",
                    "title": "",
                },
            ),
        },
        "validated_by": "Maria Keller",
        "validated_on": "2026-03-03",
        "review_by": "2027-03-03",
        "more_places": (
            {"place": "page 7", "open_url": "/o/q1.1?to=/content/finance/travel.pdf#page=7"},
        ),
        "table": None,
        "also_at": (),
        "picture_url": "",
    }


def test_each_kind_of_place_is_named_as_people_say_it() -> None:
    views = view_answer(_answer(*RESULTS), "q1", PlainLinks()).results
    assert [view.place for view in views] == ["page 4", "2:14", "Belege einreichen"]


def test_the_heading_that_is_the_place_is_not_said_twice() -> None:
    views = view_answer(_answer(*RESULTS), "q1", PlainLinks()).results
    assert views[2].headings == ("Nach der Reise",)


def test_a_second_hit_at_the_same_place_is_no_further_place() -> None:
    result = replace(TRAVEL, hits=(TRAVEL.best, hit("Again.", "Again.", Page(4), rank=2)))
    [view] = view_answer(_answer(result), "q1", PlainLinks()).results
    assert view.more_places == ()


def test_a_place_without_a_name_is_no_further_place() -> None:
    result = replace(TRAVEL, hits=(TRAVEL.best, hit("All.", "All.", Whole(), rank=2)))
    [view] = view_answer(_answer(result), "q1", PlainLinks()).results
    assert view.more_places == ()


def test_at_most_two_further_places_are_named() -> None:
    hits = [hit("x", "x", Page(number), rank=number) for number in (8, 9, 10)]
    result = replace(TRAVEL, hits=(TRAVEL.best, *hits))
    [view] = view_answer(_answer(result), "q1", PlainLinks()).results
    assert [more.place for more in view.more_places] == ["page 8", "page 9"]
    assert isinstance(view.more_places[0], PlaceView)


def test_a_place_whose_link_is_too_long_opens_the_resource() -> None:
    class ShortLinks:
        def link(
            self,
            query_id: str,
            rank: int,
            url: str,
            resource_id: str = "",
            restricted: bool = False,
        ) -> str:
            if "#" in url:
                raise ValueError("too long")
            return url

    [view] = view_answer(_answer(TRAVEL), "q1", ShortLinks()).results
    assert view.open_url == "/content/finance/travel.pdf"


def test_an_ellipsis_says_on_which_side_the_passage_was_cut() -> None:
    words = "word " * 80
    best = hit(f"{words}Here it is. The end.", "Here it is.", Whole())
    [view] = view_answer(_answer(replace(TRAVEL, hits=(best,))), "q1", PlainLinks()).results
    shown = view.excerpt
    assert (shown.before, shown.after) == ("… " + "word " * 27, " The end.")
    best = hit(f"Begin. Here it is. {words}", "Here it is.", Whole())
    [view] = view_answer(_answer(replace(TRAVEL, hits=(best,))), "q1", PlainLinks()).results
    shown = view.excerpt
    assert (shown.before, shown.after) == ("Begin. ", " word" * 39 + " …")
    assert "".join(part.text for part in shown.parts) == (
        shown.before + shown.sentence + shown.after
    )


def test_the_words_of_links_open_what_they_did_in_the_passage() -> None:
    """Within the sentence that answers, too; titles are of what is served."""
    best = hit("See the form. Ask HR. Then wait.", "Ask HR.", Whole())
    links = (OpenLink(8, 12, "https://x.example/", ""), OpenLink(18, 20, "/content/hr", "People"))
    [view] = view_answer(
        _answer(replace(TRAVEL, hits=(replace(best, links=links),))), "q1", PlainLinks()
    ).results
    assert [(part.text, part.marked, part.open_url, part.title) for part in view.excerpt.parts] == [
        ("See the ", False, "", ""),
        ("form", False, "/o/q1.0?to=https://x.example/", ""),
        (". ", False, "", ""),
        ("Ask ", True, "", ""),
        ("HR", True, "/o/q1.0?to=/content/hr", "People"),
        (".", True, "", ""),
        (" Then wait.", False, "", ""),
    ]
