"""Marks that editors and generators add to Markdown: Obsidian's, MkDocs' and CriticMarkup's.

What they withdraw or keep to the writers goes, what they only adorn stays without them. Code
samples are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from index.readers.markup.samples import FENCE, SPAN
from snapshot.formats import MARKDOWN

# Every pattern is bounded, so that a file full of openings costs no more than its length times the
# bound. A mark stands where a word could: `x==y` is no highlight.
_START, _END = r"(?<![\w{0}\\])", r"(?![\w{0}])"


def _around(mark: str, most: int = 300) -> str:
    """What stands between two marks that touch its words, on one line."""
    sign = re.escape(mark)
    edge = mark[0]
    inner = rf"(?=[^\s{edge}])[^\n]{{1,{most}}}?(?<=\S)"
    return f"{_START.format(edge)}{sign}{inner}{sign}{_END.format(edge)}"


def _link(said: str) -> str:
    """`[[page#heading|words]]` as a link of Markdown."""
    target, _, words = said[2:-2].partition("|")
    page, _, heading = target.partition("#")
    address = quote(
        page if "." in page.rpartition("/")[2] or not page else f"{page}{MARKDOWN.extensions[0]}"
    )
    return f"[{words or page or heading}]({address}{'#' + quote(heading) if heading else ''})"


def _keys(said: str) -> str:
    return "+".join(key.strip("\"'").capitalize() for key in said.strip("+").split("+"))


def _nothing(said: str) -> str:
    return ""


_QUERY = (
    r"^[ \t]*(?P<bar>`{3,}|~{3,})[ \t]*(?:dataview|dataviewjs|tasks|query|templater)\b[^\n]*\n"
    r"(?s:.*?)(?:^[ \t]*(?P=bar)[ \t]*$|\Z)"
)
# Of kramdown, the list above `{:toc}` only stands for one.
_CONTENTS = (
    r"^[ \t]*(?:\[\[?_?toc_?\]\]?"
    r"|(?:(?:[-*+]|1\.)[ \t][^\n]*\n[ \t]*)?\{:[ \t]*toc\b[^{}\n]*\})[ \t]*$"
)
_NAME = r"[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'{}]+)"
_ATTRIBUTES = rf"\{{:?[ \t]*(?:(?:[.#][\w:-]+|{_NAME})[ \t]*)+\}}"
# The name of each mark, how it is written, and what remains of it. The first that fits counts.
_MARKS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("query", _QUERY, _nothing),
    ("fence", FENCE, str),
    ("asked", r"(?<!`)`\$?=[ ][^`\n]{1,300}`(?!`)", _nothing),
    ("span", SPAN, str),
    ("template", r"<%[\s\S]{0,600}?%>", _nothing),
    ("deleted", r"\{--[\s\S]{0,3000}?--\}", _nothing),
    ("remark", r"\{>>[\s\S]{0,3000}?<<\}", _nothing),
    ("changed", r"\{~~[\s\S]{0,3000}?~~\}", lambda said: said[3:-3].partition("~>")[2]),
    ("inserted", r"\{\+\+[\s\S]{0,3000}?\+\+\}", lambda said: strip(said[3:-3])),
    ("marked", r"\{==[\s\S]{0,3000}?==\}", lambda said: strip(said[3:-3])),
    ("comment", r"(?<![\w%])%%[\s\S]{0,3000}?%%(?![\w%])", _nothing),
    ("snippet", r"^[ \t]*-{2,}8<-{2,}[^\n]*$", _nothing),
    ("contents", _CONTENTS, _nothing),
    ("short", r"^\*\[([^\]\n]+)\]:[ \t]*", lambda said: f"\n{said[2:].partition(']')[0]}: "),
    ("embedded", r"!\[\[[^\[\]\n]{1,300}\]\]", _nothing),
    (
        "link",
        r"\[\[(?=[^\s\[\]])(?=[^\[\]\n]*[^\W\d_])[^\[\]\n]{1,300}(?<=\S)\]\](?![(\[:])",
        _link,
    ),
    ("noted", r"\^\[[^\[\]\n]{1,600}\]", lambda said: f" ({said[2:-1]})"),
    ("property", r"^[ \t]+(?:id|collapsed)::[ \t][^\n]*$", _nothing),
    ("highlight", _around("=="), lambda said: strip(said[2:-2])),
    ("keys", r"(?<![\w+])\+\+[\w\"'-]+(?:\+[\w\"'-]+)*\+\+(?![\w+])", _keys),
    ("underlined", _around("^^"), lambda said: strip(said[2:-2])),
    ("struck", r"(?<![\w~\\])~(?=[^\s~/])[^~\n]{1,200}?(?<=[^\s~])~(?![\w~])", _nothing),
    ("lowered", r"(?<=\w)~[^\s~]{1,20}~(?!~)", lambda said: f"<sub>{said[1:-1]}</sub>"),
    ("raised", r"(?<=[\w)])\^[^\s^\[\]]{1,20}\^(?!\^)", lambda said: f"<sup>{said[1:-1]}</sup>"),
    ("anchor", r"(?<!\S)[ \t]?\^(?=[\w-]*[A-Za-z])[\w-]{4,40}[ \t]*$", _nothing),
    (
        "icon",
        r"(?<![\w:]):(?:material|fontawesome|octicons|simple)-[\w-]+:(?:\{[^{}\n]*\})?",
        _nothing,
    ),
    ("attributes", rf"(?<=[)\]*_`>]){_ATTRIBUTES}|^[ \t]*{_ATTRIBUTES}[ \t]*$", _nothing),
)
# What a mark can begin with. Trying all of them at every letter takes half the time of a page.
_BEGINS = r"(?:(?=[`~<{%*!\[=+^:-])|^(?=[ \t>\d])|(?=[ \t]\^))"
_EACH = "|".join(f"(?P<_{name}>{pattern})" for name, pattern, _ in _MARKS)
_ANY = re.compile(f"{_BEGINS}(?:{_EACH})", re.MULTILINE | re.IGNORECASE)
_REMAINS = {f"_{name}": remains for name, _, remains in _MARKS}


def strip(source: str) -> str:
    """Markdown without the marks."""
    return _ANY.sub(_remains, source)


def _remains(match: re.Match[str]) -> str:
    name = next(name for name in _REMAINS if match[name] is not None)
    return _REMAINS[name](match[0])
