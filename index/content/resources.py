"""A file's metadata and text become the resource that people open."""

from __future__ import annotations

import math
import re

from index.content.inventory import SourceFile
from index.content.metadata import Metadata, UrlStyle
from index.content.urls import file_url
from index.readers import formats
from index.readers.documents import Document
from snapshot.models import Kind, Resource, Validation, resource_id

DEFAULT_LANGUAGE = "en"
_KINDS = {
    ".pdf": Kind.DOCUMENT,
    ".docx": Kind.DOCUMENT,
    ".pptx": Kind.DECK,
    ".vtt": Kind.VIDEO,
    ".srt": Kind.VIDEO,
}
_MARKDOWN = (".md", ".markdown")
_PAGES = (*_MARKDOWN, ".html", ".htm")
_LONGEST_TITLE = 200
_ORDER = re.compile(r"\A\d{1,3}[-_. ]+(?=[^\W\d])")
_SEPARATORS = re.compile(r"[-_+.\s]+")


def make_resource(
    file: SourceFile, metadata: Metadata, document: Document, validation: Validation, url: str
) -> Resource:
    """The resource. What the metadata leaves open, the document says, else the file's name."""
    extension = formats.extension(file.path)
    title = metadata.title or document.title or title_from_name(file.path)
    return Resource(
        id=resource_id(url),
        title=_shorten(title),
        url=url,
        kind=metadata.kind or _KINDS.get(extension, Kind.PAGE),
        path=file.path,
        validation=validation,
        owner=metadata.owner,
        audience=metadata.audience,
        language=metadata.language or document.language or DEFAULT_LANGUAGE,
        tags=metadata.tags,
        duration_minutes=metadata.duration_minutes or _minutes(document),
        link_template=metadata.link_template,
    )


def url_of(file: SourceFile, metadata: Metadata) -> str | None:
    """The file's link: its own, else by where its folder is published; that of a transcript is
    its recording's. None where neither is given."""
    if metadata.url or not metadata.base_url:
        return metadata.url
    extension = formats.extension(file.path)
    style = metadata.url_style or (UrlStyle.PAGE if extension in _MARKDOWN else UrlStyle.FILE)
    if extension not in _PAGES:
        style = UrlStyle.FILE
    published = file.media or file.path
    return file_url(metadata.base_url, published.removeprefix(f"{metadata.base_path}/"), style)


def title_from_name(path: str) -> str:
    """A readable title where nobody gave one: "hr/02_sick-leave.pdf" -> "Sick leave". A folder's
    page is called as the folder."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    if stem.lower() in ("readme", "index") and folder:
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
