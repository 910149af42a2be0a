"""The video library in a real browser: a clip of the sample really plays."""

from __future__ import annotations

import re

import pytest
from playwright import sync_api
from playwright.sync_api import expect

from snapshot.models import resource_id
from tests.e2e.test_search_page import AXE

CLIP = "/watch/workplace/coffee-machine"
RESOURCE = f"/resources/{resource_id(CLIP)}"
ELSEWHERE = f"/videos/{resource_id('https://stream.example.com/fernhill/pivot-tables')}"
PAGES = ["/videos", CLIP, ELSEWHERE, "/", "/collections/your-first-week", RESOURCE]
PLAYS = "document.getElementById('player').currentTime"


@pytest.fixture
def page(browser, base_url: str):
    context = browser.new_context(base_url=base_url)
    yield context.new_page()
    context.close()


def _wait_for_time(page: sync_api.Page, second: float) -> None:
    for _ in range(150):  # a predicate in the page would need what its policy forbids
        if page.evaluate(PLAYS) >= second:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it stands at {page.evaluate(PLAYS)} s and not at {second} s")


def test_a_clip_plays_and_the_transcript_follows(page: sync_api.Page) -> None:
    page.goto("/videos?minutes=5")
    page.get_by_role("link", name="The coffee machine in one minute").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The coffee machine in one minute")
    page.get_by_role("link", name="Second, fill it.").click()
    _wait_for_time(page, 19.4)  # it plays from the line on
    current = page.locator(".lines-said [aria-current]")
    expect(current).to_contain_text("Second, fill it.")
    assert page.url.endswith("#t=19")
    width = page.evaluate("document.getElementById('player').videoWidth")
    assert width == 960


def test_a_chapter_plays_from_its_beginning_and_is_marked(page: sync_api.Page) -> None:
    page.goto(CLIP)
    page.get_by_role("link", name="Empty the tray").click()
    _wait_for_time(page, 34.9)
    expect(page.locator(".chapters [aria-current]")).to_have_text("0:34 Empty the tray")
    tracks = "[...document.getElementById('player').textTracks].map((one) => one.kind)"
    assert page.evaluate(tracks) == ["captions", "chapters"]


def test_a_talk_on_a_platform_has_its_chapters_and_the_way_there(page: sync_api.Page) -> None:
    page.goto("/videos?topic=it")
    page.get_by_role("link", name="Pivot tables in seven minutes").click()
    expect(page).to_have_url(re.compile(f"{ELSEWHERE}$"))
    expect(page.get_by_role("link", name="Open at stream.example.com").last).to_be_visible()
    chapter = page.locator(".chapters a").nth(1)
    assert re.fullmatch(r"https://stream.example.com/.*\?t=\d+s", chapter.get_attribute("href"))
    page.get_by_role("searchbox", name="Search in what is said").fill("refresh")
    expect(page.locator(".lines-said mark").first).to_have_text("refresh")


def test_a_link_to_a_second_opens_there(page: sync_api.Page) -> None:
    page.goto(f"{CLIP}#t=34")
    _wait_for_time(page, 34)
    expect(page.locator(".lines-said [aria-current]")).to_contain_text("Third")
    expect(page.locator("#player")).to_be_in_viewport(ratio=1)


def test_an_answer_opens_the_player_at_the_second_at_which_it_is_said(page: sync_api.Page) -> None:
    page.goto("/?q=how+do+I+empty+the+tray+of+the+coffee+machine")
    with page.expect_navigation():
        page.locator(".result h3 a", has_text="The coffee machine").first.click()
    assert f"{CLIP}#t=" in page.url
    _wait_for_time(page, 30)


def test_captions_are_there_and_what_is_said_can_be_searched(page: sync_api.Page) -> None:
    page.goto(CLIP)
    page.evaluate("document.getElementById('player').textTracks[0].mode = 'showing'")
    cues = "document.getElementById('player').textTracks[0].cues?.length"
    for _ in range(50):
        if page.evaluate(cues):
            break
        page.wait_for_timeout(100)
    lines = page.locator(".lines-said li")
    assert page.evaluate(cues) == lines.count() > 9
    field = page.get_by_role("searchbox", name="Search in what is said")
    field.fill("tray")
    expect(page.locator(".lines-said li:visible")).to_have_count(2)
    expect(page.locator("#hits")).to_have_text("2 lines")
    expect(page.locator(".lines-said mark").first).to_have_text("tray")
    field.fill("")
    expect(page.locator(".lines-said li:visible")).to_have_count(lines.count())


def test_speed_and_a_link_to_this_moment(page: sync_api.Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{CLIP}#t=20")
    _wait_for_time(page, 20)
    page.get_by_label("Speed").select_option("1.5")
    assert page.evaluate("document.getElementById('player').playbackRate") == 1.5
    page.evaluate("document.getElementById('player').pause()")
    page.get_by_role("button", name="Copy link to this moment").click()
    expect(page.locator("#copied")).to_have_text("Copied.")
    assert f"{CLIP}#t=2" in page.evaluate("navigator.clipboard.readText()")


def test_a_resource_s_page_can_be_shared_and_a_problem_reported(page: sync_api.Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(CLIP)
    page.get_by_role("link", name="About this resource").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#shared")).to_contain_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(RESOURCE)
    page.get_by_text("Something wrong with it?").click()
    page.get_by_label("What is wrong, or out of date?").fill("The tray is on the other side")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page.get_by_role("link", name="Back to the resource").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The coffee machine in one minute")


def test_without_script_it_plays_and_can_be_read(browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto(CLIP)
    expect(page.locator("video[controls]")).to_be_visible()
    expect(page.get_by_text("Never open the back yourself.")).to_be_visible()
    expect(page.get_by_role("button", name="Copy link")).to_have_count(0)
    context.close()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed beside the tests")
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_pages_are_accessible_in_each_theme(page: sync_api.Page, path: str, theme: str) -> None:
    page.goto(path)
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    page.evaluate(AXE.read_text())
    report = page.evaluate("axe.run()")
    assert [(found["id"], found["nodes"][0]["html"]) for found in report["violations"]] == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_a_phone(browser, base_url: str, path: str) -> None:
    context = browser.new_context(base_url=base_url, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
