"""Mails that somebody kept: what their subject and body say. Attachments are not read."""

from __future__ import annotations

import codecs
import email
import io
import re
from dataclasses import replace
from email import policy
from email.message import EmailMessage, MIMEPart
from html import escape
from typing import NamedTuple

from oxmsg import Message

from errors import ReadError
from index.readers import normalise, plain
from index.readers.decoding import decode
from index.readers.documents import Document
from index.readers.said_audience import said_in_properties
from index.readers.web import html

_UNSEEN = re.compile(r"</?(?:style|script|title)\b[^<>]*>", re.IGNORECASE)
_WORDLESS = re.compile(r"<[^<>]*>|&nbsp;")
_FLOWED = re.compile(r"(?<!\n--) \n(?=\S)")  # a line that goes on in the next (RFC 3676)
_OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an OLE file, which Outlook's are


def read(data: bytes, name: str) -> Document:
    """The sections of its body, as HTML if it has that; its subject is the title."""
    subject, body, is_html, said = _outlook(data) if data.startswith(_OUTLOOK) else _internet(data)
    if not body.strip():
        raise ReadError("a mail without text")
    read_body = html.read if is_html else plain.read
    document = read_body(body.encode(), name)
    title = normalise.prose(subject) or document.title
    return replace(document, title=title, said_audience=document.said_audience or said)


def _outlook(data: bytes) -> tuple[str, str, bool, str]:
    message = Message.load(io.BytesIO(data))
    if message.html_body:
        return message.subject, message.html_body, True, ""
    return message.subject, message.body or "", False, ""


def _internet(data: bytes) -> tuple[str, str, bool, str]:
    """A message as RFC 5322 has it: its subject, its body, whether that is HTML, and the audience
    that its head names."""
    message = email.message_from_bytes(
        data.removeprefix(codecs.BOM_UTF8), _class=EmailMessage, policy=policy.default
    )
    if not message.keys():
        raise ReadError("it is no mail: it begins without a header")
    said = said_in_properties({key: str(value) for key, value in message.items()})
    shown = _shown(message)
    is_html = any(one.is_html for one in shown)
    body = "\n\n".join(_as_html(one) if is_html else one.text for one in shown)
    return str(message["subject"] or ""), body, is_html, said


class _MailPart(NamedTuple):
    """A part of a mail that is shown."""

    text: str
    is_html: bool


def _shown(part: MIMEPart) -> list[_MailPart]:
    """What a person sees of a mail, in its order: of what is said in several ways HTML if it has
    words, and no attachments."""
    kind = part.get_content_type()
    if part.is_attachment():
        return []
    if kind in ("text/html", "text/plain"):
        payload = part.get_payload(decode=True)
        body = decode(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
        is_flowed = str(part.get_param("format")).lower() == "flowed"
        text = _FLOWED.sub(" ", body.text) if is_flowed else body.text
        seen = "".join(_UNSEEN.split(text)[::2])
        return [_MailPart(text, kind == "text/html")] if _WORDLESS.sub("", seen).strip() else []
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        return []
    inner = [_shown(one) for one in part.iter_parts()]
    if kind == "multipart/alternative":
        with_words = [one for one in inner if one]
        in_html = [one for one in with_words if any(part.is_html for part in one)]
        return (in_html or with_words or [[]])[-1]
    return [one for parts in inner[: 1 if kind == "multipart/related" else None] for one in parts]


def _as_html(part: _MailPart) -> str:
    if part.is_html:
        return part.text
    paragraphs = escape(part.text).replace("\r", "").split("\n\n")
    return "".join(f"<p>{one.replace(chr(10), '<br>')}</p>" for one in paragraphs)
