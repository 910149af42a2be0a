"""Plain text, in which only blank lines and habits of writing show the structure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.readers import normalise
from index.readers.decoding import decode
from index.readers.documents import Document, Section
from index.readers.markup import front_matter
from snapshot.models import Fragment

_GROUP_CHARACTERS = 900
_FRAGMENT_WORDS = 8
_LONGEST_HEADING = 100
_WRAPPED_FROM = 45
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_RULE = re.compile(r"\s*[=\-~*_#+.]{3,}\s*")
_ITEM = re.compile(r"\s*(?:[-*•·–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")


def read(data: bytes, name: str) -> Document:
    """One section for each heading, long ones in groups of paragraphs that suit a card. A line
    that stands alone is a heading, the first one the title."""
    decoded = decode(data)
    metadata, text = front_matter.split_off(decoded.text)
    blocks = [normalise.clean(block) for block in _BLANK_LINES.split(text)]
    blocks = [block for block in map(_without_rules, blocks) if block.strip()]
    title = normalise.prose(blocks.pop(0)) if len(blocks) > 1 and _stands_alone(blocks[0]) else None
    return Document(
        title=title, metadata=metadata, sections=tuple(_sections(blocks)), notes=decoded.notes
    )


def _sections(blocks: list[str]) -> Iterator[Section]:
    path: tuple[str, ...] = ()
    group: list[str] = []
    for block, following in zip(blocks, [*blocks[1:], ""], strict=False):
        is_heading = _stands_alone(block) and len(following) > len(block)
        size = sum(map(len, group))
        if group and (is_heading or size + len(block) > _GROUP_CHARACTERS):
            yield _section(path, group)
            group = []
        if is_heading:
            path = (normalise.prose(block),)
        else:
            group.append(_block(block))
    if group:
        yield _section(path, group)


def _section(path: tuple[str, ...], group: list[str]) -> Section:
    return Section(path, Fragment(" ".join(group[0].split()[:_FRAGMENT_WORDS])), tuple(group))


def _stands_alone(block: str) -> bool:
    """Whether it reads as a heading: one short line that begins like a name and ends openly."""
    line = block.strip()
    return (
        "\n" not in line
        and len(line) <= _LONGEST_HEADING
        and not line[:1].islower()
        and not line.endswith((".", ":", ";", ",", "!"))
        and not _ITEM.match(line)
        and any(character.isalpha() for character in line)
    )


def _without_rules(block: str) -> str:
    return "\n".join(line for line in block.split("\n") if not _RULE.fullmatch(line))


def _block(block: str) -> str:
    """Lines that were broken to fit a window are put together; lists, addresses and verse keep
    theirs."""
    rows = block.split("\n")
    if any(_ITEM.match(row) for row in rows):
        return normalise.lines("\n".join(_items(rows)))
    is_wrapped = all(len(row) >= _WRAPPED_FROM or row.endswith("-") for row in rows[:-1])
    return normalise.join_lines(rows) if is_wrapped else normalise.lines(block)


def _items(rows: list[str]) -> Iterator[str]:
    """Lines of a list, each item's continuation lines joined to it."""
    item: list[str] = []
    for row in rows:
        continues = bool(item) and bool(_ITEM.match(item[0])) and not _ITEM.match(row)
        if item and not continues:
            yield normalise.join_lines(item)
            item = []
        item.append(row)
    yield normalise.join_lines(item)
