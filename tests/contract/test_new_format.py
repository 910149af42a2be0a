"""A format is added by one module and one row, and a row that says what is not so is found out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errors import ReadError
from index.readers.processes import reader_process
from snapshot import formats
from snapshot.formats.format_row import Format, Opening
from tests.conftest import ROOT
from tests.contract.test_formats import (
    check_libraries,
    check_metadata,
    check_preview,
    check_published,
    check_reading,
    serve,
)
from tests.fakes import signatures
from tests.fakes.signatures import SIGNATURES

_PROGRAM = """
import runpy, sys
sys.path.insert(0, {root!r})
from snapshot import formats
from tests.fakes.signatures import SIGNATURES
formats.BY_EXTENSION[".sig"] = SIGNATURES
runpy.run_module("index.readers", run_name="__main__")
"""


@pytest.fixture
def with_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the processes of the readers know the new row too."""
    program = tmp_path / "readers.py"
    program.write_text(_PROGRAM.format(root=str(ROOT)))
    monkeypatch.setattr(reader_process, "COMMAND", ("-E", "-s", str(program)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


async def _keeps_the_contract(row: Format, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(formats.BY_EXTENSION, ".sig", row)
    served = serve(folder, {".sig": signatures.SAMPLE})
    check_reading(".sig", served)
    await check_preview(".sig", served)
    check_published(".sig", served)
    check_metadata(".sig")
    check_libraries(".sig")


async def test_a_new_format_is_one_module_and_one_row(
    folder: Path, monkeypatch: pytest.MonkeyPatch, with_readers: None
) -> None:
    await _keeps_the_contract(SIGNATURES, folder, monkeypatch)


@pytest.mark.parametrize(
    "changes",
    [
        {"local": Opening.PAGE},  # the reader gives headings
        {"local": Opening.WHOLE},
        {"published": Opening.SECTION},  # no browser opens one in such a file
        {"content_type": "application/x-sig"},  # nor does the preview
        {"is_transcript": True},
        {"has_front_matter": True},
        {"libraries": ("lxml",)},
    ],
)
async def test_a_row_that_says_what_is_not_so_fails(
    changes: dict[str, object], folder: Path, monkeypatch: pytest.MonkeyPatch, with_readers: None
) -> None:
    row = replace(SIGNATURES, **changes)  # type: ignore[arg-type]
    with pytest.raises((AssertionError, ReadError)):
        await _keeps_the_contract(row, folder, monkeypatch)
