"""MDX: Markdown with lines of JavaScript and components in it. Their words stay, the code goes."""

from __future__ import annotations

import re
from html import unescape

from lxml.html import defs  # type: ignore[import-untyped]  # the library ships no types

from index.readers.markup.samples import FENCE, SPAN, open_fence

_IMPORT = (
    r"^import[ \t]+(?:[\w*{][^;'\"`]{0,2000}?\bfrom[ \t]*)?"
    r"(?P<quote>['\"])[^'\"\n]+(?P=quote);?[ \t]*$"
)
_EXPORT = (
    r"^export[ \t]+(?:(?:const|let|var|function|async function|class)[ \t]+\w+[^\n]*[=({]"
    r"|\*[ \t]+from\b|\{|default[ \t]+(?:\(|\{|\w+[ \t]*;|(?:async[ \t]+)?function\b|class\b))"
    r"[^\n]*(?:\n(?![ \t]*\n)[^\n]+)*"
)
_COMMENT = r"\{/\*[\s\S]{0,5000}?\*/\}"
# What only the page's program knows.
_VALUES = (
    r"\{[\w.]+\.map\([\s\S]{0,3000}?\)\s*\)\s*\}|\{(?:props|front[mM]atter|siteConfig)\.[\w.]+\}"
)
_ATTRIBUTE = r"(?:[^<>{}\"']|\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})"
_TAG = rf"<(?P<closing>/?)(?P<name>[A-Z][\w.]*)(?P<attributes>(?:[\s/]{_ATTRIBUTE}{{0,400}}?)?)>"
_ANY = re.compile(
    "|".join(
        (FENCE, SPAN, f"(?P<code>{_IMPORT}|{_EXPORT}|{_VALUES})", f"(?P<comment>{_COMMENT})", _TAG)
    ),
    re.MULTILINE,
)
_CONSTANT = re.compile(
    r"^export[ \t]+const[ \t]+(?P<name>\w+)[^=\n]*=[ \t]*"
    r"(?:(?P<quote>['\"])(?P<words>[^'\"\n]*)(?P=quote)|(?P<number>[\d.]+))[ \t]*;?[ \t]*$",
    re.MULTILINE,
)
_SAMPLE = 4
_ROW_TAG = re.compile(r"\s*<(/?)([A-Z][\w.]*)")
_ID = re.compile(r"\{/\*\s*#([\w-]+)\s*\*/\}")
_SAID = re.compile(
    r"\b(?:label|title|heading|header|summary|caption|question)="
    r"(?:\{\s*)?(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`)"
)
_VALUE = re.compile(r"\bvalue=(?:\{\s*)?(?:\"([^\"]*)\"|'([^']*)')")
_PAIR = re.compile(r"\blabel:\s*(['\"])(?P<label>.*?)\1\s*,\s*value:\s*(['\"])(?P<value>.*?)\3")
_OPENS = re.compile(r"<([A-Z][\w.]*)[^<>]*=|</([A-Z][\w.]*)>|<([A-Z][\w.]*)[^<>]*/>")


def strip(source: str) -> str:
    """Markdown in which components are their labels and what stands in them, without imports,
    exports and remarks. `<Name>`, which nothing closes, is a word."""
    names = {one or two or three for one, two, three in _OPENS.findall(source)}
    known = {name for name in names if not (name.isupper() and name.lower() in defs.tags)}  # <BR/>
    if (
        not known
        and not re.search(r"\{(?:/\*|[\w.]+\.\w)", source)
        and not re.search(r"^(?:im|ex)port\b", source, re.M)
    ):
        return source
    constants = {
        one["name"]: one["words"] or one["number"] or "" for one in _CONSTANT.finditer(source)
    }
    labels = {one["value"]: one["label"] for one in _PAIR.finditer(source)}
    source = _ID.sub(r"{#\1}", source)

    def replace(match: re.Match[str]) -> str:
        if match["code"] or match["comment"]:
            return ""
        if not match["name"] or match["name"] not in known:
            return match[0]
        start = match.string.rfind("\n", 0, match.start()) + 1
        before = match.string[start : match.start()]
        label = "" if match["closing"] else _label(match["name"], match["attributes"] or "", labels)
        if before.isspace() and len(before) >= _SAMPLE:
            return match[0]
        if before.strip():
            return f"{label} " if label else ""
        return f"\n{label}\n\n" if label else "\n"

    stripped = _ANY.sub(replace, _dedent(source, known))
    for name, words in constants.items():
        stripped = stripped.replace(f"{{{name}}}", words)
    return stripped


def _label(name: str, attributes: str, labels: dict[str, str]) -> str:
    """What a component says beside what stands in it."""
    if match := _SAID.search(attributes):
        return unescape(match[1] or match[2] or match[3] or "")
    match = _VALUE.search(attributes)
    if not match or "tab" not in name.lower():
        return ""
    value = match[1] or match[2] or ""
    return labels.get(value, value)


def _dedent(source: str, known: set[str]) -> str:
    """What stands in a component is not set in, as in MDX, where four spaces make no sample."""
    rows: list[str] = []
    inner: list[int | None] = []  # how far the text in each open component is set in
    fence = ""
    for row in source.split("\n"):
        indent = len(row) - len(row.lstrip())
        depth = next((one for one in reversed(inner) if one is not None), 0)
        fence = open_fence(row, fence)
        tag = None if fence or indent >= depth + _SAMPLE else _ROW_TAG.match(row)
        name = tag[2] if tag and tag[2] in known else ""
        if name and tag and tag[1] and inner:
            inner.pop()
        if inner and inner[-1] is None and row.strip():
            inner[-1] = depth = indent
        rows.append(row[min(indent, depth) :] if inner else row)
        if name and tag and not tag[1] and f"</{name}>" not in row and "/>" not in row:
            inner.append(None)
    return "\n".join(rows)
