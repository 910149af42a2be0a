"""Files are told apart by their extension, and whatever a library raises is a refusal."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from errors import NoText, ReadError
from index.readers import formats, plain
from index.readers.documents import Document
from tests.fakes import hostile, pdfs

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.md", b"# T\n\nWords."),
        ("a.MARKDOWN", b"# T\n\nWords."),
        ("a.html", b"<p>Words."),
        ("a.htm", b"<p>Words."),
        ("a.txt", b"Words."),
        ("a.PDF", pdfs.drawn([(72, 700, "Words.")])),
        ("a.docx", hostile.docx(hostile.paragraph("Words."))),
    ],
)
def test_the_extension_tells_the_format(name: str, data: bytes) -> None:
    [section] = formats.read(data, name).sections
    assert section.blocks == ("Words.",)


def test_transcripts_have_cues() -> None:
    source = "00:00:01,000 --> 00:00:02,000\nWords."
    assert formats.read(f"1\n{source}".encode(), "a.srt").cues[0].text == "Words."
    assert formats.read(f"WEBVTT\n\n{source}".encode(), "a.vtt").cues[0].text == "Words."


def test_another_format_is_refused() -> None:
    with pytest.raises(ReadError, match=r"\.xlsx is not read here"):
        formats.read(b"", "a.xlsx")


def test_whatever_a_library_raises_becomes_a_reason() -> None:
    """python-docx says KeyError for an archive that is no document."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.xml", "<a/>")
    with pytest.raises(ReadError, match="it is damaged or unusual: KeyError: "):
        formats.read(data.getvalue(), "a.docx")


class _Reader:
    """Stands for the plain reader."""

    def __init__(self, outcome: Document | BaseException) -> None:
        self.outcome = outcome

    def __call__(self, data: bytes, name: str) -> Document:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize("error", [NoText("no text: a scan"), ReadError("why"), MemoryError()])
def test_reasons_of_our_own_and_want_of_memory_pass(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "read", _Reader(error))
    with pytest.raises(type(error)) as raised:
        formats.read(b"x", "a.txt")
    assert raised.value is error


def test_recursion_without_end_is_nesting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "read", _Reader(RecursionError()))
    with pytest.raises(ReadError, match="it is nested too deep"):
        formats.read(b"x", "a.txt")


@pytest.mark.parametrize(
    ("declared", "kept"), [("pt-BR", "pt-BR"), ("en_US", None), ("English", None), ("", None)]
)
def test_only_a_language_tag_is_a_language(
    declared: str, kept: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "read", _Reader(Document(language=declared)))
    assert formats.read(b"x", "a.txt").language == kept


def test_more_text_than_any_document_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_CHARACTERS", 10)
    with pytest.raises(ReadError, match="11 characters of text; at most 10 are read"):
        formats.read(b"hello world", "a.txt")


@pytest.mark.parametrize("extension", sorted(formats.MODULES))
def test_half_a_file_never_raises_anything_but_a_refusal(extension: str) -> None:
    """Truncated uploads are the commonest damage."""
    whole = {
        ".pdf": pdfs.drawn([(72, 700, "Words that are long enough to be cut.")] * 3),
        ".docx": hostile.docx(hostile.paragraph("Words") * 50),
        ".pptx": hostile.docx(hostile.paragraph("Words") * 50),
    }.get(extension, b"WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\n<v A>W\xc3\xb6rds\n\n" * 3)
    for size in range(0, len(whole), max(1, len(whole) // 40)):
        try:
            formats.read(whole[:size], f"a{extension}")
        except ReadError as error:
            assert str(error)


def test_the_version_holds_the_readers_own_lines() -> None:
    """So that a cache forgets what an older reader made of a file."""
    assert len(formats.version()) == 16
    assert formats.version() == formats.version()


def test_the_process_of_the_readers_is_light() -> None:
    """A reader is imported when its format is met, and none needs the model's libraries."""
    program = (
        "import sys, json, index.readers.__main__ as m\n"
        "from index.readers import formats\n"
        "formats.read(b'words', 'a.txt')\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert loaded.isdisjoint({"torch", "numpy", "faiss", "sentence_transformers", "pydantic"})
    assert loaded.isdisjoint({"pypdf", "docx", "pptx", "markdown_it", "bs4", "socket"})
