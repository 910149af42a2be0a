"""Packages with an `imsmanifest.xml`: SCORM 1.2 and 2004, and Common Cartridge."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from html import escape
from typing import Any

from errors import ReadError
from index.readers import normalise
from index.readers.packages.archive import Archive, attribute, children, first, local, words
from index.readers.packages.course_items import Course, CourseItem, minutes, paragraph

_DEEPEST = 20
_HIDDEN = "parts that its organisation hides are left out"
_TESTS = "its tests and question banks are not read"
_FOR_TEACHERS = "parts that are for instructors only are left out"
_TEACHERS = frozenset(("instructor", "mentor", "teacher", "author", "manager"))
# Where Canvas says which of the items are published.
_MODULES = "course_settings/module_meta.xml"
_PUBLISHED = ("active", "published")


def load(archive: Archive, manifest: str) -> Course:
    """The course of that manifest. Raises ReadError for one that is damaged, or protected by an
    access code."""
    return _Manifest(archive, manifest).course()


class _Manifest:
    def __init__(self, archive: Archive, path: str) -> None:
        self._archive = archive
        self._root = archive.xml(path)
        self._folder = path.rpartition("/")[0]
        resources = first(self._root, "resources")
        self._base = _joined(attribute(self._root, "base"), _base(resources))
        found = children(resources, "resource")
        self._resources = {attribute(one, "identifier"): one for one in found}
        self._unpublished = set(self._not_published())
        self._course = Course()

    def course(self) -> Course:
        if any(local(one) == "authorizations" for one in self._root.iter()):
            raise ReadError("it is a cartridge that an access code protects")
        course = self._course
        self._describe(course)
        organizations = first(self._root, "organizations")
        found = children(organizations, "organization")
        default = attribute(organizations, "default") if found else ""
        named = (one for one in found if attribute(one, "identifier") == default)
        chosen = next(named, next(iter(found), None))
        if chosen is None:
            course.items.extend(self._without_organization())
            return course
        course.title = _title(chosen) or course.title
        for item in children(chosen, "item"):
            self._add(item, 1, 0)
        return course

    def _describe(self, course: Course) -> None:
        """What the metadata say: LOM in the manifest, or in a file that it names."""
        metadata = first(self._root, "metadata")
        lom = _lom(metadata)
        if lom is None and metadata is not None:
            location = next((words(one) for one in metadata.iter() if local(one) == "location"), "")
            if location and (path := self._archive.find(location, self._folder)):
                lom = self._archive.xml(path)
        if lom is None:
            return
        general = first(lom, "general")
        course.title = _title(general)
        course.text = paragraph(_string(first(general, "description")))
        course.language = words(first(general, "language"))
        time = _deep(lom, "typicallearningtime")
        course.minutes = minutes(_string(time)) if time is not None else None

    def _add(self, item: Any, level: int, depth: int) -> None:
        """The item and what is below it. One without a title, as cartridges have it around all,
        is no level of its own."""
        if depth > _DEEPEST:
            raise ReadError(f"items nested more than {_DEEPEST} deep")
        is_hidden = attribute(item, "isvisible").strip().lower() in ("false", "0")
        if is_hidden or attribute(item, "identifier") in self._unpublished:
            self._course.notes.append(_HIDDEN)
            return
        title = _title(item)
        resource = self._resources.get(attribute(item, "identifierref"))
        if title or resource is not None:
            made = self._item(title, level, resource, attribute(item, "parameters"))
            if made is not None:
                self._course.items.append(made)
        for child in children(item, "item"):
            self._add(child, level + bool(title), depth + 1)

    def _item(self, title: str, level: int, resource: Any, parameters: str) -> CourseItem | None:
        if resource is None:
            return CourseItem(level, title)
        if _is_for_teachers(resource):
            self._course.notes.append(_FOR_TEACHERS)
            return None
        kind = attribute(resource, "type").lower()
        if "qti" in kind or "assessment" in kind:
            self._course.notes.append(_TESTS)
            return None
        if "imswl" in kind:
            return self._web_link(title, level, resource)
        if "imsdt" in kind:
            return self._topic(title, level, resource)
        base = _joined(self._base, _base(resource))
        href = attribute(resource, "href")
        launch = _with_parameters(_joined(base, href), parameters) if href else ""
        pages = dict.fromkeys(self._files(resource, set()))
        own = self._archive.find(_joined(base, href), self._folder) if href else None
        return CourseItem(level, title, launch, [*([own] if own else []), *pages])

    def _files(self, resource: Any, seen: set[str]) -> Iterator[str]:
        """The members that a resource lists, and those that it depends on."""
        seen.add(attribute(resource, "identifier"))
        base = _joined(self._base, _base(resource))
        for one in children(resource, "file"):
            if path := self._archive.find(_joined(base, attribute(one, "href")), self._folder):
                yield path
        for one in children(resource, "dependency"):
            name = attribute(one, "identifierref")
            if name not in seen and len(seen) < _DEEPEST and name in self._resources:
                yield from self._files(self._resources[name], seen)

    def _web_link(self, title: str, level: int, resource: Any) -> CourseItem:
        root = self._xml_of(resource)
        url = attribute(_deep(root, "url"), "href") if root is not None else ""
        named = title or _title(root)
        shown = f'<p><a href="{escape(url)}">{escape(named)}</a></p>' if url else ""
        return CourseItem(level, named, url, text=shown)

    def _topic(self, title: str, level: int, resource: Any) -> CourseItem:
        root = self._xml_of(resource)
        text = _deep(root, "text") if root is not None else None
        said = "".join(text.itertext()) if text is not None else ""
        is_html = text is not None and "html" in attribute(text, "texttype").lower()
        shown = said if is_html else f"<p>{escape(said)}</p>"
        return CourseItem(level, title or _title(root), text=shown)

    def _xml_of(self, resource: Any) -> Any | None:
        path = next(iter(self._files(resource, set())), None)
        return self._archive.xml(path) if path else None

    def _without_organization(self) -> Iterator[CourseItem]:
        """A package that only lists its resources: what can be opened is an item."""
        for resource in self._resources.values():
            if attribute(resource, "href"):
                title = _title(first(_lom(first(resource, "metadata")), "general"))
                if made := self._item(title, 1, resource, ""):
                    yield made

    def _not_published(self) -> Iterator[str]:
        path = self._archive.find(_MODULES, self._folder)
        for one in self._archive.xml(path).iter() if path else ():
            state = words(first(one, "workflow_state"))
            if state and state not in _PUBLISHED:
                yield attribute(one, "identifier")


def _base(element: Any | None) -> str:
    return attribute(element, "base") if element is not None else ""


def _joined(base: str, href: str) -> str:
    """An address below a base; one that is complete stays as it is."""
    href = href.strip()
    if "://" in href or not base.strip():
        return href
    return posixpath.join(base.strip(), href.lstrip("/"))


def _with_parameters(address: str, parameters: str) -> str:
    """As SCORM puts them together: `?` and `#` lead, or are put in."""
    parameters = parameters.strip().lstrip("&")
    if not parameters or (parameters[0] == "#" and "#" in address):
        return address
    if parameters[0] in "?#":
        parameters = parameters if "?" not in address else f"&{parameters[1:]}"
        return address + parameters
    return f"{address}{'&' if '?' in address else '?'}{parameters}"


def _title(element: Any | None) -> str:
    return _string(first(element, "title"))


def _string(element: Any | None) -> str:
    """Its first wording, if it has several, one a language."""
    if element is None:
        return ""
    inner = next((one for one in element.iter() if not len(one) and words(one)), element)
    return normalise.prose(words(inner))


def _lom(metadata: Any | None) -> Any | None:
    found = metadata.iter() if metadata is not None else ()
    return next((one for one in found if local(one) == "lom"), None)


def _deep(element: Any, name: str) -> Any | None:
    """The first element of that name anywhere below, whatever its case."""
    return next((one for one in element.iter() if local(one).lower() == name), None)


def _is_for_teachers(resource: Any) -> bool:
    """Whether the metadata name roles, none of them that of a learner."""
    metadata = first(resource, "metadata")
    found = metadata.iter() if metadata is not None else ()
    named = [
        words(value if (value := first(one, "value")) is not None else one).lower()
        for one in found
        if local(one).lower() == "intendedenduserrole"
    ]
    return bool(named) and all(any(role in one for role in _TEACHERS) for one in named)
