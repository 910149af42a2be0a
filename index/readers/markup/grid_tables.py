"""Grid tables, which Pandoc and Sphinx draw of `+`, `-` and `|`, as tables of GitHub's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.readers.markup.samples import open_fence

_BORDER = re.compile(r"[ ]{0,3}\+(?:[-=:]+\+)+[ \t]*")
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
    return "\n".join(rows[:-1])


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
    """The cells between two borders; what spans columns is said in each."""
    cells: list[list[str]] = []
    for row in [*table, "+-+"]:
        if _BORDER.fullmatch(row):
            if cells:
                yield ["<br>".join(filter(None, cell)) for cell in cells]
            cells = []
            continue
        cells = cells or [[] for _ in edges[1:]]
        start = 0
        for column in range(1, len(edges)):
            end = edges[column]
            if row[end : end + 1] in ("|", "+") or column == len(edges) - 1:
                text = row[edges[start] + 1 : end].strip().strip("+").replace("|", "\\|")
                if not text.strip("-="):  # a border within a cell that spans rows beside it
                    text = ""
                for spanned in range(start, column):
                    cells[spanned].append(text)
                start = column


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
