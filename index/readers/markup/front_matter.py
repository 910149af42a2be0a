"""The block of metadata that stands in front of a document of many generators."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from errors import ReadError
from index.readers import yaml_text

_YAML = re.compile(
    r"---(?P<kind>\w*)[ \t]*\n(?P<body>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M
)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<body>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.S | re.M)
_KEY = re.compile(r"\s*(?:#[^\n]*\s*)*[\"']?[\w.-]+[\"']?\s*:(?:\s|\Z)")


def split_off(text: str) -> tuple[dict[str, Any], str]:
    """(metadata, the text behind it). A block of JavaScript (`---js`) holds no metadata; a rule
    of dashes before ordinary text is text. Raises ReadError if the block is malformed."""
    text = text.removeprefix("\ufeff")
    if match := _YAML.match(text):
        if match["kind"] not in ("", "yaml", "yml"):
            return {}, text[match.end() :]
        if not match["body"].strip() or _KEY.match(match["body"]):
            return _load_yaml(match["body"]), text[match.end() :]
    elif text.startswith("---\n") and _KEY.match(text[4:]):
        raise ReadError("its front matter begins with --- and does not end: close it with ---")
    if match := _TOML.match(text):
        return _load_toml(match["body"]), text[match.end() :]
    return {}, text


def _load_yaml(body: str) -> dict[str, Any]:
    try:
        metadata = yaml_text.load(body)
    except yaml_text.YamlError as error:
        raise ReadError(f"its front matter is malformed: {error}") from error
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise ReadError("its front matter is malformed: it must be lines of `name: value`")
    return metadata


def _load_toml(body: str) -> dict[str, Any]:
    try:
        return {key: _as_text(value) for key, value in tomllib.loads(body).items()}
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReadError(f"its front matter is malformed: {error}") from error


def _as_text(value: Any) -> Any:
    """TOML's numbers and dates as the words that YAML would give."""
    if isinstance(value, dict):
        return {key: _as_text(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_as_text(entry) for entry in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
