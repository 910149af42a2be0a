"""A format that Signpost does not know: adding it takes this module and its row, nothing else."""

from __future__ import annotations

from index.readers.documents import Document, Section
from snapshot.formats.format_row import Format, Kind, Opening
from snapshot.models import Heading

SIGNATURES = Format(
    extensions=(".sig",),
    kind=Kind.DOCUMENT,
    reader="tests.fakes.signatures",
    local=Opening.SECTION,
)
SAMPLE = b"Who signs\nContracts\nThe head of buying signs.\nLeases\nThe board signs."


def read(data: bytes, name: str) -> Document:
    """The first line is the title; then a heading and its text take turns."""
    title, *rows = data.decode().split("\n")
    sections = (
        Section((heading,), Heading(heading.lower(), heading), (text,))
        for heading, text in zip(rows[::2], rows[1::2], strict=True)
    )
    return Document(title=title, sections=tuple(sections))
