"""The resource that a file becomes: its title, link, kind, audience and language."""

from __future__ import annotations

import math
import posixpath
import re
from urllib.parse import quote

from index.content.containers.exports import confluence_url, notion_id, without_notion_id
from index.content.inventory import SourceFile
from index.content.metadata import Metadata
from index.content.tree import Tree
from index.content.validation import Reason
from index.readers.documents import Document
from snapshot import formats
from snapshot.formats.format_row import Kind, UrlStyle
from snapshot.models import Resource, Validation, resource_id

WATCH = "/watch/"
DEFAULT_LANGUAGE = "en"
_LONGEST_TITLE = 200
_ORDER = re.compile(r"\A\d{1,3}[-_. ]+(?=[^\W\d])")
_OF_ADDRESSES = "%/?#&=;:@!$'()*+,~-._"
_NOTION = "https://www.notion.so/"
_SEPARATORS = re.compile(r"[-_+.\s]+")


def make_resource(
    path: str, metadata: Metadata, document: Document, validation: Validation, url: str
) -> Resource:
    """The resource. What the metadata leaves open, the document says, else the file's name. What
    no format describes is a link."""
    found = formats.of(path)
    title = metadata.title or document.title or title_from_name(path)
    return Resource(
        id=resource_id(url),
        title=_shorten(title),
        url=url,
        kind=metadata.kind or (found.kind if found else Kind.LINK),
        path=path,
        validation=validation,
        owner=metadata.owner,
        audience=metadata.audience,
        language=metadata.language or document.language or DEFAULT_LANGUAGE,
        tags=metadata.tags,
        duration_minutes=metadata.duration_minutes
        or document.duration_minutes
        or _minutes(document),
        link_template=metadata.link_template,
    )


def url_of(file: SourceFile, metadata: Metadata, launch: str = "") -> str | None:
    """The file's link: its own, else by its place in the folder that is published at `base_url`;
    that of a transcript is its recording's. None if neither is given.

    In style FILE, `a/b.md` is at `base/a/b.md`: a server shows files as they are. In style PAGE it
    is at `base/a/b/`, and `README.md` at its folder: a generator makes a site of them. In style
    HTML it is at `base/a/b.html`, as Sphinx writes it. A course package that lies unpacked opens
    where its first item does, at the relative address `launch`. A member of an archive has the
    archive's link with its path behind a #, which no browser opens: unless the base is within.
    Pages of wikis' exports open in the wiki, Notion's unless a base is given below the top.
    """
    if metadata.url:
        return metadata.url
    if (page := notion_id(file.path)) and not metadata.base_path:
        return f"{_NOTION}{page}"
    if not metadata.base_url:
        return None
    base = metadata.base_url.removesuffix("/")
    if file.export is not None and not base.startswith("/"):
        is_there = metadata.base_path == file.export
        if url := confluence_url(file.path, base, is_given_there=is_there):
            return url
    path = (file.media or file.path).removeprefix(f"{metadata.base_path}/")
    is_within = f"{metadata.base_path}/".startswith(f"{file.archive}/")
    if file.archive and not is_within and not base.startswith("/"):
        archive = file.archive.removeprefix(f"{metadata.base_path}/")
        return f"{base}/{quote(archive)}#{quote(path[len(archive) + 1 :])}"
    found = formats.of(file.path)
    if found and found.is_folder(path) and not base.startswith("/"):
        launch = posixpath.normpath(launch) if launch else ""
        is_inside = "://" not in launch and not launch.startswith(("/", ".."))
        page = quote(launch, safe=_OF_ADDRESSES) if is_inside else ""
        return f"{base}/{quote(path.rpartition('/')[0])}/{page}"
    styles = found.url_styles if found else (UrlStyle.FILE,)
    style = metadata.url_style if metadata.url_style in styles else styles[0]
    if found is None or style is UrlStyle.FILE:
        return f"{base}/{quote(path)}"
    stem = path.rpartition(".")[0]
    if style is UrlStyle.HTML:
        return f"{base}/{quote(stem)}{formats.HTML.extensions[0]}"
    folder, _, name = stem.rpartition("/")
    page = folder if name.lower() in found.folder_pages else stem
    return f"{base}/{quote(page)}/" if page else f"{base}/"


def played_here(file: SourceFile, metadata: Metadata) -> str:
    """The recording that Signpost plays itself: it lies beside the transcript, browsers play it,
    and nothing says that it is published elsewhere. Its path in the content, else empty."""
    found = formats.of(file.media or "")
    is_local = (metadata.base_url or "/").startswith("/")
    plays = bool(found and found.content_type) and is_local and not metadata.url
    return file.media if file.media and plays else ""


def too_large(recording: str, tree: Tree) -> tuple[Reason, str] | None:
    """Why a recording cannot be kept."""
    found = formats.of(recording)
    limit_mb = found.limit_mb if found else 0
    try:
        size_mb = tree.path(recording).stat().st_size / 1e6
    except OSError as error:
        return Reason.UNREADABLE, f"its recording cannot be read: {error.strerror or error}"
    if size_mb <= limit_mb:
        return None
    return Reason.TOO_LARGE, (
        f"its recording has {size_mb:,.0f} MB, and Signpost plays up to {limit_mb}: publish it "
        "where your organisation keeps its videos, and give that as url"
    )


def player_url(path: str) -> str:
    """Where the recording of that transcript plays."""
    return f"{WATCH}{quote(path.rpartition('.')[0])}"


def title_from_name(path: str) -> str:
    """A readable title if nobody gave one: "hr/02_sick-leave.pdf" -> "Sick leave". A folder's page
    is called as the folder."""
    folder, _, name = path.rpartition("/")
    stem = without_notion_id(name.rpartition(".")[0] or name)
    described = formats.of(path)
    is_folder = described is not None and described.is_folder(path)
    if folder and (is_folder or stem.lower() in ("readme", "index")):
        stem = folder.rpartition("/")[2]
    words = _SEPARATORS.sub(" ", _ORDER.sub("", stem)).strip()
    return words[:1].upper() + words[1:] if words else name


def _shorten(title: str) -> str:
    if len(title) <= _LONGEST_TITLE:
        return title
    return title[: _LONGEST_TITLE - 1].rpartition(" ")[0] + "…"


def _minutes(document: Document) -> int | None:
    """How long a recording is, from its last cue, rounded up."""
    end_s = max((cue.end_s for cue in document.cues), default=0.0)
    return math.ceil(end_s / 60) or None
