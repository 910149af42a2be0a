"""What stands below the search field before a question is asked, for one visitor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.links import NO_RESULT
from analytics.problem_reports import Problem
from showing.ports import LinkMaker
from snapshot.formats.format_row import Kind
from snapshot.manifest import Collection, CollectionStep
from snapshot.models import EVERYONE, Resource

_NEW_FOR = timedelta(days=60)
_REVIEW_WITHIN = timedelta(days=30)
_MOST_NEW = 5
_MOST_SHORT = 4
_MOST_DUE = 10
SHORT_MINUTES = 5
NO_QUERY = "home"


@dataclass(frozen=True, slots=True)
class Item:
    """A resource, or a place in one, as a line that opens it; `note` is what an owner says."""

    resource: Resource
    open_url: str
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownCollection:
    """A collection with what its reader may open of it; `minutes` are those that its parts take, as
    far as they are known."""

    collection: Collection
    items: tuple[Item, ...]

    @property
    def minutes(self) -> int:
        return sum(item.resource.duration_minutes or 0 for item in self.items)


@dataclass(frozen=True, slots=True)
class HomeView:
    """`popular` is opened by most people; `new` was validated lately, the latest first; `short` are
    recordings of a few minutes; `due`, for those who look after content, is to be reviewed soon,
    the soonest first, and `reported` holds what is wrong with something, as `note`."""

    collections: tuple[ShownCollection, ...] = ()
    popular: tuple[Item, ...] = ()
    new: tuple[Item, ...] = ()
    short: tuple[Item, ...] = ()
    due: tuple[Item, ...] = ()
    reported: tuple[Item, ...] = ()
    has_videos: bool = False


NO_HOME = HomeView()


def home_view(
    seen: Sequence[Resource],
    collections: Sequence[Collection],
    links: LinkMaker,
    audience: frozenset[str],
    today: date,
    *,
    looks_after_content: bool,
    popular: Sequence[str] = (),
    problems: Sequence[Problem] = (),
) -> HomeView:
    """What somebody of that audience is shown. `seen` is all that they may see today, `popular` the
    ids of what is opened most, best first, for whomever it is, and so is `problems` what was
    reported."""
    by_id = {one.id: one for one in seen}
    most = [by_id[name] for name in popular if name in by_id]
    dated = sorted(seen, key=lambda one: one.validation.validated_on, reverse=True)
    new = [one for one in dated if today - one.validation.validated_on <= _NEW_FOR]
    short = [
        one
        for one in dated
        if one.kind is Kind.VIDEO and one.duration_minutes and one.duration_minutes <= SHORT_MINUTES
    ]
    due = sorted(
        (review_by, one.path, one)
        for one in seen
        if (review_by := one.validation.review_by) and review_by - today <= _REVIEW_WITHIN
    )
    return HomeView(
        collections=shown_collections(collections, seen, links, audience, today),
        popular=_items(most[:_MOST_NEW], links),
        new=_items(new[:_MOST_NEW], links),
        short=_items(short[:_MOST_SHORT], links),
        due=_items([one for *_, one in due[:_MOST_DUE]], links) if looks_after_content else (),
        reported=tuple(
            Item(by_id[one.resource_id], f"/resources/{one.resource_id}", note=one.text)
            for one in problems
            if one.resource_id in by_id
        )[:_MOST_DUE],
        has_videos=any(one.kind is Kind.VIDEO for one in seen),
    )


def shown_collections(
    collections: Sequence[Collection],
    seen: Sequence[Resource],
    links: LinkMaker,
    audience: frozenset[str],
    today: date,
) -> tuple[ShownCollection, ...]:
    """Those in which there is something for somebody of that audience."""
    by_id = {one.id: one for one in seen}
    readers = audience | {EVERYONE}
    return tuple(
        ShownCollection(one, items)
        for one in collections
        if not readers.isdisjoint(one.audience) and one.validation.holds_on(today)
        if (
            items := tuple(
                _item(links, step, by_id) for step in one.steps if step.resource_id in by_id
            )
        )
    )


def _items(resources: Sequence[Resource], links: LinkMaker) -> tuple[Item, ...]:
    return tuple(Item(one, open_link(links, one.url, one)) for one in resources)


def _item(links: LinkMaker, step: CollectionStep, by_id: dict[str, Resource]) -> Item:
    resource = by_id[step.resource_id]
    return Item(resource, open_link(links, step.url, resource), step.place, step.note)


def open_link(links: LinkMaker, url: str, resource: Resource) -> str:
    """The address that opens it; empty for one that cannot be linked."""
    try:
        return links.link(NO_QUERY, NO_RESULT, url, resource.id, bool(resource.only_for))
    except ValueError:
        return ""
