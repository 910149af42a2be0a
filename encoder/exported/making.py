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
from encoder.exported.description import BFLOAT16, FLOAT32, GRAPHS, INT8, Description, Precision
from encoder.exported.opening import TOKENIZER, WORD_TABLE, can_run, open_encoder
from encoder.exported.proof import Agreement, Sample, Seen, compare, golden_ndcg
from encoder.protocol import Encoded, Encoder
from encoder.reference import SentenceTransformerEncoder
from errors import EncoderError

_MAKERS = ("torch", "transformers", "sentence-transformers", "onnxruntime", "openvino")
_WARM_UP = 8


def versions() -> str:
    """Of all that takes part: with others another try may go better."""
    return ", ".join(f"{name} {version}" for name in _MAKERS if (version := _version(name)))


def make(reference: SentenceTransformerEncoder, folder: Path, sample: Sample) -> Description:
    """Writes graphs and tokenizer into an empty folder and says what they are.

    Raises EncoderError where the model cannot be exported, or where its export in float32 does not
    find what the model itself finds. What only lower precisions lose leaves those out.
    """
    with _as_encoder_error():
        description = _write(reference, folder)
    seen, *took_s = _timed(reference, sample)
    known = _rates(sample, *took_s) | _golden_figures(seen, sample)
    measured: dict[str, dict[str, float]] = {"reference": known}
    with _as_encoder_error():
        float32 = _try(folder, description, sample, seen, Precision.FLOAT32, Precision.FLOAT32)
    if problem := float32.agreement.problem():
        raise EncoderError(f"its export is not what it is itself: {problem}")
    measured[Precision.FLOAT32] = _figures(float32, sample)
    bfloat16, int8 = Precision.BFLOAT16, Precision.INT8
    half = _try_lower(folder, description, sample, seen, bfloat16, bfloat16)
    if half:
        measured[bfloat16] = _figures(half, sample)
    if half and not half.agreement.problem() and half.passages_s < float32.passages_s:
        chosen = replace(description.fingerprint, precision=str(bfloat16))
        description = replace(description, fingerprint=chosen)
    else:
        _remove(folder, BFLOAT16)
    passages = Precision(description.fingerprint.precision)
    integer = _try_lower(folder, description, sample, seen, passages, int8)
    if integer:
        measured[int8] = _figures(integer, sample)
    if not integer or integer.agreement.problem(is_exact=False):
        _remove(folder, INT8)
    return replace(description, measured=measured)


@dataclass(frozen=True, slots=True)
class _Tried:
    """How an encoder agrees with the reference, and how many seconds all passages of the sample
    and the median question take it."""

    agreement: Agreement
    passages_s: float
    question_s: float


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
            graph.save_openvino(whole, folder / BFLOAT16)
    graph.fuse(whole, getattr(getattr(model[0], "auto_model", None), "config", None))
    graph.save_mapped(whole, folder / FLOAT32)
    with suppress(Exception):  # likewise
        graph.quantize(whole, folder / INT8)
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
    """What exporters and runtimes raise is anything; but a full disk stays what it is."""
    try:
        yield
    except (EncoderError, OSError):
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise EncoderError(f"it cannot be exported: {type(error).__name__}: {reason}") from error


def _try_lower(
    folder: Path,
    description: Description,
    sample: Sample,
    reference: Seen,
    passages: Precision,
    questions: Precision,
) -> _Tried | None:
    """None where there is no such graph, or it does not run: float32 is there all the same."""
    if not (folder / GRAPHS[questions]).is_file():
        return None
    try:
        with _as_encoder_error():
            return _try(folder, description, sample, reference, passages, questions)
    except EncoderError:
        return None


def _try(
    folder: Path,
    description: Description,
    sample: Sample,
    reference: Seen,
    passages: Precision,
    questions: Precision,
) -> _Tried:
    fingerprint = replace(description.fingerprint, precision=str(passages))
    encoder = open_encoder(folder, replace(description, fingerprint=fingerprint), questions)
    seen, passages_s, question_s = _timed(encoder, sample)
    return _Tried(compare(reference, seen, sample), passages_s, question_s)


def _timed(encoder: Encoder, sample: Sample) -> tuple[Seen, float, float]:
    """What the encoder sees, and the seconds of `_Tried`, once it is warm."""
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


def _figures(tried: _Tried, sample: Sample) -> dict[str, float]:
    agreement = tried.agreement
    figures = {
        "overlap": round(agreement.overlap, 4),
        "cosine": round(agreement.cosine, 5),
        "ndcg_lost": round(agreement.lost, 4),
    }
    if any(sample.right):
        figures["golden_ndcg_lost"] = round(agreement.golden_lost, 4)
    return _rates(sample, tried.passages_s, tried.question_s) | figures


def _golden_figures(reference: Seen, sample: Sample) -> dict[str, float]:
    """What it finds itself; empty where nothing in the sample answers a golden question."""
    found = golden_ndcg(reference, sample)
    if not found:
        return {}
    return {"golden_questions": len(found), "golden_ndcg": round(statistics.mean(found), 4)}


def _rates(sample: Sample, passages_s: float, question_s: float) -> dict[str, float]:
    return {
        "passages_per_s": round(len(sample.passages) / passages_s, 1),
        "question_ms": round(1000 * question_s, 2),
    }


def _remove(folder: Path, graph_name: str) -> None:
    """A graph's file and that of its weights."""
    for path in (folder / graph_name, (folder / graph_name).with_suffix(".bin")):
        path.unlink(missing_ok=True)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
