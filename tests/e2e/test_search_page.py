"""The search page in a real browser: what a person with a mouse, a keyboard, a screen reader, a
phone or a bad connection gets.

The sample content answers ANSWERED and has nothing for UNANSWERED.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright import sync_api
from playwright.sync_api import expect

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
ANSWERED = "how do I claim travel expenses?"
UNANSWERED = "which team won the football world cup in 1974?"


@pytest.fixture
def page(browser, base_url: str) -> Iterator["sync_api.Page"]:
    """The empty search page. The test fails if the browser reports an error of ours."""
    context = browser.new_context(base_url=base_url)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: errors.append(message.text) if "Content Security" in message.text else None,
    )
    page.goto("/")
    yield page
    context.close()
    assert errors == []


def _field(page):
    return page.get_by_label("What do you want to know?")


def _first(page):
    return page.locator(".result h3 a").first


def _asked(page) -> list[dict[str, str]]:
    """The questions that the page reports as asked, from now on."""
    posts: list[dict[str, str]] = []

    def note(request) -> None:
        if request.url.endswith("/api/asked"):
            fields = parse_qs(request.post_data)
            posts.append({name: values[0] for name, values in fields.items()})

    page.on("request", note)
    return posts


def test_results_come_while_typing_and_the_address_follows(page) -> None:
    _field(page).press_sequentially(ANSWERED)
    expect(page.get_by_role("heading", name="This answers it")).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape("/?" + urlencode({"q": ANSWERED}))))
    expect(page).to_have_title(f"{ANSWERED} – Signpost")
    expect(page.locator(".result mark").first).not_to_be_empty()
    expect(page.locator(".validated").first).to_contain_text("Validated by")


def test_a_shared_address_shows_the_same_results(page) -> None:
    _field(page).fill(ANSWERED)
    expect(_first(page)).to_be_visible()
    typed = page.locator(".result h3").all_inner_texts()
    page.goto("/?" + urlencode({"q": ANSWERED}))
    assert page.locator(".result h3").all_inner_texts() == typed
    expect(_field(page)).to_have_value(ANSWERED)


def test_the_back_button_goes_from_question_to_question(page) -> None:
    _field(page).fill(ANSWERED)
    _field(page).press("Enter")
    expect(_first(page)).to_be_visible()
    _field(page).fill(UNANSWERED)
    _field(page).press("Enter")
    expect(page.get_by_role("heading", name="Nothing validated answers this")).to_be_visible()
    page.go_back()
    expect(_field(page)).to_have_value(ANSWERED)
    expect(_first(page)).to_be_visible()


def test_an_older_search_that_comes_late_changes_nothing(page) -> None:
    late: list = []
    page.route("**/?q=slow&typing=1", lambda route: late.append(route))
    _field(page).fill("slow")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    _field(page).fill(ANSWERED)
    expect(_first(page)).to_be_visible()
    [slow] = late
    slow.fulfill(body="<section id=results>late</section>", content_type="text/html")
    page.wait_for_timeout(200)
    expect(_first(page)).to_be_visible()
    assert page.locator("#results").get_attribute("aria-busy") is None


def test_a_question_is_reported_once_when_it_stands_and_not_while_typing(page) -> None:
    posts = _asked(page)
    _field(page).press_sequentially(ANSWERED)
    expect(_first(page)).to_be_visible()
    assert posts == []
    expect(page.get_by_role("status")).to_contain_text("Answered in", timeout=4000)
    query_id = page.locator("#results").get_attribute("data-query-id")
    assert posts == [{"q": ANSWERED, "query_id": query_id}]
    _field(page).press("Enter")
    page.wait_for_timeout(300)
    assert len(posts) == 1


def test_turning_to_a_result_is_asking(page) -> None:
    """Whoever opens a result at once has asked: the log knows the question first."""
    posts = _asked(page)
    _field(page).fill(ANSWERED)
    expect(_first(page)).to_be_visible()
    _field(page).press("ArrowDown")
    expect(_first(page)).to_be_focused()
    assert [post["q"] for post in posts] == [ANSWERED]


def test_suggestions_are_chosen_with_the_keyboard_and_never_filled_in(page) -> None:
    """As the ARIA practices have it for a combobox; the field keeps what was typed until a
    suggestion is chosen, and a closed list leaves the down arrow to the results."""
    field = page.get_by_role("combobox", name="What do you want to know?")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    field.press_sequentially("travel exp")
    expect(options.first).to_contain_text("How do I claim travel expenses?")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    active = field.get_attribute("aria-activedescendant")
    assert options.first.get_attribute("id") == active
    expect(field).to_have_value("travel exp")
    field.press("Enter")
    expect(field).to_have_value("How do I claim travel expenses?")
    expect(page.get_by_role("heading", name="This answers it")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "false")
    field.fill("travel exp")
    expect(options.first).to_be_visible()
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("travel exp")
    expect(page).to_have_title("travel exp – Signpost")
    field.press("ArrowDown")
    expect(_first(page)).to_be_focused()


def test_filters_stay_while_the_next_question_is_typed(page) -> None:
    page.goto("/?" + urlencode({"q": ANSWERED}))
    page.get_by_text("Narrow down").click()
    kinds = page.get_by_role("group", name="Kind")
    kinds.get_by_role("link", name=re.compile("^Video")).click()
    expect(kinds.get_by_role("link", name=re.compile("^Chosen, take back: Video"))).to_be_visible()
    _field(page).fill("password")
    expect(page).to_have_url(re.compile(r"q=password&kind=video"))
    expect(page.locator(".result .kind")).not_to_have_count(0)
    assert {one.strip() for one in page.locator(".result .kind").all_inner_texts()} == {"Video"}


def test_more_results_come_below_and_their_address_can_be_shared(page) -> None:
    page.goto("/?" + urlencode({"q": ANSWERED}))
    page.get_by_role("link", name="More results").click()
    expect(page.locator(".result")).to_have_count(30)
    expect(page.locator("#result-11")).to_be_in_viewport()
    shared = urlencode({"q": ANSWERED, "more": "1"})
    expect(page).to_have_url(re.compile(re.escape(f"/?{shared}#result-11")))


def test_a_judgement_is_taken_where_the_person_is(page) -> None:
    _field(page).fill(ANSWERED)
    expect(_first(page)).to_be_visible()
    page.get_by_text("Add a comment").click()
    page.get_by_label("What was good").fill("Just what I needed")
    with page.expect_request("**/rate") as sent:
        page.get_by_role("button", name="Helpful", exact=True).click()
    given = parse_qs(sent.value.post_data)
    assert (given["helpful"], given["comment"]) == (["1"], ["Just what I needed"])
    assert given["query_id"] == [page.locator("#results").get_attribute("data-query-id")]
    expect(page.get_by_text("Thank you, that is noted.").first).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape("/?" + urlencode({"q": ANSWERED}))))


def test_a_result_opens_by_its_signed_link(page) -> None:
    _field(page).fill(ANSWERED)
    expect(_first(page)).to_be_visible()
    assert urlsplit(_first(page).get_attribute("href")).path.startswith("/o/")
    with page.expect_request(re.compile(r"/o/")) as opened:
        _first(page).click()
    assert opened.value.response().status == 302


def test_enter_announces_the_outcome_to_a_screen_reader_at_once(page) -> None:
    _field(page).fill(UNANSWERED)
    _field(page).press("Enter")
    expect(page.get_by_role("status")).to_have_text("Nothing validated answers this.", timeout=1000)


def test_the_keyboard_alone_reaches_everything(page) -> None:
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("/")
    expect(_field(page)).to_be_focused()
    expect(_field(page)).to_have_value("")
    page.keyboard.type(ANSWERED)
    expect(_first(page)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Search")).to_be_focused()
    page.keyboard.press("Tab")
    expect(_first(page)).to_be_focused()
    outline = _first(page).evaluate("element => getComputedStyle(element).outlineWidth")
    assert outline == "3px"


def test_the_slash_key_can_be_switched_off_and_stays_off(page) -> None:
    page.get_by_role("checkbox").uncheck()
    page.reload()
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("/")
    expect(_field(page)).not_to_be_focused()


def test_the_first_tab_stop_skips_to_the_results(page) -> None:
    page.goto("/?" + urlencode({"q": ANSWERED}))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the results")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()
    page.keyboard.press("Tab")
    expect(_first(page)).to_be_focused()


def test_a_lost_connection_is_explained_and_the_search_goes_on_by_itself(page) -> None:
    page.context.set_offline(True)
    _field(page).fill(ANSWERED)
    expect(page.locator("#results")).to_contain_text("This device is offline.")
    page.context.set_offline(False)
    expect(_first(page)).to_be_visible()


def test_a_server_that_does_not_answer_can_be_tried_again(page) -> None:
    page.route("**/?q=*", lambda route: route.fulfill(status=502, body="Bad gateway"))
    _field(page).fill(ANSWERED)
    expect(page.get_by_role("heading", name="No answer came")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("The server did not answer.")
    page.unroute("**/?q=*")
    page.get_by_role("button", name="Try again").click()
    expect(_first(page)).to_be_visible()
    expect(_field(page)).to_be_focused()


def test_without_javascript_it_is_a_plain_form(browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    _field(page).fill(ANSWERED)
    page.get_by_role("button", name="Search").click()
    expect(_first(page)).to_be_visible()
    expect(page.get_by_role("checkbox")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("question", ["", ANSWERED, UNANSWERED])
def test_nothing_runs_off_the_side_at_320_pixels(browser, base_url: str, question: str) -> None:
    """320 pixels are also what a 1280 pixel screen has left at a zoom of 400 %."""
    context = browser.new_context(base_url=base_url, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto("/?" + urlencode({"q": question}))
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    context.close()


@pytest.mark.parametrize("more", [{}, {"more": "1"}], ids=["ten", "thirty"])
def test_a_page_weighs_less_than_100_kb_with_all_that_it_loads(
    browser, base_url: str, more: dict[str, str]
) -> None:
    """Uncompressed, with nothing kept from before."""
    context = browser.new_context(base_url=base_url)
    page = context.new_page()
    responses: list[sync_api.Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto("/?" + urlencode({"q": ANSWERED, **more}), wait_until="networkidle")
    assert len(responses) >= 5
    assert sum(len(response.body()) for response in responses) < 100_000
    context.close()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed beside the tests")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "fields",
    [{"q": ""}, {"q": ANSWERED}, {"q": UNANSWERED}, {"q": "leave", "folder": "time-off"}],
    ids=["empty", "answered", "unanswered", "narrowed"],
)
def test_axe_finds_nothing_against_wcag_2_2_aa(
    browser, base_url: str, fields: dict[str, str], scheme: str
) -> None:
    context = browser.new_context(base_url=base_url, color_scheme=scheme)
    page = context.new_page()
    page.goto("/?" + urlencode(fields))
    page.evaluate(AXE.read_text())
    report = page.evaluate("axe.run()")
    assert [(found["id"], found["nodes"][0]["html"]) for found in report["violations"]] == []
    if not fields["q"]:
        _field(page).press_sequentially("travel exp")
        expect(page.get_by_role("option").first).to_be_visible()
        report = page.evaluate("axe.run()")
        assert [(found["id"], found["nodes"][0]["html"]) for found in report["violations"]] == []
    context.close()
