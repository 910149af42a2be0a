"""The words of an OpenDocument paragraph as they are shown, without what is struck or hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from odfdo import Element

from index.readers.superscripts import Superscripts, raised

_STRIKE, _STRIKE_TYPE, _DISPLAY, _POSITION = _SETTINGS = (
    "style:text-line-through-style",
    "style:text-line-through-type",
    "text:display",
    "style:text-position",
)
_BREAKS = {"text:s": " ", "text:tab": " ", "text:line-break": "\n"}
_RAISED = re.compile(r"super|0*[1-9]\d*(?:\.\d+)?%")  # "sub" and "-33%" are lowered
_LONGEST_CHAIN = 20

Look = dict[str, str]  # the settings of a text that matter here


class OdfWords:
    """Reads the paragraphs of one document, in their order."""

    def __init__(self, roots: Iterable[Element], formulas: Mapping[str, str] | None = None) -> None:
        """`roots` hold styles; the first that defines a name counts. `formulas` are the texts of
        those objects in the package that are formulas, by their paths."""
        self._formulas = formulas or {}
        self._styles: dict[tuple[str, str], Element] = {}
        for root in roots:
            for style in root.get_elements("//style:style"):
                key = attribute(style, "style:family"), attribute(style, "style:name")
                self._styles.setdefault(key, style)
        self._superscripts = Superscripts()
        self.look = cache(self._look)
        self.notes: list[Element] = []  # what is referred to, until it is taken out

    def of(self, paragraph: Element, around: Look | None = None) -> str:
        """The words of a paragraph in a cell that looks so. Notes that the paragraph refers to are
        added to `notes`."""
        own = self.look("paragraph", attribute(paragraph, "text:style-name"))
        pieces = self._pieces(paragraph, (around or {}) | own, self.notes)
        return self._superscripts.settle("".join(pieces))

    def of_link(self, link: Element) -> str:
        """The words of a part of a paragraph that was read already."""
        return Superscripts().settle("".join(self._pieces(link, {}, [])))

    def ancestry(self, family: str, name: str) -> dict[str, Element]:
        """The style with that name and those that it inherits from, by name, the nearest first."""
        found: dict[str, Element] = {}
        while (style := self._styles.get((family, name))) and len(found) < _LONGEST_CHAIN:
            found[name] = style
            name = attribute(style, "style:parent-style-name")
        return found

    def _look(self, family: str, name: str) -> Look:
        look: Look = {}
        for style in reversed(self.ancestry(family, name).values()):
            for properties in style.get_elements("style:text-properties"):
                said = {key: attribute(properties, key) for key in _SETTINGS}
                look |= {key: value for key, value in said.items() if value}
        return look

    def _pieces(self, element: Element, look: Look, notes: list[Element]) -> Iterator[str]:
        yield _shown(element.text, look)
        for child in element.children:
            if child.tag == "text:note":
                notes.append(child)
            elif child.tag in _BREAKS:
                yield _BREAKS[child.tag]
            elif child.tag == "text:ruby-text":  # the reading behind its base: 東京(とうきょう)
                yield f"({child.inner_text})"
            elif child.tag == "text:span":
                own = self.look("text", attribute(child, "text:style-name"))
                yield from self._pieces(child, look | own, notes)
            elif child.tag == "draw:frame":
                for drawn in child.get_elements("draw:object"):
                    path = attribute(drawn, "xlink:href").removeprefix("./")
                    yield self._formulas.get(path, "")
            elif not child.tag.startswith("draw:"):
                yield from self._pieces(child, look, notes)
            yield _shown(child.tail, look)


def _shown(text: str | None, look: Look) -> str:
    is_struck = (look.get(_STRIKE) or look.get(_STRIKE_TYPE) or "none") != "none"
    if not text or is_struck or look.get(_DISPLAY) == "none":
        return ""
    text = text.replace("\n", " ")
    return raised(text) if _RAISED.match(look.get(_POSITION, "")) else text


def attribute(element: Element, name: str) -> str:
    """The attribute of that name, empty if there is none."""
    return element.get_attribute_string(name) or ""
