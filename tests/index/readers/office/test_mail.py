"""Mails that somebody kept in the content folder."""

from email.message import EmailMessage

import pytest

from errors import ReadError
from index.readers import reader
from index.readers.documents import Document
from snapshot.models import Heading


def _mail(text: str = "", page: str = "", subject: str = "New telephones") -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = subject, "it@fernhill.example"
    mail.set_content(text)
    if page:
        mail.add_alternative(page, subtype="html")
    return mail.as_bytes()


def _read(data: bytes) -> Document:
    return reader.read(data, "phones.eml")


def test_a_mail_is_its_subject_and_its_body() -> None:
    document = _read(_mail("Dear all,\n\nThe desk phones go on 1 March.\n", subject="Neue Geräte"))
    assert document.title == "Neue Geräte"
    assert "The desk phones go on 1 March." in document.sections[0].text


def test_its_page_is_read_rather_than_its_text() -> None:
    page = "<h2 id='when'>When</h2><p>On <a href='https://x.example.com'>1 March</a>.</p>"
    document = _read(_mail("When? On 1 March.", page))
    [section] = document.sections
    assert (section.locator, section.blocks) == (Heading("when", "When"), ("On 1 March.",))
    assert [link.url for link in section.links] == ["https://x.example.com"]


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("", "Das Café öffnet früh.".encode(), "Das Café öffnet früh."),
        ("us-ascii", "Das Café öffnet früh.".encode(), "Das Café öffnet früh."),
        ("iso-8859-1", b"5 \x80 each", "5 € each"),
        ("iso-2022-jp", "休暇は年二十日です。".encode("iso-2022-jp"), "休暇は年二十日です。"),
    ],
)
def test_its_text_is_read_whatever_its_charset_is_said_to_be(
    charset: str, body: bytes, text: str
) -> None:
    kind = f"Content-Type: text/plain; charset={charset}\n" if charset else ""
    head = f"Subject: Hours\n{kind}Content-Transfer-Encoding: 8bit\n\n".encode()
    [section] = _read(b"\xef\xbb\xbf" + head + body).sections
    assert section.blocks == (text,)


def test_attachments_are_not_read() -> None:
    mail = EmailMessage()
    mail["Subject"] = "List"
    mail.set_content("The list is attached.")
    mail.add_attachment(b"Salaries", maintype="text", subtype="plain", filename="a.txt")
    [section] = _read(mail.as_bytes()).sections
    assert section.blocks == ("The list is attached.",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_mail(" "), "a mail without text"),
        (b"\n\nno header at all", "no mail"),
        (b"Content-Type: text/plain; charset=klingon\n\nCaf\xe9", "charset is unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "damaged"),
    ],
)
def test_what_is_no_mail_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        _read(data)


def test_all_of_a_mails_text_is_read_around_its_pictures() -> None:
    """Apple's program parts a text at each picture; what is attached is none of it."""
    mail = EmailMessage()
    mail["Subject"] = "Parking"
    mail.set_content("First <part>.")
    mail.make_mixed()
    for text, subtype in (("<p>Second part.</p>", "html"), ("Third part.", "plain")):
        mail.add_attachment(b"x", maintype="image", subtype="png", filename="a.png")
        part = EmailMessage()
        part.set_content(text, subtype=subtype)
        mail.attach(part)
    mail.add_attachment("Attached.", filename="a.txt")
    [section] = _read(mail.as_bytes()).sections
    assert section.blocks == ("First <part>.", "Second part.", "Third part.")


def test_a_page_without_words_leaves_the_text() -> None:
    document = _read(_mail("On 1 March.", "<html><style>p{}</style><body>&nbsp;</body></html>"))
    assert document.sections[0].blocks == ("On 1 March.",)


def test_flowing_lines_are_joined() -> None:
    head = b"Subject: x\nContent-Type: text/plain; format=flowed\n\n"
    document = _read(head + b"The gate \ncloses \nat ten.\n\nEnd.\n")
    assert document.sections[0].blocks[0].startswith("The gate closes at ten.")
