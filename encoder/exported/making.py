"""An exported encoder is made of a sentence-transformers model, and taken only if it finds what the
model itself finds, on the folder's own text and golden questions."""

from __future__ import annotations

import importlib.metadata
import statistics
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from encoder.exported import graph
from encoder.exported.description import Description, Precision
from encoder.exported.exported_encoder import TOKENIZER, open_encoder
from encoder.exported.runtimes import WORD_TABLE, can_run
from encoder.protocol import Encoded, Encoder, Vectors
from encoder.reference import SentenceTransformerEncoder
from errors import EncoderError

_MAKERS = ("torch", "transformers", "sentence-transformers", "onnxruntime", "openvino")
_WARM_UP = 8
_TOP = 10
LEAST_OVERLAP = 0.99  # of the reference's first ten
LEAST_COSINE = 0.99  # of a passage's two vectors, on average, and of its tokens'
MOST_LOST = 0.005  # of nDCG@10


@dataclass(frozen=True, slots=True)
class Sample:
    """Stretches of the folder, and what to ask.

    `questions` are sentences out of them: question i is from passage `sources[i]`. Golden question
    i is answered by any passage of `right[i]`, which is empty if nothing in the folder answers it.
    """

    passages: tuple[str, ...]
    questions: tuple[str, ...]
    sources: tuple[int, ...]
    golden: tuple[str, ...] = ()
    right: tuple[frozenset[int], ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The sentences, then the golden questions."""
        return self.questions + self.golden


def versions() -> str:
    """The packages that take part, with their versions. A model that was refused may be taken with
    others."""
    return ", ".join(f"{name} {version}" for name in _MAKERS if (version := _version(name)))


def make(reference: SentenceTransformerEncoder, folder: Path, sample: Sample) -> Description:
    """Writes graphs and tokenizer into an empty folder and says what they are.

    Raises EncoderError if the model cannot be exported, or if its export in float32 does not find
    what the model itself finds. A lower precision that loses too much is left out.
    """
    with as_encoder_error():
        description = _write(reference, folder)
    seen, *took_s = _timed(reference, sample)
    measured: dict[str, dict[str, float]] = {
        "reference": _rates(sample, *took_s) | _golden_figures(seen, sample)
    }

    def attempt(passages: Precision, questions: Precision) -> _Tried:
        fingerprint = replace(description.fingerprint, precision=str(passages))
        described = replace(description, fingerprint=fingerprint)
        with as_encoder_error():
            own, *own_s = _timed(
                open_encoder(folder, described, questions, reference.languages), sample
            )
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
    return Description(
        fingerprint=fingerprint,
        made_with=versions(),
        inputs=inputs,
        pad_id=int(model.tokenizer.pad_token_id or 0),
        prompts=reference.prompts,
    )


@contextmanager
def as_encoder_error() -> Iterator[None]:
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


@dataclass(frozen=True, slots=True)
class Seen:
    """A sample as an encoder sees it; `questions` are all that it asks."""

    passages: list[Encoded]
    questions: list[Encoded]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How near an encoder comes to the reference.

    `cosine` and `token_cosine` are means over the two vectors of a passage and of a question's
    token. `overlap` is the share of the reference's first ten that is found. `lost` is how much of
    its nDCG@10 is lost on sentences, whose own passage is the right one, and `golden_lost` on
    golden questions that something answers; both with their standard errors.
    """

    cosine: float = 1.0
    token_cosine: float = 1.0
    overlap: float = 1.0
    lost: float = 0.0
    lost_error: float = 0.0
    golden_lost: float = 0.0
    golden_lost_error: float = 0.0

    def problem(self, *, is_exact: bool = True) -> str | None:
        """Why the export is not good enough, None if it is. With `is_exact` it must find the
        reference's own answers; otherwise answers as good will do."""
        if is_exact and self.cosine < LEAST_COSINE:
            return f"its vectors differ: mean cosine {self.cosine:.4f}, {LEAST_COSINE} is needed"
        if is_exact and self.token_cosine < LEAST_COSINE:
            return f"its tokens differ: mean cosine {self.token_cosine:.4f}, not {LEAST_COSINE}"
        if is_exact and self.overlap < LEAST_OVERLAP:
            return f"it finds {self.overlap:.3f} of the first ten, {LEAST_OVERLAP} are needed"
        if self.lost - self.lost_error > MOST_LOST:  # by more than chance
            return f"it loses {self.lost:.4f} of nDCG@10, and {MOST_LOST} is the most allowed"
        if self.golden_lost - self.golden_lost_error > MOST_LOST:
            return (
                f"it loses {self.golden_lost:.4f} of nDCG@10 on the folder's golden questions, and "
                f"{MOST_LOST} is the most allowed"
            )
        return None


def compare(reference: Seen, other: Seen, sample: Sample) -> Agreement:
    """An empty sample agrees perfectly. A text that is cut into other tokens does not agree."""
    if not sample.passages:
        return Agreement()
    true, own = _vectors(reference.passages), _vectors(other.passages)
    cosine = float(np.einsum("nd,nd->n", true, own).mean())
    if not sample.asked:
        return Agreement(cosine)
    first = _first_ten(_vectors(reference.questions), true)
    found = _first_ten(_vectors(other.questions), own)
    overlap = np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(first, found, strict=True)])
    right = [*({source} for source in sample.sources), *sample.right]
    losses = _ndcg(first, right) - _ndcg(found, right)
    sentences = len(sample.questions)
    return Agreement(
        cosine,
        _token_cosine(reference.questions, other.questions),
        float(overlap),
        *_mean_and_error(losses[:sentences]),
        *_mean_and_error(losses[sentences:]),
    )


