"""What somebody can ask next: titles, headings and owners' questions near to what was asked, out of
what the asker may see, and only those that are known to be answered.

To know it, each is asked as a question, which takes as long as any. So it is done aside
(`retrieval/serving/learning.py`), and a question only looks up what is known by then
(docs/adr/0036-what-leads-on-is-asked-beforehand.md).
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict, deque
from collections.abc import Iterator
from itertools import islice
from threading import Lock

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from retrieval.answer import Answer, Lead, Outcome, Question
from retrieval.pins.sensitive import LANGUAGES, sensitive
from retrieval.questions.language import primary
from retrieval.questions.understanding import EncodedReading
from retrieval.ranking import Ranked
from snapshot.models import EVERYONE, Resource
from snapshot.reading import Snapshot

MAX_LEAD_CHARS = 120
_FEWEST_WORDS, _MOST_WORDS = 2, 16
# Cosines of a question and a title or heading. From here on they are about one subject
# ("sabbatical", "Ask for leave": 0.37; "kindergarten subsidy", "Becoming a parent": 0.43). Below
# they share a word ("football world cup", "Teams without the noise": 0.24; "bring my dog to the
# office", "A desk for the day": 0.30).
_NEAR = 0.33
_LOOKED_AT = 24  # passages, the best ranked
_KEPT = 8  # wordings a question: more than are shown, as some turn out not to be answered
_AT_FIRST = 2_000  # wordings, asked before a question comes near them
_SIGHTS = 8  # ways to see the snapshot, by audience and day, of which as much is asked at first
_KNOWN = 20_000
_NUMBERING = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+")

_Key = tuple[bytes, str]


class Leads:
    """The wordings of a snapshot, and what is known of them. Thread-safe."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lock = Lock()
        self._known: LRUCache[_Key, Lead] = LRUCache(_KNOWN)
        self._waiting: deque[tuple[Lead, Question]] = deque(maxlen=_KNOWN)
        self._begun: set[bytes] = set()
        self._unread: deque[Iterator[Lead]] = deque()
        self._asked: defaultdict[int, list[str]] = defaultdict(list)
        for one in snapshot.manifest.asked_as:
            for row in one.rows:
                self._asked[row].append(one.question)

    def near(self, answer: Answer, way: EncodedReading, ranked: Ranked) -> tuple[Lead, ...]:
        """Wordings near to the question, read that `way`, the nearest first; none if it is
        narrowed. If its language is known, all are in it. Its own words, titles of what is
        shown and the heading that the first stands under lead nowhere new. What everyone may see is
        learned as a whole once the first question comes, and what the first few others may."""
        question, hidden = answer.question, ranked.closed
        if question.only or way.encoded is None:
            return ()
        rows, vector = ranked.candidates.rows[:_LOOKED_AT], way.encoded.vector
        # What is answered depends on what the asker sees.
        sight = hashlib.blake2b(hidden.tobytes(), digest_size=16).digest()
        if question.audience <= {EVERYONE} or len(self._begun) < _SIGHTS:
            self._begin(sight, hidden, question)
        left_out = {_plain(question.text), *(_plain(one.resource.title) for one in answer.results)}
        for result in answer.results[:1]:
            left_out |= {_plain(_bare(part)) for part in result.best.passage.heading_path[-1:]}
        found: dict[str, Lead] = {}
        for _, text, resource in sorted(self._wordings(rows, vector), key=_nearest):
            plain, is_read = _plain(text), way.language in ("", primary(resource.language))
            if is_read and plain not in left_out and plain not in found:
                found[plain] = self._lead((sight, text), resource, question)
        return tuple(islice(found.values(), _KEPT))

    def waiting(self, most: int) -> list[tuple[Lead, Question]]:
        """Up to `most` wordings of which nothing is known, each with the question to ask; they
        wait no longer. What is to be learned as a whole is read on where none
        wait."""
        while self._unread and len(self._waiting) < most:
            if next(self._unread[0], None) is None:
                self._unread.popleft()
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def _begin(self, sight: bytes, hidden: NDArray[np.int64], question: Question) -> None:
        """Has all learned that such people see, or the first would be offered nothing."""
        with self._lock:
            if sight not in self._begun:
                self._begun.add(sight)
                self._unread.append(islice(self._read(sight, hidden, question), _AT_FIRST))

    def _read(self, sight: bytes, hidden: NDArray[np.int64], question: Question) -> Iterator[Lead]:
        """Lets one wording wait a step: what owners say is asked, then titles, then headings."""
        snapshot, unseen = self._snapshot, set(hidden.tolist())
        for row, texts in self._asked.items():
            if (number := int(snapshot.owners[row])) not in unseen:
                for text in texts:
                    yield self._lead((sight, text), snapshot.resources[number], question)
        seen = [one for one in range(len(snapshot.resources)) if one not in unseen]
        for number in seen:
            resource = snapshot.resources[number]
            yield self._lead((sight, resource.title), resource, question)
        for number in seen:
            headings = [one.heading_path[-1:] for one in snapshot.passages_of(number)]
            for [text] in filter(None, dict.fromkeys(headings)):
                yield self._lead((sight, _bare(text)), snapshot.resources[number], question)

    def _lead(self, key: _Key, resource: Resource, question: Question) -> Lead:
        with self._lock:
            if (lead := self._known.get(key)) is None:
                lead = self._known[key] = Lead(key[1], resource.id)
                if _is_fit(lead.text):
                    self._waiting.append((lead, _asking(lead, question)))
            return lead

    def _wordings(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32]
    ) -> Iterator[tuple[float, str, Resource]]:
        """What passages stand under and what their owners say is asked, with how near it is."""
        snapshot = self._snapshot
        standing = snapshot.headings.standing(rows, vector)
        near = zip(rows.tolist(), standing.title.tolist(), standing.heading.tolist(), strict=True)
        for row, title, heading in near:
            resource = snapshot.resources[snapshot.owners[row]]
            if heading >= _NEAR:
                yield from ((heading, text, resource) for text in self._asked.get(row, ()))
                for text in snapshot.passage(row).heading_path[-1:]:
                    yield heading, _bare(text), resource
            if title >= _NEAR:
                yield title, resource.title, resource


def learn(lead: Lead, answer: Answer) -> None:
    """Notes what the answer to the wording tells of it."""
    is_plain = answer.pinned is None and answer.sensitive is None
    if answer.outcome is Outcome.ANSWERED and is_plain:
        best = answer.results[0]
        if best.resource.id == lead.resource_id:
            lead.place = best.resource.id, best.best.passage.ordinal


def _asking(lead: Lead, question: Question) -> Question:
    who, when = question.audience, question.asked_at
    return Question(lead.text, asked_at=when, audience=who, top_k=1, hits_each=1)


def _nearest(wording: tuple[float, str, Resource]) -> float:
    return -wording[0]


def _bare(heading: str) -> str:
    """Without the number before it."""
    return _NUMBERING.sub("", " ".join(heading.split()))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _is_fit(text: str) -> bool:
    """Whether it can be asked by itself; of a sensitive topic nothing is offered."""
    count = len(text.split())
    fits = _FEWEST_WORDS <= count <= _MOST_WORDS and len(text) <= MAX_LEAD_CHARS
    return fits and text.isprintable() and not any(sensitive(text, one) for one in LANGUAGES)
