"""The real model, exported as a build exports it, beside the model itself."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from encoder import loading
from encoder.exported import exported_encoder
from encoder.exported.description import Precision
from encoder.exported.exported_encoder import ExportedEncoder
from encoder.exported.making import Sample
from encoder.exported.runtimes import can_run
from encoder.files import RowFile
from encoder.loading import ExportedEncoders
from encoder.protocol import Encoded
from encoder.reference import DEFAULT_MODEL, SentenceTransformerEncoder
from snapshot.store import SnapshotStore
from tests.conftest import ROOT

TEXTS = [
    "How do I claim mileage?",
    "word " * 400,
    "",
    "  spaced   out ",
    "Zażółć gęślą jaźń 😀 (naïve)",
    "X" * 300,
    "Claim 45 pence a mile, within 60 days. " * 12,
]


@pytest.fixture(scope="session")
def encoders(sample_snapshots: Path) -> ExportedEncoders:
    """What the build of the sample exported."""
    return ExportedEncoders(SnapshotStore(sample_snapshots).encoders)


def _copied(encoders: ExportedEncoders, into: Path) -> Path:
    """A copy of the export that may be damaged."""
    made = (path for path in encoders.folder.iterdir() if path.is_dir())
    place = max(made, key=lambda path: path.stat().st_mtime)
    return Path(shutil.copytree(place, into / place.name))


def cosines(some: Sequence[Encoded], others: Sequence[Encoded]) -> list[float]:
    return [float(a.vector @ b.vector) for a, b in zip(some, others, strict=True)]


def test_questions_come_out_as_from_the_model_itself(
    encoders: ExportedEncoders, encoder: SentenceTransformerEncoder
) -> None:
    """Vectors, tokens, and where in the text they stand; whatever stands beside them."""
    exported = encoders.load(DEFAULT_MODEL, Precision.FLOAT32)
    assert exported.note == ""
    own, true = exported.encoder.encode_questions(TEXTS), encoder.encode_questions(TEXTS)
    assert cosines(own, true) == pytest.approx([1.0] * len(TEXTS), abs=1e-5)
    alone = [exported.encoder.encode_questions([text])[0] for text in TEXTS]
    assert cosines(own, alone) == pytest.approx([1.0] * len(TEXTS), abs=1e-5)
    for mine, theirs in zip(own, true, strict=True):
        assert mine.tokens.spans.tolist() == theirs.tokens.spans.tolist()
        np.testing.assert_allclose(mine.tokens.vectors, theirs.tokens.vectors, atol=1e-4)


def test_bfloat16_is_as_near_alone_and_in_company(
    encoders: ExportedEncoders, encoder: SentenceTransformerEncoder
) -> None:
    if not can_run(Precision.BFLOAT16):
        pytest.skip("this processor does not know bfloat16")
    exported = encoders.load(DEFAULT_MODEL, Precision.BFLOAT16)
    assert exported.note == ""
    own, true = exported.encoder.encode_questions(TEXTS), encoder.encode_questions(TEXTS)
    alone = [exported.encoder.encode_questions([text])[0] for text in TEXTS]
    assert min(cosines(own, true)) > 0.999
    assert min(cosines(own, alone)) > 0.999
    for mine, theirs in zip(own, true, strict=True):
        assert mine.tokens.spans.tolist() == theirs.tokens.spans.tolist()
        assert (mine.tokens.vectors * theirs.tokens.vectors).sum(axis=1).min(initial=1) > 0.99


def test_bfloat16_gives_many_callers_at_once_what_it_gives_one(encoders: ExportedEncoders) -> None:
    """Each of other lengths, so that kernels are made and weights let go of meanwhile."""
    if not can_run(Precision.BFLOAT16):
        pytest.skip("this processor does not know bfloat16")
    encoder = encoders.load(DEFAULT_MODEL, Precision.BFLOAT16).encoder
    texts = [f"{'leave ' * number}mileage" for number in range(40)]
    with ThreadPoolExecutor(4) as callers:
        found = list(callers.map(lambda text: encoder.encode_questions([text])[0], texts))
    alone = [encoder.encode_questions([text])[0] for text in texts]
    assert cosines(found, alone) == pytest.approx([1.0] * len(texts), abs=1e-6)


def test_without_bfloat16_a_server_encodes_in_float32_and_says_nothing(
    encoders: ExportedEncoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build's machine knew it, and vectors of both can be compared."""
    exact = encoders.load(DEFAULT_MODEL, Precision.FLOAT32).encoder.encode_questions(TEXTS)
    for module in (loading, exported_encoder):
        monkeypatch.setattr(module, "can_run", lambda precision: precision != Precision.BFLOAT16)
    loaded = encoders.load(DEFAULT_MODEL)
    assert loaded.note == ""
    own = loaded.encoder.encode_questions(TEXTS)
    assert all(np.array_equal(a.vector, b.vector) for a, b in zip(own, exact, strict=True))


def test_a_damaged_graph_of_the_fastest_precision_is_told_and_float32_taken(
    encoders: ExportedEncoders, tmp_path: Path
) -> None:
    damage = _copied(encoders, tmp_path) / "bfloat16.bin"
    if not damage.is_file():
        pytest.skip("the build's processor does not know bfloat16")
    damage.write_bytes(damage.read_bytes() + b" ")
    loaded = ExportedEncoders(tmp_path).load(DEFAULT_MODEL, Precision.BFLOAT16)
    assert not isinstance(loaded.encoder, SentenceTransformerEncoder)
    assert "questions are encoded in float32, for " in loaded.note
    assert "bfloat16.bin has changed since it was written" in loaded.note


