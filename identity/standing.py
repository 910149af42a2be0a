"""What somebody belongs to, and by what: for who looks after audiences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from identity.audience_file import Members
from identity.audiences import ids_granting
from snapshot.models import EVERYONE


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody's groups (names by ids), or why they are not known (`unknown`); the audiences that
    they belong to, each with the reasons; and other audiences that there are."""

    object_id: str
    groups: Mapping[str, str]
    unknown: str
    audiences: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]


def standing(
    object_id: str,
    groups: Mapping[str, str] | str,
    members: Members,
    in_use: Collection[str],
) -> Standing:
    """`groups` is the reason if they are not known, `members` whom the audiences file lists, and
    `in_use` the audiences that content is for."""
    unknown, known = (groups, {}) if isinstance(groups, str) else ("", groups)
    ids = {object_id.lower(): "this person"}
    ids |= {
        id_: f"the group {name} ({id_})" if name else f"the group {id_}"
        for id_, name in known.items()
    }
    audiences: dict[str, tuple[str, ...]] = {EVERYONE: ("everybody belongs to it",)}
    for name, granting in sorted(ids_granting(members, in_use).items()):
        if reasons := tuple(
            f"it is called by the id of {who}"
            if id_ == name.lower()
            else f"the audiences file lists {who}"
            for id_, who in ids.items()
            if id_ in granting
        ):
            audiences[name] = reasons
    others = tuple(sorted({*members, *in_use} - set(audiences)))
    return Standing(object_id, known, unknown, audiences, others)


def told(found: Standing) -> Iterator[str]:
    """The lines that a person reads."""
    yield f"Person {found.object_id}"
    yield ""
    if found.unknown:
        yield f"Groups: not known. {found.unknown}"
    else:
        yield "Groups, by Microsoft Graph:" if found.groups else "Groups: none, by Microsoft Graph"
        yield from (f"  {id_}  {name}".rstrip() for id_, name in found.groups.items())
    yield ""
    yield "Belongs to"
    for name, reasons in found.audiences.items():
        yield f"  {name}: {'; '.join(reasons)}"
    if found.others:
        yield ""
        yield f"Does not belong to {', '.join(found.others)}"
