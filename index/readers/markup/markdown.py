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

from errors import ReadError
from index.readers import table_rows, text
from index.readers.documents import Document
from index.readers.markup import front_matter, template_tags
from index.readers.markup.admonitions import unfold
from index.readers.markup.html_blocks import check_depth, read_blocks
from index.readers.markup.slugs import Slugs
from index.readers.outline import Outline

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
_ELEMENT_NAME = re.compile(r"</?\s*([A-Za-z][\w-]*)")


def read(data: bytes, name: str) -> Document:
    """Sections by heading, with the ids that the published page gives them: the author's own
    (`{#id}`, `<h2 id>`), else GitHub's."""
    metadata, source = front_matter.split(text.decode(data))
    source = _SLOPPY_LINK.sub(r"[\1\2\3](#)", unfold(template_tags.strip_markdown(source)))
    _check_tables(source)
    root = BeautifulSoup(_PARSER.render(source), "lxml")
    check_depth(root)
    outline, slugs = Outline(), Slugs()

    def anchor_of(heading: Tag, words: str) -> str:
        anchor = str(heading.get("id") or "")
        if anchor:
            return slugs.take(anchor)
        return slugs.slug(words) if heading.has_attr("data-own") else ""

    read_blocks(root, outline, anchor_of)
    given = metadata.get("title")
    title = template_tags.strip_title(given) if isinstance(given, str) else None
    return Document(
        title=outline.title,
        metadata=metadata,
        language=_language(metadata),
        sections=outline.sections(title or outline.title),
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


def _mark_headings(state: StateCore) -> None:
    """Takes `{#id .class}` off headings, and marks them as Markdown's own: only these, not
    embedded HTML's, get an id from the generator."""
    for opening, content in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        opening.attrSet("data-own", "")
        if match := _HEADING_ATTRIBUTES.search(content.content):
            content.content = content.content[: match.start()].rstrip()
            if found := _ID.search(match[1]):
                opening.attrSet("id", found[1])


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
    parser.core.ruler.before("inline", "mark_headings", _mark_headings)
    parser.add_render_rule("html_inline", _html_inline)
    return parser


_PARSER = _parser()
