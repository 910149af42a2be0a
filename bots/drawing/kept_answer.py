"""An answer that was given, as it is kept: all that its card is drawn from, in few bytes.

How it was found, such as the time that each stage took, is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from bots.actions import Offer
from bots.drawing.shown import ShownAnswer
from retrieval.answer import Answer, Hit, NotUnderstood, OpenLink, Outcome, Question, Result, Span
from showing.ports import Contact
from snapshot.manifest import Pinned
from snapshot.models import Resource
from snapshot.resource_json import passage_from_dict, passage_to_dict

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given, in which chat, and to whom (a pseudonym)."""

    view: ShownAnswer
    chat: str
    asker: str

    def is_for(self, chat: str, asker: str) -> bool:
        """Whether its card can be pressed there, by who that is."""
        return self.chat == chat and (not self.view.private or self.asker == asker)


# The fields of what is kept have the names of those that they come from. Passages are written as
# in a snapshot: msgspec does not read a place, which may be of one class or another.


class _Hit(msgspec.Struct, array_like=True):
    passage: dict[str, Any]
    rank: int
    score: float
    dense_score: float
    lexical_score: float
    late_score: float
    sentence: Span
    links: tuple[OpenLink, ...]


class _Result(msgspec.Struct, array_like=True):
    resource: Resource
    rank: int
    hits: tuple[_Hit, ...]


class _Answer(msgspec.Struct, array_like=True):
    question: Question
    outcome: Outcome
    results: tuple[_Result, ...]
    confidence: float
    took_ms: float
    snapshot_id: str
    earlier: str
    understood: tuple[tuple[str, str], ...]
    not_understood: NotUnderstood | None
    pinned: Pinned | None


class _View(msgspec.Struct, array_like=True):
    query_id: str
    answer: _Answer
    links: tuple[str, ...]
    contact: Contact
    files_ignored: bool
    shortened: bool
    emergency_number: str
    narrowed_to: str
    inner_links: tuple[OpenLink, ...]
    by_button: bool
    offers: tuple[Offer, ...]
    asks: tuple[str, ...]
    picture: str = ""
    private: bool = False
    tag: str = ""


class _Given(msgspec.Struct, array_like=True):
    view: _View
    chat: str
    asker: str


_DECODER = msgspec.msgpack.Decoder(_Given)


def pack(given: Given) -> bytes:
    """The answer as MessagePack, without the hits that no card shows."""
    answer = given.view.answer
    results = tuple(_copy(one, _Result, hits=(_kept_hit(one.best),)) for one in answer.results)
    view = _copy(given.view, _View, answer=_copy(answer, _Answer, results=results))
    return msgspec.msgpack.encode(_copy(given, _Given, view=view))


def unpack(packed: bytes) -> Given:
    """The answer that `pack` wrote. Raises whatever it likes if it is none."""
    kept = _DECODER.decode(packed)
    results = tuple(
        _made(one, Result, hits=tuple(_found_hit(hit, one.resource.id) for hit in one.hits))
        for one in kept.view.answer.results
    )
    view = _made(kept.view, ShownAnswer, answer=_made(kept.view.answer, Answer, results=results))
    return _made(kept, Given, view=view)


def _kept_hit(hit: Hit) -> _Hit:
    return _copy(hit, _Hit, passage=passage_to_dict(hit.passage))


def _found_hit(hit: _Hit, resource_id: str) -> Hit:
    return _made(hit, Hit, passage=passage_from_dict(hit.passage, resource_id))


def _copy(value: Any, type_: type[T], **changed: Any) -> T:
    names = type_.__struct_fields__  # type: ignore[attr-defined]
    return type_(**{name: getattr(value, name) for name in names} | changed)


def _made(kept: msgspec.Struct, type_: type[T], **changed: Any) -> T:
    return type_(**{name: getattr(kept, name) for name in kept.__struct_fields__} | changed)
