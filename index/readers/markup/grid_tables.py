"""Grid tables, which Pandoc and Sphinx draw of `+`, `-` and `|`, as tables of GitHub's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.readers.markup.samples import open_fence

_BORDER = re.compile(r"[ ]{0,3}\+(?:[-=:]+\+)+[ \t]*")
# Pandoc's, below a table.
_CAPTION = re.compile(r"(?<=\|)\n{1,3}(?:Table)?:[ \t]+(\S[^\n{]*)(?:\{[^{}\n]*\})?[ \t]*$", re.M)
_INNER_BORDER = re.compile(r"\+[-=:]{2,}\+|\+[-=:]{2,}\|?$|^\+[-=:]{2,}")
_HEAD = re.compile(r"[ ]{0,3}\+(?:[=:]+\+)+[ \t]*")


def unfold(source: str) -> str:
    """Markdown in which every grid table is one of pipes: a line a row, and names of columns that
    stand in several rows joined."""
    rows: list[str] = []
    table: list[str] = []
    fence = ""
    for row in [*source.split("\n"), ""]:
        if not fence and (
            _BORDER.fullmatch(row) or (table and row.lstrip().startswith(("|", "+")))
        ):
            table.append(row.strip())
            continue
        if table:
            rows.extend(_as_pipes(table))
            table = []
        fence = open_fence(row, fence)
        rows.append(row)
    return _CAPTION.sub(r"\n\n\1\n", "\n".join(rows[:-1]))


def _as_pipes(table: list[str]) -> Iterator[str]:
    edges = sorted({at for row in table if _BORDER.fullmatch(row) for at in _edges(row, "+")})
    if len(edges) < 3 or len(table) < 3:
        yield from table
        return
    head = next((number for number, row in enumerate(table) if _HEAD.fullmatch(row)), 0)
    heads = _rows(table[:head], edges)
    names = [[cell.replace("<br>", " / ") for cell in cells] for cells in heads]
    yield ""
    columns = zip(*names, strict=True) if names else ([""] for _ in edges[1:])
    yield _line([" / ".join(dict.fromkeys(filter(None, column))) for column in columns])
    yield _line(["---"] * (len(edges) - 1))
    for cells in _rows(table[head + 1 :], edges):
        yield _line(cells)
    yield ""


def _edges(row: str, sign: str) -> list[int]:
    return [at for at, character in enumerate(row) if character == sign]


def _rows(table: list[str], edges: list[int]) -> Iterator[list[str]]:
    """The cells between two borders; what spans columns or rows is said in each."""
    block: list[list[list[str]]] = []  # the rows since the last border, of cells, of lines
    for row in [*table, "+-+"]:
        if _BORDER.fullmatch(row):
            for cells in block:
                yield ["<br>".join(filter(None, cell)) for cell in cells]
            block = []
            continue
        if not block:
            block.append([[] for _ in edges[1:]])
        elif _INNER_BORDER.search(row):  # under some of the columns; others go on
            block.append(
                [
                    [] if _is_border(row[start + 1 : end]) else cell
                    for cell, start, end in zip(block[-1], edges, edges[1:], strict=False)
                ]
            )
        start = 0
        for column in range(1, len(edges)):
            end = edges[column]
            if row[end : end + 1] in ("|", "+") or column == len(edges) - 1:
                text = row[edges[start] + 1 : end].strip().strip("+").replace("|", "\\|")
                if not text.strip("-=:+"):  # a border within a cell that spans rows beside it
                    text = ""
                for spanned in range(start, column):
                    block[-1][spanned].append(text)
                start = column


def _is_border(segment: str) -> bool:
    return bool(segment) and not segment.strip("-=:+")


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
