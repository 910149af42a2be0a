"""A document library of SharePoint as a source, through Microsoft Graph.

What changed: https://learn.microsoft.com/en-us/graph/api/driveitem-delta. Permissions are asked for
at each listing, of every file that is read: a delta query does not surely tell that they changed
(docs/adr/0019-sources-are-copied-and-mounted.md).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from errors import ContentError
from identity.graph.graph_client import GraphReply
from identity.graph.graph_sign_in import token_source
from index.content.inventory import is_metadata
from index.sources import Access, Listing, SourceItem, SourceUnreachable
from index.sources.item_permissions import readers_of
from index.sources.microsoft_graph import Graph, refused
from index.sources.mirror import is_read
from snapshot import formats
from snapshot.formats.format_row import MAX_FILE_MB

_FIELDS = "id,name,size,eTag,cTag,file,folder,package,root,deleted,malware,webUrl,parentReference"
_RESYNCS = 3
_OFFICE = (
    formats.DOCX, formats.PPTX, formats.WORKBOOK,
    formats.WORD_97, formats.POWERPOINT_97, formats.EXCEL_97,
)  # fmt: skip
_MB = 1024 * 1024

Objects = list[Mapping[str, Any]]
Known = dict[str, dict[str, Any]]
"""What a library holds, by ids: name, the id of the folder it is in, and of files what is read."""


def open_source(place: Mapping[str, str], folder: Path, access: Access) -> DocumentLibrary:
    """Raises ContentError for an address that is no site, and for settings that are missing."""
    site = urlsplit(place["site"])
    if site.scheme != "https" or not site.hostname or site.username or site.query or site.fragment:
        raise ContentError(
            f"site is {place['site']}: write https://contoso.sharepoint.com/sites/HR"
        )
    if problem := access.graph.problem:
        raise ContentError(f"SharePoint is read by an application of yours: {problem}")
    graph = Graph(access.graph.url, token_source(access.graph))
    library, path = place.get("library", ""), place.get("path", "")
    return DocumentLibrary(graph, site.netloc, site.path.strip("/"), library, path)


class DocumentLibrary:
    """Versions are SharePoint's tags of the content. Each item says who may read it."""

    def __init__(self, graph: Graph, host: str, site: str, library: str, path: str) -> None:
        self._graph = graph
        self._host = host
        self._site = site
        self._library = library
        self._path = path.strip("/")
        self._drive = ""

    async def list(self, memory: str) -> Listing:
        drive, link, known = _remembered(memory)
        self._drive = await self._find_drive()
        if drive != self._drive:
            link, known = "", {}
        link, known = await self._changed(link, known)
        items = await self._with_readers(tuple(_items(known, self._path)))
        memory_now = {"drive": self._drive, "delta": link, "known": known}
        return Listing(items, json.dumps(memory_now))

    async def read(self, item: SourceItem) -> bytes:
        where = f"/drives/{quote(self._drive)}/items/{quote(item.id)}/content"
        if item.size == 0:
            return b""
        found = formats.of(item.path)
        most = (found.limit_mb if found else MAX_FILE_MB) * _MB
        return await self._graph.download(where, frozenset({self._host}), most)

    async def close(self) -> None:
        await self._graph.close()

    async def _find_drive(self) -> str:
        """The library's id: that of the name that people see, else the site's first."""
        at = f"{self._host}:/{quote(self._site)}" if self._site else self._host
        site = (await self._graph.found(f"/sites/{at}")).get("id")
        if not self._library:
            drive = (await self._graph.found(f"/sites/{site}/drive")).get("id")
            return _text(drive, "the library has no id")
        names = []
        async for page in self._pages(f"/sites/{site}/drives?$select=id,name,webUrl"):
            for one in page:
                address = unquote(str(one.get("webUrl") or "")).rpartition("/")[2]
                if self._library in (one.get("name"), one.get("id"), address):
                    return _text(one.get("id"), "the library has no id")
                names.append(str(one.get("name")))
        raise SourceUnreachable(
            f"the site has no library {self._library}: it has {', '.join(names) or 'none'}"
        )

    async def _pages(self, where: str) -> AsyncIterator[Objects]:
        while where:
            body = await self._graph.found(where)
            yield _objects(body)
            where = str(body.get("@odata.nextLink") or "")

    async def _changed(self, link: str, known: Known) -> tuple[str, Known]:
        """What the library holds now, and the link that tells what changed since. Graph may say at
        any page that it has to be listed anew."""
        first = f"/drives/{quote(self._drive)}/root/delta?$select={_FIELDS}"
        where, found, resyncs = link or first, dict(known), 0
        while True:
            reply = await self._graph.get(where)
            if reply.status == HTTPStatus.GONE and resyncs < _RESYNCS:
                resyncs += 1
                where, found = reply.location or first, {}
                continue
            if reply.status != HTTPStatus.OK:
                raise SourceUnreachable(f"Graph does not say what changed: {reply.problem}")
            try:
                for one in _objects(reply.body):
                    _apply(one, found)
            except (AttributeError, TypeError, ValueError) as error:
                raise SourceUnreachable(
                    f"Graph answers otherwise than Graph does: {error}"
                ) from error
            where = str(reply.body.get("@odata.nextLink") or "")
            if not where:
                return _text(reply.body.get("@odata.deltaLink"), "a listing has no end"), found

    async def _with_readers(self, items: Sequence[SourceItem]) -> tuple[SourceItem, ...]:
        asked = [item for item in items if not item.refusal and _has_readers(item)]
        paths = [f"/drives/{self._drive}/items/{item.id}/permissions" for item in asked]
        replies = await self._graph.batch(paths)
        if asked and all(reply.status == HTTPStatus.FORBIDDEN for reply in replies):
            raise SourceUnreachable(refused("the files' permissions", replies[0]))
        now = datetime.now(UTC)
        known = {
            item.id: await self._permitted(item, reply, now)
            for item, reply in zip(asked, replies, strict=True)
        }
        # What is not asked for is read by nobody, or describes others.
        return tuple(known.get(item.id, replace(item, readers=())) for item in items)

    async def _permitted(self, item: SourceItem, reply: GraphReply, now: datetime) -> SourceItem:
        if reply.status != HTTPStatus.OK:
            return replace(
                item, readers=(), refusal=f"who may read it is not known: {reply.problem}"
            )
        permissions = _objects(reply.body)
        if more := str(reply.body.get("@odata.nextLink") or ""):
            async for page in self._pages(more):
                permissions += page
        return replace(item, readers=readers_of(permissions, now))


