"""reStructuredText as docutils reads it, and what Sphinx adds to it. Nothing that a file asks to
be inserted, run or passed on raw is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree

from errors import ReadError
from index.readers.decoding import decode
from index.readers.documents import Document
from index.readers.markup import front_matter
from index.readers.sites import sphinx_marks
from index.readers.web import html

_SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "doctitle_xform": False,  # as in Sphinx, the title is a heading with an id
    "docinfo_xform": False,
    "auto_id_prefix": "id",  # as in Sphinx, of headings that repeat
    "initial_header_level": 1,
    "syntax_highlight": "none",
    "math_output": "MathML",
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "strip_comments": True,
    "line_length_limit": 1_000_000,  # a line beyond it would empty the file
    "input_encoding": "unicode",
    "output_encoding": "utf-8",
}
_LINE = r"[^\w\s]"
_TITLE = (
    rf"(?:(?P<over>{_LINE})(?P=over)*[ \t]*\n)?"
    rf"[^\s:.][^\n]*\n(?P<under>{_LINE})(?P=under)*[ \t]*\n"
)
_FIELD = r":{0}[^:\n`]{{1,60}}):(?=\s){1}[^\n]*\n(?:[ \t]+\S[^\n]*\n|[ \t]*\n(?=[ \t]+\S))*)"
_FIELDS = re.compile(
    rf"(?P<above>\s*(?:{_TITLE}\s*)?)(?P<fields>(?:{_FIELD.format('(?:', '(?:')})+)"
)
_EACH = re.compile(_FIELD.format("(?P<name>", "(?P<value>"))
_MARKS = re.compile(r"^:[\w.:+-]+:(?=`)|(?:(?<=\S)\s*<[^<>]*>)?`_*$|^[`*|]+|[*|]+$|(?<=\w)_+$")
_INSERTS = "what it inserts from other files or from code is not read"
_ERROR = 3


def read(data: bytes, name: str) -> Document:
    """Sections by heading, with the ids that docutils and Sphinx give them. Its fields (`:audience:
    managers`) may stand first or below the title."""
    decoded = decode(data)
    fields, source = _split_fields(decoded.text)
    metadata, source = front_matter.split_off(source)
    if twice := fields.keys() & metadata.keys():
        raise ReadError(f"its front matter gives {' and '.join(sorted(twice))} twice")
    named = sphinx_marks.register(source)
    try:
        tree = publish_doctree(source, settings_overrides=_SETTINGS)
        notes = [*([_INSERTS] if named & sphinx_marks.INSERTING else []), *_settle(tree)]
        page = publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS)
    except SystemExit as error:  # docutils' word for what it cannot go on with
        raise ReadError("docutils cannot read it") from error
    document = html.read(page, name)
    return replace(
        document,
        metadata={**document.metadata, **metadata, **fields},
        notes=(*decoded.notes, *dict.fromkeys(notes)),
        language=None,
    )


def _split_fields(text: str) -> tuple[dict[str, Any], str]:
    """The field list at the beginning or below the title, and the text without it."""
    text = text.removeprefix("\ufeff")
    match = _FIELDS.match(text if text.endswith("\n") else f"{text}\n")
    if match is None:
        return {}, text
    fields: dict[str, Any] = {}
    for one in _EACH.finditer(match["fields"]):
        key = front_matter.field_name(one["name"])
        if key in fields:
            raise ReadError(f"its front matter gives {key} twice, the second time as {one[1]!r}")
        fields[key] = " ".join(one["value"].split())
    return fields, f"{match['above']}\n{text[match.end() :]}"


def _settle(tree: nodes.document) -> Iterator[str]:
    """Takes docutils' own messages and marks out of the tree; yields notes on what it could not
    read. Rows of a malformed table stay as lines."""
    for raw in list(tree.findall(nodes.raw)):
        raw.parent.remove(raw)
        yield "what is raw HTML or LaTeX is left out"
    for message in list(tree.findall(nodes.system_message)):
        said = "".join(one.astext() for one in message.findall(nodes.paragraph)).partition("\n")[0]
        rows = message.next_node(nodes.literal_block)
        if rows is not None and said.startswith("Malformed table"):
            message.parent.replace(message, rows)
            yield "a table is malformed and is read as lines"
            continue
        if rows is not None and message["level"] >= _ERROR:
            yield f"docutils could not read a part: {said}"
        elif re.search("disabled|deactivated", said):
            yield _INSERTS
        message.parent.remove(message)
    for section in list(tree.findall(nodes.section)):
        if "system-messages" in section["classes"]:
            section.parent.remove(section)
        section["ids"] = section["ids"][:1]  # labels would stand before the heading
    for mark in list(tree.findall(nodes.problematic)):
        mark.parent.replace(mark, nodes.Text(_unmarked(mark.astext())))
    for reference in list(tree.findall(nodes.footnote_reference)):
        before = reference.previous_sibling()
        if isinstance(before, nodes.Text):
            before.parent.replace(before, nodes.Text(before.rstrip()))
        reference.parent.remove(reference)
    for label in list(tree.findall(nodes.label)):
        label.parent.remove(label)
    for beside in list(tree.findall(nodes.sidebar)):
        box = nodes.container()
        box += [
            nodes.paragraph("", "", *one.children) if isinstance(one, nodes.title) else one
            for one in beside.children
        ]
        beside.parent.replace(beside, box)


def _unmarked(text: str) -> str:
    """The words of a reference or mark that docutils could not resolve."""
    before = None
    while text != before:
        before, text = text, _MARKS.sub("", text)
    return text
