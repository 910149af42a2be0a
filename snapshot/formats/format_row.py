"""What a row of the table of formats says, and the words it is said in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Kind(StrEnum):
    """What a person opens."""

    DOCUMENT = "document"
    PAGE = "page"
    DECK = "deck"
    VIDEO = "video"
    COURSE = "course"
    LINK = "link"


class Opening(Enum):
    """How a link leads to a place, and what the button with that link says; `{place}` stands for
    the place's label. WHOLE is a link that leads to no place in particular."""

    WHOLE = "whole", "Open"
    PAGE = "page", "Open at {place}"
    SLIDE = "slide", "Open at {place}"
    SECTION = "section", "Open section"
    WORDS = "words", "Open at this passage"
    SECOND = "second", "Open at {place}"

    def __init__(self, key: str, button: str) -> None:
        self.button = button


class UrlStyle(StrEnum):
    """How a site makes links of files (see `index.content.made_resource`)."""

    PAGE = "page"
    FILE = "file"
    HTML = "html"


MAX_FILE_MB = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What is known of one format.

    `extensions` are in lower case, with their dot; files with one of the `file_names` are of the
    format, too, and stand for the folder that they describe. `reader` is the module that reads
    such a file; it is imported when one is met, and its results change with the releases of
    `libraries` (names on the package index). Empty for a recording.

    `local` is how a link opens a place on Signpost's own server, `published` how it does at a link
    that ends in one of the extensions, if browsers are known to do more than open the file.
    `url_styles` are how sites publish such files, the usual one first; in style PAGE, a file with
    one of the names in `folder_pages` is its folder's page.

    `name` is what people call it, `place` what a place in it is and `opens_by` what a link to one
    opens, both for people.

    `content_type` is what a browser shows by itself; if it is empty, the preview draws a page of
    the passages. What is shown by itself is shut into a sandbox, unless `is_sandboxed` is false.
    The words of what `is_picture` are known by text recognition alone. Files of more than
    `limit_mb` megabytes are not read. Those of a format with `converted_to` are first made into
    files with that extension (see `index/readers/converting`).
    """

    extensions: tuple[str, ...]
    kind: Kind
    local: Opening
    published: Opening = Opening.WHOLE
    reader: str = ""
    libraries: tuple[str, ...] = ()
    name: str = ""
    place: str = ""
    opens_by: str = ""
    content_type: str = ""
    is_sandboxed: bool = True
    has_front_matter: bool = False
    is_transcript: bool = False
    is_picture: bool = False
    url_styles: tuple[UrlStyle, ...] = (UrlStyle.FILE,)
    folder_pages: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    converted_to: str = ""
    limit_mb: int = MAX_FILE_MB

    @property
    def is_recording(self) -> bool:
        return not self.reader

    def is_folder(self, name: str) -> bool:
        """Whether a file of that name or path stands for the folder that it lies in."""
        return name.rpartition("/")[2].lower() in self.file_names
