"""Microsoft Graph with one site, its libraries and people, in a thread of its own; it speaks
Graph's JSON.

with FakeGraph() as graph:
    graph.put("Policies/leave.md", b"# Leave")
    ...  # a client of graph.access
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.test_utils import TestServer

from identity.graph.graph_sign_in import GraphSettings
from index.sources import Access
from tests.fakes.graph_permissions import EVERYONE_HERE, TENANT

SITE = "https://contoso.sharepoint.com/sites/HR"
_ROOT = "root-id"
_DRIVE = "b!drive"


@dataclass
class Entry:
    """A file or a folder of the library."""

    id: str
    name: str
    parent: str
    data: bytes | None = None
    tag: int = 0
    permissions: list[dict[str, Any]] = field(default_factory=lambda: [EVERYONE_HERE])
    facets: dict[str, Any] = field(default_factory=dict)


class FakeGraph:
    """`refusals` are statuses that a request gets first, by a part of its path: each once.
    `requests` are the paths that were asked for, `batched` those within batches. `member_of` says
    what people are in, by their ids: groups and whatever else Graph lists there."""

    def __init__(self, page_size: int = 3) -> None:
        self.entries: dict[str, Entry] = {_ROOT: Entry(_ROOT, "root", "")}
        self.requests: list[str] = []
        self.batched: list[str] = []
        self.refusals: dict[str, list[tuple[int, str]]] = {}
        self.expired: set[str] = set()
        self.member_of: dict[str, list[dict[str, Any]]] = {}
        self.download_base = ""
        self.tokens_given = 0
        self.is_down = False
        self._page_size = page_size
        self._changes: list[str] = [_ROOT]
        self._number = 0
        app = web.Application(middlewares=[self._door])
        app.router.add_get("/v1.0/sites/{site}", self._site)
        app.router.add_get("/v1.0/sites/{host}:/sites/HR", self._site)
        app.router.add_get("/v1.0/sites/{site}/drive", self._drive)
        app.router.add_get("/v1.0/sites/{site}/drives", self._drives)
        app.router.add_get("/v1.0/drives/{drive}/root/delta", self._delta)
        app.router.add_get("/v1.0/drives/{drive}/items/{id}/content", self._content)
        app.router.add_get("/v1.0/drives/{drive}/items/{id}/permissions", self._permissions)
        app.router.add_post("/v1.0/$batch", self._batch)
        app.router.add_get("/download/{id}", self._download)
        app.router.add_get("/v1.0/users/{id}/transitiveMemberOf", self._member_of)
        self._server = TestServer(app, host="127.0.0.1")

    def __enter__(self) -> FakeGraph:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start_server(), self._loop).result(10)
        self.url = str(self._server.make_url("")).rstrip("/")
        self.download_base = self.url
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._server.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def access(self) -> Access:
        return Access(
            timeout_s=60,
            graph=GraphSettings(
                tenant_id=TENANT,
                client_id="app",
                client_secret="word",
                url=self.url,
                http_client=SignIn(self),
            ),
        )

    # what people do in the library

    def put(
        self, path: str, data: bytes = b"text", permissions: list[dict[str, Any]] | None = None
    ) -> Entry:
        """Writes a file, and the folders on its way."""
        parent = _ROOT
        *folders, name = path.split("/")
        for folder in folders:
            parent = (self._child(parent, folder) or self._new(folder, parent)).id
        entry = self._child(parent, name) or self._new(name, parent, b"")
        entry.data, entry.tag = data, entry.tag + 1
        if permissions is not None:
            entry.permissions = permissions
        self.changed(entry)
        return entry

    def find(self, path: str) -> Entry:
        found = self.entries[_ROOT]
        for name in path.split("/"):
            child = self._child(found.id, name)
            assert child, path
            found = child
        return found

    def changed(self, entry: Entry) -> None:
        """The next delta tells of it."""
        self._changes.append(entry.id)

    def delete(self, path: str) -> None:
        """As SharePoint does: of a folder only the folder is told."""
        entry = self.find(path)
        gone = [entry.id]
        for id_ in gone:
            gone += [one.id for one in self.entries.values() if one.parent == id_]
            del self.entries[id_]
        self.changed(entry)

    def expire(self) -> None:
        """No token of before is good any more."""
        self.expired |= {str(number) for number in range(len(self._changes) + 1)}

    # the server

    @web.middleware
    async def _door(self, request: web.Request, handler: Any) -> web.StreamResponse:
        path = request.path_qs
        self.requests.append(path)
        if self.is_down:
            return web.json_response({}, status=503, headers={"Retry-After": "0"})
        for part, answers in self.refusals.items():
            if part in path and answers:
                status, retry_after = answers.pop(0)
                headers = {"Retry-After": retry_after} if retry_after else {}
                error = {"error": {"code": "made up", "message": "by the test"}}
                return web.json_response(error, status=status, headers=headers)
        is_download = path.startswith("/download/")
        said = request.headers.get("Authorization")
        if is_download and said is not None:
            return web.Response(status=400, text="a token was sent where none belongs")
        if not is_download and said != f"Bearer token-{self.tokens_given}":
            error = {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}}
            return web.json_response(error, status=401)
        response: web.StreamResponse = await handler(request)
        return response

    async def _site(self, request: web.Request) -> web.Response:
        return web.json_response({"id": "contoso.sharepoint.com,1,2", "webUrl": SITE})

    async def _drive(self, request: web.Request) -> web.Response:
        return web.json_response({"id": _DRIVE, "name": "Documents"})

    async def _drives(self, request: web.Request) -> web.Response:
        """Two pages."""
        if "$skiptoken" not in request.query:
            first = {"id": "b!other", "name": "Site Assets", "webUrl": f"{SITE}/SiteAssets"}
            more = f"{self.url}{request.path}?$skiptoken=2"
            return web.json_response({"value": [first], "@odata.nextLink": more})
        shared = f"{SITE}/Shared%20Documents"
        return web.json_response({"value": [{"id": _DRIVE, "name": "Documents", "webUrl": shared}]})

    async def _delta(self, request: web.Request) -> web.Response:
        token = request.query.get("token", "0")
        here = f"{self.url}/v1.0/drives/{quote(_DRIVE)}/root/delta"
        if token in self.expired:
            error = {"error": {"code": "resyncChangesApplyDifferences", "message": "too old"}}
            headers = {"Location": f"{here}?token=0-0"}
            return web.json_response(error, status=410, headers=headers)
        since, _, offset = token.partition("-")
        if since == "0":
            ids = list(self.entries)
        else:
            ids = list(dict.fromkeys(self._changes[int(since) :]))
        start = int(offset or 0)
        page = ids[start : start + self._page_size]
        body: dict[str, Any] = {"value": [self._item(id_) for id_ in page]}
        if start + self._page_size < len(ids):
            body["@odata.nextLink"] = f"{here}?token={since}-{start + self._page_size}"
        else:
            body["@odata.deltaLink"] = f"{here}?token={len(self._changes)}"
        return web.json_response(body)

    def _item(self, id_: str) -> dict[str, Any]:
        if id_ not in self.entries:
            return {"id": id_, "deleted": {"state": "deleted"}}
        entry = self.entries[id_]
        item: dict[str, Any] = {
            "id": id_,
            "name": entry.name,
            "eTag": f'"{{{id_}}},{entry.tag}"',
            "webUrl": f"{SITE}/Shared%20Documents/{quote(self._path(entry))}",
            "parentReference": {"driveId": _DRIVE, "id": entry.parent},
            **entry.facets,
        }
        if id_ == _ROOT:
            return {**item, "root": {}, "folder": {"childCount": 1}}
        if entry.data is None:
            return {**item, "folder": {"childCount": 1}}
        size = len(entry.data)
        tag = f'"c:{{{id_}}},{entry.tag}"'
        return {"size": size, "cTag": tag, "file": {}, **item}

    async def _content(self, request: web.Request) -> web.Response:
        id_ = request.match_info["id"]
        if id_ not in self.entries:
            return web.json_response({"error": {"code": "itemNotFound"}}, status=404)
        location = f"{self.download_base}/download/{id_}?tempauth=x"
        return web.Response(status=302, headers={"Location": location})

    async def _download(self, request: web.Request) -> web.Response:
        return web.Response(body=self.entries[request.match_info["id"]].data)

    async def _permissions(self, request: web.Request) -> web.Response:
        return web.json_response(self._permitted(request.match_info["id"], request.path_qs))

    async def _member_of(self, request: web.Request) -> web.Response:
        """So many a page. What needs `ConsistencyLevel` is not asked for."""
        found = self.member_of.get(request.match_info["id"])
        if found is None:
            error = {"error": {"code": "Request_ResourceNotFound", "message": "no such user"}}
            return web.json_response(error, status=404)
        first = int(request.query.get("$skiptoken", "0"))
        body: dict[str, Any] = {"value": found[first : first + self._page_size]}
        if len(found) > first + self._page_size:
            here = f"{self.url}{request.path}"
            body["@odata.nextLink"] = f"{here}?$skiptoken={first + self._page_size}"
        return web.json_response(body)

    async def _batch(self, request: web.Request) -> web.Response:
        """In an order of its own."""
        asked = (await request.json())["requests"]
        if len(asked) > 20:
            return web.json_response({"error": {"code": "BadRequest"}}, status=400)
        answers = [self._answer(one) for one in reversed(asked)]
        return web.json_response({"responses": answers})

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        path = asked["url"]
        self.batched.append(path)
        for part, refusals in self.refusals.items():
            if part in path and refusals:
                status, retry_after = refusals.pop(0)
                return {
                    "id": asked["id"],
                    "status": status,
                    "headers": {"Retry-After": retry_after},
                }
        id_ = path.split("/")[4]
        if id_ not in self.entries:
            return {"id": asked["id"], "status": 404, "body": {"error": {"code": "itemNotFound"}}}
        return {"id": asked["id"], "status": 200, "body": self._permitted(id_, path)}

    def _permitted(self, id_: str, path: str) -> dict[str, Any]:
        """Two permissions a page."""
        first = int(path.rpartition("skip=")[2]) if "skip=" in path else 0
        found = self.entries[id_].permissions
        body: dict[str, Any] = {"value": found[first : first + 2]}
        if len(found) > first + 2:
            base = f"{self.url}/v1.0/drives/{quote(_DRIVE)}/items/{id_}/permissions"
            body["@odata.nextLink"] = f"{base}?skip={first + 2}"
        return body

    def _new(self, name: str, parent: str, data: bytes | None = None) -> Entry:
        self._number += 1
        entry = Entry(f"01ID{self._number}", name, parent, data)
        self.entries[entry.id] = entry
        self.changed(entry)
        return entry

    def _child(self, parent: str, name: str) -> Entry | None:
        inside = (one for one in self.entries.values() if one.parent == parent)
        return next((one for one in inside if one.name == name), None)

    def _path(self, entry: Entry) -> str:
        return "/".join(reversed(list(self._names(entry))))

    def _names(self, entry: Entry) -> Iterator[str]:
        while entry.parent in self.entries:
            yield entry.name
            entry = self.entries[entry.parent]


class SignIn:
    """The sign-in service as msal asks it; each token is another one."""

    def __init__(self, graph: FakeGraph) -> None:
        self._graph = graph
        self.posts: list[dict[str, Any]] = []
        self.refusal: dict[str, str] = {}

    def get(self, url: str, **_: Any) -> Any:
        base = url.partition("/v2.0")[0]
        return _response(
            {
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "issuer": f"{base}/v2.0",
            }
        )

    def post(self, url: str, data: Any = None, **_: Any) -> Any:
        self.posts.append(data)
        if self.refusal:
            return _response(self.refusal, 400)
        self._graph.tokens_given += 1
        given = f"token-{self._graph.tokens_given}"
        return _response({"access_token": given, "expires_in": 3600, "token_type": "Bearer"})

    def close(self) -> None:
        pass


def _response(body: dict[str, Any], status: int = 200) -> Any:
    return SimpleNamespace(status_code=status, text=json.dumps(body), headers={})


class LibraryPlace:
    """A library as `tests.contract.test_sources` changes it."""

    def __init__(self, folder: object) -> None:
        self.graph = FakeGraph()
        self.graph.__enter__()
        self.access = self.graph.access
        self.entry = f"type: sharepoint\nsite: {SITE}"

    def put(self, path: str, data: bytes) -> None:
        self.graph.put(path, data)

    def remove(self, path: str) -> None:
        self.graph.delete(path)

    def break_off(self) -> None:
        self.graph.is_down = True

    def mend(self) -> None:
        self.graph.is_down = False

    def close(self) -> None:
        self.graph.__exit__()
