"""What other pages call a place: the words of the links that lead to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from snapshot.models import Passage, Resource, Whole

# Words that lead to more resources than this name none of them: "see below", "the form".
_MOST_TARGETS = 4
# The commonest words that say only that there is a link, for folders too small to show it.
_GENERIC = frozenset(
    (
        *("here", "click here", "this", "this page", "this link", "this guide", "link", "page"),
        *("more", "read more", "learn more", "see more", "more information", "details"),
        *("documentation", "docs"),
    )
)
_MOST_WORDINGS = 8


@dataclass(frozen=True, slots=True)
class LinkedAs:
    """The words of links to the passages of these rows."""

    words: str
    rows: tuple[int, ...]


def linked_as(resources: Sequence[Resource], passages: Sequence[Passage]) -> list[LinkedAs]:
    """The words by which other resources link to each section, or to a resource as a whole, which
    stands for its beginning; of a place the eight that most resources use, in lower case.

    Links of what is not for everyone do not count, since nobody else may notice them, and words
    name too many only among what is for the same people; each group of people has its own. Neither
    count words that name nothing, or only what the place is called anyway.
    """
    by_id = {one.id: one for one in resources}
    sources: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for one in passages:
        for link in () if by_id[one.resource_id].only_for else one.links:
            if link.resource_id in by_id and link.resource_id != one.resource_id:
                words = " ".join(one.text[link.start : link.end].split()).casefold()
                sources[words, link.resource_id, link.url].add(one.resource_id)
    targets = Counter((words, by_id[there].only_for) for words, there in {k[:2] for k in sources})
    wordings: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for (words, resource_id, url), using in sources.items():
        count = targets[words, by_id[resource_id].only_for]
        if count <= _MOST_TARGETS and _names_something(words):
            wordings[resource_id, url].append((-len(using), words))
    rows: defaultdict[tuple[tuple[str, ...], str], set[int]] = defaultdict(set)
    for row, one in enumerate(passages):
        resource = by_id[one.resource_id]
        url = resource.url_at(one.locator)
        places = {} if url == resource.url else {url: next(reversed(one.heading_path), "")}
        if not one.ordinal or isinstance(one.locator, Whole):
            places[resource.url] = resource.title
        for url, called in places.items():
            for _, words in sorted(wordings.get((resource.id, url), ()))[:_MOST_WORDINGS]:
                if words != called.casefold():
                    rows[resource.only_for, words].add(row)
    return [LinkedAs(words, tuple(sorted(found))) for (_, words), found in rows.items()]


def _names_something(words: str) -> bool:
    is_address = "://" in words or words.startswith("www.")
    return words not in _GENERIC and not is_address and any(map(str.isalpha, words))
