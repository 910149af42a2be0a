"""A bucket behind S3's API, in a thread of its own: its listing, page by page, and its objects."""

from __future__ import annotations

import hashlib
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from index.sources import Access
from tests.fakes.web_server import WebServer

_PAGE = 2
_CHANGED = "Mon, 02 Nov 2026 08:00:00 GMT"


class FakeS3(WebServer):
    """Holds `objects` by key. `refusals` are keys that nobody is given, "" the listing.
    `signatures` are what requests were signed with."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, bytes] = {}
        self.refusals: set[str] = set()
        self.signatures: list[str | None] = []
        self.reads: list[str] = []

    def answer(self, path: str, asked: Message) -> tuple[int, bytes, dict[str, str]]:
        self.signatures.append(asked.get("Authorization"))
        parts = urlsplit(path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        assert bucket == "bucket"
        if key in self.refusals:
            return 403, b"<Error><Code>AccessDenied</Code></Error>", {}
        if not key:
            return 200, self._listing(parse_qs(parts.query)).encode(), {}
        if key not in self.objects:
            return 404, b"<Error><Code>NoSuchKey</Code></Error>", {}
        self.reads.append(key)
        headers = {"ETag": _tag(self.objects[key]), "Last-Modified": _CHANGED}
        return 200, self.objects[key], headers

    def _listing(self, asked: dict[str, list[str]]) -> str:
        prefix = asked.get("prefix", [""])[0]
        after = asked.get("continuation-token", [""])[0]
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        more, page = len(keys) > _PAGE, keys[:_PAGE]
        rows = "".join(map(self._row, page))
        last = escape("".join(page[-1:]))
        token = f"<NextContinuationToken>{last}</NextContinuationToken>"
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{token if more else ''}{rows}"
            "</ListBucketResult>"
        )

    def _row(self, key: str) -> str:
        data: Any = self.objects[key]
        return (
            f"<Contents><Key>{escape(key)}</Key><Size>{len(data)}</Size>"
            f"<LastModified>2026-11-02T08:00:00.000Z</LastModified><ETag>{_tag(data)}</ETag>"
            "</Contents>"
        )


class BucketPlace:
    """A bucket as `tests.contract.test_sources` changes it."""

    def __init__(self, folder: object) -> None:
        self._store = FakeS3()
        self._store.__enter__()
        self.access = Access(timeout_s=60)
        self.entry = (
            f"type: objects\nurl: s3://bucket/hr\nendpoint: {self._store.url}\nanonymous: true"
        )

    def put(self, path: str, data: bytes) -> None:
        self._store.objects[f"hr/{path}"] = data

    def remove(self, path: str) -> None:
        del self._store.objects[f"hr/{path}"]

    def break_off(self) -> None:
        self._store.refusals.add("")

    def mend(self) -> None:
        self._store.refusals.clear()

    def close(self) -> None:
        self._store.__exit__()


def _tag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
