"""An exported encoder is made of a sentence-transformers model, and measured while it is made."""

from __future__ import annotations

import importlib.metadata
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from encoder.exported import graph
from encoder.exported.description import Description, Precision
from encoder.exported.exported_encoder import TOKENIZER, open_encoder
from encoder.exported.proof import Agreement, Sample, Seen, compare, golden_ndcg
from encoder.exported.runtimes import WORD_TABLE, can_run
from encoder.protocol import Encoded, Encoder
from encoder.reference import SentenceTransformerEncoder
from errors import EncoderError

_MAKERS = ("torch", "transformers", "sentence-transformers", "onnxruntime", "openvino")
_WARM_UP = 8


def versions() -> str:
    """The packages that take part, with their versions. A model that was refused may be taken with
    others."""
    return ", ".join(f"{name} {version}" for name in _MAKERS if (version := _version(name)))


def make(reference: SentenceTransformerEncoder, folder: Path, sample: Sample) -> Description:
    """Writes graphs and tokenizer into an empty folder and says what they are.

    Raises EncoderError if the model cannot be exported, or if its export in float32 does not find
    what the model itself finds. A lower precision that loses too much is left out.
    """
    with _as_encoder_error():
        description = _write(reference, folder)
    seen, *took_s = _timed(reference, sample)
    measured: dict[str, dict[str, float]] = {
        "reference": _rates(sample, *took_s) | _golden_figures(seen, sample)
    }

    def attempt(passages: Precision, questions: Precision) -> _Tried:
        fingerprint = replace(description.fingerprint, precision=str(passages))
        described = replace(description, fingerprint=fingerprint)
        with _as_encoder_error():
            own, *own_s = _timed(open_encoder(folder, described, questions), sample)
            tried = _Tried(compare(seen, own, sample), *own_s)
        measured[questions] = tried.figures(sample)
        return tried

    def attempt_lower(passages: Precision, questions: Precision) -> _Tried | None:
        """None if there is no such graph, or it does not run: float32 is there all the same."""
        if not (folder / questions.graph).is_file():
            return None
        with suppress(EncoderError):
            return attempt(passages, questions)
        return None

    float32 = attempt(Precision.FLOAT32, Precision.FLOAT32)
    if problem := float32.agreement.problem():
        raise EncoderError(f"its export is not what it is itself: {problem}")
    half = attempt_lower(Precision.BFLOAT16, Precision.BFLOAT16)
    passages = Precision.FLOAT32
    if half and not half.agreement.problem() and half.passages_s < float32.passages_s:
        passages = Precision.BFLOAT16
    else:
        _remove(folder, Precision.BFLOAT16)
    integer = attempt_lower(passages, Precision.INT8)
    if not integer or integer.agreement.problem(is_exact=False):
        _remove(folder, Precision.INT8)
    fingerprint = replace(description.fingerprint, precision=str(passages))
    return replace(description, fingerprint=fingerprint, measured=measured)


@dataclass(frozen=True, slots=True)
class _Tried:
    """How an encoder agrees with the reference, and how many seconds all passages of the sample
    and the median question take it."""

    agreement: Agreement
    passages_s: float
    question_s: float

    def figures(self, sample: Sample) -> dict[str, float]:
        figures = {
            "overlap": round(self.agreement.overlap, 4),
            "cosine": round(self.agreement.cosine, 5),
            "ndcg_lost": round(self.agreement.lost, 4),
        }
        if any(sample.right):
            figures["golden_ndcg_lost"] = round(self.agreement.golden_lost, 4)
        return _rates(sample, self.passages_s, self.question_s) | figures


def _write(reference: SentenceTransformerEncoder, folder: Path) -> Description:
    """All graphs, and a description of them at float32."""
    model, whole = reference.model, folder / "whole.onnx"
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise EncoderError("its tokenizer is written in Python")
    fingerprint = reference.fingerprint
    inputs = graph.export(model, whole, with_tokens=bool(fingerprint.token_dim))
    graph.take_out_words(whole, folder / WORD_TABLE)
    if can_run(Precision.BFLOAT16):
        with suppress(Exception):  # it is not needed
            graph.save_openvino(whole, folder / Precision.BFLOAT16.graph)
    graph.join_operations(whole, getattr(getattr(model[0], "auto_model", None), "config", None))
    graph.save_mapped(whole, folder / Precision.FLOAT32.graph)
    with suppress(Exception):  # likewise
        graph.quantize(whole, folder / Precision.INT8.graph)
    whole.unlink()
    tokenizer.save(str(folder / TOKENIZER))
    prompts = model.prompts or {}
    return Description(
        fingerprint=fingerprint,
        made_with=versions(),
        inputs=inputs,
        pad_id=int(model.tokenizer.pad_token_id or 0),
        prompts={
            "question": prompts.get("query") or "",
            "passage": prompts.get("document") or "",
        },
    )


@contextmanager
def _as_encoder_error() -> Iterator[None]:
    """Whatever an exporter or a runtime raises becomes an EncoderError; an OSError, such as for a
    full disk, stays what it is."""
    try:
        yield
    except (EncoderError, OSError):
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise EncoderError(f"it cannot be exported: {type(error).__name__}: {reason}") from error


def _timed(encoder: Encoder, sample: Sample) -> tuple[Seen, float, float]:
    """The sample as the encoder sees it, and how long that took, as in `_Tried`. Warms it first."""
    encoder.encode_passages(sample.passages[:_WARM_UP])
    for text in sample.asked:  # kernels are made for each length that comes first
        encoder.encode_questions([text])
    started = time.perf_counter()
    passages = encoder.encode_passages(sample.passages)
    passages_s = time.perf_counter() - started
    questions: list[Encoded] = []
    each_s: list[float] = []
    for text in sample.asked:
        started = time.perf_counter()
        questions += encoder.encode_questions([text])
        each_s.append(time.perf_counter() - started)
    return Seen(passages, questions), passages_s, statistics.median(each_s) if each_s else 0.0


def _golden_figures(reference: Seen, sample: Sample) -> dict[str, float]:
    """What the reference finds; empty if nothing in the sample answers a golden question."""
    found = golden_ndcg(reference, sample)
    if not found:
        return {}
    return {"golden_questions": len(found), "golden_ndcg": round(statistics.mean(found), 4)}


def _rates(sample: Sample, passages_s: float, question_s: float) -> dict[str, float]:
    return {
        "passages_per_s": round(len(sample.passages) / passages_s, 1),
        "question_ms": round(1000 * question_s, 2),
    }


def _remove(folder: Path, precision: Precision) -> None:
    """A graph's file and that of its weights."""
    for path in (folder / precision.graph, folder / f"{precision}.bin"):
        path.unlink(missing_ok=True)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
