"""Books (EPUB): the chapters in the order of the spine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from errors import ReadError
from index.readers import normalise
from index.readers.decoding import decode
from index.readers.documents import Document
from index.readers.outline import Outline, Slugs, fold
from index.readers.packages.archive import Archive, attribute, children, first, local, words
from index.readers.said_audience import said_in_lines
from index.readers.web import furniture
from index.readers.web.html import declared_fields, parsed
from index.readers.web.html_blocks import read_blocks
from snapshot.models import Heading, Locator

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_LICENCES = ("META-INF/rights.xml", "META-INF/license.lcpl", "META-INF/sinf.xml")
# Fonts are scrambled in one of these ways, which hides no text.
_OF_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_BEGINNING = 5
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
# What a book's guide or landmarks call pages that are no content.
_NO_CONTENT = frozenset("cover toc title-page titlepage loi lot index-of-contents".split())


def read(data: bytes, name: str) -> Document:
    """One section a heading. A chapter without a heading has the title that the table of contents
    gives it. Raises ReadError for a book that is locked to a reader's device."""
    archive = Archive(data)
    _check_unlocked(archive)
    package, folder = _package(archive)
    metadata = first(package, "metadata")
    manifest = {one.get("id"): one for one in children(first(package, "manifest"), "item")}
    contents = _Contents.of(archive, manifest.values(), package, folder)
    outline, slugs = Outline(), Slugs()
    said_audience = ""
    for item in _spine(package, manifest):
        path = archive.find(item.get("href", ""), folder)
        if path is None or path in contents.left_out:
            continue
        chapter = _Chapter.of(archive.read(path), path)
        said_audience = said_audience or chapter.said_audience
        chapter.add(outline, slugs, contents.titles.get(path))
    title = _said(metadata, "title")
    return Document(
        title=title or None,
        metadata=_audience(metadata),
        language=_said(metadata, "language") or None,
        sections=outline.sections(title),
        said_audience=said_audience,
    )


def _check_unlocked(archive: Archive) -> None:
    locked = "it is locked by digital rights management: get a copy without"
    if any(archive.find(name) for name in _LICENCES):
        raise ReadError(locked)
    if name := archive.find(_ENCRYPTION):
        methods = [one for one in archive.xml(name).iter() if local(one) == "EncryptionMethod"]
        if any(one.get("Algorithm") not in _OF_FONTS for one in methods):
            raise ReadError(locked)


def _package(archive: Archive) -> tuple[Any, str]:
    """The root of the package document, and its folder."""
    name = archive.find(_CONTAINER)
    if name is None:
        raise ReadError(f"it is no EPUB: {_CONTAINER} is missing")
    for one in archive.xml(name).iter():
        if local(one) == "rootfile" and (path := archive.find(one.get("full-path", ""))):
            package = archive.xml(path)
            if first(package, "manifest") is None or first(package, "spine") is None:
                raise ReadError(f"it is damaged: {path} lists no pages")
            return package, path.rpartition("/")[0]
    raise ReadError("it is damaged: its package document is missing")


def _spine(package: Any, manifest: dict[str, Any]) -> Iterator[Any]:
    for reference in children(first(package, "spine"), "itemref"):
        item = manifest.get(reference.get("idref"))
        if item is None or "nav" in item.get("properties", "").split():
            continue
        if item.get("media-type", "") in _PAGES:
            yield item


def _said(metadata: Any | None, name: str) -> str:
    return normalise.prose(words(first(metadata, name)))


def _audience(metadata: Any | None) -> dict[str, Any]:
    """For whom the book says that it is, as EPUB 2 and 3 write it. Nobody is to read what its
    own properties keep from them."""
    said: list[str] = []
    for one in metadata if metadata is not None else ():
        key = attribute(one, "property") or attribute(one, "name") or local(one)
        if key.rpartition(":")[2].lower() == "audience":
            said.append(normalise.prose(attribute(one, "content") or words(one)))
    return {"audience": said} if said else {}


