"""Deep links open the exact place where the platform documents a way, and never invent one."""

from datetime import date

import pytest

from snapshot.models import (
    Fragment,
    Heading,
    Locator,
    Page,
    Slide,
    TimeRange,
    Validation,
    Whole,
    clock,
    resource_id,
)
from tests.fakes.content import resource

SITE = "https://intranet.example.com"


@pytest.mark.parametrize(
    ("url", "locator", "link"),
    [
        (f"{SITE}/a.pdf", Page(4), f"{SITE}/a.pdf#page=4"),
        (f"{SITE}/a.pdf?web=1", Page(4), f"{SITE}/a.pdf?web=1#page=4"),
        (f"{SITE}/viewer", Page(4), f"{SITE}/viewer"),
        (f"{SITE}/leave/", Heading("carry-over", "Carry over"), f"{SITE}/leave/#carry-over"),
        (f"{SITE}/leave/#old", Heading("new", "New"), f"{SITE}/leave/#new"),
        (f"{SITE}/leave/", Heading("über", "Über"), f"{SITE}/leave/#%C3%BCber"),
        (f"{SITE}/leave/", Heading("", "Carry-over, part"),
         f"{SITE}/leave/#:~:text=Carry%2Dover%2C%20part"),
        (f"{SITE}/a.docx", Heading("carry-over", "Carry over"), f"{SITE}/a.docx"),
        ("/content/a.docx", Heading("carry-over", "Carry over"), "/content/a.docx#carry-over"),
        (f"{SITE}/deck.pptx", Slide(3), f"{SITE}/deck.pptx"),
        ("/content/deck.pptx", Slide(3), "/content/deck.pptx#slide-3"),
        (f"{SITE}/a.txt", Fragment("Keys & badges"), f"{SITE}/a.txt#:~:text=Keys%20%26%20badges"),
        (f"{SITE}/a.txt", Whole(), f"{SITE}/a.txt"),
        ("https://www.youtube.com/watch?v=x", TimeRange(134.9, 150),
         "https://www.youtube.com/watch?v=x&t=134s"),
        ("https://www.youtube.com/watch?v=x&t=5", TimeRange(134, 150),
         "https://www.youtube.com/watch?v=x&t=134s"),
        ("https://youtu.be/x", TimeRange(134, 150), "https://youtu.be/x?t=134s"),
        ("https://vimeo.com/1", TimeRange(134, 150), "https://vimeo.com/1#t=134s"),
        (f"{SITE}/talk.mp4", TimeRange(134, 150), f"{SITE}/talk.mp4#t=134"),
        ("/content/talk.vtt", TimeRange(134, 150), "/content/talk.vtt#t=134"),
        ("https://x.sharepoint.com/stream.aspx?id=1", TimeRange(134, 150),
         "https://x.sharepoint.com/stream.aspx?id=1"),
    ],
)  # fmt: skip
def test_a_link_opens_the_place_where_its_platform_has_a_way(
    url: str, locator: Locator, link: str
) -> None:
    assert resource(url=url).url_at(locator) == link


def test_an_owner_s_template_makes_the_link() -> None:
    talk = resource(
        url="https://stream.example.com/v/1",
        link_template="https://stream.example.com/v/1?start={seconds}&at={clock}",
    )
    assert talk.url_at(TimeRange(134, 150)) == "https://stream.example.com/v/1?start=134&at=2:14"


def test_a_template_that_asks_for_what_the_place_lacks_is_passed_over() -> None:
    talk = resource(url="https://s.example.com/v", link_template="{url}?start={seconds}")
    assert talk.url_at(Whole()) == "https://s.example.com/v"
    assert not talk.opens_at(Whole())


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.9, "0:59"), (134, "2:14"), (3725, "1:02:05")]
)
def test_seconds_read_as_on_a_player(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_a_validation_holds_from_its_day_to_its_last_day() -> None:
    validation = Validation("Ann", date(2026, 1, 2), review_by=date(2026, 3, 4))
    assert not validation.holds_on(date(2026, 1, 1))
    assert validation.holds_on(date(2026, 1, 2))
    assert validation.holds_on(date(2026, 3, 4))
    assert not validation.holds_on(date(2026, 3, 5))


def test_a_resource_keeps_its_id_while_its_url_stays() -> None:
    """From one release to the next, too: the query log names resources by it."""
    assert resource_id("https://a.example.com/x") == "jvepqtirrqup"
    assert resource_id("https://a.example.com/x") != resource_id("https://a.example.com/y")
