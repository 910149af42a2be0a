"""The preview of the content folder in a real browser: a link to a place shows the place."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright import sync_api
from playwright.sync_api import expect


@pytest.fixture
def page(browser, base_url: str) -> Iterator["sync_api.Page"]:
    context = browser.new_context(base_url=base_url)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (
            "/content/expenses-and-travel/claim-expenses-walkthrough.vtt#t=332",
            "5:32I press Submit.",
        ),
        ("/content/joining/first-day.srt#t=310", "5:10When do I get paid?"),
        ("/content/security/phishing.md#report-it", "Report it"),
    ],
    ids=["vtt", "srt", "markdown"],
)
def test_the_place_of_a_link_is_in_view_and_marked(page, link: str, said: str) -> None:
    page.goto(link)
    place = page.locator(":target")
    expect(place).to_be_in_viewport()
    expect(place).to_contain_text(said)
    other = page.locator(".body section:not(:target)").last
    background = "element => getComputedStyle(element).backgroundColor"
    assert place.evaluate(background) != other.evaluate(background)


def test_the_first_example_opens_on_this_server(page, base_url: str) -> None:
    """A new user's first click must not lead to a made-up host."""
    page.goto("/?" + urlencode({"q": "How do I claim travel expenses?"}))
    with page.expect_request(re.compile(r"/o/")) as opened:
        page.locator(".result h3 a").first.click()
    assert opened.value.response().headers["location"].startswith("/content/")
