"""What an export says of itself."""

from __future__ import annotations

import pytest

from encoder.exported.description import Description, Precision
from encoder.protocol import Fingerprint

FINGERPRINT = Fingerprint("m", "ab" * 32, 384, 256, "bfloat16", 384, "Pooling(mean)")


def test_a_description_is_read_back_as_it_was_written() -> None:
    description = Description(
        FINGERPRINT,
        "torch 1",
        inputs=("input_ids",),
        prompts={"question": "query: ", "passage": ""},
        measured={"int8": {"overlap": 0.93}},
        files={"int8.onnx": "00"},
    )
    assert Description.from_json(description.to_json()) == description


def _measured(float32_ms: float, bfloat16_ms: float, *files: str) -> Description:
    measured = {
        "float32": {"question_ms": float32_ms},
        "bfloat16": {"question_ms": bfloat16_ms},
        "int8": {"question_ms": 0.1},
    }
    kept = dict.fromkeys(("float32.onnx", "int8.onnx", *files), "00")
    return Description(FINGERPRINT, "torch 1", measured=measured, files=kept)


def test_questions_are_encoded_in_the_fastest_precision_that_finds_the_same() -> None:
    """Never int8, which does not; nor one that was measured, and not kept."""
    assert _measured(5, 3, "bfloat16.xml").fastest is Precision.BFLOAT16
    assert _measured(3, 5, "bfloat16.xml").fastest is Precision.FLOAT32
    assert _measured(5, 3).fastest is Precision.FLOAT32
    assert Precision.of_setting("auto") is None
    assert Precision.of_setting("int8") is Precision.INT8


def test_another_format_is_not_read() -> None:
    text = Description(FINGERPRINT, "torch 1").to_json().replace('"format": 8', '"format": 0')
    with pytest.raises(ValueError, match="format 0, and this version reads 8"):
        Description.from_json(text)


def test_vectors_of_other_precision_are_comparable_and_of_another_model_not() -> None:
    other = Fingerprint("n", "ab" * 32, 384, 256, "float32", 384, "Pooling(mean)")
    assert FINGERPRINT.is_comparable(other)
    assert FINGERPRINT.digest != other.digest  # what a build keeps is told apart
    for changed in (
        Fingerprint("m", "cd" * 32, 384, 256, "bfloat16", 384, "Pooling(mean)"),
        Fingerprint("m", "ab" * 32, 384, 128, "bfloat16", 384, "Pooling(mean)"),
        Fingerprint("m", "ab" * 32, 384, 256, "bfloat16", 384, "Pooling(cls)"),
    ):
        assert not FINGERPRINT.is_comparable(changed)
