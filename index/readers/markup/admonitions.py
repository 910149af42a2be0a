"""Boxes, tabs and footnotes that generators add to Markdown."""

from __future__ import annotations

import re

_FENCE = re.compile(r"[ \t]*(?:>[ \t]?)*(?P<ticks>`{3,}|~{3,})")
# mkdocs: `!!! note "Title"`, `??? tip`, `=== "Tab"`, with their text indented by four below them.
_BOX = re.compile(
    r"[ \t]*(?:(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t]+[\w-]+)*(?:[ \t]+\"(?P<title>[^\"]*)\")?"
    r"|===[!+]?[ \t]+\"(?P<tab>[^\"]*)\")[ \t]*"
)
# Docusaurus and VuePress: `:::tip Title`, `:::note[Title]`, and `:::` at the end.
_COLONS = re.compile(
    r"[ \t]*:{3,}[ \t]*(?:\{[^}]*\})?[\w-]*(?:\[(?P<label>[^\]]*)\])?[ \t]*(?P<title>[^{]*)"
    r"(?:\{[^}]*\})?[ \t]*"
)
_GITHUB_ALERT = re.compile(r"^([ \t]*>[ \t]*)\[!\w+\][-+]?[ \t]*")
_KRAMDOWN_ATTRIBUTES = re.compile(r"\{:[^{}]*\}$")
_FOOTNOTE = re.compile(r"[ ]{0,3}\[\^(?P<label>[^\]\s]+)\]:[ \t]*(?P<text>.*)")


def unfold(source: str) -> str:
    """Markdown in which boxes, tabs and footnotes are plain paragraphs: titles and texts stay,
    marks and indentation go. Code samples are left as they are."""
    marks = _footnote_marks(source)
    rows: list[str] = []
    boxes: list[int] = []  # the indentation of the text in each open box
    fence = ""
    for raw in source.split("\n"):
        indent = len(raw) - len(raw.lstrip(" "))
        if raw.strip() and not fence:
            boxes = [inner for inner in boxes if inner <= indent]
        row = raw[min(indent, 4 * len(boxes)) :]
        ticks = match["ticks"] if (match := _FENCE.match(row)) else ""
        if fence:
            fence = "" if ticks.startswith(fence) else fence
            rows.append(row)
        elif ticks:
            fence = ticks
            rows.append(row)
        elif match := _BOX.fullmatch(row):
            boxes.append(indent + 4)
            rows.extend(
                ["", " " * (indent - 4 * len(boxes) + 4) + (match[1] or match[2] or ""), ""]
            )
        elif match := _FOOTNOTE.fullmatch(row):
            boxes.append(indent + 4)
            rows.extend(["", match["text"]])
        else:
            rows.append(_unmark(marks.sub("", row)))
    return "\n".join(rows)


def _footnote_marks(source: str) -> re.Pattern[str]:
    """Matches references to the footnotes that the source defines: `[^a-z]` may be anything."""
    labels = [match["label"] for row in source.split("\n") if (match := _FOOTNOTE.fullmatch(row))]
    return re.compile("|".join(re.escape(f"[^{label}]") for label in labels) or "(?!)")


def _unmark(row: str) -> str:
    if match := _COLONS.fullmatch(row):
        title = (match["label"] or match["title"] or "").strip()
        return f"\n{title}\n"
    row = _GITHUB_ALERT.sub(r"\1", row)
    if row.rstrip().endswith("}") and not row.lstrip().startswith("#"):
        return _KRAMDOWN_ATTRIBUTES.sub("", row.rstrip())
    return row
