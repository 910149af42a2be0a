"""A bucket or a container as a source, through obstore: S3 and what speaks like it, Google's and
Azure's stores."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError
from obstore.store import ObjectStore, from_url

from errors import ContentError
from index.sources import Access, ItemUnreadable, Listing, SourceItem, SourceUnreachable

_SCHEMES = ("s3", "gs", "az", "file")
_WITH_PASSWORD = re.compile(r"\w+://[^/]*@")
_RETRIES = 8
_SAID = 300


def open_source(place: Mapping[str, str], folder: Path, access: Access) -> Bucket:
    """Raises ContentError for an address that names no store. Keys come from the environment, by
    the names that each cloud gives them, or from the machine's own identity."""
    url, endpoint = place["url"], place.get("endpoint", "")
    for name, said in (("url", url), ("endpoint", endpoint)):
        if _WITH_PASSWORD.match(said) or urlsplit(said).query:
            raise ContentError(f"{name} holds a key: keys come from the environment")
    parts = urlsplit(url)
    container, _, below = parts.path.strip("/").partition("/")
    if parts.scheme not in _SCHEMES or (parts.scheme == "az" and not (parts.netloc and container)):
        said = "write s3://bucket/path, gs://bucket/path or az://account/container/path"
        raise ContentError(f"url is {url}: {said}")
    address, options = url, dict[str, Any]()
    if parts.scheme == "az":  # obstore takes what stands first for the container
        address = f"az://{container}/{below}"
        options |= {"account_name": parts.netloc}
    if endpoint:
        options |= {"endpoint": endpoint}
        options |= {"client_options": {"allow_http": endpoint.startswith("http://")}}
    if region := place.get("region"):
        options |= {"region": region}
    if (anonymous := place.get("anonymous", "false")) not in ("true", "false"):
        raise ContentError(f"anonymous is {anonymous}: write true or false")
    if anonymous == "true":
        options |= {"skip_signature": True}
    if not url.startswith("file:"):
        timeout = timedelta(seconds=access.timeout_s)
        options |= {"retry_config": {"max_retries": _RETRIES, "retry_timeout": timeout}}
    try:
        return Bucket(from_url(address, **options), url)
    except (BaseError, OSError, ValueError) as error:
        raise ContentError(f"{url} cannot be used: {_said(error)}") from error


class Bucket:
    """Versions are the store's tags; where it has none, time of change and size."""

    def __init__(self, store: ObjectStore, url: str) -> None:
        self._store = store
        self._url = url

    async def list(self, memory: str) -> Listing:
        items = []
        try:
            async for some in obstore.list(self._store):
                for one in some:
                    changed = f"{one['last_modified'].isoformat()}-{one['size']}"
                    version = one["e_tag"] or one["version"] or changed
                    path = one["path"]
                    items.append(SourceItem(path=path, id=path, version=version, size=one["size"]))
        except (BaseError, OSError) as error:
            raise SourceUnreachable(f"{self._url} cannot be listed: {_said(error)}") from error
        return Listing(tuple(sorted(items, key=lambda item: item.path)))

    async def read(self, item: SourceItem) -> bytes:
        try:
            found = await obstore.get_async(self._store, item.id)
            return bytes(await found.bytes_async())
        except (OSError, PermissionDeniedError) as error:  # not there: FileNotFoundError
            raise ItemUnreadable(f"the store does not give it: {_said(error)}") from error
        except BaseError as error:
            raise SourceUnreachable(f"{item.path} cannot be read: {_said(error)}") from error

    async def close(self) -> None:
        pass


def _said(error: Exception) -> str:
    """The first line; what follows is for the library's own people."""
    return (str(error).splitlines() or [""])[0][:_SAID]
