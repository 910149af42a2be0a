"""Packages of AICC: files of one name that end in .crs, .des, .au and .cst."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from errors import ReadError
from index.readers import normalise
from index.readers.decoding import decode
from index.readers.packages.archive import Archive
from index.readers.packages.course_items import Course, CourseItem, paragraph

_SECTION = re.compile(r"^\s*\[(?P<name>[^\]]+)\][^\n]*$", re.M)
_TITLE = re.compile(r"^\s*course_title\s*=\s*(?P<title>.*)$", re.M | re.I)
_ROOT = "root"
_DEEPEST = 20


def load(archive: Archive, course_file: str) -> Course:
    """The course of that .crs file."""
    stem = course_file.rpartition(".")[0]
    folder = course_file.rpartition("/")[0]
    text = decode(archive.read(course_file)).text
    title = _TITLE.search(text)
    said = normalise.prose(_section(text, "course_description"))
    course = Course(normalise.prose(title["title"]) if title else "", paragraph(said))
    described = {row["system_id"].lower(): row for row in _rows(archive, stem, "des")}
    units = {row["system_id"].lower(): row for row in _rows(archive, stem, "au")}
    if not units:
        raise ReadError(f"it is damaged: {stem}.au is missing or empty")
    below = _structure(archive, stem)

    def add(name: str, level: int) -> None:
        if level > _DEEPEST:
            raise ReadError(f"blocks nested more than {_DEEPEST} deep")
        for member in below.get(name, ()):
            about = described.get(member, {})
            title = normalise.prose(about.get("title", "")) or member
            text = normalise.prose(about.get("description", ""))
            launch, pages = "", []
            if unit := units.get(member):
                launch = unit.get("file_name", "").strip()
                page = archive.find(launch, folder) if "://" not in launch else None
                pages = [page] if page else []
                if extra := unit.get("web_launch", "").strip().lstrip("?&"):
                    launch = f"{launch}{'&' if '?' in launch else '?'}{extra}"
            shown = paragraph(text) if text != title else ""
            course.items.append(CourseItem(level, title, launch, pages, shown))
            add(member, level + 1)

    if _ROOT not in below:
        below[_ROOT] = list(units)
    add(_ROOT, 1)
    return course


def _section(text: str, name: str) -> str:
    marks = list(_SECTION.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        if mark["name"].strip().lower() == name:
            return text[mark.end() : following.start() if following else len(text)]
    return ""


def _rows(archive: Archive, stem: str, ending: str) -> Iterator[dict[str, str]]:
    """The rows of one of the package's tables that name something, by their columns."""
    for cells, header in _cells(archive, stem, ending):
        row = dict(zip(header, cells, strict=False))
        if row.get("system_id"):
            yield row


def _structure(archive: Archive, stem: str) -> dict[str, list[str]]:
    """What is in each block, in order."""
    below: dict[str, list[str]] = {}
    for cells, _ in _cells(archive, stem, "cst"):
        if cells:
            block = below.setdefault(cells[0].lower(), [])
            block.extend(cell.lower() for cell in cells[1:] if cell)
    return below


def _cells(archive: Archive, stem: str, ending: str) -> Iterator[tuple[list[str], list[str]]]:
    name = archive.find(f"/{stem}.{ending}")
    if name is None:
        return
    table = csv.reader(io.StringIO(decode(archive.read(name)).text), skipinitialspace=True)
    try:
        header = [cell.strip().lower() for cell in next(table, [])]
        for cells in table:
            yield [cell.strip() for cell in cells], header
    except csv.Error as error:
        raise ReadError(f"it is damaged: {name}: {error}") from error
