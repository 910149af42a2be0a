"""The body of a web page as headings and blocks. Markdown goes this way too, as rendered HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Set

from bs4 import Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from errors import ReadError
from index.readers import normalise
from index.readers.documents import Tally
from index.readers.office.numerals import numeral
from index.readers.outline import Outline
from index.readers.web import html_marks, html_tables
from index.readers.web.html_tables import HEADINGS, whole
from snapshot.models import Heading

MAX_DEPTH = 150
_SHORTEST_ALT_TEXT = 5
_SHORTEST_WITHOUT_SPACES = 8
_BLOCKS = frozenset(
    """address article aside blockquote body center dd details dialog div dl dt fieldset figcaption
    figure footer form header hr li main menu nav ol p pre section summary table tbody td tfoot th
    thead tr ul""".split()
) | set(HEADINGS)
_OWN_LINES = frozenset(("ul", "ol", "pre", "table"))
_UNREAD = frozenset(
    """script style noscript template svg iframe object embed canvas audio video map head title
    input select textarea datalist progress meter""".split()
)
_SPACES = re.compile(r"\s+")
_TASK_BOX = re.compile(r"^\[[ xX]\]\s+")
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_FORMS = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "decimal-leading-zero": "decimalZero",
    "none": "",
    "disc": "",
}
_LINK_SIGNS = frozenset("headerlink permalink heading-anchor footnote-ref footnote-backref".split())

AnchorOf = Callable[[Tag, str], str]


def check_depth(root: Tag) -> None:
    """Raises ReadError if elements are nested so deep that no person wrote them."""
    open_tags = [(root, 0)]
    while open_tags:
        tag, depth = open_tags.pop()
        if depth > MAX_DEPTH:
            raise ReadError(f"elements nested more than {MAX_DEPTH} deep")
        open_tags.extend((child, depth + 1) for child in tag.children if isinstance(child, Tag))


def read_blocks(root: Tag, outline: Outline, anchor_of: AnchorOf) -> None:
    """Adds the headings and blocks under an element to the outline, in reading order. Call
    `check_depth` before."""
    html_marks.mend(root)
    for text, nodes in _walk(root):
        first = nodes[0] if nodes else None
        if isinstance(first, Tag) and first.name in HEADINGS:
            outline.heading(int(first.name[1]), text, Heading(anchor_of(first, text), text))
        elif text:
            outline.block(text, _links(nodes))


def tally_of(root: Tag) -> Tally:
    """Its tables and images. An image whose author calls it decoration (`alt=""`) needs no words;
    in Markdown, where it is marked `data-own`, nobody can say so."""
    tables = [one for one in root.find_all("table") if not html_tables.is_layout(one)]
    images = [one for one in root.find_all("img") if not _is_silent(one)]
    return Tally(
        tables=sum(one.find_parent("table") not in tables for one in tables),
        images=len(images),
        images_unnamed=sum(map(_is_unnamed, images)),
    )


def _is_silent(image: Tag) -> bool:
    return image.get("aria-hidden") == "true" or image.get("role") in ("presentation", "none")


def _is_unnamed(image: Tag) -> bool:
    said = str(image.get("alt") or image.get("aria-label") or image.get("title") or "").strip()
    return not said and (not image.has_attr("alt") or image.has_attr("data-own"))


def is_sentence(alt_text: str) -> bool:
    """Whether an image's description says something, rather than name the file. Scripts without
    spaces say it in fewer words."""
    words = alt_text.split()
    if sum(character > "\u2e7f" for character in alt_text) >= _SHORTEST_WITHOUT_SPACES:
        return True
    return len(words) >= _SHORTEST_ALT_TEXT and words[0][0].isupper()


def _links(nodes: Iterable[PageElement]) -> Iterator[tuple[str, str]]:
    """Words and address of every link in them."""
    for node in nodes:
        if isinstance(node, Tag):
            for link in [node] if node.name == "a" else node.find_all("a", href=True):
                yield normalise.prose(_inline(link)), str(link.get("href") or "").strip()


def _walk(container: Tag) -> Iterator[tuple[str, list[PageElement]]]:
    """The text of each block and each heading, and what it was read from: a heading alone."""
    loose: list[PageElement] = []
    for child in _children(container):
        if not isinstance(child, Tag) or not _is_block(child):
            loose.append(child)
            continue
        yield _paragraph(loose), loose
        loose = []
        yield from _walk_block(child)
    yield _paragraph(loose), loose


def _walk_block(tag: Tag) -> Iterator[tuple[str, list[PageElement]]]:
    if tag.name in HEADINGS:
        yield normalise.prose(_inline(tag)), [tag]
    elif tag.name in ("ul", "ol", "menu"):
        yield "\n".join(_list_lines(tag, 0)), [tag]
    elif tag.name == "pre":
        yield normalise.code(tag.get_text()), [tag]
    elif tag.name == "dl":
        yield _definitions(tag), [tag]
    elif tag.name == "table" and not html_tables.is_layout(tag):
        yield html_tables.read(tag, _inline), [tag]
    elif tag.name in ("p", "summary", "figcaption") and not _holds(tag, _BLOCKS):
        yield _paragraph([tag]), [tag]
    else:
        yield from _walk(tag)


def _children(tag: Tag) -> Iterator[PageElement]:
    for child in tag.children:
        if isinstance(child, Tag):
            if child.name not in _UNREAD and not _is_decoration(child):
                yield child
        elif not isinstance(child, PreformattedString):
            yield child


def _is_decoration(tag: Tag) -> bool:
    """Icons and the signs with which a page links to its own headings."""
    if tag.name in _BLOCKS:
        return False
    return tag.get("aria-hidden") == "true" or not _LINK_SIGNS.isdisjoint(
        tag.get_attribute_list("class")
    )


def _is_block(tag: Tag) -> bool:
    return tag.name in _BLOCKS or _holds(tag, _BLOCKS)


def _holds(tag: Tag, names: Set[str]) -> bool:
    """Whether an element of such a name stands in it; `find` takes many times as long."""
    return any(isinstance(one, Tag) and one.name in names for one in tag.descendants)


def _paragraph(nodes: Iterable[PageElement]) -> str:
    return normalise.lines("".join(_text(node) for node in nodes))


def _text(node: PageElement) -> str:
    """A node's words, white space as a browser shows it: line breaks are the author's <br>."""
    if isinstance(node, NavigableString):
        return _SPACES.sub(" ", node)
    if not isinstance(node, Tag):
        return ""
    if node.name == "br":
        return "\n"
    if node.name == "img":
        alt = str(node.get("alt") or "")
        return f" {alt} " if is_sentence(alt) else ""
    return _inline(node)


def _inline(tag: Tag) -> str:
    """Everything that is said inside an element, blocks in it set apart by line breaks."""
    if tag.name == "pre":
        return tag.get_text()
    if tag.name == "table" and not html_tables.is_layout(tag):
        return "\n" + html_tables.read(tag, _inline).replace("\n", ". ") + "\n"
    edge = "\n" if tag.name in _BLOCKS and tag.name not in HEADINGS else ""
    return edge + "".join(_text(child) for child in _children(tag)) + edge


def _list_lines(tag: Tag, depth: int) -> list[str]:
    """One line an item, nested lists two spaces further in."""
    rows: list[str] = []
    step = -1 if tag.has_attr("reversed") else 1
    number = whole(tag.get("start"), len(tag.find_all("li", recursive=False)) if step < 0 else 1)
    form = _form(tag)
    for child in _children(tag):
        if not isinstance(child, Tag):
            continue
        if child.name == "li":
            number = whole(child.get("value"), number)
            rows.extend(_item_lines(child, f"{numeral(number, form)}." if form else "-", depth))
            number += step
        else:
            rows.extend(_list_lines(child, depth + (child.name in ("ul", "ol"))))
    return rows


def _form(tag: Tag) -> str:
    """How a list counts, as `numeral` names it; empty if it does not."""
    if tag.name != "ol":
        return ""
    if style := _LIST_STYLE.search(str(tag.get("style") or "")):
        return _FORMS.get(style[1].lower(), "decimal")
    return _FORMS.get(str(tag.get("type") or "1"), "decimal")


def _item_lines(item: Tag, marker: str, depth: int) -> list[str]:
    indent = "  " * depth
    rows: list[str] = []
    said: list[str] = []

    def close() -> None:
        text = normalise.flow("".join(said))
        said.clear()
        if not rows:
            text = _TASK_BOX.sub("", text)
        if text:
            rows.append(f"{indent}{'  ' if rows else marker + ' '}{text}")

    for part in _parts(item):
        if isinstance(part, Tag) and part.name in _OWN_LINES:
            close()
            rows.extend(_inner_lines(part, depth))
        else:
            said.append(_text(part))
    close()
    return rows


def _inner_lines(tag: Tag, depth: int) -> list[str]:
    if tag.name in ("ul", "ol"):
        return _list_lines(tag, depth + 1)
    text = normalise.code(tag.get_text()) if tag.name == "pre" else html_tables.read(tag, _inline)
    return ["  " * (depth + 1) + line for line in text.split("\n") if line.strip()]


def _parts(tag: Tag) -> Iterator[PageElement]:
    """An item's words and what stands on lines of its own, containers between them opened."""
    for child in _children(tag):
        if isinstance(child, Tag) and _holds(child, _OWN_LINES):
            if child.name in ("ul", "ol", "table"):
                yield child
            else:
                yield from _parts(child)
        else:
            yield child


def _definitions(tag: Tag) -> str:
    rows: list[str] = []
    terms: list[str] = []
    for child in tag.find_all(["dt", "dd"]):
        text = normalise.flow(_inline(child))
        if child.name == "dt":
            terms.append(text)
        elif terms:
            rows.append(f"{', '.join(terms)}: {text}")
            terms = []
        elif text:
            rows.append(text)
    return "\n".join([*rows, *terms])
