"""The sentence of a passage that answers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from retrieval.answer import Span
from retrieval.late import Analyze, best_within
from snapshot.lexical import form_numbers
from snapshot.sentences import sentence_spans

# What the question's own words count beside the match of its tokens.
_WORDS = 0.02
# Sentences of fewer words are headings and labels, and count as if they had so many.
_SHORT = 8
# A sentence that leans on the one before it ("It must be signed") speaks of what that one named,
# and every sentence of what its heading names. It leans if one of these is among its first words.
_LEANING = frozenset(
    "it its this these those they their them he she his her him such both former latter there then "
    "therefore also however another other others same one following er sie es dies diese dieser "
    "dieses ihr ihre ihren il elle ils elles cela cet cette ces ello este esta esto".split()
)
_FIRST_WORDS = 6
_WORD = re.compile(r"\w+")
_OF_THE_LAST = 0.9
_OF_THE_HEADING = 0.5
# A question of fewer words is its topic, and what names that answers it best.
_SHORTEST_LEANING = 5
# Rows of a table that hold the same words of the question and match alike by so much: the first of
# them is the usual case.
_ROWS_ALIKE = 0.05
# What only greets, points elsewhere or asks: the answer stands beside it.
_SAYS_NOTHING = re.compile(
    r"\W*(?:see (?:also|the)\b|(?:for|read|learn|find out) (?:more|further)\b"
    r"|follow (?:these|the) (?:instructions|steps)\b|click here\b|welcome\b|hello\b|hi\b"
    r"|good (?:morning|afternoon)\b|thank(?:s| you)\b|my name is\b)",
    re.IGNORECASE,
)
_NOTHING = 0.1
# A rule comes before its exception, unless the question names that.
_EXCEPTION = re.compile(
    r"\b(?:unless|except(?:ion)?s?|not (?:needed|required|necessary)|do(?:es)? not apply"
    r"|part[- ]time)\b",
    re.IGNORECASE,
)
_EXCEPTED = 0.05
# A form number that is asked for stands in the sentence, and no other of its kind.
_FORM_NUMBER = 0.2
# A sentence of more characters is not read at a glance: the clauses that answer are shown.
LONGEST = 300
_CLAUSE = re.compile(r"(?<=[;,:])\s+|\s+(?=[(–—])|(?<=\))\s+")

_ASKS = r"(?:^|\b(?:and|but|by|since|until|till|to|with|from) |[,;.:!?] ?){0}\b|\b{0} (?:{1})\b"
_VERBS = (
    "am|is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|must|may|i|to"
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_LIST_NUMBER = re.compile(r"\W*\d+[.)]\s")
_NUMBER_WORD = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty"
    r"|forty|fifty|sixty|ninety|hundred|thousand|million|dozen|half|third|quarter|once|twice"
    r"|daily|weekly|monthly|quarterly|yearly|annual\w*|percent"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|deux|trois|quatre|cinq|dix"
    r"|dos|tres|cuatro|cinco|diez)\b"
)
_TIME = (
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|1\d{3}|20\d\d|\d+(?:st|nd|rd|th)|(?:day|week|month|hour|year|minute)s?|century|noon"
    r"|midnight|morning|afternoon|evening|\d{1,2}:\d\d|\d+ ?[ap]m)\b"
)
# A capital that begins no sentence.
_NAME = re.compile(r"(?<=[a-z,(] )(?:the |de |von |\")?[A-Z][\w’'.-]+")


def _says_number(sentence: str, question: str) -> bool:
    own = _DIGITS.findall(_LIST_NUMBER.sub("", sentence))
    return any(one not in question for one in own) or bool(_NUMBER_WORDS.search(sentence))


def _says_time(sentence: str, question: str) -> bool:
    return bool(_TIMES.search(sentence))


def _says_name(sentence: str, question: str) -> bool:
    asked = question.lower()
    return any(one.split()[-1].lower() not in asked for one in _NAME.findall(sentence))


_NUMBER_WORDS = re.compile(_NUMBER_WORD, re.IGNORECASE)
_TIMES = re.compile(_TIME, re.IGNORECASE)
_Says = Callable[[str, str], bool]
# How a question asks, what its answer then holds, and how much that counts.
_FORMS: tuple[tuple[re.Pattern[str], _Says, float], ...] = tuple(
    (re.compile(asks, re.IGNORECASE), says, weight)
    for asks, says, weight in (
        (
            r"\bhow (?:many|much|long|often|far|big|large|old|high|fast|late|early|soon)\b"
            r"|\bwhat(?: is|'s|’s)? (?:the )?(?:percent\w*|rate|number|amount|age|price|cost)\b"
            r"|\bwie ?viele?\b|\bwie (?:lange|oft|hoch)\b|\bcombien\b|\bcu[aá]nt[oa]s?\b",
            _says_number,
            0.05,
        ),
        (
            _ASKS.format("when", _VERBS)
            + r"|\b(?:what|which) (?:time|date|day|year|month|century)\b|\bdeadline\b"
            r"|^wann\b|^quand\b|^cu[aá]ndo\b|^quando\b",
            _says_time,
            0.03,
        ),
        (
            _ASKS.format("(?:who|whom|whose)", _VERBS) + r"|^we[rmn]\b|^qui\b|^qui[eé]n\b|^quem\b",
            _says_name,
            0.02,
        ),
        (
            _ASKS.format("where", _VERBS) + r"|^woh?(?:in)?\b|^où\b|^d[oó]nde\b|^onde\b",
            _says_name,
            0.02,
        ),
    )
)


def best_sentence(
    text: str,
    idf: Mapping[str, float],
    analyze: Analyze,
    starts: NDArray[np.int32] | None = None,
    similarities: NDArray[np.float32] | None = None,
    weights: NDArray[np.float32] | None = None,
    question: str = "",
) -> Span:
    """The sentence in which the question's tokens find their best matches; if tokens are not
    known, the one that holds most of its words. Among near ones it is one that says what the
    `question` asks for: a number, a time, a name. Among equals the first. Of a sentence that is
    longer than `LONGEST` it is the clauses that match best, if tokens are known.

    `idf` is by word as `analyze` gives them. `starts` (t,) are the characters of the text at which
    its tokens begin, negative in its headings, `similarities` (t, q) how they match the
    question's, whose `weights` are (q,).
    """
    spans = sentence_spans(text) or [(0, len(text))]
    if len(spans) == 1 and spans[0][1] - spans[0][0] <= LONGEST:
        return Span(*spans[0])
    if starts is None or similarities is None or weights is None or not similarities.size:
        words = [_words(text[start:end], idf, analyze) for start, end in spans]
        return Span(*spans[int(np.argmax(words))])
    fit = _Fit(question)
    leaning = len(question.split()) >= _SHORTEST_LEANING
    matched = (_best(text, spans, starts, similarities, leaning=leaning) @ weights).tolist()

    def score(number: int) -> float:
        sentence = text[slice(*spans[number])]
        said = float(matched[number]) + fit.of(sentence)
        return said + _WORDS * _words(sentence, idf, analyze)

    # Sentences are looked at only while they could come first: the best match first, and on until
    # even one that held all words and fitted best would come behind.
    most = _WORDS * sum(idf.values()) / math.sqrt(_SHORT) + fit.most
    best, chosen = -math.inf, 0
    for number in sorted(range(len(spans)), key=lambda one: -matched[one]):
        if matched[number] + most < best:
            break
        own = score(number)
        if own > best or (own == best and number < chosen):
            best, chosen = own, number
    said = idf.keys() & analyze(text[slice(*spans[chosen])])
    alike = (
        row
        for row in _rows_before(text, spans, chosen)
        if score(row) >= best - _ROWS_ALIKE and said <= {*analyze(text[slice(*spans[row])])}
    )
    start, end = spans[min(alike, default=chosen)]
    if end - start <= LONGEST:
        return Span(start, end)

    def clauses_score(first: int, last: int) -> float:
        tokens = slice(*np.searchsorted(starts, [first, last]))
        said = similarities[tokens].max(axis=0, initial=0.0) @ weights
        return float(said) + fit.of(text[first:last])

    return Span(*max(_clauses(text, start, end), key=lambda span: clauses_score(*span)))


def _clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The runs of whole clauses of one sentence that are as long as `LONGEST` lets them be, in
    order; of words, if one clause alone is longer."""
    cuts = [one.span() for one in _CLAUSE.finditer(text, start, end)]
    begins, ends = [start, *(stop for _, stop in cuts)], [*(begin for begin, _ in cuts), end]
    if any(stop - begin > LONGEST for begin, stop in zip(begins, ends, strict=True)):
        words = [one.span() for one in re.finditer(r"\S+", text[start:end])]
        begins, ends = [start + begin for begin, _ in words], [start + stop for _, stop in words]
    runs = []
    for begin in begins:
        limit = min(begin + LONGEST, end)
        runs.append((begin, max((stop for stop in ends if begin < stop <= limit), default=limit)))
    return [run for number, run in enumerate(runs) if not number or run[1] > runs[number - 1][1]]


