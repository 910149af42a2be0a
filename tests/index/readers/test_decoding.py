"""Bytes of a text file become text."""

import pytest

from errors import ReadError
from index.readers import reader
from index.readers.decoding import Decoded, decode

_GUESSED = "it does not say its encoding, which is guessed to be {}: save it as UTF-8"


@pytest.mark.parametrize(
    "data",
    [
        "Maß – ok".encode(),
        b"\xef\xbb\xbf" + "Maß – ok".encode(),
        "Maß – ok".encode("utf-16"),
        b"\xff\xfe" + "Maß – ok".encode("utf-16-le"),
        b"\xfe\xff" + "Maß – ok".encode("utf-16-be"),
    ],
)
def test_utf8_and_what_a_byte_order_mark_says_are_read(data: bytes) -> None:
    assert decode(data) == Decoded("Maß – ok")


@pytest.mark.parametrize(
    ("text", "encoding", "guessed"),
    [
        ("Schlüssel für die Küche – “größer”", "cp1252", "windows-1252"),
        ("L’été, le congé payé est à demander.", "cp1252", "windows-1252"),
        ("Klucze są w sejfie. Proszę zgłosić zgubę.", "cp1250", "windows-1250"),
        ("Ключи лежат в сейфе.", "cp1251", "windows-1251"),
        ("Ключи лежат в сейфе у дежурного.", "koi8-r", "koi8-r"),
        ("鍵は金庫にあります。毎日確認してください。", "shift_jis", "cp932"),
        ("钥匙在保险箱里。请每天检查。", "gb18030", "gb18030"),
        ("Keys are in the safe.", "utf-16-le", "utf-16-le"),
        ("Gebühr für Überstunden: größer als 30", "cp850", "cp850"),
        ("Cada año treinta días. ¿Cuándo? Mañana.", "cp850", "cp850"),
        ("La prime d'été : 250 € à Noël", "iso8859-15", "iso8859-15"),
        ("Każdy ma prawo do sześciu dni, część etatu", "iso8859-2", "iso8859-2"),
        ("Каждый сотрудник имеет право на отпуск.", "iso8859-5", "iso8859-5"),
        ("Каждый сотрудник имеет право на отпуск.", "cp866", "cp866"),
        ("Заявление подаётся. Каждый имеет право.", "mac_cyrillic", "mac_cyrillic"),
        ("Größe", "mac_roman", "mac_roman"),
        ("L'été à Paris", "cp1252", "windows-1252"),
        ("鍵は金庫にあります。", "iso2022_jp", "iso2022_jp"),
    ],
)
def test_another_encoding_is_guessed_and_noted(text: str, encoding: str, guessed: str) -> None:
    assert decode(text.encode(encoding)) == Decoded(text, (_GUESSED.format(guessed),))


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("windows-1251", "cp1251"), ("koi8-r", "koi8-r"), ("utf-8", "utf-8")],
)
def test_what_a_file_declares_is_no_guess(declared: str, encoding: str) -> None:
    assert decode("Ключ".encode(encoding), declared) == Decoded("Ключ")


def test_utf8_wins_over_what_a_file_declares() -> None:
    assert decode("Maß".encode(), "windows-1252") == Decoded("Maß")


def test_latin_1_is_what_browsers_take_it_for() -> None:
    assert decode("“Maß” – 5 €".encode("cp1252"), "ISO-8859-1") == Decoded("“Maß” – 5 €")


def test_what_is_not_as_declared_is_guessed() -> None:
    text = "Für Überstunden gibt es größere Tage."
    assert decode(text.encode("cp1252"), "utf-8") == Decoded(
        text, (_GUESSED.format("windows-1252"),)
    )


def test_a_damaged_byte_does_not_spoil_the_others() -> None:
    text, notes = decode("für alle, über größere Straßen, Flüsse und Höfe. ".encode() * 9 + b"\xff")
    assert text.startswith("für alle, über")
    assert notes == ("a few of its characters are no UTF-8 and are shown as \ufffd: save it anew",)


def test_what_was_encoded_twice_is_noted() -> None:
    twice = "für alle".encode().decode("cp1252").encode()
    assert decode(twice).notes == (
        "the text was encoded twice (Ã¼ for ü): save it from its source anew",
    )


def test_lines_end_in_one_way() -> None:
    assert decode(b"a\r\nb\rc\n").text == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfe\x00", "it says that it is utf-16 and is not"),
        (b"PK\x00\xff\x03", "NUL bytes"),
        (bytes(range(1, 0x100)) * 3, "nobody can tell its encoding"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        decode(data)


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("a.txt", "{}"),
        ("a.md", "{}"),
        ("a.html", "<p>{}</p>"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n{}"),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n{}"),
        ("a.csv", "Wann,Was\nheute,{}"),
    ],
)
def test_every_format_of_text_says_what_was_guessed(name: str, around: str) -> None:
    text = "Schlüssel für die Küche, größer"
    document = reader.read(around.format(text).encode("cp1252"), name)
    said = [*(b for s in document.sections for b in s.blocks), *(c.text for c in document.cues)]
    assert "Schlüssel für die Küche" in said[0]
    assert document.notes == (_GUESSED.format("windows-1252"),)
