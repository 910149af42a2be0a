"""What wikis put around a page that they export: Confluence the name of its space, Notion a table
of properties."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from index.readers import normalise
from index.readers.markup.front_matter import state_of

_BETWEEN = " : "


def confluence_page(page: BeautifulSoup) -> tuple[str, Tag] | None:
    """The title of a page that Confluence exported, without its space, and its text."""
    if any("Available Pages:" in one.get_text() for one in page.select("h2.pageSectionTitle")):
        return "", page.new_tag("div")  # the list of a space's pages
    heading = page.select_one("h1#title-heading #title-text")
    text = page.select_one("#main-content")
    if heading is None or text is None:
        return None
    title = normalise.prose(heading.get_text())
    first = page.select_one("#breadcrumbs li.first")
    space = normalise.prose(first.get_text()) if first else ""
    return title.removeprefix(f"{space}{_BETWEEN}".lstrip()), text


def notion_status(page: BeautifulSoup) -> str:
    """The status among the properties of a page that Notion exported; empty without any."""
    for row in page.select("table.properties tr"):
        name, value = row.find("th"), row.find("td")
        if name and value and normalise.prose(name.get_text()).casefold() == "status":
            return state_of(value.get_text(" "))
    return ""
