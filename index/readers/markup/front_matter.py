"""The block of metadata that stands in front of a document of many generators.

What decides who may see a page is never passed over: a block that looks like metadata, names such
a field and cannot be read stops the file.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

from errors import ReadError
from index.readers.markup import yaml_text
from index.readers.markup.samples import TICKS

# Who may see a resource, and whether anybody.
DECIDING_FIELDS = frozenset(
    "audience status validated_by validated_on review_by review_every_days".split()
)
_YAML = re.compile(
    r"(?P<mark>-{3,})(?P<kind>\w*)[ \t]*(?:#[^\n]*)?\n(?P<body>.*?)"
    r"^(?:(?P=mark)|\.\.\.)[ \t]*(?:\n|\Z)",
    re.S | re.M,
)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<body>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.S | re.M)
_JSON = re.compile(r"\{\s*\"[^\"\n]*\"\s*:")
_KEY = re.compile(
    r"\s*(?:#[^\n]*\s*)*(?:\?\s+|\{\s*(?=[\"'\w]))?[\"']?[\w.-]+[\"']?\s*:(?:\s|\Z)"
    r"|\s*(?:#[^\n]*\s*)*\?\s+[\"']?[\w.-]+[\"']?\s*\n\s*:\s"
)
_BEFORE = re.compile(r"(?:\s*<!--(?s:.*?)-->)*\s*")
# MultiMarkdown's, which MkDocs reads as well: lines of `Name: value` up to an empty one.
_LINE = re.compile(r"(?P<name>[A-Za-z][\w .-]{0,40}?)[ \t]*:(?:[ \t]+(?P<value>\S.*)|[ \t]*)")
_NAMES = "|".join(name.replace("_", "[ _-]?") for name in sorted(DECIDING_FIELDS - {"status"}))
_DECIDES = re.compile(
    rf"^[^\w\n*|]*(?:export (?:const|let|var) )?(?:(?:{_NAMES})[\"' \t]*[:=：]"
    r"|status[\"' \t]*[:=：]\W*(?:draft|retired|validated)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_LIKE_METADATA = re.compile(
    r"\W*|[`~]{3,}\w+|[ \t].*|\W*[\w .-]{1,40}[\"']?[ \t]*[:=：].*|-[ \t].*"
)
_CODE = re.compile(rf"^[ \t]*{TICKS}[^\n]*\n.*?^[ \t]*(?P=ticks)", re.S | re.M)
_BLOCK = re.compile(r"^-{3,}[ \t]*\n(?P<body>(?:[^\n]+\n){1,60}?)(?:-{3,}|\.\.\.)[ \t]*$", re.M)
_COMMENT = re.compile(r"<!--(.*?)-->", re.S)
_SAYS_AUDIENCE = re.compile(
    r"^[^\w\n<]*(?:\w+[ _-])?audiences?[\"' \t]*[:=：]|<\w+:\w*Audience[^<>]*>\s*[^<>\s]",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD_LINES = 60
# What people call the state of a page that is not, or no longer, to be read.
_STATES = {
    "draft": "draft",
    "entwurf": "draft",
    "archived": "retired",
    "obsolete": "retired",
    "deprecated": "retired",
    "outdated": "retired",
    "retired": "retired",
    "archiviert": "retired",
    "veraltet": "retired",
}
_PROPERTIES = re.compile(r"#[ \t][^\n]+\n\s*\n(?P<rows>[\w .()/-]{1,60}:[^\n]*(?:\n[^\n]+)*)")


def field_name(name: str) -> str:
    """A field's name as Signpost writes it: `Validated-By` is `validated_by`."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def split_off(text: str) -> tuple[dict[str, Any], str]:
    """(metadata by `field_name`, the text behind it). Empty lines and comments may stand before it.
    A block of JavaScript (`---js`) holds no metadata; a rule of dashes before ordinary text is
    text. Raises ReadError if the block is malformed, or names who may see the file and is of no
    kind that is read."""
    text = text.removeprefix("\ufeff")
    before = _BEFORE.match(text)
    start = before.end() if before else 0
    if _DECIDES.search(text[:start]):
        raise _unread("in a comment")
    for split in _KINDS:
        if found := split(text[start:]):
            metadata, rest = found
            break
    else:
        metadata, rest = {}, text
    _check_rest(rest)
    return _by_field_name(metadata), rest


