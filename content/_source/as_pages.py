"""The chapters of a source as web pages, for files that are archives of such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from source import Aside, Block, Heading, Items, Paragraph, Source, Table, Text

_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head><title>{title}</title></head>
<body>
{body}
</body>
</html>
"""


def chapters(source: Source) -> list[tuple[str, list[Block]]]:
    """The title and blocks of each chapter; what stands before the first has the source's title."""
    found: list[tuple[str, list[Block]]] = [(source.title, [])]
    for block in source.blocks:
        if isinstance(block, Heading) and block.level == 1:
            found.append((block.text, []))
        else:
            found[-1][1].append(block)
    return [(title, blocks) for title, blocks in found if blocks]


def page(title: str, blocks: Sequence[Block]) -> str:
    body = [f"<h1>{escape(title)}</h1>", *(row for block in blocks for row in _rows(block))]
    return _PAGE.format(title=escape(title), body="\n".join(body))


def _rows(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text):
            yield f"<p>{_marked(text)}</p>"
        case Items(first, items):
            tag = "ul" if first is None else "ol"
            rows = "".join(f"<li>{_marked(item)}</li>" for item in items)
            yield f"<{tag}>{rows}</{tag}>"
        case Table((head, *rows)):
            yield f"<table><tr>{''.join(f'<th>{_marked(cell)}</th>' for cell in head)}</tr>"
            for row in rows:
                yield f"<tr>{''.join(f'<td>{_marked(cell)}</td>' for cell in row)}</tr>"
            yield "</table>"
        case Aside(paragraphs):
            rows = "".join(f"<p>{_marked(text)}</p>" for text in paragraphs)
            yield f"<blockquote>{rows}</blockquote>"


def _marked(text: Text) -> str:
    return "".join(
        f"<strong>{escape(run.text)}</strong>" if run.bold else escape(run.text) for run in text
    )
