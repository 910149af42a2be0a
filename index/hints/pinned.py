"""`_pinned.yaml` in a content folder: answers that a person has fixed for certain words.

A list of entries. Each has `wordings`, or the `topic` that it fills in, or both; and a `place`, as
golden questions name one, or a `text`, which may be given by language. It is validated as content
is, and has what it does not say itself from the folder's `_folder.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from errors import ContentError
from index.content.folders import Folders, load_yaml, refusal_for
from index.content.inventory import PINNED_FILE
from index.content.metadata import (
    VALIDATION_FIELDS,
    Metadata,
    check_names,
    check_url,
    check_wording,
    layer,
    parse,
)
from index.content.validation import Reason, judge
from index.golden.places import (
    Lead,
    Served,
    as_it_is,
    passages_at,
    passages_by_path,
    paths_of,
    place_named,
    why_missing,
)
from index.readers import normalise
from index.readers.documents import LANGUAGE
from snapshot.manifest import Pinned, Refused, Topic
from snapshot.models import EVERYONE, Passage, Resource

_OWN = frozenset({"wordings", "topic", "place", "text", "contact", "contact_url"})
_LONGEST_TEXT = 1_500
_LONGEST_CONTACT = 120
_MOST_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class PinnedEntry:
    """A pinned answer that may be served, and the name of the place that it opens; empty for a
    text. The place's passage is known once documents are split."""

    pinned: Pinned
    place: str = ""

    def for_whom(self, served: Served) -> Pinned:
        """The pinned answer with its audience: what is for everyone and opens a place for few is
        for those few."""
        found = next((served[one][0] for one in paths_of(self.place) if one in served), None)
        if found is None or EVERYONE not in self.pinned.audience:
            return self.pinned
        return replace(self.pinned, audience=found.audience)


def load_pinned(
    content: Path, served: Served, today: date, lead: Lead = as_it_is
) -> tuple[tuple[PinnedEntry, ...], tuple[Refused, ...]]:
    """The folder's pinned answers that can be served on that day, and why the others cannot; none
    without the file. `lead` says how places are served. Of several that say something for the same
    words, or fill in the same topic, for the same people, the first is served."""
    if not (content / PINNED_FILE).exists():
        return (), ()
    try:
        listed = _listed(content)
        inherited = Folders(content).fields("")
    except ContentError as error:
        return (), (refusal_for(PINNED_FILE, error),)
    above = {name: inherited[name] for name in VALIDATION_FIELDS & inherited.keys()}
    kept: list[PinnedEntry] = []
    refused: list[Refused] = []
    taken: dict[object, int] = {}
    for number, values in enumerate(listed, start=1):
        path = f"{PINNED_FILE}:{number}"
        try:
            found = _entry(values, f"{PINNED_FILE}, entry {number}", path, above, today)
            if isinstance(found, PinnedEntry):
                found = replace(found, place=lead(found.place)[0])
                found = _checked(found, path, served, content, taken, number)
        except ContentError as error:
            found = refusal_for(path, error)
        if isinstance(found, Refused):
            refused.append(found)
        else:
            kept.append(found)
    return tuple(kept), tuple(refused)


def _listed(content: Path) -> list[Any]:
    """The file's entries. Raises ContentError if it is no list that is read here."""
    listed = load_yaml(content, PINNED_FILE) or []
    if not isinstance(listed, list):
        raise ContentError(
            f"{PINNED_FILE}: it must be a list, each entry beginning with `- wordings: ...` or "
            "`- topic: ...`"
        )
    if len(listed) > _MOST_ENTRIES:
        raise ContentError(
            f"{PINNED_FILE}: {len(listed)} entries; at most {_MOST_ENTRIES} are read"
        )
    return listed


def fixed(
    entries: Iterable[PinnedEntry], resources: Sequence[Resource], passages: Sequence[Passage]
) -> tuple[Pinned, ...]:
    """The pinned answers, each with the passage of its place. Raises ContentError if a place holds
    no text at all."""
    served: Served = {one.path: (one, ()) for one in resources}
    by_path = passages_by_path(resources, passages)
    return tuple(
        _with_passage(entry, served, by_path) if entry.place else entry.pinned for entry in entries
    )


