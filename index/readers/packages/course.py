"""Course packages: SCORM 1.2 and 2004, cmi5, AICC and Common Cartridge, each as one course."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bs4 import BeautifulSoup

from errors import NoText, ReadError
from index.readers import normalise, reader
from index.readers.documents import Document, Section
from index.readers.markup.front_matter import DECIDING_FIELDS
from index.readers.office.office_package import sensible_title
from index.readers.outline import Slugs, fold
from index.readers.packages import aicc, cmi5, ims_manifest
from index.readers.packages.archive import Archive
from index.readers.packages.course_items import Course, CourseItem
from index.readers.web import html
from snapshot import formats
from snapshot.models import Heading, Locator, Whole

_LOADERS = {"imsmanifest.xml": ims_manifest.load, "cmi5.xml": cmi5.load}
_OF_AICC = ".crs"
# Metadata files of ours, which a course cannot hold.
_DESCRIBES = re.compile(r"(?:(?:^|/)_folder|\.meta)\.(?:ya?ml|json|toml)(?:\.txt)?$", re.IGNORECASE)
_PAGES = (formats.HTML, formats.PDF)
_FEW_WORDS = 20
_NO_TEXT = (
    "its pages hold no text, as courses have it that scripts draw: it is found by its titles and "
    "its description alone"
)
_NOT_SHOWN = "pages that are drafts or not published are left out"


def read(data: bytes, name: str) -> Document:
    """One section an item that has text, and one a heading of its pages. Items without are lines
    of what is above them."""
    archive = Archive(data)
    found = description_of(archive.names)
    if found is None:
        raise ReadError(
            "it is no course package: neither imsmanifest.xml nor cmi5.xml nor a .crs file is at "
            "its top"
        )
    for one in archive.names:
        if _DESCRIBES.search(one):
            raise ReadError(
                f"{one} within it describes a part, and a course is one resource: put what it says "
                "into the package's own .meta.yaml"
            )
    load = _LOADERS.get(found.rpartition("/")[2].lower(), aicc.load)
    return _Pages(archive).document(load(archive, found))


def description_of(names: Sequence[str]) -> str | None:
    """The file that describes the course, at the top of the package or of the one folder in it."""
    tops = {name.partition("/")[0] for name in names if not name.startswith("__MACOSX/")}
    depth = 1 if len(tops) == 1 else 0
    for level in range(depth + 1):
        own = sorted(name for name in names if name.count("/") == level)
        for wanted in (*_LOADERS, _OF_AICC):
            for name in own:
                base = name.rpartition("/")[2].lower()
                if base == wanted or (wanted == _OF_AICC and base.endswith(wanted)):
                    return name
    return None


class _Pages:
    """Puts the text of a course together."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._slugs = Slugs()
        self._places: dict[tuple[str, ...], Locator] = {(): Whole()}
        self._read: set[str] = set()
        self._notes: list[str] = []
        self._said_audience = ""
        self._words = 0

    def document(self, course: Course) -> Document:
        sections = [self._placed((), section) for section in _html(course.text)]
        path: tuple[str, ...] = ()
        untold: list[str] = []
        for item, following in zip(course.items, [*course.items[1:], None], strict=True):
            above = path[: item.level - 1]
            path = (*above, item.title)
            told = [*_html(item.text), *self._pages(item)]
            is_above = following is not None and following.level > item.level
            if not told and not is_above and item.title:
                untold.append(f"- {item.title}")
            if untold and (told or following is None or following.level != item.level):
                lines = Section((), Whole(), ("\n".join(untold),))
                sections.append(self._placed(above, lines))
                untold = []
            here = tuple(one for one in path if fold(one) != fold(course.title))
            sections.extend(self._placed(here, section) for section in told)
        if self._words < _FEW_WORDS:
            self._notes.append(_NO_TEXT)
        return Document(
            title=course.title or None,
            language=course.language or None,
            sections=tuple(sections),
            notes=tuple(dict.fromkeys([*course.notes, *self._notes])),
            duration_minutes=course.minutes,
            launch=next((one.launch for one in course.items if one.launch), ""),
            said_audience=self._said_audience,
        )

    def _placed(self, above: tuple[str, ...], section: Section) -> Section:
        """The section below the headings above it, those that say the same once."""
        inner = section.heading_path
        if above and inner and fold(inner[0]) == fold(above[-1]):
            inner = inner[1:]
        path = (*above, *inner)
        if path not in self._places:
            self._places[path] = Heading(self._slugs.slug(path[-1]), path[-1])
        return replace(section, heading_path=path, locator=self._places[path])

    def _pages(self, item: CourseItem) -> Iterator[Section]:
        """The sections of the pages that the item opens and that no item before did."""
        for name in item.pages:
            if name not in self._read and formats.of(name) in _PAGES:
                self._read.add(name)
                yield from self._page(name)

    def _page(self, name: str) -> Sequence[Section]:
        data = self._archive.read(name)
        if formats.of(name) is formats.HTML and not _is_published(data):
            self._notes.append(_NOT_SHOWN)
            return ()
        try:
            page = reader.read(data, name)
        except NoText:
            return ()
        except ReadError as error:
            self._notes.append(f"{name} within it cannot be read: {error}")
            return ()
        if audience := page.metadata.get("audience"):
            named = audience if isinstance(audience, list) else [str(audience)]
            self._said_audience = self._said_audience or ", ".join(named)
        elif DECIDING_FIELDS & page.metadata.keys():
            self._notes.append(_NOT_SHOWN)
            return ()
        self._said_audience = self._said_audience or page.said_audience
        self._words += sum(len(section.text.split()) for section in page.sections)
        title = sensible_title(page.title)
        above = (title,) if title else ()
        return [replace(one, heading_path=(*above, *one.heading_path)) for one in page.sections]


def _html(text: str) -> Sequence[Section]:
    return html.read(f"<main>{text}</main>".encode(), "").sections if text else ()


def _is_published(page: bytes) -> bool:
    """Whether Canvas, which exports drafts, too, says nothing else."""
    if b"workflow_state" not in page[:10_000]:
        return True
    tag = BeautifulSoup(page[:20_000], "lxml").find("meta", attrs={"name": "workflow_state"})
    return tag is None or normalise.prose(str(tag.get("content"))) in ("active", "published")
