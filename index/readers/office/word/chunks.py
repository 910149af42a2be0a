"""Parts of a Word document in another format (`w:altChunk`), which Word takes over when it opens
the file: a web page, an archive of one (MHT), plain text or a Word document."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from errors import ReadError
from index.readers import normalise
from index.readers.decoding import decode
from index.readers.web.html_blocks import check_depth

_ZIP = b"PK\x03\x04"
_RTF = b"{\\rtf"
_MHT = (b"mime-version", b"content-type", b"from:", b"return-path")


def is_word(data: bytes) -> bool:
    """Whether the part is a document of Word itself."""
    return data.startswith(_ZIP)


def page(data: bytes, content_type: str) -> Tag | None:
    """The body of the web page that the part is, None for plain text. Raises ReadError for RTF."""
    head = data[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(_RTF) or "rtf" in content_type:
        raise ReadError(
            "a part of it is in RTF, which is not read: open it in Word and save it anew, and Word "
            "takes the part over"
        )
    charset = None
    if head.startswith(_MHT) or "rfc822" in content_type or "mht" in content_type:
        data, charset = _from_archive(data)
    elif b"<" not in head or "text/plain" in content_type:
        return None
    soup = BeautifulSoup(data, "lxml", from_encoding=charset)
    check_depth(soup)
    return soup.body or soup


def paragraphs(data: bytes) -> Iterator[str]:
    """The paragraphs of plain text."""
    for paragraph in decode(data).text.split("\n"):
        yield normalise.prose(paragraph)


def _from_archive(data: bytes) -> tuple[bytes, str | None]:
    """The page of an archive and its charset."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            return (payload if isinstance(payload, bytes) else b""), part.get_content_charset()
    return b"", None
