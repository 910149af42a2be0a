"""What an exported encoder says of itself, in the file beside its graphs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from encoder.protocol import Fingerprint

FORMAT = 8


class Precision(StrEnum):
    """In what numbers a model computes."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    INT8 = "int8"

    @classmethod
    def of_setting(cls, value: str) -> Precision | None:
        """`SIGNPOST_PRECISION`; None for "auto"."""
        return None if value == "auto" else cls(value)

    @property
    def graph(self) -> str:
        """The file of its graph, whose weights lie beside it in a file that ends in ".bin"."""
        return f"{self}.xml" if self is Precision.BFLOAT16 else f"{self}.onnx"


# A graph of these is kept only if it finds what the model itself finds.
_EXACT = (Precision.FLOAT32, Precision.BFLOAT16)


@dataclass(frozen=True, slots=True)
class Description:
    """What one export is made of.

    `fingerprint.precision` is that of passages. `prompts` are what the model wants before a
    "question" and before a "passage". `measured` has the figures that were found when the export
    was made, by precision, and those of the "reference"; with figures of golden questions if the
    folder had some. `files` are the SHA-256 of each file, in hex. `refusal` says why there are no
    graphs; another try may go better with other packages than those of `made_with`.
    """

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
        """Whether there is a graph of that precision."""
        return precision.graph in self.files

    @property
    def fastest(self) -> Precision:
        """The one that took least time for a question, among those that find what the model itself
        finds."""
        kept = [one for one in _EXACT if self.has(one)]
        return min(
            kept or [Precision.FLOAT32],
            key=lambda one: self.measured.get(one, {}).get("question_ms", float("inf")),
        )

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Description:
        """What `to_json` wrote; fields that are not known here are passed over. Raises ValueError,
        KeyError or TypeError if one is missing or has a value of another type."""
        data: dict[str, Any] = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']!r}, and this version reads {FORMAT}")
        return msgspec.convert(data, cls)
