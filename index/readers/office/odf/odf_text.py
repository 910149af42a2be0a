"""The flow of an OpenDocument text: headings, paragraphs, lists, tables, boxes and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from odfdo import Element

from index.readers import normalise, table_rows
from index.readers.office import grid
from index.readers.office.graphics.drawings import is_description
from index.readers.office.numerals import numeral
from index.readers.office.odf.odf_words import OdfWords, attribute
from index.readers.outline import Outline, Slugs
from snapshot.models import Heading

_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_ITEM = "text:list-item"  # beside it a list may have headers, which are not counted
_HEAD, _PARTS = "table:table-header-rows", ("table:table-rows", "table:table-row-group")
HIDDEN = ("collapse", "filter")
_COVERED = "table:covered-table-cell"
OUTLINE = "\0outline"  # a name that no style has
_TITLE = "Title"  # the style of that name in every language


def list_levels(roots: Iterable[Element]) -> dict[tuple[str, str], Element]:
    """The levels of the lists by their style and depth, "1" for the outermost; those of headings
    are of the style OUTLINE."""
    return {
        (_style_name(style), str(level.get_attribute("text:level"))): level
        for root in roots
        for style in root.get_elements("//text:list-style | //text:outline-style")
        for level in style.children
    }


def _style_name(style: Element) -> str:
    is_outline = style.tag == "text:outline-style"
    return OUTLINE if is_outline else attribute(style, "style:name")


def _form(level: Element) -> str:
    """In what figures a level is numbered; empty if it is not."""
    return _FORMS.get(attribute(level, "style:num-format"), "")


def _around(level: Element, numbers: Iterable[str]) -> str:
    """The numbers with what a level writes before and behind them: "(2.1)"."""
    before, behind = attribute(level, "style:num-prefix"), attribute(level, "style:num-suffix")
    return f"{before}{'.'.join(numbers)}{behind}"


class Flow:
    """Goes through a text in reading order and fills an outline."""

    def __init__(
        self, words: OdfWords, levels: Mapping[tuple[str, str], Element], *, is_within: bool = False
    ) -> None:
        """`levels` are those of `list_levels`. Notes to what stands within something else are left
        to the flow around it."""
        self.outline = Outline()
        self.title: str | None = None
        self._words = words
        self._levels = levels
        self._is_within = is_within
        self._slugs = Slugs()
        self._counts: dict[tuple[str, int], int] = {}
        self._numbers: dict[tuple[str, int], str] = {}  # what the last items counted, as shown
        self._chapters: dict[int, int] = {}
        self._unnumbered: dict[str, str] = {}
        self._items: list[str] = []
        self._item_links: list[tuple[str, str]] = []

    @property
    def named(self) -> str | None:
        """What the text calls itself, without a number."""
        heading = self.outline.title
        return self.title or (self._unnumbered[heading] if heading else None)

    def walk(self, elements: Iterable[Element]) -> None:
        """Adds what stands in them."""
        for element in elements:
            if element.tag == "text:p":
                self._paragraph(element)
            elif element.tag == "text:h":
                self._heading(element)
            elif element.tag == "text:list":
                self._list(element, "", 0)
                self._close()
            elif element.tag == "text:numbered-paragraph":
                style = attribute(element, "text:style-name")
                depth = (element.get_attribute_integer("text:level") or 1) - 1
                self._item(element, style, depth, self._marker(element, style, depth))
                self._close()
            elif _is_hidden(element):
                continue
            elif element.tag == "table:table":
                self._table(element)
            elif element.tag == "svg:desc":
                if is_description(said := element.inner_text):
                    self.outline.block(normalise.prose(said))
            else:
                self.walk(element.children)

    def lines(self, elements: Iterable[Element]) -> Iterator[str]:
        """What stands in a cell, a note or a shape, a paragraph or an item a line."""
        inner = Flow(self._words, self._levels, is_within=True)
        inner.walk(elements)
        for section in inner.outline.sections(None):
            for block in (*section.heading_path[-1:], *section.blocks):
                yield from block.split("\n")

    def _paragraph(self, element: Element) -> None:
        text = normalise.lines(self._words.of(element))
        style = attribute(element, "text:style-name")
        if self.title is None and text and _TITLE in self._words.ancestry("paragraph", style):
            self.title = normalise.prose(text)
        else:
            self.outline.block(text, self._links(element))
        self._add_notes()
        self.walk(_anchored(element))

    def _heading(self, element: Element, number: str | None = None) -> None:
        """Adds a heading with the number of the list that it stands in, else with its own."""
        text = normalise.prose(self._words.of(element))
        if text:
            level = element.get_attribute_integer("text:outline-level") or 1
            number = self._number(element, level) if number is None else number
            shown = f"{number} {text}".strip()
            self._unnumbered.setdefault(shown, text)
            self.outline.heading(level, shown, Heading(self._slugs.slug(text), shown))
        self._add_notes()
        self.walk(_anchored(element))

    def _number(self, heading: Element, level: int) -> str:
        """The number that the outline's style gives a heading: "2.1". Empty if it gives none."""
        if attribute(heading, "text:is-list-header") == "true":
            return ""
        counts = {deep: self._chapters.get(deep) for deep in range(1, level)}
        own = self._outlined(level)
        start = (own.get_attribute_integer("text:start-value") if own else None) or 1
        said = heading.get_attribute_integer("text:start-value")
        is_anew = attribute(heading, "text:restart-numbering") == "true"
        count = said or (start if is_anew else self._chapters.get(level, start - 1) + 1)
        self._chapters = {**{deep: one for deep, one in counts.items() if one}, level: count}
        if own is None or not _form(own):
            return ""
        shown = max(own.get_attribute_integer("text:display-levels") or 1, 1)
        numbers = [
            numeral(self._chapters.get(deep, 1), _form(above))
            for deep in range(max(level - shown + 1, 1), level + 1)
            if (above := self._outlined(deep)) is not None and _form(above)
        ]
        return _around(own, numbers).strip()

    def _outlined(self, level: int) -> Element | None:
        return self._levels.get((OUTLINE, str(level)))

    def _add_notes(self) -> None:
        if self._is_within:
            return
        noted, self._words.notes = self._words.notes, []
        for note in noted:
            for body in note.get_elements("text:note-body"):
                self.outline.block(self._flow(body))

    def _list(self, element: Element, style: str, depth: int) -> None:
        style = attribute(element, "text:style-name") or style
        continues = any(
            attribute(element, f"text:continue-{name}") for name in ("list", "numbering")
        )
        if not continues and (not depth or element.get_attribute("text:style-name")):
            self._forget(style, depth)
        for item in element.children:
            if item.tag == _ITEM:
                self._item(item, style, depth, self._marker(item, style, depth))
            else:
                self._item(item, style, depth, "")

    def _marker(self, item: Element, style: str, depth: int) -> str:
        """The number that the item has, else a dash; empty if it only holds a list within."""
        if not item.children or item.children[0].tag == "text:list":
            return ""
        level = self._levels.get((style, str(depth + 1)))
        if level is None or level.tag != "text:list-level-style-number":
            return "-"
        start = level.get_attribute_integer("text:start-value")
        count = self._counts.get((style, depth), (1 if start is None else start) - 1) + 1
        own = item.get_attribute_integer("text:start-value")
        self._counts[style, depth] = count = count if own is None else own
        self._forget(style, depth + 1)
        self._numbers[style, depth] = numeral(count, _form(level) or "none")
        shown = max(level.get_attribute_integer("text:display-levels") or 1, 1)
        numbers = (
            self._numbers.get((style, at), "") for at in range(max(depth + 1 - shown, 0), depth + 1)
        )
        return _around(level, filter(None, numbers))

    def _forget(self, style: str, depth: int) -> None:
        """Begins a list anew, from a depth on."""
        self._counts = {
            key: count for key, count in self._counts.items() if key[0] != style or key[1] < depth
        }

    def _item(self, item: Element, style: str, depth: int, marker: str) -> None:
        for child in item.children:
            if child.tag == "text:list":
                self._list(child, style, depth + 1)
            elif child.tag == "text:p":
                if text := normalise.flow(self._words.of(child)):
                    self._items.append(f"{'  ' * depth}{f'{marker} {text}'.strip()}")
                    self._item_links.extend(self._links(child))
                    marker = ""
                if shapes := list(_anchored(child)):
                    self._close()
                    self.walk(shapes)
            elif child.tag == "text:h":
                self._close()
                self._heading(child, None if marker == "-" else marker)
                marker = ""
            else:
                self._close()
                self.walk([child])

    def _close(self) -> None:
        """Ends a list and puts what was noted in it behind it."""
        self.outline.block("\n".join(self._items), self._item_links)
        self._items, self._item_links = [], []
        self._add_notes()

    def _table(self, table: Element) -> None:
        head = sum(1 for part in table.get_elements(_HEAD) for _ in _rows(part))
        rows = list(_rows(table))
        cells = [list(self._cells(row)) for row in rows]
        if all(len(row) < 2 for row in cells):  # it only frames what stands in it
            for row in rows:
                self.walk(row.children)
            return
        links = [link for row in rows for link in self._links(row)]
        head = head or int(not grid.are_pairs(cells))
        self.outline.block(grid.render(cells, head=head), links)
        self._add_notes()

    def _cells(self, row: Element) -> Iterator[grid.Cell]:
        taken = 0
        for cell in row.children:
            repeated = min(_count(cell, "columns-repeated"), table_rows.MAX_COLUMNS)
            if cell.tag == _COVERED:
                beside = min(taken, repeated)
                taken -= beside
                yield from [grid.Cell("", goes_on=True)] * (repeated - beside)
            else:
                width = min(_count(cell, "columns-spanned"), table_rows.MAX_COLUMNS)
                taken = width - 1
                yield from [grid.Cell(self._flow(cell), width)] * repeated

    def _flow(self, element: Element) -> str:
        lines = (line.lstrip().removeprefix("- ") for line in self.lines(element.children))
        return normalise.flow("\n".join(lines))

    def _links(self, element: Element) -> Iterator[tuple[str, str]]:
        """Words and address of its links; those within the document have none. An address is seen
        from within the package, so a file beside the document is "../file"."""
        for link in element.get_elements("descendant::text:a"):
            address = attribute(link, "xlink:href")
            words = normalise.prose(self._words.of_link(link))
            yield words, "" if address.startswith("#") else address.removeprefix("../")


def _is_hidden(element: Element) -> bool:
    """Whether a shape is not shown, or only prompts for what nobody has written."""
    is_off = attribute(element, "draw:display") in ("none", "printer")
    return is_off or element.get_attribute("presentation:placeholder") in (True, "true")


def _anchored(element: Element) -> Iterator[Element]:
    """The shapes in a paragraph."""
    for child in element.children:
        if child.tag.startswith("draw:"):
            yield child
        elif child.tag != "text:note":
            yield from _anchored(child)


def _rows(table: Element) -> Iterator[Element]:
    for child in table.children:
        if child.tag == "table:table-row":
            if attribute(child, "table:visibility") not in HIDDEN:
                yield child
        elif child.tag == _HEAD or child.tag in _PARTS:
            yield from _rows(child)


def _count(cell: Element, name: str) -> int:
    return cell.get_attribute_integer(f"table:number-{name}") or 1
