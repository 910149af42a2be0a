"""Files of labelled questions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

_LABELLED = Path(__file__).parents[2].parent / "shared" / "eval"


def write_jsonl(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """A JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def write_qrels(path: Path, rows: Iterable[tuple[str, str, int]]) -> Path:
    """Query id, right answer, grade between tabs, under a header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in rows)]
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def labelled_texts() -> list[str]:
    """All questions of the labelled sets beside the repository; skips the test without them."""
    if not _LABELLED.is_dir():
        pytest.skip(f"no labelled questions at {_LABELLED}: they are no part of the repository")
    texts = [
        str(json.loads(line)["text"])
        for path in sorted(_LABELLED.rglob("queries.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len(texts) > 1_000
    return texts
