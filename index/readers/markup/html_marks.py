"""What the marks of a page mean: withdrawn words go, raised figures and formulas stay readable."""

from __future__ import annotations

import re

from bs4 import Tag
from bs4.element import NavigableString

from index.readers.superscripts import Superscripts

_WITHDRAWN = ["del", "s", "strike"]
_STRUCK = re.compile(r"line-through", re.IGNORECASE)
_STRUCK_CLASSES = frozenset("line-through strikethrough text-decoration-line-through".split())
_STRUCK_RULE = re.compile(r"\.([\w-]+)\s*(?:,[^{}]*)?\{[^{}]*line-through[^{}]*\}", re.IGNORECASE)
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_FIGURES = re.compile(r"[0-9+\-−=()n]*[0-9][0-9+\-−=()n]*")
_LONGEST_RAISED = 6
_BRACKETED = re.compile(r"\[\w{1,3}\]")
_SIGNS = {"msup": "^", "mfrac": "/", "msub": "_"}
_FOOTNOTE = re.compile(r"footnote|noteref|reference|cite", re.IGNORECASE)
_OF_PARAGRAPH = ["p", "li", "dd", "td", "div"]
_WORD_BULLET = re.compile(r"^\s*[·•§▪o\uf0b7\uf0a7-]\s+")


def mend(root: Tag) -> None:
    """Changes an element's tree such that its plain text is what a reader understands."""
    _take_out_withdrawn(root)
    _mend_ruby(root)
    for math in root.find_all("math"):
        if not math.decomposed:
            math.replace_with(NavigableString(_formula(math)))
    _mend_raised(root)
    _mend_word_lists(root)


def _take_out_withdrawn(root: Tag) -> None:
    page = root.find_parent("html") or root
    rules = {name for style in page.find_all("style") for name in _STRUCK_RULE.findall(style.text)}
    struck = _STRUCK_CLASSES | rules
    tags = [one for one in root.descendants if isinstance(one, Tag)]
    for tag in [one for one in tags if _is_withdrawn(one, struck)]:
        if not tag.decomposed:
            tag.decompose()


def _is_withdrawn(tag: Tag, struck: frozenset[str]) -> bool:
    if not tag.attrs:
        return tag.name in _WITHDRAWN
    return (
        tag.name in _WITHDRAWN
        or bool(_STRUCK.search(str(tag.get("style") or "")))
        or not struck.isdisjoint(tag.get_attribute_list("class"))
    )


def _mend_ruby(root: Tag) -> None:
    """The reading of a word stands behind it in brackets."""
    for bracket in root.find_all("rp"):
        bracket.decompose()
    for reading in root.find_all("rt"):
        reading.replace_with(NavigableString(f"({reading.get_text(strip=True)})"))


def _mend_raised(root: Tag) -> None:
    """Marks of footnotes go. Raised figures stay apart from the number that they stand at."""
    superscripts = Superscripts()
    for tag in root.find_all("sup"):
        if tag.decomposed:
            continue
        words = _words(tag)
        if _is_reference(tag):
            tag.decompose()
        elif len(words) <= _LONGEST_RAISED:
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


def _before(tag: Tag) -> str:
    """The last that is said before it in its paragraph."""
    block = tag.find_parent(_OF_PARAGRAPH)
    for before in tag.find_all_previous(string=True, limit=3):
        if before.strip():
            is_other = block is not None and all(one is not block for one in before.parents)
            return "" if is_other else str(before)
    return ""


def _formula(math: Tag) -> str:
    """MathML on one line, without the copy of its source that stands in it: "x^2", "a/b"."""
    parts = [child for child in math.children if isinstance(child, Tag)]
    parts = [child for child in parts if not child.name.startswith("annotation")]
    if not parts:
        return "".join(math.find_all(string=True, recursive=False)).strip()
    said = [_formula(child) for child in parts]
    if math.name in _SIGNS and len(said) == 2:
        return _SIGNS[math.name].join(one if one.isalnum() else f"({one})" for one in said)
    if math.name == "msqrt":
        return f"√({''.join(said)})"
    return "".join(said)


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
