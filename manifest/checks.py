"""What Teams would refuse, found before the upload: Microsoft's own schema, and what it leaves
unsaid."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from PIL.Image import Image

SCHEMA = Path(__file__).resolve().parent / "schema" / "MicrosoftTeams.v1.30.schema.json"
COLOR_SIZE = 192
OUTLINE_SIZE = 32

_GUID_PATHS = (("id",), ("bots", 0, "botId"))
_EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
_BARE_HOST = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where in the manifest; the empty path is the manifest as a whole."""

    path: tuple[str | int, ...]
    message: str


def manifest_problems(manifest: dict[str, Any]) -> list[Problem]:
    """All that is wrong with a filled manifest; nothing, if Teams should take it."""
    return [*_schema_problems(manifest), *_version_problems(manifest), *_value_problems(manifest)]


def _schema_problems(manifest: dict[str, Any]) -> list[Problem]:
    from jsonschema import Draft7Validator, FormatChecker

    # The schema calls itself draft 4, but uses "const" and "if", which that would pass over.
    validator = Draft7Validator(_schema(), format_checker=FormatChecker())
    return [
        Problem(tuple(error.absolute_path), _explain(error))
        for error in sorted(validator.iter_errors(manifest), key=lambda e: str(e.json_path))
    ]


def _explain(error: ValidationError) -> str:
    if error.validator == "maxLength":
        length, limit = len(str(error.instance)), error.validator_value
        return f"{error.instance!r} has {length} characters, and Teams takes up to {limit}"
    return error.message


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8-sig"))
    return schema


def _version_problems(manifest: dict[str, Any]) -> list[Problem]:
    version, address = manifest.get("manifestVersion"), str(manifest.get("$schema", ""))
    if f"/v{version}/" in address:
        return []
    return [Problem(("$schema",), f"{address!r} is not the schema of manifestVersion {version}")]


def _value_problems(manifest: dict[str, Any]) -> list[Problem]:
    problems = [
        Problem(path, "the id of an app is not all zeros")
        for path in _GUID_PATHS
        if _at(manifest, path) == _EMPTY_GUID
    ]
    for position, domain in enumerate(manifest.get("validDomains", [])):
        if not _BARE_HOST.fullmatch(str(domain)):
            message = f"{domain!r} is not a bare host name, without scheme, port and path"
            problems.append(Problem(("validDomains", position), message))
    return problems


def _at(manifest: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        try:
            manifest = manifest[step]
        except (KeyError, IndexError, TypeError):
            return None
    return manifest


def icon_problems(color: bytes, outline: bytes) -> list[str]:
    """What is wrong with the two icons' files. The colour icon is 192 by 192 pixels without
    transparency, the outline icon 32 by 32, white on transparent."""
    from PIL import Image as Pillow

    problems: list[str] = []
    with Pillow.open(BytesIO(color)) as image:
        problems += _format_problems("color.png", image, COLOR_SIZE)
        if any(alpha != 255 for *_, alpha in _pixels(image)):
            problems.append("color.png is transparent in places: give it a full background")
    with Pillow.open(BytesIO(outline)) as image:
        problems += _format_problems("outline.png", image, OUTLINE_SIZE)
        pixels = _pixels(image)
        if any(alpha and colour != [255, 255, 255] for *colour, alpha in pixels):
            problems.append("outline.png has another colour than white")
        if {0, 255} - {alpha for *_, alpha in pixels}:
            problems.append("outline.png must be white in places and transparent in others")
    return problems


def _pixels(image: Image) -> list[tuple[int, ...]]:
    data = iter(image.convert("RGBA").tobytes())
    return list(zip(data, data, data, data, strict=True))


def _format_problems(name: str, image: Image, size: int) -> list[str]:
    problems = [] if image.format == "PNG" else [f"{name} is no PNG, but {image.format}"]
    if image.size != (size, size):
        problems.append(f"{name} is {image.width} by {image.height} pixels, not {size} by {size}")
    return problems