def test_a_build_reads_no_word_by_itself(
    encoders: ExportedEncoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand passages would read some hundred thousand."""

    def read(*_: object) -> None:
        raise AssertionError("a word was read")

    encoder = encoders.load(DEFAULT_MODEL).encoder
    monkeypatch.setattr(RowFile, "read", read)
    assert len(encoder.encode_passages(TEXTS)) == len(TEXTS)
    with pytest.raises(AssertionError, match="a word was read"):
        encoder.encode_questions(["mileage"])


def test_an_encoder_that_is_let_go_of_lets_go_of_its_graph(encoders: ExportedEncoders) -> None:
    """Now, not at the next collection: it maps files that a build may want to replace."""
    encoder = encoders.load(DEFAULT_MODEL).encoder
    assert isinstance(encoder, ExportedEncoder)
    encoder.encode_questions(["mileage"])
    graph = weakref.ref(encoder._questions)
    gc.collect()
    gc.disable()
    try:
        del encoder
        assert graph() is None
    finally:
        gc.enable()


def test_passages_come_out_so_near_that_they_can_be_compared(
    encoders: ExportedEncoders, encoder: SentenceTransformerEncoder
) -> None:
    exported = encoders.load(DEFAULT_MODEL).encoder
    own, true = exported.encode_passages(TEXTS), encoder.encode_passages(TEXTS)
    assert min(cosines(own, true)) > 0.999
    assert exported.fingerprint.is_comparable(encoder.fingerprint)
    assert [len(one.tokens.spans) for one in own] == [len(one.tokens.spans) for one in true]


def test_tokens_are_counted_as_the_model_counts_them(
    encoders: ExportedEncoders, encoder: SentenceTransformerEncoder
) -> None:
    exported = encoders.load(DEFAULT_MODEL).encoder
    assert exported.count_tokens(TEXTS) == encoder.count_tokens(TEXTS)
    assert exported.count_tokens([]) == []


def test_the_fastest_precision_is_near_and_never_batched(
    encoders: ExportedEncoders, encoder: SentenceTransformerEncoder
) -> None:
    """Its vectors depend on what stands beside a text, so each text stands alone."""
    exported = encoders.load(DEFAULT_MODEL, Precision.INT8)
    assert exported.note == ""
    assert not exported.encoder.batches_questions
    together = exported.encoder.encode_questions(TEXTS)
    alone = [exported.encoder.encode_questions([text])[0] for text in TEXTS]
    assert cosines(together, alone) == pytest.approx([1.0] * len(TEXTS), abs=1e-6)
    assert min(cosines(together, encoder.encode_questions(TEXTS))) > 0.95


def test_a_damaged_export_is_replaced_by_the_model_itself_and_made_anew_by_a_build(
    encoders: ExportedEncoders, tmp_path: Path
) -> None:
    copy = _copied(encoders, tmp_path)
    damage = copy / "tokenizer.json"
    damage.write_bytes(damage.read_bytes() + b" ")
    damaged = ExportedEncoders(tmp_path)
    loaded = damaged.load(DEFAULT_MODEL)
    assert isinstance(loaded.encoder, SentenceTransformerEncoder)
    assert "run by sentence-transformers, slowly" in loaded.note
    assert "tokenizer.json has changed since it was written" in loaded.note
    sample = Sample(("Claim mileage within 60 days.", "Leave is 25 days."), ("mileage",), (0,))
    prepared = damaged.prepare(DEFAULT_MODEL, Precision.FLOAT32, lambda: sample)
    assert prepared.note == ""
    assert damaged.load(DEFAULT_MODEL).note == ""
    measured = json.loads((copy / "encoder.json").read_text())["measured"]
    assert measured["float32"]["cosine"] > 0.9999


def test_without_an_export_a_server_says_so_and_runs_the_model(tmp_path: Path) -> None:
    loaded = ExportedEncoders(tmp_path / "none").load(DEFAULT_MODEL)
    assert isinstance(loaded.encoder, SentenceTransformerEncoder)
    assert f"no build has exported it into {tmp_path / 'none'}" in loaded.note


def test_serving_imports_no_torch(sample_snapshots: Path, tmp_path: Path) -> None:
    """Seconds of every start, and hundreds of megabytes."""
    program = (
        "import asyncio, sys\n"
        "from app import RETRIEVER, make_app\n"
        "from retrieval.answer import Question\n"
        "from settings import load_settings\n"
        "async def serve():\n"
        "    app = await make_app(load_settings())\n"
        "    answer = await app[RETRIEVER].answer(Question('How do I claim mileage?'))\n"
        "    print(answer.outcome)\n"
        "    await app.cleanup()\n"
        "asyncio.run(serve())\n"
        "names = ('torch', 'transformers', 'sentence_transformers', 'onnx')\n"
        "print([name for name in names if name in sys.modules])\n"
    )
    environment = {
        "SIGNPOST_DEVELOPMENT": "1",
        "SIGNPOST_SNAPSHOTS_DIR": str(sample_snapshots),
        "SIGNPOST_DATA_DIR": str(tmp_path),
        "PATH": "",
    }
    for _ in range(2):  # the first start makes the query log
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "answered\n[]\n"
