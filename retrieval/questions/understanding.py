"""What a question is taken to ask: with what it leaves unsaid, and in the folder's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from encoder.protocol import Encoded
from retrieval.answer import Question
from retrieval.pins.sensitive import MAX_CHARACTERS
from retrieval.stopwatch import Stopwatch
from snapshot.lexical import WORD, Alternatives, LexicalIndex
from snapshot.manifest import Rewording
from snapshot.reading import Snapshot
from snapshot.vocabulary import SHORTEST_MENDED, folded, words

# A run without white space whose inside is letters alone: no code, address, number or compound.
_CHUNK = re.compile(r"\S+")
_INSIDE = re.compile(r"^\W*([^\W\d_]+)\W*$")
# What else stands in one run with a part of a code, an address or a file's name.
_IN_A_CODE = re.compile(r"[\d@_\\]|\.\w|://")
# With more words unknown than this, a question is in another language, or about other things.
_UNKNOWN_SHARE = 0.5
_UNKNOWN_ANYHOW = 1
# "and for interns?", "what about abroad?", "how long does it take?": short, and leaning on what
# was asked before by how they begin or by a pronoun.
_OPENING = re.compile(
    r"^(and|or|but|also|what about|how about|what if|und|oder|et|y|e)\b", re.IGNORECASE
)
_PRONOUN = re.compile(
    r"\b(it|its|that|this|they|them|those|these|there|he|she|one|ones)\b", re.IGNORECASE
)
_LONGEST_WORDS = 12
# A pronoun further on mostly stands for something that the question has named by then.
_POINTING_WORDS = 6
# No pronouns: "is there a canteen?", "this year", "one day", "the IT help desk".
_NO_PRONOUN = re.compile(
    r"\b(is|are|was|were|will|isn['’]?t|aren['’]?t)\s+there\b(?!\?)"
    r"|\bthere(['’]?s|\s+(is|are|was|were|will|can))\b"
    r"|\b(this|that)\s+(year|yr|week|month|quarter|morning|afternoon|evening|summer|winter|time)s?\b"
    r"|\bones?\b(?!\s*($|[?!.,;:])"
    r"|\s+(for|in|at|on|if|when|with|from|to|and|or|as|by|do|does|is|are|should|can)\b)"
    r"|\bthe\s+it\b|(?-i:\bIT\b)",
    re.IGNORECASE,
)
# "laptop fell in the pool, who mends it": what comes before the comma says what it is about.
_NAMED_BEFORE = re.compile(
    r"^(?!(if|when|ok|okay|thanks|thank you|yes|no|sorry|well|hm+)\b)\S+(\s+\S+){2,}?,\s",
    re.IGNORECASE,
)
# A model's window, often 256 tokens, must hold the follow-up as well.
_LONGEST_EARLIER = 500
# "in Portugal?", "without a receipt", "since when?": no question at all without the one before.
# "on call" is one, and so is whatever has a verb or asks for something ("in which cases ...").
_PREPOSITION = re.compile(
    r"^(?!(on call|on site|in house|in person|at will|after hours|by laws?)\b)"
    r"((for|in|at|on|with|without|during|from|until|within|outside|except|by|under|before|after|as"
    r"|if|unless|für|bei|mit|ohne|während|im|am|pour|dans|avec|sans|chez|pendant|en|para|con|sin"
    r"|durante)\s\S|(to|nach|à|au|aux|a)\s\S+$)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(do|does|did|is|are|am|was|were|can|could|may|might|must|should|shall|will|would|have|has"
    r"|what|which|who|whose|where|when|why|how|kann|muss|darf|ist|sind|habe|wie|wer|wo|wann|welche\w*"
    r"|est|sont|puis|dois|peut|comment|quel\w*|puedo|debo|es|hay|cómo|qué|cuál\w*)\b",
    re.IGNORECASE,
)
_FRAGMENT_WORDS = 6
# "Portugal?", "part time?": so few words without a verb may be the rest of the question before, or
# a new subject. Only the search can tell.
_BARE_WORDS = 3
_BARE = re.compile(
    r"((since |until |by |for |from )?(when|how (long|much|many|often|far|soon)|where|whom?)"
    r"|why( not)?|how( so)?|which( ones?)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text to search for. `earlier` is the question before, on one line, if it begins with that
    (or with its first 500 characters); else empty."""

    text: str
    earlier: str = ""


