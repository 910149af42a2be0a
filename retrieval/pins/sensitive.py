"""Whether somebody in distress is speaking, and of what: told by wordings, before any search.

Who is in trouble gets a pinned answer instead of search results. A false alarm costs trust as well,
so a wording says that something happens to a person ("mein Chef schlägt mich"), or the message
names a topic and nothing else ("harassment", "how do I report bullying at work"). "Kill a process"
and "suicide prevention training slides" are questions for the index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from snapshot.manifest import Topic

LANGUAGES = ("en", "de", "fr", "es")
# No more of a question is read, here or in the search.
MAX_CHARACTERS = 2_000
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_FILE = Path(__file__).with_name("sensitive.txt")


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A topic, and which of `LANGUAGES` it was spoken of in. A message that `names` it says nothing
    else: it may ask for what the content has on the topic."""

    topic: Topic
    language: str
    names: bool = False


def sensitive(text: str, locale: str = "en") -> Sensitive | None:
    """The sensitive topic of a message; None for one that is none. Of words that are the same in
    two languages, the locale tells the language."""
    said = _without_harmless(_plain(text[:MAX_CHARACTERS]))
    own = locale.lower().partition("-")[0]
    found = [
        one
        for one, patterns in _TABLE.says.items()
        if any(pattern.search(said) for pattern in patterns)
    ] or [one for one, patterns in _TABLE.names.items() if any(_is_all(p, said) for p in patterns)]
    if not found:
        return None
    topic = found[0].topic
    return next((one for one in found if (one.topic, one.language) == (topic, own)), found[0])


def _without_harmless(said: str) -> str:
    """The message without threats of what harms nobody ("threatened with a fine")."""
    if any(pattern.search(said) for pattern in _TABLE.harm):
        return said
    for pattern in _TABLE.harmless:
        said = pattern.sub("", said)
    return said


def _is_all(pattern: re.Pattern[str], said: str) -> bool:
    """Whether the message names the topic and says nothing beside it."""
    rest, count = pattern.subn(" ", said)
    return count > 0 and _TABLE.beside.issuperset(rest.split())


def _plain(text: str) -> str:
    """Words in lower case without accents and apostrophes, each with one space behind it."""
    bare = re.sub(r"['’`´ʼ]", "", unicodedata.normalize("NFKD", text.casefold()))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return "".join(f"{word} " for word in re.sub(r"[\W_]+", " ", letters).split())


def _parsed(line: str) -> re.Pattern[str]:
    """A wording as a pattern over what `_plain` makes of a message."""
    return re.compile("(?<!\\S)" + "".join(map(_pattern, line.split())))


def _pattern(part: str) -> str:
    if part == "...":
        return r"(?:\w+ ){0,3}"
    if part.startswith("!"):
        return f"(?!.*(?<!\\S){part[1:]} $)"
    optional = "?" if part.endswith("?") else ""
    words = "|".join(
        re.escape(spelling).replace(r"\*", r"\w*")
        for word in part.rstrip("?").split("|")
        for spelling in _spellings(word)
    )
    return f"(?:(?:{words}) ){optional}"


def _spellings(word: str) -> Iterator[str]:
    """The word as `_plain` leaves it, and with the umlauts written out."""
    yield _plain(word.replace("*", "0")).strip().replace("0", "*")
    if any(umlaut in word for umlaut in _UMLAUTS):
        for umlaut, written in _UMLAUTS.items():
            word = word.replace(umlaut, written)
        yield _plain(word.replace("*", "0")).strip().replace("0", "*")


@dataclass(frozen=True, slots=True)
class _Table:
    """`sensitive.txt`: patterns that may stand anywhere, and names with what may stand beside;
    `harmless` ones are cut out before, unless one of `harm` is met."""

    says: dict[Sensitive, list[re.Pattern[str]]]
    names: dict[Sensitive, list[re.Pattern[str]]]
    beside: frozenset[str]
    harmless: list[re.Pattern[str]]
    harm: list[re.Pattern[str]]


def _read() -> _Table:
    table, words = _Table({}, {}, frozenset(), [], []), {}
    beside: set[str] = set()
    section: list[str] = []
    for line in map(str.strip, _FILE.read_text(encoding="utf-8").splitlines()):
        if not line or line.startswith("#"):
            continue
        if line.startswith("$") and " = " in line:
            name, _, listed = line.partition(" = ")
            words[name] = listed
            continue
        if line.startswith("["):
            section = line.strip("[]").split()
            continue
        for name, listed in words.items():
            line = line.replace(name, listed)
        if section == ["beside"]:
            beside.update(_plain(line).split())
            continue
        if section in (["harmless"], ["harm"]):
            (table.harm if section == ["harm"] else table.harmless).append(_parsed(line))
            continue
        is_name = line.startswith("= ")
        topic = Sensitive(Topic(section[0]), section[1], is_name)
        kept = table.names if is_name else table.says
        kept.setdefault(topic, []).append(_parsed(line.removeprefix("= ")))
    return replace(table, beside=frozenset(beside))


_TABLE = _read()
