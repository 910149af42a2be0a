"""The gallery as one page that needs nothing else, and its pictures."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser

from tests.gallery.gathering import Gathered
from tests.gallery.states import STATES
from tests.gallery.themes import THEMES, host_config

PAGE = "index.html"
_HERE = Path(__file__).resolve().parent
_MODULES = _HERE.parent / "e2e" / "node_modules"
_RENDERER = _MODULES / "adaptivecards" / "dist" / "adaptivecards.min.js"
_MARKDOWN = _MODULES / "markdown-it" / "dist" / "browser" / "markdown-it.umd.min.js"


def is_installed() -> bool:
    """Whether there is what draws cards: it takes `npm ci` in tests/e2e."""
    return _RENDERER.exists() and _MARKDOWN.exists()


def write(shown: Gathered, folder: Path) -> None:
    """The page, into the folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    data = {
        "states": [
            (group, [{"name": one.name, "title": one.title} for one in members])
            for group, members in groupby(STATES, lambda state: state.group)
        ],
        "shown": {f"{name}.{language}": asdict(one) for (name, language), one in shown.items()},
        "themes": {name: asdict(theme) for name, theme in THEMES.items()},
        "configs": {name: host_config(theme) for name, theme in THEMES.items()},
    }
    parts = {
        "/*RENDERER*/": _RENDERER.read_text(),
        "/*MARKDOWN*/": _MARKDOWN.read_text(),
        "/*DATA*/null": json.dumps(data),
    }
    page = (_HERE / "page.html").read_text()
    for place, text in parts.items():
        page = page.replace(place, text.replace("</script", "<\\/script"))
    (folder / PAGE).write_text(page)


def draw(browser: Browser, shown: Gathered, folder: Path) -> None:
    """A picture a state and language: each theme, at the width of a desktop and of a phone."""
    page = browser.new_page(viewport={"width": 1960, "height": 1000})
    page.goto((folder / PAGE).as_uri())
    for name, language in shown:
        page.evaluate("([name, language]) => sheet(name, language)", [name, language])
        page.locator(".sheet").screenshot(path=folder / language / f"{name}.png")
