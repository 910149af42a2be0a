"""What the marks of a page mean: withdrawn words go, raised figures and formulas stay readable."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from index.readers.office.symbols import in_font
from index.readers.superscripts import Superscripts

_WITHDRAWN = ["del", "s", "strike"]
# What is struck out, and what Word keeps to its writers.
_STRUCK = re.compile(
    r"line-through|mso-hide:\s*all|mso-(?:element|special-character):\s*comment", re.IGNORECASE
)
_STRUCK_CLASSES = frozenset(
    "line-through strikethrough text-decoration-line-through msocomanchor MsoCommentText".split()
)
_ABOVE = re.compile(r"vertical-align:\s*(?:super|text-top)", re.IGNORECASE)
_SIMPLE = re.compile(r"[\w*-]*(?P<kind>[.#])(?P<name>[\w-]+)")
_SYMBOLS = re.compile(
    r"font(?:-family)?:[^;]{0,200}?(wingdings(?: [23])?|webdings|symbol)\b", re.IGNORECASE
)
_ROLES = {"columnheader": "th", "rowheader": "th", "cell": "td", "gridcell": "td"}
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_FIGURES = re.compile(r"[0-9+\-−=()n]*[0-9][0-9+\-−=()n]*")
_LONGEST_RAISED = 6
_BRACKETED = re.compile(r"\[\w{1,3}\]")
_SIGNS = {
    "msup": "^",
    "mfrac": "/",
    "msub": "_",
    "msubsup": "_^",
    "munderover": "_^",
}
_ROOTS = {"2": "√", "3": "∛", "4": "∜"}
_BETWEEN = {"mtable": "; ", "mtr": ", "}
_OF_FORMULAS = frozenset("MathJax MathJax_SVG MathJax_CHTML MathJax_Preview katex-html".split())
_TEX = re.compile("^math/tex")
_TO_NOTE = re.compile(r"#\S*(?:ftn|fn|note|cite)", re.IGNORECASE)
_RAISED_SIGNS = re.compile("[⁰¹²³⁴-⁹]")
_FOOTNOTE = re.compile(r"footnote|noteref|reference|cite", re.IGNORECASE)
_OF_PARAGRAPH = ["p", "li", "dd", "td", "div"]
_WORD_BULLET = re.compile(r"^\s*[·•§▪o\uf0b7\uf0a7-]\s+")


def mend(root: Tag) -> None:
    """Changes an element's tree such that its plain text is what a reader understands."""
    tags = [one for one in root.descendants if isinstance(one, Tag)]
    dressed = [one for one in tags if one.attrs]
    rules = _Rules(root)
    withdrawn = [one for one in tags if one.name in _WITHDRAWN]
    for tag in withdrawn + [one for one in dressed if rules.give(one, _STRUCK)]:
        if not tag.decomposed:
            tag.decompose()
    dressed = [one for one in dressed if not one.decomposed]
    _mend_symbols(dressed)
    for tag in dressed:
        if tag.name in ("span", "a", "font") and rules.give(tag, _ABOVE):
            tag.name = "sup"
    if any("role" in one.attrs for one in dressed):
        _mend_tables(root)
    if not _OF_FORMULAS.isdisjoint(name for one in dressed for name in _classes(one)):
        _mend_drawn_formulas(root)
    _mend_ruby(root)
    for math in root.find_all("math"):
        if not math.decomposed:
            math.replace_with(NavigableString(formula(math)))
    _mend_raised(root)
    _mend_word_lists(root)


def _classes(tag: Tag) -> list[str]:
    found: str | list[str] = tag.attrs.get("class", [])
    return [found] if isinstance(found, str) else list(found)


class _Rules:
    """What the styles of a page say of a class or an id by itself."""

    def __init__(self, root: Tag) -> None:
        page = root.find_parent("html") or root
        self._bodies: dict[str, list[str]] = {}
        rules = (
            part.rpartition("{")
            for style in page.find_all("style")
            for part in style.text.split("}")
        )
        for head, _, body in rules:
            for selector in head.rpartition("{")[2].split(","):
                if match := _SIMPLE.fullmatch((selector.split() or [""])[-1]):
                    self._bodies.setdefault(match["kind"] + match["name"], []).append(body)
        for name in _STRUCK_CLASSES:
            self._bodies.setdefault(f".{name}", []).append("line-through")

    def give(self, tag: Tag, look: re.Pattern[str]) -> bool:
        """Whether the element's own style, or that of its class or id, has such a look."""
        if look.search(str(tag.attrs.get("style", ""))):
            return True
        names = [*(f".{name}" for name in _classes(tag)), f"#{tag.attrs.get('id')}"]
        return any(look.search(body) for name in names for body in self._bodies.get(name, ()))


def _mend_symbols(tags: Iterable[Tag]) -> None:
    """Letters in a font of symbols are what it draws: "J" of Wingdings is a smiley."""
    for tag in tags:
        if tag.name not in ("span", "font"):
            continue
        said = f"font:{tag.get('face') or ''};{tag.get('style') or ''}"
        if (font := _SYMBOLS.search(said)) is None:
            continue
        for text in tag.find_all(string=True):
            if type(text) is NavigableString:
                text.replace_with(NavigableString(in_font(str(text), font[1])))


