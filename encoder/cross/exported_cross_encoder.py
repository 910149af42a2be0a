"""The cross-encoder that a server loads: a tokenizer and a graph, without torch. `make` makes it of
a sentence-transformers CrossEncoder, and takes it only if it gives the same scores."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np
from tokenizers import Tokenizer

from encoder.cross.cross_encoder import CrossEncoder, SentenceTransformersCrossEncoder
from encoder.exported import graph
from encoder.exported.description import Precision
from encoder.exported.exported_encoder import TOKENIZER
from encoder.exported.making import as_encoder_error, versions
from encoder.exported.runtimes import Runtime, can_run, open_runtime
from encoder.files import file_sha256
from errors import EncoderError

FORMAT = 1
DESCRIPTION = "reranker.json"
_CALLERS = 2
# The largest difference of a score, as a share of the range of the reference's scores.
MOST_OFF = {Precision.FLOAT32: 0.001, Precision.BFLOAT16: 0.05}
_QUESTIONS = ("How much leave can I carry over?", "expenses abroad", "Who signs off form T-17b?")
_PASSAGES = (
    "Leave > Carry over\nUnused days carry over until the end of March. Ask your manager.",
    "Travel > Expenses\nClaim what you paid abroad within 30 days, at the rate of that day.",
    "Forms\nForm T-17b is signed by the head of the department, never by the applicant.",
    "Security > Passwords\n" + "A pass phrase of five words is better than eight signs. " * 60,
)


@dataclass(frozen=True, slots=True)
class CrossDescription:
    """What one export is made of. `most_off` is, by precision, the largest difference that was
    found, as in `MOST_OFF`; `files` are the SHA-256 of each file, in hex. `refusal` says why there
    is no graph; another try may go better with other packages than those of `made_with`."""

    made_with: str
    max_tokens: int = 0
    inputs: tuple[str, ...] = ()
    most_off: dict[str, float] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    format: int = FORMAT

    @classmethod
    def read(cls, place: Path) -> CrossDescription | None:
        """None if there is nothing that this version can read."""
        try:
            found = msgspec.json.decode((place / DESCRIPTION).read_bytes(), type=cls)
        except (OSError, ValueError):
            return None
        return found if found.format == FORMAT else None


class ExportedCrossEncoder:
    """A `CrossEncoder`."""

    def __init__(
        self,
        tokenizer: Path,
        description: CrossDescription,
        runtime: Runtime,
        languages: frozenset[str],
    ) -> None:
        """Raises EncoderError if the file is no tokenizer."""
        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # the library raises plain Exceptions
            raise EncoderError(f"{tokenizer} is no tokenizer: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(description.max_tokens, strategy="longest_first")
        self._inputs = description.inputs
        self._runtime = runtime
        self.languages = languages

    def score(self, question: str, passage: str) -> float:
        encoding = self._tokenizer.encode(question, passage)
        known = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        inputs = {name: np.array([known[name]], dtype=np.int64) for name in self._inputs}
        return float(self._runtime.run(inputs).vectors[0, 0])


def open_cross_encoder(
    place: Path, description: CrossDescription, precision: Precision, languages: frozenset[str]
) -> ExportedCrossEncoder:
    """Raises EncoderError if a file is missing or damaged."""
    runtime = open_runtime(place, precision, description.max_tokens, callers=_CALLERS)
    return ExportedCrossEncoder(place / TOKENIZER, description, runtime, languages)


def make(name: str, folder: Path) -> None:
    """Writes the export of a cross-encoder into an empty folder, or a description that says why
    there is none. Raises EncoderError if there is no such model or it does not rank, and OSError.
    Imports torch."""
    reference = SentenceTransformersCrossEncoder(name)
    try:
        with as_encoder_error():
            made = _write(reference, folder)
        made = replace(made, files={path.name: file_sha256(path) for path in folder.iterdir()})
    except EncoderError as error:
        for path in folder.iterdir():
            path.unlink()
        made = CrossDescription(versions(), refusal=str(error))
    (folder / DESCRIPTION).write_bytes(msgspec.json.format(msgspec.json.encode(made)))


def _write(reference: SentenceTransformersCrossEncoder, folder: Path) -> CrossDescription:
    model, whole = reference.model, folder / "whole.onnx"
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None or not model.max_seq_length:
        raise EncoderError("its tokenizer is written in Python, or its window is not known")
    inputs = graph.export_cross_encoder(model, whole)
    if can_run(Precision.BFLOAT16):
        with suppress(Exception):  # it is not needed
            graph.save_openvino(whole, folder / Precision.BFLOAT16.graph)
    graph.join_operations(whole, model.config)
    graph.save_mapped(whole, folder / Precision.FLOAT32.graph)
    whole.unlink()
    tokenizer.save(str(folder / TOKENIZER))
    made = CrossDescription(versions(), int(model.max_seq_length), inputs)
    most_off = {str(Precision.FLOAT32): _off(reference, folder, made, Precision.FLOAT32)}
    if (off := most_off[Precision.FLOAT32]) > MOST_OFF[Precision.FLOAT32]:
        raise EncoderError(
            f"its export gives other scores: they are off by {off:.4f} of the range of the model's"
        )
    if (folder / Precision.BFLOAT16.graph).is_file():
        with suppress(Exception):  # likewise
            most_off[Precision.BFLOAT16] = _off(reference, folder, made, Precision.BFLOAT16)
    return replace(made, most_off=most_off)


def _off(
    reference: CrossEncoder, folder: Path, made: CrossDescription, precision: Precision
) -> float:
    exported = open_cross_encoder(folder, made, precision, reference.languages)
    pairs = [(question, passage) for question in _QUESTIONS for passage in _PASSAGES]
    true = np.array([reference.score(*pair) for pair in pairs])
    own = np.array([exported.score(*pair) for pair in pairs])
    return round(float(np.abs(own - true).max() / max(np.ptp(true), 1e-9)), 6)
