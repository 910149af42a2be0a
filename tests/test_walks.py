"""docs/architecture.md tells the way of a question and the way of a file as they are."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import index.__main__ as index_command
from app import make_app
from settings import Settings
from tests.fakes import activities
from tests.fakes.connector import FakeConnector

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
QUESTION = "The way of a question"
FILE = "The way of a file"
_HOP = re.compile(r"^(\d+)\. `([\w/.]+\.py): ([\w.]+)`( \(child process\))?: ", re.MULTILINE)

Place = tuple[str, str]


class Steps:
    """The functions of the product that run while `watching`, in whatever thread, as they begin."""

    def __init__(self) -> None:
        self.seen: list[Place] = []
        self._is_on = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._is_on = True
        try:
            yield
        finally:
            self._is_on = False

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        file = frame.f_code.co_filename
        if self._is_on and event == "call" and file.startswith(f"{ROOT}{os.sep}"):
            self.seen.append((Path(file).relative_to(ROOT).as_posix(), frame.f_code.co_qualname))

    def missing(self, hops: list[Place]) -> list[Place]:
        """Those that did not run after the one before them."""
        missing, at = [], 0
        for hop in hops:
            if hop in self.seen[at:]:
                at = self.seen.index(hop, at)
            else:
                missing.append(hop)
        return missing


@pytest.fixture
def steps() -> Iterator[Steps]:
    steps = Steps()
    threading.setprofile(steps)
    sys.setprofile(steps)
    yield steps
    sys.setprofile(None)
    threading.setprofile(None)  # type: ignore[arg-type]


def _hops(heading: str, *, in_children: bool = False) -> list[Place]:
    section = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = _HOP.findall(section)
    assert [int(number) for number, *_ in found] == list(range(1, len(found) + 1))
    return [(file, name) for _, file, name, child in found if in_children or not child]


@pytest.mark.parametrize("heading", [QUESTION, FILE])
def test_a_way_has_25_hops_at_most(heading: str) -> None:
    assert 10 < len(_hops(heading, in_children=True)) <= 25


async def test_a_question_goes_the_way_that_the_page_tells(
    steps: Steps, sample_snapshots: Path, tmp_path: Path
) -> None:
    settings = Settings(
        _env_file=None, development=True, data_dir=tmp_path, snapshots_dir=sample_snapshots
    )
    app = await make_app(settings)
    async with FakeConnector() as connector, TestClient(TestServer(app)) as client:
        asked = activities.message("what do I do if my laptop is stolen?")
        with steps.watching():
            response = await client.post(
                "/api/messages", json=asked | {"serviceUrl": connector.url}
            )
            await asyncio.sleep(0)
        assert response.status == 200
        assert len(connector.messages) == 1
    assert steps.missing(_hops(QUESTION)) == []


def test_a_file_goes_the_way_that_the_page_tells(
    steps: Steps, sample_snapshots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as in every build but the first, the model is exported already
    shutil.copytree(sample_snapshots / ".encoders", tmp_path / "snapshots" / ".encoders")
    content = tmp_path / "content"
    content.mkdir()
    (content / "_folder.yaml").write_text(
        "base_url: https://intranet.example.com/\nowner: People\nvalidated_by: Learning\n"
        "validated_on: 2026-01-05\n"
    )
    (content / "travel.md").write_text("---\ntags: travel\n---\n# Travel\n\nBook trains early.\n")
    (content / "golden.jsonl").write_text(
        '{"question": "when do I book trains?", "place": "travel.md"}\n'
    )
    monkeypatch.setenv("SIGNPOST_SNAPSHOTS_DIR", str(tmp_path / "snapshots"))
    monkeypatch.setattr(sys, "argv", ["index", "build", str(content), "--accept"])
    with steps.watching(), pytest.raises(SystemExit) as ended:
        index_command.main()
    assert ended.value.code == 0
    assert steps.missing(_hops(FILE)) == []


def test_the_readers_go_the_way_that_the_page_tells(steps: Steps) -> None:
    from index.readers.reader import read

    with steps.watching():
        read(b"# Travel\n\nBook trains early.\n", "travel.md")
    children = [hop for hop in _hops(FILE, in_children=True) if hop not in _hops(FILE)]
    assert children
    assert steps.missing(children) == []
