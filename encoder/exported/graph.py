"""A sentence-transformers model becomes one graph, with all that stands behind its transformer.

torch's tracing exporter is used. The newer one leaves attention in pieces that no runtime puts
together again; for the same reason attention is written out ("eager").
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from encoder.exported.runtimes import WORDS
from errors import EncoderError

OUTPUTS = ("vectors", "tokens")
_OPSET = 17
_KNOWN_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_EXAMPLES = ["How much annual leave can I carry over?", "Until the end of March"]


def export(model: Any, path: Path, *, with_tokens: bool) -> tuple[str, ...]:
    """Writes a SentenceTransformer as an ONNX graph; returns the names of its inputs.

    Inputs are (b, t) int64; outputs `vectors` (b, dim) and, `with_tokens`, `tokens`
    (b, t, token_dim), L2-normalised. Raises EncoderError for a model that is more than a function
    of its tokens, or that the exporter cannot trace.
    """
    from torch.nn.functional import normalize

    kept = ("sentence_embedding", "token_embeddings") if with_tokens else ("sentence_embedding",)

    def results(found: Any) -> tuple[Any, ...]:
        return tuple(normalize(found[name].float(), dim=-1) for name in kept)

    return _trace(model, _EXAMPLES, path, OUTPUTS[: len(kept)], results)


def export_cross_encoder(model: Any, path: Path) -> tuple[str, ...]:
    """As `export`, for a CrossEncoder that gives one score: inputs are b pairs (b, t) int64, the
    output `vectors` (b, 1) is their scores as they are, before any activation."""
    return _trace(
        model, [_EXAMPLES, _EXAMPLES[::-1]], path, OUTPUTS[:1], lambda found: (found["scores"],)
    )


def _trace(
    model: Any,
    examples: Sequence[Any],
    path: Path,
    outputs: tuple[str, ...],
    results: Callable[[Any], tuple[Any, ...]],
) -> tuple[str, ...]:
    """Writes what the model makes of its tokens; `results` takes the outputs from what it finds."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
            return results(self.model(dict(zip(names, tensors, strict=True))))

    features = model.tokenizer(examples, padding=True, return_tensors="pt")
    names = tuple(name for name in _KNOWN_INPUTS if name in features)
    axes = {name: {0: "texts", 1: "tokens"} for name in (*names, "tokens")}
    try:
        with _attention_written_out(model), torch.no_grad(), _quiet():
            torch.onnx.export(
                Graph().eval(),
                tuple(features[name] for name in names),
                str(path),
                dynamo=False,
                input_names=list(names),
                output_names=list(outputs),
                dynamic_axes=axes | {"vectors": {0: "texts"}},
                opset_version=_OPSET,
            )
    except Exception as error:  # the exporter raises whatever the model's parts raise
        reason = str(error).partition("\n")[0]  # some print the weights behind it
        raise EncoderError(f"its graph cannot be exported: {reason}") from error
    return names


def join_operations(path: Path, config: Any) -> None:
    """Joins the graph's small operations to those that onnxruntime has kernels for. A graph of an
    architecture that it does not know is left as it is. `config` is the transformer's."""
    if getattr(config, "model_type", None) not in ("bert", "roberta", "xlm-roberta"):
        return
    from onnxruntime.transformers.fusion_options import FusionOptions
    from onnxruntime.transformers.optimizer import optimize_model

    options = FusionOptions("bert")
    # These kernels take longer than the operations that they would replace: without them a question
    # takes a twelfth less.
    options.enable_embed_layer_norm = False
    options.enable_skip_layer_norm = options.enable_bias_skip_layer_norm = False
    options.enable_bias_gelu = False
    with _quiet():
        fused = optimize_model(
            str(path),
            model_type="bert",
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            opt_level=0,
            optimization_options=options,
        )
        fused.save_model_to_file(str(path))


def take_out_words(path: Path, table: Path) -> bool:
    """Writes the table of the vectors of words (words, width) float32 aside, and has the graph take
    the vectors, `WORDS` (b, t, width), as an input. Returns whether that can be done. In a small
    model the table is as large as all else, and a question needs ten rows of it."""
    import onnx

    model = onnx.load(path)
    graph = model.graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    found = [
        node
        for node in graph.node
        if node.op_type == "Gather" and node.input[1] == "input_ids" and node.input[0] in tensors
    ]
    if len(found) != 1:
        return False
    [lookup] = found
    words = onnx.numpy_helper.to_array(tensors[lookup.input[0]])
    np.save(table, words.astype(np.float32))
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name == lookup.output[0]:
                node.input[place] = WORDS
    graph.node.remove(lookup)
    graph.initializer.remove(tensors[lookup.input[0]])
    shape = ["texts", "tokens", words.shape[1]]
    graph.input.append(onnx.helper.make_tensor_value_info(WORDS, onnx.TensorProto.FLOAT, shape))
    onnx.save(model, path)
    return True


def save_mapped(path: Path, target: Path) -> None:
    """Writes the graph again with its weights in a file of their own, which the runtime maps into
    memory: what it packs anew is let go of."""
    import onnx

    onnx.save_model(
        onnx.load(path),
        target,
        save_as_external_data=True,
        location=f"{target.stem}.bin",
        size_threshold=1024,
    )
    # It is written for its owner alone, and another user may serve it.
    target.with_suffix(".bin").chmod(target.stat().st_mode)


def quantize(path: Path, target: Path) -> None:
    """Writes the graph with its matrix products in 8-bit integers. The scale of what goes into them
    is found anew each time ("dynamic"), so a text's vector depends on the texts beside it."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = target.with_suffix(".whole")
    with _quiet():
        quantize_dynamic(
            path,
            whole,
            op_types_to_quantize=["MatMul", "Attention"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=_most_sensitive(path),
            extra_options={"DefaultTensorType": 1, "MatMulConstBOnly": True},  # 1 is FLOAT
        )
    save_mapped(whole, target)
    whole.unlink()


def _most_sensitive(path: Path) -> list[str]:
    """The name of the first product that narrows. It ends the first feed-forward layer, and what
    goes into it is spread the widest. Left in single precision, it brings back what 8-bit integers
    lose of nDCG@10, in the same time (docs/performance.md)."""
    import onnx

    graph = onnx.load(path).graph
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    for node in graph.node:
        shape = shapes.get(node.input[1], ()) if node.op_type == "MatMul" else ()
        if len(shape) == 2 and shape[0] > shape[1]:
            return [node.name]
    return []


def save_openvino(path: Path, target: Path) -> None:
    """Writes the graph in OpenVINO's own form, weights in half precision."""
    import openvino

    openvino.save_model(openvino.Core().read_model(path), target, compress_to_fp16=True)


@contextmanager
def _attention_written_out(model: Any) -> Iterator[None]:
    """Meanwhile, if the model lets it be chosen."""
    changed = []
    for module in model.modules():
        config = getattr(module, "config", None)
        if hasattr(module, "set_attn_implementation") and config is not None:
            changed.append((module, config._attn_implementation))
            module.set_attn_implementation("eager")
    try:
        yield
    finally:
        for module, implementation in changed:
            module.set_attn_implementation(implementation)


@contextmanager
def _quiet() -> Iterator[None]:
    """Exporters warn of each other's plans, at length."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
