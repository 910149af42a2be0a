"""python -m tests.gallery [LANGUAGE ...]: every card in every state, theme and language."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import structlog
import typer
from playwright.sync_api import sync_playwright

from settings import load_settings
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.gallery.chat import LOCALES
from tests.gallery.gallery_page import PAGE, draw, is_installed, write
from tests.gallery.gathering import gathered

_CARDS = Path(__file__).resolve().parent.parent.parent / "build" / "cards"


def main(
    languages: Annotated[list[str] | None, typer.Argument(help="en, de, fr, es; all.")] = None,
    folder: Annotated[Path, typer.Option(help="Where to write to; emptied first.")] = _CARDS,
    pictures: Annotated[bool, typer.Option(help="Draw one a state and language, too.")] = True,
) -> None:
    """Writes `index.html`, and pictures beside it."""
    if not is_installed():
        raise typer.BadParameter("the renderer is not there: npm ci --prefix tests/e2e")
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)  # what breaks is meant to
    structlog.configure(wrapper_class=quiet)
    shown = asyncio.run(gathered(load_settings().snapshots_dir, languages or list(LOCALES)))
    write(shown, folder)
    if pictures:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            draw(browser, shown, folder)
            browser.close()
    print(f"{len(shown)} states: {folder / PAGE}")


if __name__ == "__main__":
    typer.run(main)
