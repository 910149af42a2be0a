"""Every card as the renderer of Adaptive Cards draws it, in each theme of Teams and on a phone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import HERE, ROOT
from tests.gallery.chat import LOCALES
from tests.gallery.gallery_page import PAGE, is_installed
from tests.gallery.states import STATES
from tests.gallery.themes import THEMES

AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
# Of what stands in a page; a card is a part of one. The gallery's own frame is not Teams'.
RULES = ["color-contrast", "button-name", "image-alt", "label", "link-name", "aria-allowed-attr"]
NAMES = [state.name for state in STATES]
CUT = """() => [...document.querySelectorAll('.card *')]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
    .filter(one => getComputedStyle(one).overflowX !== 'visible')
    .map(one => one.textContent)"""
BEYOND = """() => {
    const edge = document.querySelector('.stage').getBoundingClientRect().right
    return [...document.querySelectorAll('.stage *')]
        .filter(one => one.getBoundingClientRect().right > edge)
        .map(one => one.textContent)
}"""


@pytest.fixture(scope="module")
def gallery(
    browser: Browser, sample_snapshots: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """The page that `make cards` writes."""
    if not is_installed():
        pytest.skip("the renderer is not installed: it takes `npm ci` in tests/e2e")
    folder = tmp_path_factory.mktemp("cards") / "page"
    command = [sys.executable, "-m", "tests.gallery", "--no-pictures", "--folder", str(folder)]
    environment = os.environ | {"SIGNPOST_SNAPSHOTS_DIR": str(sample_snapshots)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    page = browser.new_page(viewport={"width": 700, "height": 1000})
    page.goto((folder / PAGE).as_uri())
    page.add_script_tag(path=AXE)
    yield page
    page.close()


def only(page: Page, name: str, language: str, theme: str, width: str) -> None:
    page.evaluate("it => only(...it)", [name, language, theme, width])


@pytest.mark.parametrize("language", LOCALES)
def test_nothing_is_cut_on_a_phone(gallery: Page, language: str) -> None:
    """At 320 px: no word, button or table goes beyond the card or ends in an ellipsis of the
    client's."""
    cut = {}
    for name in NAMES:
        only(gallery, name, language, "light", "phone")
        if found := gallery.evaluate(CUT) + gallery.evaluate(BEYOND):
            cut[name] = found
    assert cut == {}


@pytest.mark.parametrize("theme", THEMES)
def test_it_can_be_read_in_each_theme(gallery: Page, theme: str) -> None:
    """By axe-core: contrast, and names of all that can be pressed."""
    wrong = {}
    for name in NAMES:
        only(gallery, name, "en", theme, "desktop")
        found = gallery.evaluate(
            "rules => axe.run('.stage', {runOnly: rules}).then(it => it.violations)", RULES
        )
        if found:
            wrong[name] = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    assert wrong == {}


def test_the_renderer_knows_all_that_is_in_a_card(gallery: Page) -> None:
    """It says what it could not read. It doubts every second `lang`: its pattern for that is a
    global one, which JavaScript goes on from where it ended the last time."""
    trouble = {}
    for name in NAMES:
        only(gallery, name, "en", "light", "desktop")
        drawn = gallery.locator("[data-trouble]")
        said = (drawn.get_attribute("data-trouble") or "" if drawn.count() else "").split("; ")
        if found := [one for one in said if one and '"lang"' not in one]:
            trouble[name] = found
    assert trouble == {}