def _rows_before(text: str, spans: list[tuple[int, int]], row: int) -> Iterator[int]:
    """The rows of the same table above that one: as readers write them, each cell after the name
    of its column."""
    column = text[slice(*spans[row])].partition(": ")
    if column[1]:
        while row > 0 and text.startswith("".join(column[:2]), spans[row - 1][0]):
            row -= 1
            yield row


def _best(
    text: str,
    spans: list[tuple[int, int]],
    starts: NDArray[np.int32],
    similarities: NDArray[np.float32],
    *,
    leaning: bool,
) -> NDArray[np.float32]:
    """(s, q): each question token's best cosine within each sentence, and in what that leans on if
    it may be `leaning`."""
    first = np.searchsorted(starts, [start for start, _ in spans])
    own = best_within(similarities, np.array([0, *first, len(starts)], dtype=np.int64))
    heading, best = own[0], own[1:].copy()
    if not leaning:
        return best
    for number in range(1, len(spans)):
        start, end = spans[number]
        if "\n" not in text[spans[number - 1][1] : start] and _leans(text[start:end]):
            np.maximum(best[number], _OF_THE_LAST * own[number], out=best[number])
    best += _OF_THE_HEADING * np.maximum(heading - best, 0)
    return best


def _leans(sentence: str) -> bool:
    first = islice(_WORD.finditer(sentence), _FIRST_WORDS)
    return any(word[0].lower() in _LEANING for word in first)


