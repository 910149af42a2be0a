"""The portal as a tab of Teams: our real application in a frame of a host that speaks Teams'
protocol, with Microsoft's own library between them, in a real browser."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright import sync_api
from playwright.sync_api import expect

from tests.e2e.conftest import CHROMIUM, FLAGS, free_port, started
from tests.fakes.entra import CLIENT_ID, PEOPLE, SECRET, TENANT, FakeEntra, tls
from tests.fakes.teams_host import HOST, OURS, TeamsHost

Open = Callable[..., tuple[sync_api.Page, sync_api.FrameLocator]]


@pytest.fixture(scope="module")
def entra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeEntra]:
    with FakeEntra(tmp_path_factory.mktemp("entra")) as entra:
        yield entra


@pytest.fixture(scope="module")
def backend(
    entra: FakeEntra, sample_snapshots: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The port of the application in production."""
    folder, port = tmp_path_factory.mktemp("tab"), free_port()
    settings = {
        "SIGNPOST_SIGN_IN": "1",
        "SIGNPOST_SIGN_IN_AUTHORITY": entra.url,
        "SIGNPOST_APP_ID": CLIENT_ID,
        "SIGNPOST_TENANT_ID": TENANT,
        "SIGNPOST_APP_PASSWORD": SECRET,
        "SIGNPOST_SECRET": "a secret of these tests, long enough",
        "SIGNPOST_PUBLIC_URL": f"https://{OURS}",
        "SIGNPOST_SNAPSHOTS_DIR": str(sample_snapshots),
        "SIGNPOST_DATA_DIR": str(folder),
        "PORT": str(port),
        "REQUESTS_CA_BUNDLE": str(entra.certificate),
        "SSL_CERT_FILE": str(entra.certificate),
    }
    ready = f"http://127.0.0.1:{port}/readyz"
    with started([sys.executable, "app.py"], folder / "app.log", ready, **settings):
        yield port
    assert "Ben Okafor" not in (folder / "app.log").read_text()


@pytest.fixture
def open_tab(browser, backend: int, tmp_path: Path, entra: FakeEntra) -> Iterator[Open]:
    """Opens the tab as Teams does, with a token for Ben unless another is given."""
    with TeamsHost(tls(tmp_path / "host.pem"), backend) as host:
        chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=FLAGS + host.flags)
        page = chromium.new_context(ignore_https_errors=True).new_page()

        def open_(*, token: str | None = None, theme: str = "default", path: str = "/tab", **more):
            good = _token(entra)
            asked = {"url": f"https://{OURS}{path}", "theme": theme, **more}
            asked["token"] = good if token is None else token
            page.goto(f"https://{HOST}/?{urlencode(asked)}")
            return page, page.frame_locator("#tab")

        yield open_
        chromium.close()


def _token(entra: FakeEntra, **changes: str) -> str:
    audience = f"api://{OURS}/{CLIENT_ID}"
    claims = {"aud": audience, "scp": "access_as_user", **PEOPLE["ben"], **changes}
    return entra.token(claims)


def test_who_opens_the_tab_is_signed_in_and_asks(open_tab: Open) -> None:
    """Its session is a cookie of the frame's own partition, kept from page to page."""
    page, tab = open_tab()
    field = tab.get_by_role("combobox")
    expect(field).to_be_visible()
    expect(tab.locator(".badge")).to_have_text("Ben Okafor")
    field.fill("how do I claim travel expenses?")
    expect(tab.locator(".result").first).to_be_visible()
    field.press("Enter")
    tab.locator(".badge").click()
    expect(tab.get_by_role("heading", name="Ben Okafor")).to_be_visible()
    said = page.evaluate("heard.map(one => one.func)")
    assert "appInitialization.success" in said


def test_the_tab_speaks_as_teams_does_from_page_to_page(open_tab: Open) -> None:
    """Teams puts its language into the tab's address; the frame's cookie keeps it."""
    _, tab = open_tab(path="/tab?lang=fr-fr")
    expect(tab.get_by_label("Que voulez-vous savoir ?")).to_be_visible()
    tab.locator(".badge").click()
    expect(tab.get_by_role("button", name="Se déconnecter", exact=True)).to_be_visible()
    expect(tab.locator("html")).to_have_attribute("lang", "fr")


@pytest.mark.parametrize("theme", ["default", "dark", "contrast"])
def test_the_theme_is_that_of_teams_and_follows_it(open_tab: Open, theme: str) -> None:
    page, tab = open_tab(theme=theme)
    expect(tab.get_by_role("combobox")).to_be_visible()
    named = {"default": "light"}
    root = tab.locator("html")
    expect(root).to_have_attribute("data-theme", named.get(theme, theme))
    colours = {
        "default": "rgb(247, 246, 242)",
        "dark": "rgb(16, 24, 28)",
        "contrast": "rgb(0, 0, 0)",
    }
    expect(tab.locator("body")).to_have_css("background-color", colours[theme])
    other = "dark" if theme == "default" else "default"
    page.evaluate(f"change('{other}')")
    expect(root).to_have_attribute("data-theme", named.get(other, other))
    expect(tab.locator("body")).to_have_css("background-color", colours[other])


def test_a_deep_link_opens_what_it_names(open_tab: Open) -> None:
    _, tab = open_tab(sub="/collections/your-first-week")
    expect(tab.get_by_role("heading", name="Your first week", exact=True)).to_be_visible()


@pytest.mark.parametrize("sub", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_deep_link_that_leads_elsewhere_opens_the_first_page(open_tab: Open, sub: str) -> None:
    _, tab = open_tab(sub=sub)
    expect(tab.get_by_role("combobox")).to_be_visible()


def test_a_page_that_is_opened_before_anybody_is_known_comes_back_to_it(open_tab: Open) -> None:
    _, tab = open_tab(path="/?q=parental+leave")
    expect(tab.get_by_role("combobox")).to_have_value("parental leave")


@pytest.mark.parametrize("token", ["", "forged"])
def test_without_a_good_token_the_browser_is_offered(open_tab: Open, token: str) -> None:
    _, tab = open_tab(token=token)
    expect(tab.get_by_role("heading", name="Teams could not sign you in")).to_be_visible()
    way = tab.get_by_role("link", name="Open Signpost in the browser")
    expect(way).to_have_attribute("target", "_blank")
    expect(tab.get_by_role("combobox")).to_have_count(0)


def test_what_lies_elsewhere_opens_in_a_window_of_its_own(open_tab: Open) -> None:
    _, tab = open_tab(path="/?q=parental+leave")
    link = tab.locator(".result h3 a").first
    expect(link).to_be_visible()
    link.dispatch_event("click", {"button": 1})
    expect(link).to_have_attribute("target", "_blank")
