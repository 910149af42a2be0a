"""What an exported encoder says of itself, in the file beside its graphs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from encoder.protocol import Fingerprint

FORMAT = 7


class Precision(StrEnum):
    """In what numbers a model computes."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    INT8 = "int8"

    @classmethod
    def of_setting(cls, value: str) -> Precision | None:
        """`SIGNPOST_PRECISION`; None for "auto"."""
        return None if value == "auto" else cls(value)


FLOAT32 = "float32.onnx"
BFLOAT16 = "bfloat16.xml"
INT8 = "int8.onnx"
# Each graph's weights lie beside it in a file that ends in ".bin".
GRAPHS = {Precision.FLOAT32: FLOAT32, Precision.BFLOAT16: BFLOAT16, Precision.INT8: INT8}
# That find what the model itself finds, where they are kept at all.
_EXACT = (Precision.FLOAT32, Precision.BFLOAT16)


@dataclass(frozen=True, slots=True)
class Description:
    """`fingerprint.precision` is the passages'. `measured` are what was found when it was made, by
    precision, and of the "reference"; with figures of golden questions where the folder had some.
    `files` are the SHA-256 of each file, in hex. `refusal` says why there are no graphs, where
    there are none; then `made_with` tells whether another try may go better."""

    fingerprint: Fingerprint
    made_with: str
    inputs: tuple[str, ...] = ()
    pad_id: int = 0
    prompts: dict[str, str] = field(default_factory=dict)
    measured: dict[str, dict[str, float]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    format: int = FORMAT

    def has(self, precision: Precision) -> bool:
        """Whether there is a graph of it."""
        return GRAPHS[precision] in self.files

    @property
    def fastest(self) -> Precision:
        """In which a question took least, of those that find what the model itself finds."""
        kept = [one for one in _EXACT if self.has(one)]
        return min(
            kept or [Precision.FLOAT32],
            key=lambda one: self.measured.get(one, {}).get("question_ms", float("inf")),
        )

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Description:
        """Raises ValueError, KeyError or TypeError on anything that `to_json` did not write."""
        data: dict[str, Any] = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']!r}, and this version reads {FORMAT}")
        return cls(
            **data
            | {
                "fingerprint": Fingerprint(**data["fingerprint"]),
                "inputs": tuple(data["inputs"]),
            }
        )