class _Fit:
    """What a question asks for, and how far a sentence says such a thing: `most` at the most."""

    def __init__(self, question: str) -> None:
        # Of a question after the one before it, the last says what is asked.
        self._question = question.rstrip("? ").rpartition("?")[2].strip()
        asked = (form for form in _FORMS if form[0].search(self._question))
        self._form = next(asked, None)
        self._numbers = set(form_numbers(question, typed=True))
        self._kinds = set(map(_kind, self._numbers))
        self.most = (self._form[2] if self._form else 0.0) + _FORM_NUMBER * bool(self._numbers)
        self._exceptions = {one.lower() for one in _EXCEPTION.findall(question)}

    def of(self, sentence: str) -> float:
        """How much it counts beside the sentence's match; below 0 if it rather says nothing."""
        says_nothing = sentence.endswith("?") or _SAYS_NOTHING.match(sentence)
        score = -_NOTHING if says_nothing else 0.0
        if any(one.lower() not in self._exceptions for one in _EXCEPTION.findall(sentence)):
            score -= _EXCEPTED
        if self._form:
            _, says, weight = self._form
            score += weight * says(sentence, self._question)
        if self._numbers:
            own = form_numbers(sentence)
            if self._numbers.intersection(own):
                score += _FORM_NUMBER
            elif self._kinds.intersection(map(_kind, own)):
                score -= _FORM_NUMBER
        return score


def _kind(form_number: str) -> str:
    """The same for the numbers of one series: "sf" for "sf50"."""
    return re.sub(r"\d+", "", form_number)


def _words(sentence: str, idf: Mapping[str, float], analyze: Analyze) -> float:
    """How much of the question a sentence holds, each word by its idf once; the longer it is,
    the more it must hold."""
    words = analyze(sentence)
    held = sum(map(idf.__getitem__, idf.keys() & words))
    # Very long ones hold any word by chance.
    return held / math.sqrt(max(len(words), _SHORT))