def golden_ndcg(seen: Seen, sample: Sample) -> list[float]:
    """nDCG@10 of each golden question that something in the sample answers."""
    if not any(sample.right):
        return []
    golden = _vectors(seen.questions[len(sample.questions) :])
    found = _ndcg(_first_ten(golden, _vectors(seen.passages)), sample.right)
    return [value for value in found.tolist() if not np.isnan(value)]


def _vectors(encoded: list[Encoded]) -> Vectors:
    return np.stack([one.vector for one in encoded])


def _first_ten(questions: Vectors, passages: Vectors) -> NDArray[np.int64]:
    return np.argsort(-(questions @ passages.T), axis=1, kind="stable")[:, :_TOP]


def _ndcg(found: NDArray[np.int64], right: Sequence[Collection[int]]) -> NDArray[np.float64]:
    """nDCG@10 of each question (Järvelin and Kekäläinen, 2002). Each right passage gains 1; without
    any the value is NaN."""
    discounts = 1 / np.log2(np.arange(2, _TOP + 2))
    values = np.full(len(found), np.nan)
    for number, (row, wanted) in enumerate(zip(found, right, strict=True)):
        if wanted:
            gained = discounts[: len(row)][np.isin(row, list(wanted))].sum()
            values[number] = gained / discounts[: len(wanted)].sum()
    return values


def _mean_and_error(losses: NDArray[np.float64]) -> tuple[float, float]:
    """The mean without NaN, and its standard error; infinite for one number: it may be chance."""
    losses = losses[~np.isnan(losses)]
    if not len(losses):
        return 0.0, 0.0
    error = losses.std(ddof=1) / np.sqrt(len(losses)) if len(losses) > 1 else np.inf
    return float(losses.mean()), float(error)


def _token_cosine(reference: list[Encoded], other: list[Encoded]) -> float:
    cosines = []
    for true, own in zip(reference, other, strict=True):
        if true.tokens.spans.tolist() != own.tokens.spans.tolist():
            cosines.append(0.0)
        elif len(true.tokens.vectors):
            cosines.append(float((true.tokens.vectors * own.tokens.vectors).sum(axis=1).mean()))
    return float(np.mean(cosines)) if cosines else 1.0
