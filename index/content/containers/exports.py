"""Exports of wikis as whole folders, Notion's and Confluence's, known by names of files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from snapshot import formats

_BY_NOTION = re.compile(r"(?P<title>.+?)[ _](?P<id>[0-9a-f]{32})")
_OF_NOTION = (formats.MARKDOWN, formats.HTML, formats.DELIMITED)
_ALL_ROWS = re.compile(r".+[ _][0-9a-f]{32}_all")
_BY_CONFLUENCE = re.compile(r"(?:.+_)?(?P<id>\d+)")
_HAS_ID = re.compile(r"(?:.+_)?\d{5,}\.\w+")
_INDEX = f"index{formats.HTML.extensions[0]}"
_STYLES = "styles/site.css"
_CLOUD = ".atlassian.net"
_IS_WIKI = re.compile(r"confluence|\bwiki\b", re.IGNORECASE)
_BESIDE = ("attachments", "images", "styles", "download")


def notion_id(path: str) -> str:
    """The id of a page that Notion exported; empty for any other file."""
    match = _BY_NOTION.fullmatch(_stem(path))
    return match["id"] if match and formats.of(path) in _OF_NOTION else ""


def without_notion_id(stem: str) -> str:
    match = _BY_NOTION.fullmatch(stem)
    return match["title"] if match else stem


def is_twice(path: str) -> bool:
    """Whether Notion exported a table a second time, with the rows that its view leaves out."""
    is_table = formats.of(path) is formats.DELIMITED
    return is_table and _ALL_ROWS.fullmatch(_stem(path)) is not None


class ConfluenceExports:
    """The folders among some paths that are exports of a Confluence space as HTML."""

    def __init__(self, names: Iterable[str]) -> None:
        pages: dict[str, set[str]] = defaultdict(set)
        styled: set[str] = set()
        for name in names:
            folder, _, base = name.rpartition("/")
            if formats.of(name) is formats.HTML:
                pages[folder].add(base)
            elif f"/{name}".endswith(f"/{_STYLES}"):
                styled.add(name.removesuffix(_STYLES).rstrip("/"))
        self._folders = {
            folder
            for folder, own in pages.items()
            if _INDEX in own
            and (folder in styled or (len(own) > 1 and all(map(_HAS_ID.fullmatch, own - {_INDEX}))))
        }

    def around(self, path: str) -> str | None:
        """The export that a file lies in, None if it lies in none; "" is the top."""
        if not self._folders:
            return None
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self._folders:
                return folder
        return None

    def left_out(self, path: str) -> str:
        """Why a file of an export is no content; empty if it is, or lies in none."""
        folder = self.around(path)
        if folder is None:
            return ""
        inner = path[len(folder) :].lstrip("/")
        if inner == _INDEX:
            return "the list of pages of a Confluence export"
        if inner.partition("/")[0] in _BESIDE and "/" in inner:
            return "beside the pages of a Confluence export, where no link to it is known"
        return ""


def confluence_url(path: str, base: str, *, is_given_there: bool) -> str:
    """The address of an exported page by its id, which Cloud and Data Center both know; empty if
    the base is not that of a Confluence, or the name has no id."""
    match = _BY_CONFLUENCE.fullmatch(_stem(path))
    parts = urlsplit(base)
    is_cloud = (parts.hostname or "").endswith(_CLOUD)
    if not match or not (is_given_there or is_cloud or _IS_WIKI.search(base)):
        return ""
    if is_cloud and not parts.path.startswith("/wiki"):
        base = f"{base}/wiki"
    return f"{base}/pages/viewpage.action?pageId={quote(match['id'])}"


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]
