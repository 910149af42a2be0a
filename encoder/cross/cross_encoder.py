"""What a cross-encoder is, and the reference: any of sentence-transformers', run by it itself."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any, Protocol

from encoder.model_card import AS_IN_ITS_FILES, known_languages
from encoder.reference import folder_or_hub, weights_sha256
from errors import EncoderError

_INSTEAD = (
    "name a cross-encoder that ranks, such as cross-encoder/ms-marco-MiniLM-L6-v2, or unset "
    "SIGNPOST_RERANKER"
)
_KINDS = ("ForSequenceClassification", "ForCausalLM")


class CrossEncoder(Protocol):
    """Reads a question and a passage together. Thread-safe."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages that the model reads well, as codes such as "en"; empty if it is limited
        to none, or if that is not known."""

    def score(self, question: str, passage: str) -> float:
        """How well the passage answers, on a scale of the model's own: higher is better. A pair
        that is longer than the model's window is cut, the longer text first."""


class SentenceTransformersCrossEncoder:
    """Any sentence-transformers CrossEncoder that gives one score. Loading it imports torch, which
    takes seconds; a server uses the model's export instead (`encoder.cross.cross_loading`)."""

    def __init__(self, name: str) -> None:
        """Raises EncoderError as `find_cross_encoder` does, if the model cannot be loaded, and if
        it does not rank."""
        folder, _ = find_cross_encoder(name)
        import sentence_transformers
        from transformers.utils.logging import disable_progress_bar

        # Its bar for reading weights would stand among the command's own.
        disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self.model = sentence_transformers.CrossEncoder(
                str(folder), device="cpu", local_files_only=True
            )
        except Exception as error:  # the library raises whatever its parts raise
            raise EncoderError(
                f"SIGNPOST_RERANKER={name!r} in {folder} cannot be loaded: {error}. Repair its "
                f"folder, or {_INSTEAD}"
            ) from error
        if self.model.num_labels != 1:
            raise EncoderError(
                f"SIGNPOST_RERANKER={name!r} gives {self.model.num_labels} scores for a pair, and "
                f"only one can be ranked by: {_INSTEAD}"
            )
        self.languages = known_languages(folder, AS_IN_ITS_FILES)
        self._lock = threading.Lock()

    def score(self, question: str, passage: str) -> float:
        from torch.nn import Identity

        with self._lock:  # its tokenizer's state is shared
            # Behind an activation, scores that lie far out become equal.
            [score] = self.model.predict(
                [(question, passage)], activation_fn=Identity(), show_progress_bar=False
            )
        return float(score)


def find_cross_encoder(name: str) -> tuple[Path, str]:
    """Where a cross-encoder's files lie, and the SHA-256 of its weights in hex. `name` is a folder
    or a name on the model hub.

    Raises EncoderError if there is no such model, or it is no cross-encoder: sentence-transformers
    would load any other with a last layer of random numbers.
    """
    try:
        folder = folder_or_hub(name, "cross-encoder")
    except (EncoderError, OSError) as error:
        raise EncoderError(
            f"SIGNPOST_RERANKER={name!r} is neither {error}. Correct it, or unset it: answers come "
            "without a reranker, too"
        ) from error
    kinds = _json(folder / "config.json").get("architectures") or [""]
    is_saved_as_one = (
        _json(folder / "config_sentence_transformers.json").get("model_type") == "CrossEncoder"
    )
    if not is_saved_as_one and not str(kinds[0]).endswith(_KINDS):
        raise EncoderError(
            f"SIGNPOST_RERANKER={name!r} is no cross-encoder (config.json in {folder} says "
            f"{kinds[0] or 'nothing'!r}): {_INSTEAD}"
        )
    try:
        return folder, weights_sha256(folder)
    except (EncoderError, OSError) as error:
        raise EncoderError(
            f"SIGNPOST_RERANKER={name!r} cannot be read: {error}. Repair its folder, or {_INSTEAD}"
        ) from error


def _json(path: Path) -> dict[str, Any]:
    """Empty if the file is not there, or no mapping."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
