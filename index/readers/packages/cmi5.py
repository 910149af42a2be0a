"""Packages with a `cmi5.xml`: blocks and assignable units."""

from __future__ import annotations

from typing import Any

from errors import ReadError
from index.readers import normalise
from index.readers.packages.archive import Archive, first, local, words
from index.readers.packages.course_items import Course, CourseItem, paragraph

_DEEPEST = 20


def load(archive: Archive, structure: str) -> Course:
    """The course of that structure."""
    root = archive.xml(structure)
    folder = structure.rpartition("/")[0]
    course = first(root, "course")
    if course is None:
        raise ReadError(f"it is damaged: {structure} describes no course")
    made = Course(_string(course, "title"), _paragraph(course))
    made.language = _language(course)
    _add(archive, folder, root, 1, made)
    return made


def _add(archive: Archive, folder: str, parent: Any, level: int, course: Course) -> None:
    if level > _DEEPEST:
        raise ReadError(f"blocks nested more than {_DEEPEST} deep")
    for one in parent:
        if local(one) == "block":
            course.items.append(CourseItem(level, _string(one, "title"), text=_paragraph(one)))
            _add(archive, folder, one, level + 1, course)
        elif local(one) == "au":
            url = words(first(one, "url"))
            page = archive.find(url, folder) if "://" not in url else None
            pages = [page] if page else []
            course.items.append(
                CourseItem(level, _string(one, "title"), url, pages, _paragraph(one))
            )


def _string(element: Any, name: str) -> str:
    """The first wording; there is one for each language."""
    found = first(element, name, "langstring")
    return normalise.prose(words(found if found is not None else first(element, name)))


def _paragraph(element: Any) -> str:
    return paragraph(_string(element, "description"))


def _language(course: Any) -> str:
    found = first(course, "title", "langstring")
    return str(found.get("lang") or "") if found is not None else ""