def _has_readers(item: SourceItem) -> bool:
    return is_read(item.path) and not is_metadata(item.path)


def _apply(one: Mapping[str, Any], known: Known) -> None:
    """Enters a change; of several about the same item the last one holds."""
    id_ = str(one.get("id") or "")
    if "deleted" in one or not id_:
        known.pop(id_, None)
        return
    entry: dict[str, Any] = {
        "name": str(one.get("name") or ""),
        "parent": "" if "root" in one else str((one.get("parentReference") or {}).get("id") or "?"),
    }
    if "file" in one:
        entry |= {
            "version": str(one.get("cTag") or one.get("eTag") or ""),
            "size": int(one.get("size") or 0),
            "url": str(one.get("webUrl") or ""),
            "malware": "malware" in one,
        }
    known[id_] = entry


def _items(known: Known, below: str) -> Iterator[SourceItem]:
    """The files, in the order of their paths. What is in a folder that is not there any more is
    gone with it."""
    paths = {id_: path for id_ in known if (path := _path(id_, known)) is not None}
    for id_, path in sorted(paths.items(), key=lambda pair: pair[1]):
        entry = known[id_]
        if "version" not in entry or (below and not path.startswith(f"{below}/")):
            continue
        yield SourceItem(
            path=path[len(below) :].lstrip("/"),
            id=id_,
            version=entry["version"],
            size=entry["size"],
            url=_opening(entry["url"]),
            refusal=_refusal(entry),
        )


def _refusal(entry: Mapping[str, Any]) -> str:
    if entry["malware"]:
        return "SharePoint found malware in it"
    return "" if entry["version"] else "SharePoint gives no tag of its content"


def _path(id_: str, known: Known) -> str | None:
    """From the library's root on; None if it does not lead there."""
    parts: list[str] = []
    seen: set[str] = set()
    while entry := known.get(id_):
        if not entry["parent"]:
            return "/".join(reversed(parts))
        if id_ in seen:
            return None
        seen.add(id_)
        parts.append(entry["name"])
        id_ = entry["parent"]
    return None


def _opening(url: str) -> str:
    """The link that opens a file in the browser: Office files would be downloaded otherwise."""
    parts = urlsplit(url)
    is_office = formats.of(parts.path) in _OFFICE
    if is_office and "web" not in dict(parse_qsl(parts.query)):
        return f"{url}{'&' if parts.query else '?'}web=1"
    return url


def _remembered(memory: str) -> tuple[str, str, Known]:
    try:
        found = json.loads(memory)
        return found["drive"], found["delta"], found["known"]
    except (ValueError, KeyError, TypeError):
        return "", "", {}


def _objects(body: Mapping[str, Any]) -> Objects:
    """The objects of a page. Raises SourceUnreachable if there is no list of them."""
    value = body.get("value")
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise SourceUnreachable("Graph answers otherwise than Graph does: a page has no values")
    return value


def _text(value: object, problem: str) -> str:
    if not isinstance(value, str) or not value:
        raise SourceUnreachable(f"Graph answers otherwise than Graph does: {problem}")
    return value
