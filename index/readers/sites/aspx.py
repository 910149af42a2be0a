"""Saved SharePoint pages: the text of a modern page stands in a property in its head, escaped, that
of an older one in another or on the page."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag

from index.readers import normalise
from index.readers.decoding import decode
from index.readers.documents import Document, Section
from index.readers.outline import Slugs
from index.readers.web import html
from snapshot.models import Heading

_PROPERTY = re.compile(r"<mso:(?P<name>\w+)\b[^>]*>(?P<value>[^<]*+(?:<(?!/?mso:)[^<]*+)*+)</mso:")
_MODERN = "CanvasContent1"
_OLDER = ("WikiField", "PublishingPageContent")
_ASP = re.compile(r"<%.*?%>", re.S)
_TITLE = re.compile(r"<title>([^<]*)</title>", re.I)
_TARGETED = "_ModernAudienceTargetUserField"  # "12;#Managers;#15;#Works council"
_NUMBER = re.compile(r"\d+;#|;#\d+;#|;#")
_NOT_YET_NEWS = "1"  # of PromotedState: 0 is a page, 2 is news, 1 will be news once it is published
_ITEM = re.compile(r"(?P<item>.*\[\d+\]\.)(?:title|.*[tT]ext)")
_FOR_SOME = "parts of it that SharePoint shows to an audience only are left out"


def read(data: bytes, name: str) -> Document:
    """Sections by heading. Of web parts, the words that they show are read, and their links. Whom
    SharePoint targets the page at is its audience; a part that is for some is left out."""
    decoded = decode(data)
    properties = {
        found["name"]: entities.unescape(found["value"]).strip()
        for found in _PROPERTY.finditer(decoded.text)
    }
    notes: list[str] = []
    if canvas := properties.get(_MODERN):
        page = "".join(_controls(canvas, notes))
    else:
        older = next(filter(None, map(properties.get, _OLDER)), "")
        page = older or _ASP.sub("", decoded.text)
    document = html.read(f"<main>{page}</main>".encode() if properties else page.encode(), name)
    titled = _TITLE.search(decoded.text)
    title = properties.get("Title") or (entities.unescape(titled[1]) if titled else "")
    return replace(
        document,
        title=normalise.prose(title) or document.title,
        metadata={**document.metadata, **_metadata(properties)},
        sections=tuple(_anchored(document.sections)),
        notes=(*decoded.notes, *document.notes, *dict.fromkeys(notes)),
    )


def _metadata(properties: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if targeted := properties.get(_TARGETED):
        found["audience"] = [one for one in _NUMBER.split(targeted) if one.strip()]
    if properties.get("PromotedState", "").partition(".")[0] == _NOT_YET_NEWS:
        found["status"] = "draft"
    return found


def _controls(canvas: str, notes: list[str]) -> Iterator[str]:
    """The page's text as HTML, control by control. Labels of folds stand before what they hold."""
    label = ""
    for said, body in _listed(canvas) if canvas.startswith("[") else _drawn(canvas):
        if _is_for_some(said):
            notes.append(_FOR_SOME)
            continue
        fold = said.get("zoneGroupMetadata")
        named = str(fold.get("displayName") or "") if isinstance(fold, dict) else ""
        if named != label:
            label = named
            yield f"<h2>{entities.escape(named)}</h2>" if named else ""
        yield f"<div>{body}</div>"


def _listed(canvas: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Controls as SharePoint's interface gives them, as JSON."""
    for said in json.loads(canvas):
        if isinstance(said, dict):
            part = said.get("webPartData")
            text = str(said.get("innerHTML") or "")
            yield said, _shown(part) if isinstance(part, dict) else text


def _drawn(canvas: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Controls as a file has them, as elements with JSON in their attributes."""
    page = BeautifulSoup(canvas, "lxml")
    for control in page.find_all(True, attrs={"data-sp-canvascontrol": True}):
        said = _json(control, "data-sp-controldata")
        part = control.find(True, attrs={"data-sp-webpartdata": True})
        if part is not None:
            data = _json(part, "data-sp-webpartdata")
            shown = _shown(data) or _copied(part)
            yield {**said, "webPartData": data}, shown
            continue
        text = control.find(True, attrs={"data-sp-rte": True}) or control
        yield said, text.decode_contents()


def _json(tag: Tag, name: str) -> dict[str, Any]:
    """What an attribute says; files of the first years have it as an address has it."""
    text = str(tag.get(name) or "")
    for one in (text, unquote(text)):
        try:
            found = json.loads(one)
        except ValueError:
            continue
        return found if isinstance(found, dict) else {}
    return {}


def _is_for_some(said: Any) -> bool:
    """Whether a control, its section or its web part names audiences."""
    if isinstance(said, dict):
        return any(
            (bool(value) if "audience" in key.lower() else _is_for_some(value))
            for key, value in said.items()
        )
    return isinstance(said, list) and any(map(_is_for_some, said))


def _shown(part: dict[str, Any]) -> str:
    """The words that a web part shows, as HTML."""
    content = part.get("serverProcessedContent")
    content = content if isinstance(content, dict) else {}
    texts, links, pages = (
        found if isinstance(found := content.get(name), dict) else {}
        for name in ("searchablePlainTexts", "links", "htmlStrings")
    )
    rows = [str(page) for page in pages.values()]
    for key, value in texts.items():
        words = entities.escape(entities.unescape(str(value)))
        item = _ITEM.fullmatch(key)
        address = _address(links, item["item"]) if item else ""
        tag = "pre" if key == "code" else "p"
        said = f'<a href="{entities.escape(address)}">{words}</a>' if address else words
        rows.append(f"<{tag}>{said}</{tag}>" if words.strip() else "")
    named = part.get("properties")
    if isinstance(named, dict) and (alt := str(named.get("altText") or "")):
        rows.append(f'<img alt="{entities.escape(alt)}">')
    return "".join(rows)


def _address(links: dict[str, Any], item: str) -> str:
    return next((str(links[key]) for key in links if key.startswith(item)), "")


def _copied(part: Tag) -> str:
    """The copies of its words that a web part leaves on the page for the search."""
    found = part.find_all(True, attrs={"data-sp-searchableplaintext": True})
    return "".join(f"<p>{one.decode_contents()}</p>" for one in found)


def _anchored(sections: tuple[Section, ...]) -> Iterator[Section]:
    slugs = Slugs()
    for section in sections:
        place = section.locator
        if isinstance(place, Heading) and not place.anchor:
            place = replace(place, anchor=slugs.slug(place.text))
        yield replace(section, locator=place)
