"""A hostile file is one refused file, whatever it does to the process that reads it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from errors import NoText, ReadError
from index.readers.documents import Document
from index.readers.extraction import Extraction
from index.readers.processes import reader_process
from snapshot import formats
from tests.fakes import hostile

QUICK = Extraction(workers=2, timeout_s=20)


class MemoryCache:
    """Keeps documents in a dictionary, and counts what was asked."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}
        self.hits = 0

    def get(self, key: str) -> bytes | None:
        self.hits += key in self.entries
        return self.entries.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.entries[key] = data


def _files(folder: Path, contents: dict[str, bytes]) -> list[Path]:
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in contents]


def _said(found: Sequence[Document | ReadError]) -> list[str]:
    """The first block of each document, or why it cannot be read."""
    return [one.sections[0].blocks[0] if isinstance(one, Document) else str(one) for one in found]


def test_documents_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    contents = {f"{n}.md": f"Page {n}.".encode() for n in range(12)}
    seen: list[tuple[int, int]] = []
    found = QUICK.extract(
        _files(tmp_path, contents), progress=lambda done, total: seen.append((done, total))
    )
    assert _said(found) == [f"Page {n}." for n in range(12)]
    assert seen == [(n, 12) for n in range(1, 13)]


def test_a_bad_file_between_good_ones_is_the_only_one_refused(tmp_path: Path) -> None:
    contents = {
        "a.md": b"First.",
        "b.vtt": b"WEBVTT\n\nnonsense",
        "c.pdf": b"",
        "d.docx": b"PK truncated",
        "e.md": b"Last.",
    }
    found = QUICK.extract(_files(tmp_path, contents))
    assert _said(found) == [
        "First.",
        "line 3: a timing must stand here: 'nonsense'",
        "no text: the file is empty",
        "it is damaged, or no Office file: not a zip archive",
        "Last.",
    ]
    assert list(map(type, found)) == [Document, ReadError, NoText, ReadError, Document]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("bomb.docx", hostile.docx_bomb(), "it unpacks to 1024 MB"),
        ("many.docx", hostile.docx(hostile.paragraph("x") * 1_000_000), "1000000 paragraphs"),
        (
            "entity.docx",
            hostile.docx(hostile.paragraph("before &e; after"), '<!DOCTYPE w [<!ENTITY e "x">]>'),
            "declares XML entities",
        ),
        ("bomb.pdf", hostile.pdf_bomb(), "Limit reached while decompressing"),
        ("loop.pdf", hostile.pdf_page_loop(), "Detected cyclic page references"),
        ("pages.pdf", hostile.pdf_many_pages(50_000), "50000 pages"),
        ("deep.html", hostile.deep_html(200_000), "nested more than 150 deep"),
        ("wide.md", hostile.wide_table(3_000), "a table of 3002 columns"),
        ("bomb.md", hostile.yaml_bomb(), "more than 10000 values"),
        ("bad.vtt", b"WEBVTT\n\n00:01.000 -> 00:02.000\nx", "line 4: a timing must stand here"),
        ("empty.md", b"", "no text: the file is empty"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    [found] = QUICK.extract(_files(tmp_path, {name: data}))
    assert isinstance(found, ReadError)
    assert reason in str(found)


def test_200000_attributes_are_survived(tmp_path: Path) -> None:
    data = b"<a " * 200_000 + b"><p>Words."
    attributes = b"<p " + b" ".join(b"a%d=x" % n for n in range(200_000)) + b">Words.</p>"
    found = QUICK.extract(_files(tmp_path, {"a.html": data, "b.html": attributes}))
    assert isinstance(found[1], Document)
    assert _said(found[1:]) == ["Words."]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's memory")
def test_a_file_that_needs_too_much_memory_is_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    large = b"<p>x" * 400_000
    found = Extraction(workers=1, memory_mb=160).extract(
        _files(tmp_path, {"large.html": large, "next.md": b"Next."})
    )
    assert _said(found) == ["reading it needed more than 160 MB of memory", "Next."]


READER_THAT = """
import os, signal, stat, sys, time
sys.path.insert(0, {root!r})
from index.readers.documents import Document, Section
from snapshot.models import Whole
import index.readers.plain as plain

real = plain.read
calls = []

def is_pipe(number):
    try: return stat.S_ISFIFO(os.fstat(number).st_mode)
    except OSError: return False

def read(data, name):
    words = data.decode()
    calls.append(words)
    if words == "count": return Document(title=str(len(calls)), sections=(
        Section((), Whole(), ("x",)),))
    if words == "crash": os.kill(os.getpid(), signal.SIGSEGV)
    if words == "sleep": time.sleep(600)
    while words == "spin": pass
    if words == "leave": os._exit(7)
    if words == "print": print("not an answer"); os.write(1, b"nor this")
    if words == "lie": [os.write(n, b"\\0\\0\\0\\5hello") for n in range(3, 9) if is_pipe(n)]
    if words == "dial": import socket; socket.socket().connect(("127.0.0.1", 9))
    if words == "run": import subprocess; subprocess.run(["true"])
    if words == "write": open({target!r}, "w").write("x" * 100)
    if words == "change":
        plain.read = None
        return Document(sections=(Section((), Whole(), ("changed",)),))
    if words == "look": return Document(title=" ".join(sorted(os.environ)), sections=(
        Section((), Whole(), ("x",)),))
    return real(data, name)

plain.read = read
import runpy
runpy.run_module("index.readers", run_name="__main__")
"""


@pytest.fixture
def misbehaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Has the child processes read plain text with a reader that does what the text says."""
    program = tmp_path / "reader.py"
    target = tmp_path / "written.txt"
    root = str(reader_process.ROOT)
    program.write_text(READER_THAT.format(root=root, target=str(target)))
    monkeypatch.setattr(reader_process, "COMMAND", ("-E", "-s", str(program)))
    return target


@pytest.mark.parametrize("words", [b"sleep", b"spin"])
def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(
    tmp_path: Path, misbehaving: Path, words: bytes
) -> None:
    files = _files(tmp_path, {"slow.txt": words, "next.txt": b"Next."})
    found = Extraction(workers=1, timeout_s=3).extract(files)
    assert _said(found) == ["reading it took more than 3 s", "Next."]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("crash", "its reader crashed (SIGSEGV)"),
        ("leave", "its reader crashed (exit code 7)"),
        ("print", "print"),
        ("dial", "the file made its reader try socket."),
        ("run", "the file made its reader try subprocess.Popen"),
        ("lie", "its reader gave nonsense"),
    ],
)
def test_a_reader_gone_wrong_harms_nobody(
    tmp_path: Path, misbehaving: Path, words: str, outcome: str
) -> None:
    """It may die, chatter, lie, dial out or start programs: the next file is read."""
    files = _files(tmp_path, {"a.txt": words.encode(), "b.txt": b"Next."})
    first, second = _said(Extraction(workers=1, timeout_s=5).extract(files))
    assert outcome in first
    assert second == "Next."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_reader_cannot_write_files(tmp_path: Path, misbehaving: Path) -> None:
    QUICK.extract(_files(tmp_path, {"a.txt": b"write"}))
    assert not misbehaving.exists() or misbehaving.read_text() == ""


def test_a_reader_gets_nothing_of_our_environment(
    tmp_path: Path, misbehaving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Secrets are there."""
    monkeypatch.setenv("SIGNPOST_APP_PASSWORD", "secret")
    [found] = QUICK.extract(_files(tmp_path, {"a.txt": b"look"}))
    assert isinstance(found, Document)
    threads = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}  # one, as the reader's code sets them
    assert set((found.title or "").split()) <= {"LC_ALL", "LC_CTYPE", "SYSTEMROOT", *threads}


