"""A source text, Markdown with front matter, as blocks that every kind of file can be made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


Text = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` is 1 for "##" (a chapter, a slide) and 2 for "###"; "#" is not used."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text


@dataclass(frozen=True, slots=True)
class Items:
    """A list. `first` is the number of its first item, None if it is not numbered."""

    first: int | None
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first row is the header."""

    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """A block quote: a box in a document, the speaker's notes of a slide."""

    paragraphs: tuple[Text, ...]


Block = Heading | Paragraph | Items | Table | Aside


@dataclass(frozen=True, slots=True)
class Source:
    """What one file is made of. `file` is its path within the content folder."""

    file: str
    title: str
    subtitle: str
    owner: str
    version: str
    dated: date
    blocks: tuple[Block, ...]


def read_source(path: Path) -> Source:
    """The source at `path`. Raises KeyError if its front matter lacks a field, ValueError if
    the body uses Markdown that has no block here."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.safe_load(front)
    return Source(
        file=fields["file"],
        title=fields["title"],
        subtitle=fields["subtitle"],
        owner=fields["owner"],
        version=str(fields["version"]),
        dated=fields["dated"],
        blocks=tuple(_block(node) for node in SyntaxTreeNode(_PARSER.parse(body)).children),
    )


def plain(text: Text) -> str:
    """The text without its weights."""
    return "".join(run.text for run in text)


def _block(node: SyntaxTreeNode) -> Block:
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]) - 1, plain(_text(node)))
        case "paragraph":
            return Paragraph(_text(node))
        case "bullet_list":
            return Items(None, tuple(map(_text, node.children)))
        case "ordered_list":
            return Items(int(node.attrs.get("start", 1)), tuple(map(_text, node.children)))
        case "table":
            rows = (row for part in node.children for row in part.children)
            return Table(tuple(tuple(_text(cell) for cell in row.children) for row in rows))
        case "blockquote":
            return Aside(tuple(_text(paragraph) for paragraph in node.children))
    raise ValueError(f"no block is made of {node.type!r} (line {(node.map or (0, 0))[0] + 1})")


def _text(node: SyntaxTreeNode) -> Text:
    return tuple(_runs(node, bold=False))


def _runs(node: SyntaxTreeNode, *, bold: bool) -> Iterator[Run]:
    if node.type == "text":
        yield Run(node.content, bold)
    elif node.type == "softbreak":
        yield Run(" ", bold)
    for child in node.children:
        yield from _runs(child, bold=bold or child.type == "strong")
