"""`GET /privacy`: what is kept of whoever looks; `POST /privacy` forgets them."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from aiohttp import web

from analytics.erasing.erasure import Cause
from errors import LogError
from identity.person import Person
from portal.forms import form_of
from portal.languages import words_of
from portal.pages import Way, message_page, page
from portal.visitors import PERSON, Visitors
from showing.own_records import OwnRecords

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OwnDataPage:
    """Tells people what is kept of them, and has it erased."""

    records: OwnRecords

    def routes(self, visitors: Visitors) -> list[web.RouteDef]:
        """What is to be added to the application."""
        known = visitors.require()
        return [web.get("/privacy", known(self.show)), web.post("/privacy", known(self.forget))]

    async def show(self, request: web.Request) -> web.Response:
        """What is kept, and a button."""
        try:
            kept = await self.records.known(*_ids(request[PERSON]))
        except LogError as error:
            return _away(request, error)
        context = {
            "kept": kept,
            "keep": self.records.keep,
            "privacy_url": self.records.privacy_url,
            "badge": None,
        }
        return page(request, "privacy.html", context)

    async def forget(self, request: web.Request) -> web.Response:
        """Erases it if the form says so."""
        if (await form_of(request)).get("sure") != "1":
            raise web.HTTPSeeOther("/privacy")
        try:
            erased = await self.records.forget(Cause.PAGE, *_ids(request[PERSON]))
        except LogError as error:
            return _away(request, error)
        say = words_of(request)
        return message_page(
            request,
            say("You are forgotten"),
            say(
                "Erased: your questions ({questions}) and ratings ({ratings}). What you ask from "
                "now on is kept as before. The chat in Teams is kept by Microsoft.",
                questions=say.number(erased["questions"]),
                ratings=say.number(erased["ratings"]),
            ),
            status=200,
            search=True,
        )


def _ids(person: Person) -> tuple[str, str]:
    return person.tenant_id, person.object_id


def _away(request: web.Request, error: LogError) -> web.Response:
    log.warning("own_data.away", error=str(error))
    say = words_of(request)
    return message_page(
        request,
        say("That cannot be looked up now"),
        say(
            "What is kept of you cannot be reached at the moment. Nothing was erased. Try again in "
            "a few minutes."
        ),
        status=503,
        ways=[Way(say("Try again"), "/privacy")],
    )
