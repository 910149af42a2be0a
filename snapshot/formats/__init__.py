"""The table of formats: one row for each, and nothing about a format stands anywhere else.

To add one: write a module with `read(data, name) -> Document` and give it a row here. Recordings
have no reader. People open them, and what is said in them stands in a transcript beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from snapshot.formats.format_row import Format, Kind, Opening, UrlStyle

_TEXT_MB = 20
_OF_PAGES = ("beautifulsoup4", "chardet", "lxml", "PyYAML")  # what reads HTML


def _recording(*extensions: str, content_type: str) -> Format:
    return Format(
        extensions=extensions,
        kind=Kind.VIDEO,
        content_type=content_type,
        local=Opening.SECOND,
        published=Opening.SECOND,
    )


MARKDOWN = Format(
    extensions=(".md", ".markdown", ".mdx"),
    kind=Kind.PAGE,
    reader="index.readers.markup.markdown",
    name="Markdown",
    place="a heading",
    opens_by="the heading's anchor, or its own `{#id}`",
    libraries=(*_OF_PAGES, "markdown-it-py", "mdit-py-plugins"),
    local=Opening.SECTION,
    published=Opening.SECTION,  # code hosts draw it, with an id for each heading
    has_front_matter=True,
    url_styles=(UrlStyle.PAGE, UrlStyle.FILE, UrlStyle.HTML),
    folder_pages=("readme", "index"),
    limit_mb=_TEXT_MB,
)
RST = Format(
    extensions=(".rst",),
    kind=Kind.PAGE,
    reader="index.readers.sites.rst",
    name="reStructuredText",
    place="a heading",
    opens_by="the id that docutils and Sphinx give it",
    libraries=(*_OF_PAGES, "docutils"),
    local=Opening.SECTION,
    published=Opening.SECTION,
    has_front_matter=True,
    url_styles=(UrlStyle.HTML, UrlStyle.PAGE, UrlStyle.FILE),
    folder_pages=("index",),
    limit_mb=_TEXT_MB,
)
HTML = Format(
    extensions=(".html", ".htm"),
    kind=Kind.PAGE,
    reader="index.readers.web.html",
    name="HTML",
    place="a heading",
    opens_by="its `id`; without one, a text fragment",
    libraries=_OF_PAGES,
    local=Opening.SECTION,
    published=Opening.SECTION,
    content_type="text/html",
    has_front_matter=True,
    url_styles=(UrlStyle.FILE, UrlStyle.PAGE),
    folder_pages=("index",),
    limit_mb=_TEXT_MB,
)
SHAREPOINT_PAGE = Format(
    extensions=(".aspx",),
    kind=Kind.PAGE,
    reader="index.readers.sites.aspx",
    name="saved SharePoint pages",
    place="a heading",
    opens_by="the page",
    libraries=_OF_PAGES,
    local=Opening.SECTION,
    # SharePoint draws a published page after it has opened, too late for a link to a place on it.
    limit_mb=_TEXT_MB,
)
TEXT = Format(
    extensions=(".txt",),
    kind=Kind.PAGE,
    reader="index.readers.plain",
    name="plain text",
    place="a paragraph",
    opens_by="a text fragment",
    libraries=("chardet", "PyYAML"),
    local=Opening.WORDS,
    published=Opening.WORDS,
    content_type="text/plain; charset=utf-8",
    has_front_matter=True,
    limit_mb=_TEXT_MB,
)
PDF = Format(
    extensions=(".pdf",),
    kind=Kind.DOCUMENT,
    reader="index.readers.pdf.pdf_document",
    name="PDF",
    place="a page",
    opens_by="`#page=`",
    libraries=("pypdf",),
    local=Opening.PAGE,
    published=Opening.PAGE,
    content_type="application/pdf",
    is_sandboxed=False,  # Chromium's viewer is a script of its own and does not work in a sandbox
)
DOCX = Format(
    extensions=(".docx", ".docm", ".dotx", ".dotm"),
    kind=Kind.DOCUMENT,
    reader="index.readers.office.docx",
    name="Word",
    place="a heading",
    opens_by="the document (Word has no links to headings), or a link template",
    libraries=("beautifulsoup4", "chardet", "lxml", "python-docx"),
    local=Opening.SECTION,
)
PPTX = Format(
    extensions=(".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
    kind=Kind.DECK,
    reader="index.readers.office.pptx",
    name="PowerPoint",
    place="a slide",
    opens_by="the deck, or a link template with `{slide}`",
    libraries=("beautifulsoup4", "lxml", "python-pptx"),
    local=Opening.SLIDE,
)
_OF_SHEETS = MARKDOWN.libraries  # cells may hold Markdown and HTML
WORKBOOK = Format(
    extensions=(".xlsx", ".xlsm", ".xltx", ".xltm"),
    kind=Kind.DOCUMENT,
    reader="index.readers.sheets.workbook",
    name="Excel",
    place="a sheet; in a list of questions, a question",
    opens_by="the file (no link opens a sheet in every Excel)",
    libraries=(*_OF_SHEETS, "openpyxl"),
    local=Opening.SECTION,
)
DELIMITED = Format(
    extensions=(".csv", ".tsv"),
    kind=Kind.DOCUMENT,
    reader="index.readers.sheets.delimited",
    name="tables of text",
    place="the file; in a list of questions, a question",
    opens_by="the file",
    libraries=_OF_SHEETS,
    local=Opening.SECTION,
    limit_mb=_TEXT_MB,
)
# What LibreOffice converts.
WORD_97 = replace(
    DOCX,
    extensions=(".doc", ".dot", ".rtf"),
    name="Word 97 to 2003, RTF (with LibreOffice)",
    converted_to=".docx",
)
POWERPOINT_97 = replace(
    PPTX,
    extensions=(".ppt", ".pps", ".pot"),
    name="PowerPoint 97 to 2003 (with LibreOffice)",
    converted_to=".pptx",
)
EXCEL_97 = replace(
    WORKBOOK,
    extensions=(".xls", ".xlt"),
    name="Excel 97 to 2003 (with LibreOffice)",
    converted_to=".xlsx",
)
ODT = Format(
    extensions=(".odt", ".ott"),
    kind=Kind.DOCUMENT,
    reader="index.readers.office.opendocument",
    name="OpenDocument text",
    place="a heading",
    opens_by="the document",
    libraries=(*_OF_SHEETS, "odfdo"),
    local=Opening.SECTION,
)
ODS = replace(
    ODT,
    extensions=(".ods", ".ots"),
    name="OpenDocument spreadsheet",
    place="a sheet; in a list of questions, a question",
    opens_by="the file",
)
ODP = replace(
    ODT,
    extensions=(".odp", ".otp"),
    kind=Kind.DECK,
    name="OpenDocument presentation",
    place="a slide",
    opens_by="the deck",
    local=Opening.SLIDE,
)
PACKAGE = Format(
    extensions=(".zip", ".imscc"),
    file_names=("imsmanifest.xml", "cmi5.xml"),
    kind=Kind.COURSE,
    reader="index.readers.packages.zip_archive",
    name="course packages",
    place="an item, or a heading on its pages",
    opens_by="the course where its metadata say that it is; other archives are read file by file",
    libraries=(*_OF_PAGES, "pypdf"),
    local=Opening.SECTION,
)
EPUB = Format(
    extensions=(".epub",),
    kind=Kind.DOCUMENT,
    reader="index.readers.packages.epub",
    name="books",
    place="a heading",
    opens_by="the book (no link opens a place in every reader)",
    libraries=_OF_PAGES,
    local=Opening.SECTION,
)
MAIL = Format(
    extensions=(".eml", ".msg"),
    kind=Kind.PAGE,
    reader="index.readers.office.mail",
    name="mails",
    place="a heading, if its page has one",
    opens_by="the mail",
    libraries=(*_OF_PAGES, "python-oxmsg"),
    local=Opening.SECTION,
    limit_mb=_TEXT_MB,
)
# A picture is content only if metadata of its own names it: others belong to the pages beside them.
PNG = Format(
    extensions=(".png",),
    kind=Kind.DOCUMENT,
    reader="index.readers.scans.picture",
    name="pictures of pages, by text recognition",
    place="the picture; in a TIFF, a page",
    opens_by="the picture",
    libraries=("pillow", "pypdf"),
    local=Opening.WHOLE,
    content_type="image/png",
    is_picture=True,
)
JPEG = replace(PNG, extensions=(".jpg", ".jpeg"), content_type="image/jpeg")
WEBP = replace(PNG, extensions=(".webp",), content_type="image/webp")
# No browser but one shows these: the preview draws what was recognised instead.
TIFF = replace(PNG, extensions=(".tif", ".tiff"), content_type="", local=Opening.PAGE)
WEBVTT = Format(
    extensions=(".vtt",),
    kind=Kind.VIDEO,
    reader="index.readers.transcript",
    libraries=("chardet",),
    name="transcripts",
    place="a second",
    opens_by="YouTube, Vimeo and media files by their own ways; others by a link template with "
    "`{seconds}`",
    local=Opening.SECOND,
    is_transcript=True,
    limit_mb=_TEXT_MB,
)
SUBRIP = replace(WEBVTT, extensions=(".srt",))
# Of several recordings of one talk, the one that stands first here is opened.
RECORDINGS = (
    _recording(".mp4", ".m4v", content_type="video/mp4"),
    _recording(".mov", content_type="video/quicktime"),
    _recording(".webm", content_type="video/webm"),
    _recording(".ogv", content_type="video/ogg"),
    _recording(".ogg", content_type="audio/ogg"),
    _recording(".mp3", content_type="audio/mpeg"),
    _recording(".m4a", content_type="audio/mp4"),
    _recording(".wav", content_type="audio/wav"),
    # No browser plays these: the preview draws the transcript instead.
    Format(extensions=(".mkv", ".avi"), kind=Kind.VIDEO, local=Opening.SECOND),
)
ROWS = (
    MARKDOWN,
    RST,
    HTML,
    SHAREPOINT_PAGE,
    TEXT,
    PDF,
    DOCX,
    PPTX,
    WORKBOOK,
    WORD_97,
    POWERPOINT_97,
    EXCEL_97,
    DELIMITED,
    ODT,
    ODS,
    ODP,
    EPUB,
    PACKAGE,
    MAIL,
    PNG,
    JPEG,
    WEBP,
    TIFF,
    WEBVTT,
    SUBRIP,
    *RECORDINGS,
)
BY_EXTENSION = {extension: row for row in ROWS for extension in row.extensions}
_BY_NAME = {name: row for row in ROWS for name in row.file_names}


def extension(name: str) -> str:
    """The extension of a file's name or path, as the table writes it: ".pdf"."""
    return PurePosixPath(name.rpartition("/")[2]).suffix.lower()


def extension_of_format(name: str) -> str:
    """The extension of a file's name; for one that stands for its folder, that of the format."""
    found = of(name)
    return found.extensions[0] if found and found.is_folder(name) else extension(name)


def of(name: str) -> Format | None:
    """The format of a file by its name or path, None if it is not in the table."""
    return _BY_NAME.get(name.rpartition("/")[2].lower()) or BY_EXTENSION.get(extension(name))


def rows() -> Iterator[Format]:
    """Every format once, in the table's order."""
    return iter(dict.fromkeys(BY_EXTENSION.values()))