def _by_field_name(metadata: dict[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for key, value in metadata.items():
        if (name := field_name(str(key))) in named:
            raise ReadError(f"its front matter gives {name} twice, the second time as {key!r}")
        named[name] = value
    return named


def _yaml(text: str) -> tuple[dict[str, Any], str] | None:
    if not (match := _YAML.match(text)):
        if text.startswith("---\n") and _KEY.match(text[4:]):
            raise ReadError("its front matter begins with --- and does not end: close it with ---")
        return None
    body, rest = match["body"], text[match.end() :]
    if match["kind"] in ("json", "toml"):
        return (_load_json if match["kind"] == "json" else _load_toml)(body), rest
    if match["kind"] not in ("", "yaml", "yml"):
        if _DECIDES.search(body):
            raise _unread(f"in a block of {match['kind']}")
        return {}, rest
    is_metadata = _KEY.match(body) and (match["mark"] == "---" or _DECIDES.search(body))
    is_empty = match["mark"] == "---" and not body.strip()
    return (_load_yaml(body), rest) if is_metadata or is_empty else None


def _toml(text: str) -> tuple[dict[str, Any], str] | None:
    match = _TOML.match(text)
    return (_load_toml(match["body"]), text[match.end() :]) if match else None


def _json(text: str) -> tuple[dict[str, Any], str] | None:
    if not _JSON.match(text):
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"its front matter is malformed: {error}") from error
    return _load_json(text[:end]), text[end:]


def _lines(text: str) -> tuple[dict[str, Any], str] | None:
    head, _, rest = text.partition("\n\n")
    if not _DECIDES.search(head):
        return None
    metadata: dict[str, Any] = {}
    for row in head.rstrip("\n").split("\n"):
        match = _LINE.fullmatch(row)
        if match and match["name"] in metadata:
            raise ReadError(f"its front matter is malformed: {match['name']!r} is given twice")
        if match:
            metadata[match["name"]] = match["value"] or ""
        elif metadata and row[:1].isspace():
            name, said = metadata.popitem()
            metadata[name] = f"{said} {row.strip()}".strip()
        else:
            return None
    return metadata, rest


def state_of(said: str) -> str:
    """The status that a property of a page means; empty if it keeps nobody from it."""
    return _STATES.get(" ".join(said.split()).casefold(), "")


def _below_title(text: str) -> tuple[dict[str, Any], str] | None:
    """A status among lines of `Name: value` below the title, as Notion exports properties. Only
    one that keeps people from the page counts; the others stay text."""
    if not (match := _PROPERTIES.match(text)):
        return None
    for row in match["rows"].split("\n"):
        name, _, value = row.partition(":")
        if field_name(name) == "status" and (status := state_of(value)):
            return {"status": status}, text
    return None


_KINDS: tuple[Callable[[str], tuple[dict[str, Any], str] | None], ...] = (
    _yaml,
    _toml,
    _json,
    _lines,
    _below_title,
)


def _check_rest(text: str) -> None:
    """Raises ReadError for what looks like metadata at the text's beginning, between rules in its
    midst or in a comment, and says who may see the file."""
    without_code = _CODE.sub("", text)
    for comment in _COMMENT.findall(without_code):
        if _SAYS_AUDIENCE.search(comment):
            raise _unread("in a comment")
    if _DECIDES.search("\n".join(_head(text))):
        raise _unread("at its beginning")
    for block in _BLOCK.finditer(without_code):
        rows = block["body"].rstrip("\n").split("\n")
        if all(map(_LIKE_METADATA.fullmatch, rows)) and _DECIDES.search(block["body"]):
            raise _unread("below the text's beginning")


def _head(text: str) -> Iterator[str]:
    """The first lines, as long as they could be metadata."""
    rows = text[:10_000].split("\n", _HEAD_LINES)[:_HEAD_LINES]
    return takewhile(_LIKE_METADATA.fullmatch, rows)


def _unread(where: str) -> ReadError:
    return ReadError(
        f"it says {where} who may see it or who vouches for it, and is not read there: put it on "
        "the first line, between lines of --- and as `name: value`, or into its .meta.yaml"
    )


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


def _load_json(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body, object_pairs_hook=_pairs)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"its front matter is malformed: {error}") from error
    if not isinstance(found, dict):
        raise ReadError("its front matter is malformed: it must be an object")
    return {key: _as_text(value) for key, value in found.items()}


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def _as_text(value: Any) -> Any:
    """Numbers and dates of TOML and JSON as the words that YAML would give."""
    if isinstance(value, dict):
        return {key: _as_text(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_as_text(entry) for entry in value]
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
