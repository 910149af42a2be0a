"""The words of a paragraph as Word shows them, and what is anchored in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.readers.office.graphics.equations import EQUATIONS, equation
from index.readers.office.symbols import in_font, symbol
from index.readers.office.word.names import child_number, switch, w
from index.readers.office.word.styles import Style, Styles
from index.readers.superscripts import Superscripts, raised

_BREAKS = {w("tab"): " ", w("ptab"): " ", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_BOX = w("txbxContent")
_ANCHORS = (w("drawing"), w("pict"), w("object"))
_UNREAD = frozenset(map(w, ("instrText", "delText", "pPr", "rPr", "sdtPr", "rubyPr")))
_NOTES = {w("footnoteReference"): "footnote", w("endnoteReference"): "endnote"}


class Words:
    """Reads paragraphs in the document's order."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._superscripts = Superscripts()
        self.notes: list[str] = []  # "footnote2": what is referred to, until it is taken out

    def of(self, paragraph: Any, style: Style) -> str:
        """The words, without what is hidden, struck through or in a text box. What the paragraph
        refers to is added to `notes`."""
        return self._superscripts.settle("".join(self._pieces(paragraph, style, self.notes)))

    def of_link(self, link: Any, style: Style) -> str:
        """The words of a part of a paragraph that was read already."""
        return Superscripts().settle("".join(self._pieces(link, style, [])))

    def anchored(self, element: Any, style: Style) -> Iterator[Any]:
        """Text boxes (`w:txbxContent`) and drawings, in their order; those in a box are its own."""
        if next(element.iter(_BOX, *_ANCHORS), None) is None:
            return
        for child in element:
            if child.tag == _BOX:
                yield child
            elif child.tag == w("r") and self._is_gone(child, style):
                continue
            else:
                if child.tag in _ANCHORS:
                    if _is_hidden(child):
                        continue
                    yield child
                yield from self.anchored(child, style)

    def _pieces(self, element: Any, style: Style, notes: list[str]) -> Iterator[str]:
        for child in element:
            if child.tag == w("t"):
                yield child.text or ""
            elif child.tag in _BREAKS:
                yield _BREAKS[child.tag]
            elif child.tag == w("r"):
                yield from self._run(child, style, notes)
            elif child.tag == w("sym"):
                yield symbol(child.get(w("font"), ""), child.get(w("char"), ""))
            elif child.tag in EQUATIONS:
                before = child.getprevious()
                is_next = before is not None and before.tag in EQUATIONS
                yield f"\n{equation(child)}" if is_next else equation(child)
            elif child.tag == w("fldChar"):
                yield _chosen(child)
            elif child.tag == w("ruby"):
                yield from self._ruby(child, style, notes)
            elif child.tag not in _UNREAD and child.tag not in _ANCHORS and child.tag != _BOX:
                yield from self._pieces(child, style, notes)

    def _run(self, run: Any, style: Style, notes: list[str]) -> Iterator[str]:
        look = self._styles.look(run.find(w("rPr")), style)
        if look.is_gone:
            return
        found = [one for one in run if one.tag in _NOTES]
        notes.extend(f"{_NOTES[one.tag]}{one.get(w('id'))}" for one in found)
        if any(one.get(w("customMarkFollows")) in ("1", "true", "on") for one in found):
            return  # the rest of the run is the mark
        text = "".join(self._pieces(run, style, notes))
        fonts = run.find(f"{w('rPr')}/{w('rFonts')}")
        if fonts is not None and run.find(w("t")) is not None:
            text = in_font(text, fonts.get(w("ascii"), ""))
        yield raised(text) if look.is_raised else text

    def _ruby(self, ruby: Any, style: Style, notes: list[str]) -> Iterator[str]:
        """The base with its reading behind it: 東京(とうきょう)."""
        for part in ruby.iterchildren(w("rubyBase")):
            yield from self._pieces(part, style, notes)
        for part in ruby.iterchildren(w("rt")):
            if reading := "".join(self._pieces(part, style, notes)):
                yield f"({reading})"

    def _is_gone(self, run: Any, style: Style) -> bool:
        return self._styles.look(run.find(w("rPr")), style).is_gone


def _chosen(field: Any) -> str:
    """What a form's list or box shows, of which no text stands in the document."""
    listed = field.find(f"{w('ffData')}/{w('ddList')}")
    if listed is not None:
        entries = [str(one.get(w("val"), "")) for one in listed.iterchildren(w("listEntry"))]
        chosen = child_number(listed, "result", child_number(listed, "default", 0))
        return entries[chosen] if chosen < len(entries) else ""
    box = field.find(f"{w('ffData')}/{w('checkBox')}")
    if box is None:
        return ""
    checked = switch(box, "checked")
    return "☒" if (switch(box, "default") if checked is None else checked) else "☐"


def _is_hidden(drawing: Any) -> bool:
    """Whether a drawing is switched off, in DrawingML or in VML."""
    return any(
        one.get("hidden") in ("1", "true") or "visibility:hidden" in one.get("style", "")
        for child in drawing
        for one in (child, *child)
        if isinstance(one.tag, str)
    )
