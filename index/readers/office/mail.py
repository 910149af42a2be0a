"""Mails that somebody kept: what their subject and body say. Attachments are not read."""

from __future__ import annotations

import codecs
import email
import io
from dataclasses import replace
from email import policy
from email.message import EmailMessage

from oxmsg import Message

from errors import ReadError
from index.readers import normalise, plain
from index.readers.decoding import decode
from index.readers.documents import Document
from index.readers.markup import html
from index.readers.said_audience import said_in_properties

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
    part = message.get_body(("html", "plain"))
    if part is None:
        return str(message["subject"] or ""), "", False, said
    payload = part.get_payload(decode=True)
    body = decode(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
    return str(message["subject"] or ""), body.text, part.get_content_subtype() == "html", said