def _with_passage(
    entry: PinnedEntry, served: Served, by_path: Mapping[str, Sequence[Passage]]
) -> Pinned:
    for passage, character in passages_at(entry.place, by_path):
        return replace(
            entry.for_whom(served),
            resource_id=passage.resource_id,
            ordinal=passage.ordinal,
            character=character,
        )
    raise ContentError(f"{PINNED_FILE}: the place {entry.place!r} holds no text: name another")


def _entry(
    values: Any, where: str, path: str, above: Mapping[str, Any], today: date
) -> PinnedEntry | Refused:
    """Raises ContentError for what is malformed; refuses what nobody has validated."""
    if not isinstance(values, dict):
        raise ContentError(f"{where}: it must be lines of `field: value`")
    check_names(values, where, _OWN | VALIDATION_FIELDS)
    theirs = {name: values[name] for name in VALIDATION_FIELDS & values.keys()}
    own = parse(theirs, where, is_ours=True, allowed=VALIDATION_FIELDS)
    try:
        wordings, topic = _wordings(values.get("wordings")), _topic(values.get("topic"))
        texts, place = _texts(values.get("text")), values.get("place")
        place = "" if place is None else place_named(place)
        contact = _line(values.get("contact"), "contact", _LONGEST_CONTACT)
        contact_url = _contact_url(values.get("contact_url"))
    except ValueError as error:
        raise ContentError(f"{where}: {error}") from error
    if not wordings and topic is None:
        raise ContentError(f"{where}: wordings or a topic must be given")
    if bool(texts) == bool(place):
        raise ContentError(f"{where}: either a place or a text must be given")
    metadata = Metadata(**layer(above, own))
    verdict = judge(metadata, path, today)
    if isinstance(verdict, Refused):
        return verdict
    audience = metadata.audience
    return PinnedEntry(
        Pinned(
            wordings, verdict, topic, texts=texts, contact_name=contact, contact_url=contact_url,
            audience=audience,
        ),
        place,
    )  # fmt: skip


def _checked(
    entry: PinnedEntry, path: str, served: Served, content: Path, taken: dict[object, int],
    number: int,
) -> PinnedEntry | Refused:  # fmt: skip
    """The entry, if its place is served and no other says something for the same."""
    readers = entry.for_whom(served).audience
    audience = tuple(sorted(readers))
    if entry.place and (reason := why_missing(entry.place, readers, served, content)):
        return Refused(path, Reason.NOT_SERVED, f"its place {reason}")
    said = [" ".join(wording.casefold().split()) for wording in entry.pinned.wordings]
    for one in (*said, *([entry.pinned.topic] if entry.pinned.topic else [])):
        first = taken.setdefault((one, audience), number)
        if first != number:
            raise ContentError(
                f"{PINNED_FILE}, entry {number}: {str(one)!r} stands in entry {first} already, for "
                "the same audience"
            )
    return entry


def _wordings(value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise ValueError(f"wordings must be a text or a list of texts, not {value!r}")
    return tuple(dict.fromkeys(map(check_wording, listed)))


def _topic(value: Any) -> Topic | None:
    if value is None:
        return None
    if value not in list(Topic):
        raise ValueError(f"topic is {value!r}; it must be one of {', '.join(Topic)}")
    return Topic(value)


def _texts(value: Any) -> dict[str, str]:
    """By language; a single text is for any."""
    by_language = value if isinstance(value, dict) else {} if value is None else {"": value}
    texts = {}
    for language, text in by_language.items():
        if language and not LANGUAGE.fullmatch(language):
            raise ValueError(f"text has {language!r}, which is no language tag such as en or pt-BR")
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"text must be words, or words by language, not {text!r}")
        if len(text) > _LONGEST_TEXT:
            raise ValueError(
                f"text has {len(text)} characters, and a card takes {_LONGEST_TEXT}: open a place "
                "instead"
            )
        texts[language] = normalise.lines(text)
    return texts


def _line(value: Any, name: str, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(f"{name} must be a text of at most {most} characters, not {value!r}")
    return normalise.prose(value)


def _contact_url(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(("mailto:", "tel:")) and " " not in value:
        return value
    try:
        if isinstance(value, str) and not value.startswith("/"):
            return check_url(value)
    except ValueError:
        pass  # said below
    raise ValueError(
        f"contact_url is {value!r}; it must begin with https://, http://, mailto: or tel: and hold "
        "no spaces"
    )