@pytest.mark.skipif(sys.platform == "win32", reason="there every file has a process anyway")
def test_no_file_can_meddle_with_the_answer_about_another(
    tmp_path: Path, misbehaving: Path
) -> None:
    """Files are read in forks of one process, and a fork reaches nothing but its own answer."""
    texts = {f"{n}.txt": b"change" if n % 2 else b"Words." for n in range(6)}
    said = _said(Extraction(workers=1).extract(_files(tmp_path, texts)))
    assert said == ["Words.", "changed", "Words.", "changed", "Words.", "changed"]


@pytest.mark.skipif(sys.platform == "win32", reason="there every file has a process anyway")
def test_a_reader_has_read_a_page_of_ours_before_it_forks(
    tmp_path: Path, misbehaving: Path
) -> None:
    """What libraries compile at their first use is compiled once, and not for every file."""
    texts = {f"{n}.txt": b"count" for n in range(3)}
    found = Extraction(workers=1).extract(_files(tmp_path, texts))
    assert [one.title for one in found if isinstance(one, Document)] == ["2", "2", "2"]


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    """Also under another name: what counts is its bytes, its format and the readers' version."""
    cache = MemoryCache()
    paths = _files(tmp_path, {"a.md": b"# T\n\nWords."})
    first = QUICK.extract(paths, cache)
    renamed = paths[0].rename(tmp_path / "b.md")
    assert QUICK.extract([renamed], cache) == first
    assert (len(cache.entries), cache.hits) == (1, 1)
    as_text = renamed.rename(tmp_path / "b.txt")
    assert _said(QUICK.extract([as_text], cache)) == ["Words."]
    assert (len(cache.entries), cache.hits) == (2, 1)


def test_a_damaged_entry_in_the_cache_is_read_anew(tmp_path: Path) -> None:
    cache = MemoryCache()
    paths = _files(tmp_path, {"a.md": b"Words."})
    first = QUICK.extract(paths, cache)
    cache.entries = dict.fromkeys(cache.entries, b"{}")
    assert QUICK.extract(paths, cache) == first


def test_a_refusal_is_not_kept(tmp_path: Path) -> None:
    """It may have been the machine that was slow."""
    cache = MemoryCache()
    QUICK.extract(_files(tmp_path, {"a.vtt": b"WEBVTT\n\nnonsense"}), cache)
    assert cache.entries == {}


def test_a_file_that_is_gone_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(formats.BY_EXTENSION, ".md", replace(formats.MARKDOWN, limit_mb=1))
    large = _files(tmp_path, {"large.md": bytes(1024 * 1024 + 1)})
    found = QUICK.extract([tmp_path / "gone.md", *large])
    assert _said(found) == [
        "it cannot be opened: No such file or directory",
        "more than 1 MB",
    ]


def test_nothing_to_read_starts_nothing() -> None:
    assert QUICK.extract([]) == []


def test_a_document_goes_through_whole(tmp_path: Path) -> None:
    [found] = QUICK.extract(_files(tmp_path, {"a.md": "# Ä\n\n“Öl” 👩".encode()}))
    assert isinstance(found, Document)
    assert (found.title, found.sections[0].blocks) == ("Ä", ("“Öl” 👩",))
