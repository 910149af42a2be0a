"""Links within what is shown of a passage: the words that an author linked stay links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from analytics.links import NO_RESULT
from retrieval.answer import OpenLink, Result
from showing.excerpt import Excerpt
from showing.ports import LinkMaker

# A card has 28 KB, and its buttons and further results want room.
_MOST = 6
_LONGEST_URL = 800


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row: `marked` ones belong to the sentence that answers; `link` is what they open,
    if they do."""

    text: str
    marked: bool
    link: OpenLink | None = None


def signed(result: Result, query_id: str, links: LinkMaker) -> tuple[OpenLink, ...]:
    """The links of the best passage as they are shown: by way of our server, which knows the
    addresses of what it serves itself."""
    found = []
    for link in result.best.links:
        try:
            url = links.link(query_id, NO_RESULT, link.url, link.resource_id, link.restricted)
        except ValueError:  # it cannot be linked
            continue
        if len(url) <= _LONGEST_URL:
            found.append(replace(link, url=url))
    return tuple(found)


def pieces(shown: Excerpt, links: Iterable[OpenLink] = ()) -> Iterator[Piece]:
    """The excerpt cut where its sentence and its links begin and end; at most six stay links."""
    text = f"{shown.before}{shown.sentence}{shown.after}"
    sentence = len(shown.before), len(shown.before) + len(shown.sentence)
    moved = [(link.start - shown.start, link.end - shown.start, link) for link in links]
    inside = [one for one in moved if one[0] >= 0 and one[1] <= len(text)][:_MOST]
    cuts = {0, len(text), *sentence, *(cut for start, end, _ in inside for cut in (start, end))}
    for start, end in pairwise(sorted(cuts)):
        link = next((one for first, last, one in inside if first <= start and end <= last), None)
        yield Piece(text[start:end], sentence[0] <= start and end <= sentence[1], link)
