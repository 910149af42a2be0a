"""What a snapshot says of itself: `snapshot.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from encoder.protocol import Fingerprint
from errors import SnapshotDamaged

# Groups of wordings that mean the same.
Synonyms = tuple[tuple[str, ...], ...]


FORMAT = 5


MANIFEST = "snapshot.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidence from which an answer is ANSWERED, and from which it is CLOSEST; 0 to 1."""

    answered: float
    closest: float


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not served, and why. `reason` is one of `index.content.scan`'s kinds."""

    path: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Counts:
    resources: int
    passages: int
    refused: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself. `content_digest` is equal for two snapshots exactly if
    they hold the same; `examples` are questions that its content answers, to begin with;
    `synonyms` groups of wordings that mean the same; `engine` is the one that wrote the vectors,
    and `engine_measured` what it was chosen by, where that had to be measured."""

    id: str
    created_at: datetime
    content_digest: str
    encoder: Fingerprint
    engine: str
    settings: dict[str, Any]
    calibration: Calibration
    counts: Counts
    examples: tuple[str, ...] = ()
    synonyms: Synonyms = ()
    engine_measured: dict[str, float] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> str:
        data = asdict(self) | {"created_at": self.created_at.isoformat()}
        return json.dumps(data, indent=2, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Raises ValueError, KeyError or TypeError on anything that `to_json` did not write."""
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError(
                f"its format is {data['format']!r}, and this version reads {FORMAT}: build again "
                "with `python -m index build CONTENT`"
            )
        return cls(
            **data
            | {
                "created_at": datetime.fromisoformat(data["created_at"]),
                "encoder": Fingerprint(**data["encoder"]),
                "calibration": Calibration(**data["calibration"]),
                "counts": Counts(**data["counts"]),
                "examples": tuple(data["examples"]),
                "synonyms": tuple(map(tuple, data["synonyms"])),
                "files": dict(data["files"]),
            }
        )


def read_manifest(folder: Path) -> Manifest:
    """Raises SnapshotDamaged where there is none that this version can read."""
    try:
        return Manifest.from_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotDamaged(f"{folder / MANIFEST} cannot be read: {error}") from error
