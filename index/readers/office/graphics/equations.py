"""Equations of Office (OMML, ISO/IEC 29500-1, 22.1) on one line: "bonus=salary/24", "√(a+b)"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # the library ships no types


def m(name: str) -> str:
    """A name of OMML as lxml writes it."""
    return f"{{http://schemas.openxmlformats.org/officeDocument/2006/math}}{name}"


EQUATIONS = tuple(map(m, ("oMath", "oMathPara")))
_UNREAD = frozenset(("del", "moveFrom", "rPr"))
_ATOM = re.compile(r"[\w.,%°'′]*|\([^()]*\)|√\([^()]*\)")
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_MATH_LETTERS = range(0x1D400, 0x1D800)  # 𝑎, which nobody types


def equation(element: Any) -> str:
    """The text of `m:oMath` or of `m:oMathPara`, whose equations stand on lines of their own."""
    if element.tag == m("oMathPara"):
        return "\n".join(equation(one) for one in element.iterchildren(m("oMath")))
    return _content(element)


def _content(element: Any) -> str:
    return "".join(map(_text, element.iterchildren(etree.Element))) if element is not None else ""


def _text(element: Any) -> str:
    name = etree.QName(element).localname
    if name in _UNREAD or name.endswith("Pr"):
        return ""
    if name == "r":
        return "" if _is_struck(element) else _content(element)
    if name == "t":
        return "".join(map(_plain, element.text or ""))
    return _FORMS.get(name, _content)(element)


def _plain(letter: str) -> str:
    is_math = ord(letter) in _MATH_LETTERS
    return unicodedata.normalize("NFKC", letter) if is_math else letter


def _is_struck(run: Any) -> bool:
    names = {
        etree.QName(one).localname
        for one in run.iterdescendants(etree.Element)
        if not any(value in ("0", "false", "off") for value in one.attrib.values())
    }
    return not names.isdisjoint(("strike", "dstrike", "vanish"))


def _part(element: Any, name: str) -> str:
    return _content(element.find(m(name)))


def _atom(text: str) -> str:
    return text if _ATOM.fullmatch(text) else f"({text})"


def _setting(element: Any, name: str, default: str) -> str:
    found = element.find(f"{m(etree.QName(element).localname + 'Pr')}/{m(name)}")
    return default if found is None else str(found.get(m("val"), ""))


def _fraction(element: Any) -> str:
    above, below = _atom(_part(element, "num")), _atom(_part(element, "den"))
    if _setting(element, "type", "bar") == "noBar":
        return f"({above} over {below})"
    return f"{above}/{below}"


def _scripts(element: Any) -> str:
    below, above = _part(element, "sub"), _part(element, "sup")
    scripts = (f"_{_atom(below)}" if below else "") + (f"^{_atom(above)}" if above else "")
    base = _part(element, "e")
    return f"{scripts} {base}" if element.tag == m("sPre") else f"{_atom(base)}{scripts}"


def _root(element: Any) -> str:
    degree, base = _part(element, "deg"), _part(element, "e")
    sign = _ROOTS.get(degree, f"root {degree} of ")
    return f"{sign}{base if len(base) == 1 or base.isdigit() else f'({base})'}"


def _sum(element: Any) -> str:
    below, above = _part(element, "sub"), _part(element, "sup")
    sign = _setting(element, "chr", "∫")
    scripts = (f"_{_atom(below)}" if below else "") + (f"^{_atom(above)}" if above else "")
    return f"{sign}{scripts} {_part(element, 'e')}"


def _brackets(element: Any) -> str:
    parts = _setting(element, "sepChr", "|").join(_each(element, "e"))
    return f"{_setting(element, 'begChr', '(')}{parts}{_setting(element, 'endChr', ')')}"


def _function(element: Any) -> str:
    name, argument = _part(element, "fName"), _part(element, "e")
    return f"{name}{argument}" if argument.startswith("(") else f"{name} {argument}"


def _limit(element: Any) -> str:
    sign = "_" if element.tag == m("limLow") else "^"
    return f"{_part(element, 'e')}{sign}{_atom(_part(element, 'lim'))}"


def _matrix(element: Any) -> str:
    rows = (", ".join(_each(row, "e")) for row in element.iterchildren(m("mr")))
    return f"[{'; '.join(rows)}]"


def _lines(element: Any) -> str:
    return "; ".join(_each(element, "e")).replace("&", "")  # which marks where lines are aligned


def _accent(element: Any) -> str:
    base = _part(element, "e")
    sign = _setting(element, "chr", "\u0302") if element.tag == m("acc") else "\u0305"
    return base + sign if len(base) == 1 else base


def _phantom(element: Any) -> str:
    return "" if _setting(element, "show", "1") in ("0", "off", "false") else _part(element, "e")


def _each(element: Any, name: str) -> Iterable[str]:
    return [_content(one) for one in element.iterchildren(m(name))]


_FORMS: dict[str, Callable[[Any], str]] = {
    "f": _fraction,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sPre": _scripts,
    "rad": _root,
    "nary": _sum,
    "d": _brackets,
    "func": _function,
    "limLow": _limit,
    "limUpp": _limit,
    "m": _matrix,
    "eqArr": _lines,
    "phant": _phantom,
    "acc": _accent,
    "bar": _accent,
}
