"""Files are told apart by their extension, and whatever a library raises is a refusal."""

import importlib.metadata
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from errors import NoText, ReadError
from index.readers import plain, reader
from index.readers.documents import Document
from snapshot import formats
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
    [section] = reader.read(data, name).sections
    assert section.blocks == ("Words.",)


def test_transcripts_have_cues() -> None:
    source = "00:00:01,000 --> 00:00:02,000\nWords."
    assert reader.read(f"1\n{source}".encode(), "a.srt").cues[0].text == "Words."
    assert reader.read(f"WEBVTT\n\n{source}".encode(), "a.vtt").cues[0].text == "Words."


def test_another_format_is_refused() -> None:
    with pytest.raises(ReadError, match=r"\.numbers is not read here"):
        reader.read(b"", "a.numbers")


class _Reader:
    """Stands for the plain reader."""

    def __init__(self, outcome: Document | BaseException) -> None:
        self.outcome = outcome

    def __call__(self, data: bytes, name: str) -> Document:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("no column 7", "it is damaged or unusual: no column 7"),
        ("<a.B object at 0x7f204ff4> is odd", "it is damaged or unusual: an object is odd"),
        ("", "it is damaged or unusual: no reason was given"),
    ],
)
def test_whatever_a_library_raises_becomes_a_reason(
    said: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the exception's name and without addresses, which tell nobody anything."""
    monkeypatch.setattr(reader, "load", lambda name: _Reader(ValueError(said)))
    with pytest.raises(ReadError) as caught:
        reader.read(b"", "a.docx")
    assert str(caught.value) == reason


@pytest.mark.parametrize("error", [NoText("no text: a scan"), ReadError("why"), MemoryError()])
def test_reasons_of_our_own_and_want_of_memory_pass(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "read", _Reader(error))
    with pytest.raises(type(error)) as raised:
        reader.read(b"x", "a.txt")
    assert raised.value is error


def test_recursion_without_end_is_nesting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "read", _Reader(RecursionError()))
    with pytest.raises(ReadError, match="it is nested too deep"):
        reader.read(b"x", "a.txt")


@pytest.mark.parametrize(
    ("declared", "kept"), [("pt-BR", "pt-BR"), ("en_US", None), ("English", None), ("", None)]
)
def test_only_a_language_tag_is_a_language(
    declared: str, kept: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "read", _Reader(Document(language=declared)))
    assert reader.read(b"x", "a.txt").language == kept


def test_more_text_than_any_document_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_CHARACTERS", 10)
    with pytest.raises(ReadError, match="11 characters of text; at most 10 are read"):
        reader.read(b"hello world", "a.txt")


@pytest.mark.parametrize(
    "extension", [name for name, row in formats.BY_EXTENSION.items() if not row.is_recording]
)
def test_half_a_file_never_raises_anything_but_a_refusal(extension: str) -> None:
    """Truncated uploads are the commonest damage."""
    whole = {
        ".pdf": pdfs.drawn([(72, 700, "Words that are long enough to be cut.")] * 3),
        ".docx": hostile.docx(hostile.paragraph("Words") * 50),
        ".pptx": hostile.docx(hostile.paragraph("Words") * 50),
    }.get(extension, b"WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\n<v A>W\xc3\xb6rds\n\n" * 3)
    for size in range(0, len(whole), max(1, len(whole) // 40)):
        try:
            reader.read(whole[:size], f"a{extension}")
        except ReadError as error:
            assert str(error)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The readers' code with all that it needs, to be changed."""
    for name in ("index/readers", "snapshot"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "index/__init__.py", tmp_path / "index")
    shutil.copy(ROOT / "errors.py", tmp_path)
    return tmp_path


def _version(root: Path) -> str:
    program = "from index.readers import reader\nprint(reader.version())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_version_is_that_of_the_code(copied: Path) -> None:
    """It is the same on every run and wherever the code lies."""
    assert len(reader.version()) == 16
    assert _version(copied) == reader.version()


@pytest.mark.parametrize(
    "path",
    [
        "index/readers/normalise.py",
        "index/readers/pdf/pdf_lines.py",
        "index/readers/reader.py",
        "snapshot/models.py",
        "snapshot/formats/__init__.py",
        "snapshot/formats/format_row.py",
    ],
)
def test_a_line_changed_in_the_readers_makes_another_version(copied: Path, path: str) -> None:
    """So that a cache forgets what an older reader made of a file."""
    with (copied / path).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert _version(copied) != reader.version()


@pytest.mark.parametrize("library", sorted({x for row in formats.rows() for x in row.libraries}))
def test_another_release_of_a_library_makes_another_version(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata,
        "version",
        lambda name: "999" if name == library else released(name),
    )
    assert reader.version.__wrapped__() != reader.version()


def test_the_process_of_the_readers_is_light() -> None:
    """A reader is imported when its format is met, and none needs the model's libraries."""
    program = (
        "import sys, json, index.readers.__main__ as m\n"
        "from index.readers import reader\n"
        "reader.read(b'words', 'a.txt')\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert loaded.isdisjoint({"torch", "numpy", "faiss", "sentence_transformers", "pydantic"})
    assert loaded.isdisjoint({"pypdf", "docx", "pptx", "markdown_it", "bs4", "socket"})
