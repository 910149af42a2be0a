"""YAML as people write it beside their documents: mappings, lists and words, nothing clever.

Every value stays the text that stands there: `1.10` is no number, `no` is no truth, `2026-13-45`
is no date that a parser could stumble over. Whoever needs a number or a date parses the text, and
can quote it in an error. Hostile YAML does no harm: there are no tags, and what aliases repeat is
counted before it is used.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from errors import ContentError

MAX_CHARACTERS = 256 * 1024
MAX_VALUES = 10_000
# YAML 1.2 allows a tab behind the colon, PyYAML reads 1.1.
_TAB = re.compile(r"^([ ]*(?:- +)*[\w.-]+:)\t[ \t]*", re.MULTILINE)


class YamlError(ContentError):
    """The text is no YAML that is read here; the message says why and on which line."""


def load(text: str) -> Any:
    """The text's mapping, list or string; None if there is nothing. Raises YamlError."""
    if len(text) > MAX_CHARACTERS:
        raise YamlError(f"{len(text)} characters of YAML; at most {MAX_CHARACTERS} are read")
    try:
        value = yaml.load(_TAB.sub(r"\1 ", text), Loader=_TextLoader)  # noqa: S506 (builds strings, lists and dicts)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise YamlError(f"{line}{error.problem or 'malformed YAML'}") from error
    except yaml.YAMLError as error:
        raise YamlError("; ".join(str(error).split("\n"))) from error
    except RecursionError as error:
        raise YamlError("YAML nested too deep") from error
    _count(value)
    return value


class _TextLoader(yaml.BaseLoader):
    """BaseLoader, but a key given twice is an error: YAML forbids it, PyYAML takes the last."""

    def construct_scalar(self, node: yaml.ScalarNode) -> Any:
        """Escapes ("\\ud800", "\\0") can write what is no character."""
        value = super().construct_scalar(node)
        return "".join(c for c in value if c != "\0" and not "\ud800" <= c <= "\udfff")

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"{key.value!r} is given twice", key.start_mark
                    )
                seen.add(key.value)
            else:
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be a word", key.start_mark
                )
        return super().construct_mapping(node, deep)


def _count(value: Any) -> None:
    """Raises YamlError if aliases blow the value up, or make it contain itself."""
    count = 0
    open_values = [value]
    while open_values:
        count += 1
        if count > MAX_VALUES:
            raise YamlError(f"more than {MAX_VALUES} values, aliases followed")
        last = open_values.pop()
        if isinstance(last, dict):
            open_values.extend(last.values())
        elif isinstance(last, list):
            open_values.extend(last)
