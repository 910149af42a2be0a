"""Markdown: GitHub's, with front matter and what mkdocs, Jekyll, 11ty and Docusaurus add."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from bs4 import BeautifulSoup, Tag
from lxml.html import defs  # type: ignore[import-untyped]  # the library ships no types
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.deflist import deflist_plugin

from errors import ReadError
from index.readers import table_rows
from index.readers.decoding import decode
from index.readers.documents import Document
from index.readers.markup import components, front_matter, grid_tables, marks, template_tags
from index.readers.markup.anchors import Anchors
from index.readers.markup.samples import open_fence
from index.readers.outline import Outline
from index.readers.web.html_blocks import check_depth, read_blocks, tally_of

_DELIMITER_ROW = re.compile(
    r"^[ \t>]*+\|?(?:[ \t]*+:?-++:?[ \t]*+\|)++[ \t]*+:?-*+:?[ \t]*+$", re.M
)
# `\[words](address)`, `[words] (address)` and `[words](an address with spaces)` are meant as links
# and are none.
_SLOPPY_LINK = re.compile(
    r"(?:\\\[([^\[\]]{1,300})\]\([^()\s]*\)"
    r"|\[([^\[\]]{1,300})\] \(https?://[^()\s]*\)"
    r"|\[([^\[\]]{1,300})\]\((?=[^()\s]*[/#.])[^()\s\"'<>]+ [^()\n\"'<>]*\))"
)
_HEADING_ATTRIBUTES = re.compile(r"\{:?([^{}\n]*)\}$")
_ID = re.compile(r"(?:^|\s)#+([^\s#}]+)")
# Boxes, tabs and footnotes that generators add to Markdown.
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
_ELEMENT_NAME = re.compile(r"</?\s*([A-Za-z][\w-]*)")


def read(data: bytes, name: str) -> Document:
    """Sections by heading, with the ids that the published page gives them: the author's own
    (`{#id}`, `<h2 id>`), else GitHub's; `anchors` has those of other generators."""
    decoded = decode(data)
    metadata, source = front_matter.split_off(decoded.text)
    source = template_tags.strip_markdown(components.strip(source))
    source = _SLOPPY_LINK.sub(r"[\1\2\3](#)", unfold(grid_tables.unfold(marks.strip(source))))
    _check_tables(source)
    root = BeautifulSoup(_PARSER.render(source), "lxml")
    check_depth(root)
    outline = Outline()
    anchors = Anchors(str(tag["id"]) for tag in root.find_all(id=True))

    def anchor_of(heading: Tag, words: str) -> str:
        anchor = str(heading.get("id") or "")
        if anchor:
            return anchors.take(anchor)
        return anchors.make(str(heading["data-own"])) if heading.has_attr("data-own") else ""

    read_blocks(root, outline, anchor_of)
    given = metadata.get("title")
    title = template_tags.strip_title(given) if isinstance(given, str) else None
    return Document(
        title=outline.title,
        metadata=metadata,
        language=_language(metadata),
        sections=outline.sections(title or outline.title),
        notes=decoded.notes,
        anchors=anchors.others,
        tally=tally_of(root),
    )


def _language(metadata: dict[str, object]) -> str | None:
    declared = metadata.get("lang")
    return declared if isinstance(declared, str) and declared else None


def _check_tables(source: str) -> None:
    """markdown-it takes 39 s and 1.3 GB for a table of 3,000 columns."""
    for row in _DELIMITER_ROW.finditer(source):
        columns = row[0].count("|") + 1
        if columns > table_rows.MAX_COLUMNS:
            raise ReadError(
                f"a table of {columns} columns; at most {table_rows.MAX_COLUMNS} are read"
            )


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
        above, fence = fence, open_fence(row, fence)
        if above or fence:
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


def _mark_headings(state: StateCore) -> None:
    """Takes `{#id .class}` off headings."""
    for opening, content in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        if match := _HEADING_ATTRIBUTES.search(content.content):
            content.content = content.content[: match.start()].rstrip()
            if found := _ID.search(match[1]):
                opening.attrSet("id", found[1])


def _name_headings(state: StateCore) -> None:
    """Marks headings as Markdown's own, with the words that generators make ids of: only these, not
    embedded HTML's, get one."""
    for opening, content in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open":
            inner = content.children or ()
            words = (one.content for one in inner if one.type in ("text", "code_inline"))
            opening.attrSet("data-own", "".join(words))


def _mark_images(state: StateCore) -> None:
    """Marks images as Markdown's own: it has no way to call one decoration."""
    for content in state.tokens:
        for child in content.children or ():
            if child.type == "image":
                child.attrSet("data-own", "")


def _html_inline(
    self: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """`<your branch>` is no element: somebody meant the words."""
    content = tokens[index].content
    match = _ELEMENT_NAME.match(content)
    is_element = match is None or match[1].lower() in defs.tags
    return content if is_element else escape(content)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(deflist_plugin)
    parser.core.ruler.before("inline", "mark_headings", _mark_headings)
    parser.core.ruler.after("inline", "mark_images", _mark_images)
    parser.core.ruler.push("name_headings", _name_headings)
    parser.add_render_rule("html_inline", _html_inline)
    return parser


_PARSER = _parser()
