"""The structure that a tagged PDF declares: headings, paragraphs, cells of tables.

Word, LibreOffice and InDesign write it. Each piece of a page's content carries a number (MCID),
and a tree says of which element it is a part (ISO 32000-1, 14.7 and 14.8).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

_HEADING = re.compile(r"/H([1-6])?")
_BLOCKS = ("/P", "/LI", "/BlockQuote", "/Caption", "/Note", "/TOCI", "/Title")
_LONGEST_ROLE_CHAIN = 10
MAX_ELEMENTS = 500_000


@dataclass(frozen=True, slots=True)
class Tag:
    """The paragraph, heading, list item or table cell that a text is part of, by a number that
    grows along the document.

    `level` is 1 to 6 in a heading, else 0. `cell` is (table, row) in a table; `is_header` marks a
    header cell.
    """

    element: int
    level: int = 0
    cell: tuple[int, int] | None = None
    is_header: bool = False


ARTIFACT = Tag(-1)


@dataclass(frozen=True, slots=True)
class _Above:
    """What an element hands down to its children."""

    tag: Tag
    page: Any = None
    table: int = 0
    row: int = 0


def read_tags(reader: PdfReader) -> dict[int, dict[int, Tag]]:
    """Page, counted from 0 -> MCID -> tag. Empty for a PDF without tags."""
    tree = entry(reader.root_object, "/StructTreeRoot")
    roles = entry(tree, "/RoleMap")
    pages = {
        page.indirect_reference.idnum: number
        for number, page in enumerate(reader.pages)
        if page.indirect_reference is not None
    }
    tags: dict[int, dict[int, Tag]] = defaultdict(dict)
    todo: list[tuple[Any, _Above]] = [(tree.get("/K"), _Above(Tag(0)))]
    for count in range(MAX_ELEMENTS):
        if not todo:
            break
        found, above = todo.pop()
        item: Any = found.get_object() if isinstance(found, IndirectObject) else found
        page, number = above.page, item
        if isinstance(item, list):
            todo.extend((child, above) for child in reversed(item))
        elif isinstance(item, DictionaryObject) and "/S" in item:
            below = _enter(_role(item, roles), count, item, above)
            todo.append((item.raw_get("/K") if "/K" in item else None, below))
        elif isinstance(item, DictionaryObject) and "/MCID" in item:
            page, number = item.raw_get("/Pg") if "/Pg" in item else page, item["/MCID"]
        if (
            isinstance(number, int)
            and (on_page := pages.get(getattr(page, "idnum", -1))) is not None
        ):
            tags[on_page][int(number)] = above.tag
    return dict(tags)


def entry(dictionary: Any, key: str) -> Any:
    """The dictionary in a dictionary, references followed; an empty one if there is none."""
    value = dictionary.get(key)
    value = value.get_object() if value is not None else None
    return value if isinstance(value, DictionaryObject) else {}


def _role(element: Any, roles: Any) -> str:
    """The standard type of an element; programs may call theirs by other names."""
    name = str(element["/S"])
    for _ in range(_LONGEST_ROLE_CHAIN):
        if name not in roles or roles[name] == name:
            break
        name = str(roles[name])
    return name


def _enter(role: str, number: int, element: Any, above: _Above) -> _Above:
    tag, table, row = above.tag, above.table, above.row
    if role == "/Table":
        table = number
    elif role == "/TR":
        row = number
    elif role in ("/TD", "/TH"):
        tag = Tag(number, cell=(table, row), is_header=role == "/TH")
    elif not tag.cell and (heading := _HEADING.fullmatch(role)):
        tag = Tag(number, level=int(heading[1] or 1))
    elif not tag.cell and not tag.level and role in _BLOCKS:
        tag = Tag(number)
    page = element.raw_get("/Pg") if "/Pg" in element else above.page
    return _Above(tag, page, table, row)
