"""A file that may be served, as the scan of its folder found it."""

from __future__ import annotations

from dataclasses import dataclass

from index.readers.documents import Document
from snapshot.models import Resource


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource that may be served, with its text, and the questions that its owner says its
    beginning answers. `recording` is the file that Signpost is to play and `still` a picture of it,
    by their paths in the content."""

    resource: Resource
    document: Document
    asked_as: tuple[str, ...] = ()
    recording: str = ""
    still: str = ""
