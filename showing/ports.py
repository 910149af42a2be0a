"""What the bot and the portal are both given. Each protocol lists only what is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from analytics.events import Event
from analytics.links import STILL
from retrieval.answer import Answer, Question, Result
from snapshot.formats.format_row import Kind
from snapshot.models import Page, Resource


class Answerer(Protocol):
    """Answers questions."""

    async def answer(self, question: Question) -> Answer:
        """The answer. Raises `errors.SignpostError` if there can be none now, for example without
        an index or if too many people ask."""


class Recorder(Protocol):
    """The query log."""

    def record(self, event: Event) -> None:
        """Takes the event and returns at once; writing it is the recorder's affair."""


class Pseudonymiser(Protocol):
    """Keeps names out of the log."""

    def pseudonym(self, tenant_id: str, person_id: str) -> str:
        """The same for the same two strings, and telling nothing of them."""

    def every(self, tenant_id: str, person_id: str) -> Sequence[str]:
        """All that they have or had, under each secret."""


class LinkMaker(Protocol):
    """Makes links that tell the query log when they are followed."""

    def link(
        self, query_id: str, rank: int, url: str, resource_id: str = "", restricted: bool = False
    ) -> str:
        """The address that leads to a result's `url` by way of `GET /o/{token}`. The rank of a
        link within a passage is `analytics.links.NO_RESULT`. `resource_id` is empty for what is
        not served; a `restricted` resource is not for everyone. Raises ValueError for a url that
        cannot be linked, such as one that is too long."""

    def picture(self, resource_id: str, page: int, sentence: str) -> str:
        """The address of a picture of that page of a PDF, with the sentence marked, or of a
        recording (`analytics.links.STILL`). It opens for a week, for whoever has it."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom people can ask instead, by name and by a link (https: or mailto:); either can be
    empty."""

    name: str = ""
    url: str = ""


NOBODY = Contact()


def link_or_none(
    links: LinkMaker, query_id: str, rank: int, url: str, resource: Resource
) -> str | None:
    """The link to a place in `resource`; None for a url that cannot be linked."""
    try:
        return links.link(query_id, rank, url, resource.id, bool(resource.only_for))
    except ValueError:
        return None


def picture_of(links: LinkMaker, result: Result) -> str:
    """The address of a picture of the page on which the result's passage stands; empty if there is
    none: no page of a PDF, not kept by the build, or not for everyone."""
    resource, best = result.resource, result.best
    if not resource.pages or resource.only_for or not isinstance(best.locator, Page):
        return ""
    return links.picture(resource.id, best.locator.number, best.sentence_text)


def card_picture_of(links: LinkMaker, result: Result) -> str:
    """The same for a card, which shows recordings that are for everyone, too."""
    resource = result.resource
    if resource.kind is Kind.VIDEO and not resource.only_for:
        return links.picture(resource.id, STILL, "")
    return picture_of(links, result)
