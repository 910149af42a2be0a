"""What Office files of every program have in common: a zip archive of XML that may be a trap."""

from __future__ import annotations

import io
import re
import zipfile

from errors import ReadError

MAX_MEMBERS = 10_000
MAX_UNPACKED_MB = 512
MAX_XML_MB = 64
MAX_PARAGRAPHS = 200_000
_MB = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNREAD = re.compile(r"(?:^|[/\\])customXml[/\\]", re.IGNORECASE)
_MANIFEST = "META-INF/manifest.xml"  # of OpenDocument
_PARAGRAPH = re.compile(rb"<(?:[aw]|text):p[ />]")
# What programs write as a title when nobody gave one.
_EMPTY_TITLE = re.compile(
    r"(?:word|powerpoint|new|blank|microsoft)?[ -]*(?:document|presentation|slide|deck)?[ -]*\d*"
    r"|(?:untitled|\(anonymous\)).*|microsoft (?:word|powerpoint) - .*"
    r"|.*\.(?:docx?|pptx?|pdf|dotx?|rtf|indd)",
    re.IGNORECASE,
)


def check_package(data: bytes) -> None:
    """Raises ReadError for archives that would unpack to more than a document can be, and for XML
    that declares entities: parsers drop what stands behind one, and the text would be cut."""
    if data.startswith(_OLE):
        raise ReadError(
            "it is protected by a password, or of the format before 2007: save it without a "
            "password, in the format of today"
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ReadError("it is damaged, or no Office file: not a zip archive") from error
    with archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise ReadError(f"{len(members)} parts in the archive; at most {MAX_MEMBERS} are read")
        unpacked = sum(member.file_size for member in members)
        if unpacked > MAX_UNPACKED_MB * _MB:
            raise ReadError(
                f"it unpacks to {unpacked // _MB} MB; at most {MAX_UNPACKED_MB} MB are read"
            )
        for member in members:
            is_xml = member.filename.endswith((".xml", ".rels"))
            if is_xml and not _UNREAD.search(member.filename):
                _check_xml(archive, member)


def _check_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    if member.file_size > MAX_XML_MB * _MB:
        raise ReadError(
            f"{member.filename} unpacks to {member.file_size // _MB} MB; at most {MAX_XML_MB} MB "
            "are read"
        )
    try:
        xml = archive.read(member)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise ReadError(f"it is damaged: {member.filename} cannot be unpacked") from error
    except RuntimeError as error:  # zipfile's word for an encrypted member
        raise ReadError(f"it is encrypted: {member.filename} needs a password") from error
    if b"encryption-data" in xml and member.filename == _MANIFEST:
        raise ReadError("it is protected by a password: save it without one")
    if b"<!DOCTYPE" in xml.replace(b"\0", b""):  # without NULs UTF-16 reads as ASCII does
        raise ReadError(f"{member.filename} declares XML entities, which no Office program writes")
    paragraphs = sum(1 for _ in _PARAGRAPH.finditer(xml))
    if paragraphs > MAX_PARAGRAPHS:
        raise ReadError(f"{paragraphs} paragraphs; at most {MAX_PARAGRAPHS} are read")


def sensible_title(title: str | None) -> str | None:
    """A title from a file's properties, unless it is only a program's or a file's name."""
    title = " ".join((title or "")[:1000].split())
    return None if _EMPTY_TITLE.fullmatch(title) else title