def readings(question: Question) -> tuple[Reading, ...]:
    """How the question can be read: alone, or after the one before it if it leans on that. A bare
    phrase that may do either is read in both ways, alone first."""
    text = " ".join(question.text.split())
    earlier = " ".join((question.context or "").split())[:_LONGEST_EARLIER].rstrip()
    alone, joined = Reading(_known(text)), Reading(_known(f"{earlier} {text}"), earlier)
    if not earlier:
        return (alone,)
    if _leans(text):
        return (joined,)
    return (alone, joined) if _is_bare(text) else (alone,)


def searchable(question: Question) -> str:
    """The question's text as it is searched for, if the search has nothing else to tell."""
    return readings(question)[0].text


def _known(text: str) -> str:
    """MAX_CHARACTERS at most, and no lone surrogates, which no encoder takes."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode()


def _leans(text: str) -> bool:
    """Whether a question seems to lean on the one before it."""
    if len(text.split()) > _LONGEST_WORDS:
        return False
    return bool(_OPENING.search(text)) or _points_back(text) or _is_fragment(text)


def _points_back(text: str) -> bool:
    """Whether a pronoun stands for something that the question does not name itself."""
    said = _NO_PRONOUN.sub(" _ ", text.lower() if text.isupper() else text)
    named = _NAMED_BEFORE.match(said)
    words = (named[0] if named else said).split()
    return bool(_PRONOUN.search(" ".join(words[:_POINTING_WORDS])))


def _is_fragment(text: str) -> bool:
    """Whether it is a bare question word, or begins with a preposition and has no verb."""
    bare = text.rstrip("?!. ")
    if _BARE.fullmatch(bare):
        return True
    is_short = len(bare.split()) <= _FRAGMENT_WORDS
    return is_short and bool(_PREPOSITION.match(bare)) and not _SENTENCE.search(bare)


def _is_bare(text: str) -> bool:
    return len(text.split()) <= _BARE_WORDS and not _SENTENCE.search(text)


@dataclass(frozen=True, slots=True)
class Understood:
    """The text to search for; which words of it were written otherwise, as (written, read); and
    what may stand in a passage instead of words of it."""

    text: str
    mended: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[Alternatives, ...] = ()


@dataclass(frozen=True, slots=True)
class EncodedReading:
    """A question as it was read and encoded. `typed` is its text before it was read, which begins
    with `earlier`, the question before, unless that is empty. `encoded` is None if it has no words
    to search for. `language` is its language as a code, empty if unknown."""

    typed: str
    earlier: str
    understood: Understood
    encoded: Encoded | None
    language: str


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """A question in each way in which it can be read, alone first. `watch` runs since it was
    asked."""

    question: Question
    watch: Stopwatch
    ways: tuple[EncodedReading, ...]


class QuestionReader:
    """Reads questions as a snapshot's content would put them. Thread-safe."""

    def __init__(
        self, snapshot: Snapshot, count_tokens: Callable[[Sequence[str]], list[int]]
    ) -> None:
        """`count_tokens` are the encoder's: a word that is one token to it is a real one."""
        self._vocabulary = snapshot.vocabulary
        self._lexical = snapshot.lexical
        self._count_tokens = count_tokens
        groups = snapshot.manifest.synonyms
        members = [member for group in groups for member in group]
        members += [one.written for one in snapshot.manifest.rewordings]
        self._listed = {word for member in members for word in words(member)}
        analyzed = [[tuple(self._lexical.analyze(member)) for member in g] for g in groups]
        self._rewordings = {
            tuple(self._lexical.analyze(one.written)): one for one in snapshot.manifest.rewordings
        } | {
            tuple(self._lexical.analyze(member)): Rewording(member, known[0])
            for group in groups
            if (known := [member for member in group if self._known(member)])
            for member in group
            if not self._known(member)
        }
        self._widest = max(map(len, self._rewordings), default=0)
        self._groups = [[member for member in group if member] for group in analyzed]

    def read(self, text: str, seen: LexicalIndex | None = None) -> Understood:
        """The text with its slips mended, and with the admin's synonyms. A word that only what is
        meant for some holds is a word to those of them whose words are `seen`."""
        seen = seen or self._lexical
        mended, slips = self._mend(text, seen)
        reworded, read = self._reword(mended, seen)
        return Understood(reworded, (*slips, *read), self._alternatives(reworded))

    def _reword(self, text: str, seen: LexicalIndex) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Puts the folder's own wording in place of one that only the text holds: the model knows
        no more of it than the folder. In a code ("PTO-12") or an address it stays."""
        if not self._rewordings:
            return text, ()
        places = [
            (found.start(), found.end(), word)
            for found in re.finditer(WORD, text)
            for word in self._lexical.analyze(found.group())
        ]
        parts: list[str] = []
        read: list[tuple[str, str]] = []
        at = end = 0
        while at < len(places):
            start = places[at][0]
            one, width = self._rewording([word for *_, word in places[at : at + self._widest]])
            stop = places[at + width - 1][1]
            beside = f"{text[:start].rpartition(' ')[2]} {text[stop:].partition(' ')[0]}"
            is_word = not _IN_A_CODE.search(beside) and "_" not in text[start:stop]
            if one and is_word and not all(map(seen.holds, words(one.written))):
                parts += [text[end:start], one.own]
                end = stop
                read.append((text[start:end], one.own))
            at += width
        return "".join([*parts, text[end:]]), tuple(read)

    def _rewording(self, following: Sequence[str]) -> tuple[Rewording | None, int]:
        """What is read for the longest wording that these words begin with, and its length."""
        for width in range(len(following), 0, -1):
            if found := self._rewordings.get(tuple(following[:width])):
                return found, width
        return None, 1

    def _known(self, member: str) -> bool:
        return all(map(self._lexical.holds, words(member)))

    def _mend(self, text: str, seen: LexicalIndex) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Reads misspelt words as the folder's own; see `Vocabulary.nearest`. Names (a capital
        inside a question) stay, and so does all of a question most of whose words are unknown."""
        found = [
            (chunk.start() + inside.start(1), inside.group(1))
            for chunk in _CHUNK.finditer(text)
            if (inside := _INSIDE.match(chunk.group()))
        ]
        unknown = [
            (start, word) for start, word in found if not self._stays(text, start, word, seen)
        ]
        if len(unknown) > max(_UNKNOWN_ANYHOW, _UNKNOWN_SHARE * len(found)):
            return text, ()
        parts: list[str] = []
        slips: dict[str, str] = {}
        end = 0
        for start, word in unknown:
            if read := self._vocabulary.nearest(folded(word), self._stem):
                slips[word] = read
                parts += [text[end:start], read]
                end = start + len(word)
        return "".join([*parts, text[end:]]), tuple(slips.items())

    def _stays(self, text: str, start: int, word: str, seen: LexicalIndex) -> bool:
        if len(word) < SHORTEST_MENDED:
            return True
        if not (word.islower() or text.isupper() or (start == 0 and word[1:].islower())):
            return True
        written = folded(word)
        if written in self._vocabulary or written in self._listed or seen.holds(written):
            return True
        return 1 in self._count_tokens([written, self._stem(written)])

    def _stem(self, word: str) -> str:
        return " ".join(self._lexical.analyze(word)) or word

    def _alternatives(self, text: str) -> tuple[Alternatives, ...]:
        """For each wording of a synonym group that the text holds, longest first, the others."""
        if not self._groups:
            return ()
        said = self._lexical.analyze(text)
        found = [
            Alternatives(member, tuple(other for other in group if other != member))
            for group in self._groups
            for member in group
            if _holds(said, member)
        ]
        return tuple(sorted(found, key=lambda one: -len(one.words)))


def _holds(said: Sequence[str], member: tuple[str, ...]) -> bool:
    """Whether the words stand in the text, side by side."""
    width = len(member)
    return any(tuple(said[i : i + width]) == member for i in range(len(said) - width + 1))
