"""Whom a document says it is for, where that is no metadata: in its first lines, its running heads,
its file's properties.

"Audience: managers" above a Word document restricts nothing by itself. It is found here, and what
says so is not served to everyone unless its owner's metadata do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from index.readers.documents import Document

_BEGINNING = 500
# Of the name of an audience: without and with a full stop at its end.
_MOST_WORDS = (6, 2)
_MOST_SECTIONS = 5
_LABEL = r"(?:(?:target|intended)[ _-]*)?audiences?|zielgruppen?"
_VALUE = r"[ \t*_`]*(?P<said>[^\n;|]*)"
_LINE = re.compile(rf"^\W*(?:{_LABEL})[*_`\"']*(?:[ \t]*[:=：]|[ \t][–—-][ \t]){_VALUE}$", re.I)
# Among others of its kind on one line: "Owner: Desk; Audience: managers; Status: done".
_AMONG = re.compile(rf"[;|%(\[:][ \t]*(?:{_LABEL})(?:[:：]|; ?[^:;]+:)[ \t]{_VALUE}", re.I)
_CAPITAL = re.compile(
    r"\b(?:(?:Target|Intended) [Aa]udience|Audience|AUDIENCE|Zielgruppe)[sSn]?[ \t]*[:：][ \t]*"
    r"(?P<said>[^\n;|:)\]]*)"
)
_BRACKETED = re.compile(rf"[(\[](?:{_LABEL})[:：] ?(?P<said>[^\n;)\]]*)", re.I)
_OTHER_LABEL = re.compile(r"[^\W\d_][\w ]{0,30}:(?=\s)|^\s*%")
_ALL = re.compile(
    r"(?:every(?:one|body)|any(?:one|body)|general|public|alle|tous|todos)\b.*"
    r"|(?:all|the (?:whole|entire)|company)[ -]*(?:wide|staff|company|employees|colleagues|users"
    r"|readers|teams|people|of us)?|.*\ball (?:staff|employees|colleagues)",
    re.IGNORECASE,
)
_NAME = re.compile("audience", re.IGNORECASE)


def said_in(document: Document) -> str:
    """The audience that the first lines of a document name as a label does; empty if they name
    none, or everyone, or do so in a sentence."""
    return said_in_lines(_beginning(document).split("\n"))


def mentioned_in(document: Document) -> str:
    """The audience that a document's beginning names anywhere, for an owner to look at."""
    text = "\n".join([document.title or "", _beginning(document)])
    found = [*_CAPITAL.finditer(text), *_BRACKETED.finditer(text)]
    return next(filter(None, (_restricting(match["said"]) for match in found)), "")


def said_in_lines(lines: Iterable[str]) -> str:
    """The audience that a line names by itself, or among other labels if no other line does."""
    listed: list[str] = []
    for line in lines:
        if match := _LINE.match(line):
            if said := _restricting(match["said"]):
                return said
            continue
        listed += _among(line)
    return listed[0] if len(listed) == 1 else ""


def said_in_properties(properties: Mapping[str, str]) -> str:
    """The audience among properties by name, or that one of them says."""
    for name, value in properties.items():
        value = value.strip(" ;#")
        if value and _NAME.search(name) and not _ALL.fullmatch(value):
            return value
        for part in re.split(r"[;,\n]", value):
            if (match := _LINE.match(part.strip())) and (said := _restricting(match["said"])):
                return said
    return ""


def restricting(audiences: Iterable[str]) -> str:
    """The first of these audiences that is not everyone; empty if there is none."""
    return said_in_properties({f"audience {n}": said for n, said in enumerate(audiences)})


def _beginning(document: Document) -> str:
    said = [section.text for section in document.sections[:_MOST_SECTIONS]]
    said += [cue.text for cue in document.cues[:_MOST_SECTIONS]]
    return "\n".join(said)[:_BEGINNING]


def _among(line: str) -> list[str]:
    if not _OTHER_LABEL.search(line):
        return []
    found = [_AMONG.search(line), _CAPITAL.search(line)]
    said = (_restricting(match["said"]) for match in found if match)
    return list(filter(None, said))[:1]


def _restricting(said: str) -> str:
    """Whom it names, if that is not everyone and no sentence."""
    most = _MOST_WORDS[said.rstrip("*_` ").endswith(".")]
    said = said.strip(" .*_`>)]\t")
    is_name = any(map(str.isalnum, said)) and len(said.split()) <= most
    return said if is_name and not _ALL.fullmatch(said) else ""
