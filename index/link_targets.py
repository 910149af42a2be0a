"""Links of documents become links that can be opened: to a place that is served, or to a page
elsewhere on the web."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from index.content.copies import Copy
from index.content.entry import Entry
from snapshot import formats
from snapshot.formats.format_row import UrlStyle
from snapshot.models import Link, Locator, Passage, Resource, Whole

# What site generators call the other addresses of a page, in its front matter.
_OTHER_ADDRESSES = ("permalink", "redirect_from", "aliases")
_WEB = ("http", "https")


class LinkTargets:
    """Where links lead, among the resources that a build would serve. What names a copy, which is
    not served, leads to what is served instead.

    What is for some takes no address from what is for everyone: nobody else may notice it. So a
    link leads to what is for everyone if anything there fits, else to what is for the same people
    as the page that it stands on, else to what is for others."""

    def __init__(self, entries: Sequence[Entry], copies: Sequence[Copy] = ()) -> None:
        self._copies = {copy.entry.resource.path: copy for copy in copies}
        entries = [*entries, *(copy.entry for copy in copies)]
        self._own = {entry.resource.path: entry for entry in entries}
        groups: defaultdict[tuple[str, ...], list[Entry]] = defaultdict(list)
        for entry in entries:
            groups[entry.resource.only_for].append(entry)
        self._among = {who: _Addresses(group, self._served) for who, group in groups.items()}
        restricted = [entry for entry in entries if entry.resource.only_for]
        self._restricted = _Addresses(restricted, self._served)

    def _served(self, entry: Entry) -> str:
        """The path of what is served for that entry."""
        copy = self._copies.get(entry.resource.path)
        return (copy.kept if copy else entry).resource.path

    def resolved(self, passage: Passage, source: Resource) -> Passage:
        """The passage of `source` with links that can be opened."""
        if not passage.links:
            return passage
        return replace(passage, links=tuple(self._open(one, source) for one in passage.links))

    def _open(self, link: Link, source: Resource) -> Link:
        """With an address to open and the resource that it is in. Addresses outside must be
        https; what is neither outside nor served leads nowhere."""
        target, _, fragment = link.url.partition("#")
        entry = self._own[source.path] if not target and fragment else self._entry(link, source)
        outside = link.url if urlsplit_or_none(link.url, "https") else ""
        if entry is None:
            return replace(link, url=outside)
        place = _place(entry, unquote(fragment))
        if copy := self._copies.get(entry.resource.path):
            entry, places = copy.kept, copy.places()
            place = next((there for own, there in places if place and own == place), None)
        if place is None and entry.resource.path == source.path:
            return replace(link, url="")  # to what is being read already
        return replace(
            link,
            url=entry.resource.url_at(place or Whole()),
            resource_id=entry.resource.id,
            elsewhere=outside if entry.resource.only_for else "",
        )

    def _entry(self, link: Link, source: Resource) -> Entry | None:
        """What the link names."""
        for among in (self._among.get(()), self._among.get(source.only_for), self._restricted):
            if among and (found := among.entry(link, source)):
                return found
        return None


class _Addresses:
    """By which names and addresses links may mean some entries; `served` says which path is served
    for one."""

    def __init__(self, entries: Sequence[Entry], served: Callable[[Entry], str]) -> None:
        self._by_path = {entry.resource.path: entry for entry in entries}
        for entry in entries:
            for short in _short_paths(entry.resource.path):
                self._by_path.setdefault(short, entry)
        self._by_address: dict[str, Entry] = {}
        self._by_end: dict[str, Entry | None] = {}
        # A member of an archive has no address of its own, only a name behind the archive's.
        addressed = [one for one in entries if "#" not in one.resource.url]
        for entry in addressed:
            self._by_address.setdefault(_address(entry.resource.url), entry)
            for end in _ends(entry.resource.url):
                known = self._by_end.setdefault(end, entry)
                if known and served(known) != served(entry):
                    self._by_end[end] = None
        for entry in addressed:
            for other in _other_addresses(entry):
                self._by_address.setdefault(_address(other), entry)

    def entry(self, link: Link, source: Resource) -> Entry | None:
        """What the link names: a file beside its own, an address, or the end of one."""
        target = unquote(link.url.partition("#")[0].partition("?")[0])
        if not target:
            return None
        if "://" not in target and not target.startswith("/"):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), target))
            if found := self._by_path.get(path):
                return found
        try:
            address = urljoin(source.url, link.url)
        except ValueError:
            return None
        for one in (address, address.partition("#")[0].partition("?")[0]):
            if found := self._by_address.get(_address(one)):
                return found
        return self._by_end.get(_host(source.url) + _path(target)) if target[0] == "/" else None


def urlsplit_or_none(url: str, *schemes: str) -> Any:
    """The parts of an address of one of those schemes with a host; None for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in schemes and parts.hostname else None


def _address(url: str) -> str:
    """An address without what makes no difference: scheme, `www.`, a last slash. Its query may
    name the page, as in `watch?v=...`."""
    parts = urlsplit_or_none(url, *_WEB)
    query = url.partition("#")[0].partition("?")[2]
    return f"{_host(url)}{_path(parts.path if parts else url)}{query and f'?{query}'}"


def _host(url: str) -> str:
    parts = urlsplit_or_none(url, *_WEB)
    return str(parts.hostname).removeprefix("www.") if parts else ""


def _path(path: str) -> str:
    path = unquote(path.partition("#")[0].partition("?")[0])
    return path.removesuffix("/index.html").rstrip("/").lower()


def _ends(url: str) -> Iterator[str]:
    """The path of an address, and what is left of it without its first folders, each behind its
    host. One with a query has none."""
    parts = urlsplit(url)
    path = "" if parts.query else _path(parts.path)
    while path:
        yield _host(url) + path
        cut = path.find("/", 1)
        path = path[cut:] if cut > 0 else ""


def _short_paths(path: str) -> Iterator[str]:
    """What a link may say for the path of a page: `pay/grades` or, for a folder's page, `pay`."""
    found = formats.of(path)
    if found and UrlStyle.PAGE in found.url_styles:
        stem = path.rpartition(".")[0]
        yield stem
        folder, _, name = stem.rpartition("/")
        if name.lower() in found.folder_pages:
            yield folder


def _other_addresses(entry: Entry) -> Iterator[str]:
    for name in _OTHER_ADDRESSES:
        said = entry.document.metadata.get(name)
        for one in said if isinstance(said, list) else [said]:
            if isinstance(one, str) and one.startswith("/"):
                yield urljoin(entry.resource.url, one)


def _place(entry: Entry, fragment: str) -> Locator | None:
    """The place of that fragment, None if it has none of that name."""
    if not fragment:
        return None
    places: Iterable[Locator] = (one.locator for one in entry.document.sections)
    return next((place for place in places if place.anchor == fragment), None)
