"""Sign-in as a person goes through it: the real application in production, a real browser, and an
Entra ID on this machine. The sample content holds something for managers alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright import sync_api
from playwright.sync_api import expect

from tests.e2e.conftest import free_port, started
from tests.fakes.entra import CLIENT_ID, MANAGERS, SECRET, TENANT, FakeEntra

FOR_MANAGERS = "how do I put somebody on a performance improvement plan"
TITLE = "For managers: when somebody's work is not good enough"


@pytest.fixture(scope="module")
def url(sample_snapshots: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application, with sign-in."""
    folder = tmp_path_factory.mktemp("sign-in")
    (folder / "audiences.yaml").write_text(f"managers: [{MANAGERS}]\n")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with FakeEntra(folder) as entra:
        settings = {
            "SIGNPOST_SIGN_IN": "1",
            "SIGNPOST_SIGN_IN_AUTHORITY": entra.url,
            "SIGNPOST_APP_ID": CLIENT_ID,
            "SIGNPOST_TENANT_ID": TENANT,
            "SIGNPOST_APP_PASSWORD": SECRET,
            "SIGNPOST_SECRET": "a secret of these tests, long enough",
            "SIGNPOST_PUBLIC_URL": url,
            "SIGNPOST_AUDIENCES_FILE": str(folder / "audiences.yaml"),
            "SIGNPOST_SNAPSHOTS_DIR": str(sample_snapshots),
            "SIGNPOST_DATA_DIR": str(folder),
            "PORT": str(port),
            "REQUESTS_CA_BUNDLE": str(entra.certificate),
            "SSL_CERT_FILE": str(entra.certificate),
        }
        log = folder / "app.log"
        with started([sys.executable, "app.py"], log, f"{url}/readyz", **settings):
            yield url
        said = log.read_text()
    assert "Anna Keller" not in said
    assert FOR_MANAGERS not in said


@pytest.fixture
def page(browser, url: str) -> Iterator[sync_api.Page]:
    context = browser.new_context(base_url=url, ignore_https_errors=True)
    yield context.new_page()
    context.close()


def _sign_in(page: sync_api.Page, name: str) -> None:
    expect(page.get_by_role("heading", name="Pick an account")).to_be_visible()
    page.get_by_role("link", name=name).click()


def test_somebody_signs_in_asks_follows_a_link_and_signs_out(page, url: str) -> None:
    page.goto(f"/?q={FOR_MANAGERS}")
    _sign_in(page, "Anna Keller")
    expect(page.get_by_role("combobox")).to_have_value(FOR_MANAGERS)
    expect(page.locator("h3 a", has_text=TITLE)).to_be_visible()
    expect(page.locator(".badge")).to_have_text("Anna Keller")

    page.locator(".badge").click()
    expect(page.get_by_role("heading", name="Anna Keller")).to_be_visible()
    expect(page.locator("main")).to_contain_text("as Analyst")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Pick an account")).to_be_visible()


def test_a_link_of_somebody_else_asks_who_it_is_and_stays_shut(page, url: str) -> None:
    page.goto(f"/?q={FOR_MANAGERS}")
    _sign_in(page, "Anna Keller")
    link = page.locator("h3 a", has_text=TITLE).get_attribute("href")
    page.context.clear_cookies()
    page.goto(link)
    _sign_in(page, "Ben Okafor")
    expect(page.get_by_role("heading", name="This link opens nothing for you")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(TITLE)
    page.get_by_role("link", name="Search the library").click()
    page.get_by_role("combobox").fill(FOR_MANAGERS)
    expect(page.locator(".result").first).to_be_visible()
    expect(page.locator("h3 a", has_text=TITLE)).to_have_count(0)


def test_a_session_that_was_ended_while_somebody_types_leads_back_to_the_question(
    page, url: str
) -> None:
    page.goto("/")
    _sign_in(page, "Ben Okafor")
    field = page.get_by_role("combobox")
    expect(field).to_be_visible()
    page.context.clear_cookies()
    field.fill("how do I claim travel expenses?")
    _sign_in(page, "Ben Okafor")
    expect(field).to_have_value("how do I claim travel expenses?")
    expect(page.locator(".result").first).to_be_visible()
