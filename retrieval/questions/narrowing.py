"""Which resources a question is about, by what they are rather than by what they say."""

from __future__ import annotations

from dataclasses import dataclass

from snapshot.formats import extension
from snapshot.models import Resource


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Resources that fit in every respect; a respect that is empty asks for nothing.

    `kinds` are kinds ("video") and endings of files (".pdf"); `folders` are folders of the content
    folder ("time-off"), with what lies deeper; `languages` are primary subtags ("de" takes
    "de-AT", too); `tags` are compared without case. What has no duration is not within
    `max_minutes`.
    """

    kinds: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    max_minutes: int | None = None

    def __bool__(self) -> bool:
        return self != ALL

    def takes(self, resource: Resource) -> bool:
        """Whether the resource fits."""
        minutes = resource.duration_minutes
        if self.max_minutes is not None and (minutes is None or minutes > self.max_minutes):
            return False
        return all(
            not wanted or not wanted.isdisjoint(there)
            for wanted, there in (
                (self.kinds, (resource.kind.value, extension(resource.path))),
                (self.folders, folders_of(resource)),
                (self.tags, [tag.casefold() for tag in resource.tags]),
                (self.languages, [resource.language.partition("-")[0]]),
            )
        )


ALL = Narrowing()


def folders_of(resource: Resource) -> list[str]:
    """The folders that the resource lies in, from the outermost: "a/b/c.md" -> ["a", "a/b"]."""
    parts = resource.path.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
