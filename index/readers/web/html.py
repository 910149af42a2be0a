"""Web pages: what an author wrote on them, without what the site puts around it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from bs4 import BeautifulSoup, Tag

from index.readers import normalise
from index.readers.decoding import decode
from index.readers.documents import Document
from index.readers.markup import front_matter, template_tags
from index.readers.outline import Outline
from index.readers.said_audience import restricting
from index.readers.sites import wiki_pages
from index.readers.web import furniture
from index.readers.web.html_blocks import check_depth, read_blocks, tally_of

_MAIN = ("main", "[role=main]", "article", "#main-content", "#content", "#main")
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_XML = re.compile(r"^\s*<\?xml[^>]*>")
_PREFIX = re.compile(r"^(?:dc|dcterms|signpost)[.:]", re.IGNORECASE)
_NAMED_BY = ("name", "property", "itemprop", "http-equiv")
_AUDIENCE = re.compile(r"(?:^|[_.:])audiences?$")
_OF_DATA = re.compile(r"\"(?:audience|audienceType)\"\s*:\s*\"([^\"]+)\"")
_REFRESH = re.compile("^refresh$", re.IGNORECASE)


def read(data: bytes, name: str) -> Document:
    """One section a heading. Its anchor is the heading's id, or that of its section element; empty
    without either. A page that only redirects has no sections."""
    declared = _CHARSET.search(data[:4096])
    decoded = decode(data, (declared[1] or declared[2]).decode() if declared else None)
    metadata, source = front_matter.split_off(decoded.text)
    if metadata or "{%" in source:
        source = template_tags.strip_html(source)
    page = parsed(source)
    metadata = {**declared_fields(page, metadata), **metadata}
    if _redirects(page):
        return Document(metadata=metadata, notes=decoded.notes)
    data_of_page = [str(one.string) for one in page.find_all("script", type="application/ld+json")]
    exported = wiki_pages.confluence_page(page)
    root = exported[1] if exported else _main_part(page)
    if status := wiki_pages.notion_status(page):
        metadata.setdefault("status", status)
    furniture.clear(root)
    outline = Outline()
    read_blocks(root, outline, _anchor)
    title = (exported and exported[0]) or outline.title or _title(page)
    return Document(
        title=title,
        metadata=metadata,
        language=_language(page),
        sections=outline.sections(title),
        notes=decoded.notes,
        said_audience=_said_audience(data_of_page),
        tally=tally_of(root),
    )


def parsed(source: str) -> BeautifulSoup:
    """A page's tree. Raises ReadError if it is nested too deep."""
    page = BeautifulSoup(_XML.sub("", source, count=1), "lxml")
    check_depth(page)
    return page


def _redirects(page: BeautifulSoup) -> bool:
    refresh = page.find("meta", attrs={"http-equiv": _REFRESH})
    return refresh is not None and "url" in str(refresh.get("content")).lower()


def _main_part(page: BeautifulSoup) -> Tag:
    """The one element that the page marks as its content, else its body."""
    for selector in _MAIN:
        found = page.select(selector)
        if len(found) == 1 and found[0].get_text(strip=True):
            return found[0]
    return page.body or page


def _anchor(heading: Tag, words: str) -> str:
    """The heading's id, that of a link target in it, or that of the section which it opens."""
    if own := heading.get("id"):
        return str(own)
    if target := heading.find("a", id=True) or heading.find("a", attrs={"name": True}):
        return str(target.get("id") or target.get("name"))
    section = heading.parent
    if section is not None and section.name in ("section", "div", "article"):
        first = section.find(True, recursive=False)
        if first is heading and section.get("id"):
            return str(section["id"])
    return ""


def declared_fields(page: BeautifulSoup, given: Collection[str]) -> dict[str, Any]:
    """Who may see the page and who vouches for it, as its <meta> elements say, but for what its
    front matter gives. "all" is what pages wrote for search engines of old."""
    found: dict[str, Any] = {}
    for tag in page.find_all("meta"):
        key = _PREFIX.sub("", next((str(tag[one]) for one in _NAMED_BY if tag.get(one)), ""))
        name = front_matter.field_name(key)
        value = normalise.prose(str(tag.get("content") or tag.get("value") or ""))
        if _AUDIENCE.search(name):
            name = "audience"
        if name not in front_matter.DECIDING_FIELDS or name in given:
            continue
        if name != "audience":
            found[name] = value
        elif value.lower() not in ("all", "alle"):
            found[name] = [*found.get(name, ()), *value.split(",")]
    return found


def _said_audience(scripts: Sequence[str]) -> str:
    """Whom the page's linked data (https://schema.org/audience) say that it is for."""
    return restricting(match[1] for script in scripts for match in _OF_DATA.finditer(script))


def _title(page: BeautifulSoup) -> str | None:
    title = page.find("title")
    return normalise.prose(title.get_text()) or None if title else None


def _language(page: BeautifulSoup) -> str | None:
    root = page.find("html")
    return str(root.get("lang") or "") or None if root else None