def _mend_tables(root: Tag) -> None:
    """Tables that are made of other elements, by their roles."""
    for table in root.find_all(role=["table", "grid"]):
        if table.name == "table" or not table.find(role="columnheader"):
            continue
        rows = [row.extract() for row in table.find_all(role="row")]
        for row in rows:
            cells = [cell.extract() for cell in row.find_all(role=list(_ROLES))]
            for cell in cells:
                cell.name = _ROLES[str(cell["role"])]
            row.name = "tr"
            row.extend(cells)
        table.name = "table"
        table.attrs = {}
        table.extend(rows)


def _mend_drawn_formulas(root: Tag) -> None:
    """MathJax and KaTeX draw a formula of many pieces, beside MathML or its source."""
    for preview in root.select(".MathJax_Preview"):
        preview.decompose()
    for drawn in root.select(".MathJax, .MathJax_SVG, .MathJax_CHTML"):
        source = drawn.find_next_sibling("script", type=_TEX)
        if drawn.decomposed:
            continue
        if math := drawn.find("math"):
            drawn.replace_with(math)
        elif source is not None:
            drawn.decompose()
            source.replace_with(NavigableString(source.get_text()))
    for drawn in root.select(".katex-html"):
        if drawn.find_previous_sibling(class_="katex-mathml") is None:
            drawn.attrs.pop("aria-hidden", None)


def _mend_ruby(root: Tag) -> None:
    """The reading of a word stands behind it in brackets."""
    for bracket in root.find_all("rp"):
        bracket.decompose()
    for reading in root.find_all("rt"):
        reading.replace_with(NavigableString(f"({reading.get_text(strip=True)})"))


def _mend_raised(root: Tag) -> None:
    """Marks of footnotes go. Raised figures stay apart from the number that they stand at."""
    superscripts = Superscripts()
    for link in root.find_all("a"):
        is_mark = _TO_NOTE.search(str(link.get("href"))) and _BRACKETED.fullmatch(_words(link))
        if is_mark and link.find("sup") is None:
            link.decompose()
    for text in root.find_all(string=True) if _RAISED_SIGNS.search(root.get_text()) else ():
        if not _RAISED_SIGNS.search(text):
            continue
        if type(text) is NavigableString and not text.find_parent(["pre", "code", "a", "sup"]):
            settled = superscripts.settle(str(text), str(_before(text)))
            text.replace_with(NavigableString(settled))
    for tag in root.find_all("sup"):
        if tag.decomposed:
            continue
        words = _words(tag)
        if _is_reference(tag):
            tag.decompose()
        elif len(words) <= _LONGEST_RAISED or words.isdigit():
            shown = superscripts.shown(words, _before(tag), str(tag.next_sibling or ""))
            tag.replace_with(NavigableString(shown))
    for tag in root.find_all("sub"):
        words = _words(tag)
        if _FIGURES.fullmatch(words) and str(tag.previous_sibling or "")[-1:].isdigit():
            tag.replace_with(NavigableString(words.translate(_LOWERED)))


def _words(tag: Tag) -> str:
    return tag.get_text(strip=True)


def _is_reference(tag: Tag) -> bool:
    """Whether it leads to a footnote."""
    above = tag.parent if tag.parent is not None and tag.parent.name == "a" else None
    link = above or tag.find("a")
    names = " ".join(map(str, [*tag.get_attribute_list("class"), tag.get("role"), tag.get("id")]))
    leads_down = link is not None and "#" in str(link.get("href") or "")
    return leads_down or bool(_FOOTNOTE.search(names)) or bool(_BRACKETED.fullmatch(_words(tag)))


def _before(tag: PageElement) -> str:
    """The last that is said before it in its paragraph."""
    block = tag.find_parent(_OF_PARAGRAPH)
    for before in tag.find_all_previous(string=True, limit=3):
        if before.strip():
            is_other = block is not None and all(one is not block for one in before.parents)
            return "" if is_other else str(before)
    return ""


def formula(math: Tag) -> str:
    """MathML on one line, without the copy of its source that stands in it: "x^2", "a/b"."""
    parts = [child for child in math.children if isinstance(child, Tag)]
    parts = [child for child in parts if not child.name.startswith("annotation")]
    if not parts:
        return "".join(math.find_all(string=True, recursive=False)).strip()
    said = [formula(child) for child in parts]
    if math.name in _SIGNS and len(said) == len(_SIGNS[math.name]) + 1:
        signs = zip(_SIGNS[math.name], said[1:], strict=True)
        return _atom(said[0]) + "".join(f"{sign}{_atom(one)}" for sign, one in signs)
    if math.name == "msqrt":
        return f"√({''.join(said)})"
    if math.name == "mroot" and len(said) == 2:
        return f"{_ROOTS.get(said[1], f'root {said[1]} of ')}{_atom(said[0])}"
    if math.name == "mfenced":
        return f"({', '.join(said)})"
    return _BETWEEN.get(math.name, "").join(said)


def _atom(text: str) -> str:
    return text if text.isalnum() or len(text) == 1 else f"({text})"


def _mend_word_lists(root: Tag) -> None:
    """Word writes the items of a list as paragraphs that begin with a bullet."""
    for item in root.select("p[class^=MsoListParagraph]"):
        texts = (one for one in item.find_all(string=True) if type(one) is NavigableString)
        first = next((one for one in texts if one.strip()), None)
        if first is None or not _WORD_BULLET.match(item.get_text()):
            continue
        first.replace_with(NavigableString(first.lstrip()[1:]))
        item.name = "li"
        above = item.find_previous_sibling()
        if above is not None and above.name == "ul" and above.has_attr("data-word"):
            above.append(item.extract())
        else:
            item.wrap(Tag(name="ul", attrs={"data-word": ""}))