@dataclass(frozen=True, slots=True)
class _Contents:
    """The levels (1 is the outermost) and titles that the table of contents gives pages, and pages
    that are no content."""

    titles: dict[str, tuple[int, str]]
    left_out: frozenset[str]

    @classmethod
    def of(cls, archive: Archive, items: Iterable[Any], package: Any, folder: str) -> _Contents:
        titles: dict[str, tuple[int, str]] = {}
        left_out: set[str | None] = set()
        for item in items:
            is_nav = "nav" in item.get("properties", "").split()
            is_ncx = item.get("media-type") == "application/x-dtbncx+xml"
            path = archive.find(item.get("href", ""), folder) if is_nav or is_ncx else None
            if path is None:
                continue
            own = path.rpartition("/")[0]
            for kind, level, title, target in (_nav if is_nav else _ncx)(archive, path):
                page = archive.find(target, own)
                if kind in _NO_CONTENT:
                    left_out.add(page)
                elif page and not kind:
                    titles.setdefault(page, (level, title))
        for one in children(first(package, "guide"), "reference"):
            if one.get("type", "").lower() in _NO_CONTENT:
                left_out.add(archive.find(one.get("href", ""), folder))
        return cls(titles, frozenset(filter(None, left_out)))


def _nav(archive: Archive, path: str) -> Iterator[tuple[str, int, str, str]]:
    """(kind of a landmark, level, title, target) of each link of EPUB 3's navigation."""
    page = parsed(decode(archive.read(path)).text)
    for nav in page.find_all("nav"):
        kind = str(nav.get("epub:type") or nav.get("role") or "")
        for link in nav.find_all("a", href=True) if kind in ("toc", "doc-toc", "landmarks") else ():
            mark = str(link.get("epub:type") or "") if kind == "landmarks" else ""
            if mark or kind != "landmarks":
                level = len(link.find_parents("ol"))
                yield mark, level, normalise.prose(link.get_text()), str(link["href"])


def _ncx(archive: Archive, path: str) -> Iterator[tuple[str, int, str, str]]:
    for point in archive.xml(path).iter():
        if local(point) == "navPoint":
            content, label = first(point, "content"), first(point, "navLabel")
            if content is not None:
                level = 1 + sum(local(one) == "navPoint" for one in point.iterancestors())
                yield "", level, normalise.prose(words(label)), content.get("src", "")


class _Chapter(Outline):
    """Headings and blocks of one page of the book, kept until its first heading is known."""

    def __init__(self) -> None:
        super().__init__()
        self._met: list[tuple[int, str, list[tuple[str, str]]]] = []

    @classmethod
    def of(cls, data: bytes, path: str) -> _Chapter:
        page = parsed(decode(data).text)
        if declared_fields(page, ()):
            raise ReadError(
                f"{path} says who may see it, which counts for a whole book: write it into the "
                "book's .meta.yaml"
            )
        chapter = cls()
        root = page.body or page
        furniture.clear(root)
        read_blocks(root, chapter, lambda heading, text: "")
        return chapter

    @property
    def said_audience(self) -> str:
        """For whom its first lines say that it is."""
        rows = (row for _, text, _ in self._met[:_BEGINNING] for row in text.split("\n"))
        return said_in_lines(rows)

    def heading(self, level: int, text: str, locator: Locator) -> None:
        self._met.append((level, text, []))

    def block(self, text: str, links: Iterable[tuple[str, str]] = ()) -> None:
        if text:
            self._met.append((0, text, list(links)))

    def add(self, outline: Outline, slugs: Slugs, listed: tuple[int, str] | None) -> None:
        """Adds them to the book's outline; text before the first heading stands below it. A page
        that has no heading and no title goes on with the one before."""
        met = [one for one in self._met if one[1]]
        headings = [one for one in met if one[0]]
        level, title = listed or (0, "")
        if headings:
            met.remove(headings[0])
            met.insert(0, headings[0])
        elif title and met and fold(met[0][1]) == fold(title):
            met[0] = (level, title, [])
        elif title:
            met.insert(0, (level, title, []))
        shift = level - headings[0][0] if headings and level else 0
        for own, text, links in met:
            if own:
                outline.heading(max(own + shift, 1), text, Heading(slugs.slug(text), text))
            else:
                outline.block(text, links)
