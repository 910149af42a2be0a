"""Who looks at a page, and what they may: the same for every route of the portal.

A route is wrapped in `Visitors.require`; within it `request[PERSON]` is who it is. A request that
changes something must come from a page of ours: browsers say so in `Sec-Fetch-Site`, older ones in
`Origin`, which then names the host that `portal.host_check` has let through. Whatever sends neither
is no browser and has nobody's cookies.

Other programs bring a token for somebody instead of a cookie: `Authorization: Bearer ...`
(RFC 6750), to the routes of the interface alone.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from cachetools import LRUCache

from errors import KeysUnavailable, SignInRefused
from identity.person import Person, Role
from portal.languages import words_of
from portal.pages import SAFETY_HEADERS, Way, message_page
from showing.ports import NOBODY, Contact
from words.catalogue import ENGLISH, Words, words_for

log = structlog.get_logger(__name__)

PERSON = web.RequestKey("person", Person)
_SAFE = {"GET", "HEAD"}
_COUNTED = 10_000  # people at once
_ROLES = {
    Role.READER: "people who may sign in",
    Role.EDITOR: "editors",
    Role.ANALYST: "analysts",
    Role.ADMIN: "administrators",
}


class AudiencesOf(Protocol):
    """Knows the audiences that somebody belongs to."""

    async def audience(self, person: Person) -> frozenset[str]: ...


class Who(Protocol):
    """How people are known here."""

    async def person(self, request: web.Request) -> Person | None:
        """Who sends the request; None if that cannot be seen."""

    def refresh(self, request: web.Request, response: web.StreamResponse) -> None:
        """Lets a known person's session go on."""

    def ask(self, request: web.Request) -> web.Response:
        """The page for somebody unknown: it leads back here once they are known."""

    def badge(self, say: Words, person: Person) -> Way | None:
        """What the head of a page says of who it is, and where that leads."""


class Allowance:
    """Counts what programs ask for each person: so many requests `a_minute`, by the clock's own
    minutes. `clock` gives seconds."""

    def __init__(self, a_minute: int = 120, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute = a_minute
        self._clock = clock
        self._taken: LRUCache[tuple[str, str, int], int] = LRUCache(_COUNTED)

    def wait_s(self, person: Person) -> int:
        """Takes one request; 0 if it may go on, else after how many seconds there is another."""
        minute, second = divmod(int(self._clock()), 60)
        key = person.tenant_id, person.object_id, minute
        taken = self._taken[key] = self._taken.get(key, 0) + 1
        return 0 if taken <= self._a_minute else 60 - second


class Unknown:
    """Nobody is known: there is no sign-in."""

    def __init__(self, contact: Contact = NOBODY) -> None:
        self._contact = contact

    async def person(self, request: web.Request) -> Person | None:
        return None

    def refresh(self, request: web.Request, response: web.StreamResponse) -> None:
        """There is no session."""

    def ask(self, request: web.Request) -> web.Response:
        say = words_of(request)
        return message_page(
            request,
            say("This opens for certain people only"),
            say(
                "In a browser Signpost cannot see yet who you are, so it opens this for nobody. In "
                "Teams it knows you: ask your question there, and read the answer on the card."
            ),
            status=403,
            ways=contact_way(say, self._contact),
        )

    def badge(self, say: Words, person: Person) -> Way | None:
        return None


@dataclass(frozen=True, slots=True)
class Visitors:
    """Lets people in. `contact` is whom to ask for a role; `tokens` reads whom a token names, if
    tokens are taken, and raises SignInRefused or KeysUnavailable; `allowance` holds back who asks
    too much by tokens."""

    who: Who
    audiences: AudiencesOf
    contact: Contact = NOBODY
    tokens: Callable[[str], Awaitable[Person]] | None = None
    allowance: Allowance = field(default_factory=Allowance)

    def require(
        self, role: Role = Role.READER, *, api: bool = False
    ) -> Callable[[Handler], Handler]:
        """Wraps a handler: only people with that role, or administrators, get through to it. An
        `api` answers others in JSON, a page with the way to sign in or whom to ask."""

        def wrap(handler: Handler) -> Handler:
            async def guarded(request: web.Request) -> web.StreamResponse:
                if request.method not in _SAFE and not self._is_ours(request):
                    log.info("portal.foreign_request", path=request.path)
                    return self._foreign(request, api=api)
                token = _bearer(request) if api and self.tokens else ""
                try:
                    person = await self._person(request, token)
                except SignInRefused as error:
                    log.warning("portal.token_refused", reason=str(error))
                    return _unknown("the token is no good", ', error="invalid_token"')
                except KeysUnavailable as error:
                    log.warning("portal.token_unread", reason=str(error))
                    return _json_error(503, "whether the token is good cannot be told now")
                if person is None:
                    return _unknown("sign in first") if api else self.who.ask(request)
                if token and (wait_s := self.allowance.wait_s(person)):
                    refusal = _json_error(429, f"too many requests: ask again in {wait_s} seconds")
                    refusal.headers["Retry-After"] = str(wait_s)
                    return refusal
                if not {role, Role.ADMIN} & (person.roles | {Role.READER}):
                    return self._without_role(request, role, api=api)
                request[PERSON] = person
                response = await handler(request)
                if not response.prepared and not token:
                    self.who.refresh(request, response)
                return response

            return guarded

        return wrap

    async def audience(self, request: web.Request) -> frozenset[str]:
        """The audiences of whoever sends a request that came through `require`."""
        return await self.audiences.audience(request[PERSON])

    def badge(self, request: web.Request) -> Way | None:
        """What the head of the page says of them."""
        return self.who.badge(words_of(request), request[PERSON])

    async def _person(self, request: web.Request, token: str) -> Person | None:
        if token and self.tokens:
            return await self.tokens(token)
        return await self.who.person(request)

    def _is_ours(self, request: web.Request) -> bool:
        if site := request.headers.get("Sec-Fetch-Site"):
            return site == "same-origin"
        origin = request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == request.host

    def _foreign(self, request: web.Request, *, api: bool) -> web.Response:
        say = _words(request, api=api)
        text = say("The request came from another site.")
        if api:
            return _json_error(403, text)
        return message_page(request, say("That did not come from here"), text, status=403)

    def _without_role(self, request: web.Request, role: Role, *, api: bool) -> web.Response:
        say = _words(request, api=api)
        people = say(_ROLES[role])
        text = say("This is for {people}, and you are none of them yet.", people=people)
        ways = contact_way(say, self.contact)
        if not ways:
            text = f"{text} {say('Ask whoever runs Signpost for you.')}"
        if api:
            return _json_error(403, text)
        return message_page(request, say("This is not open to you"), text, status=403, ways=ways)


def _words(request: web.Request, *, api: bool) -> Words:
    """Other programs are answered in English."""
    return words_for(ENGLISH) if api else words_of(request)


def contact_way(say: Words, contact: Contact) -> tuple[Way, ...]:
    """The way to whom people can ask."""
    if not contact.name and not contact.url:
        return ()
    label = say("Ask {name}", name=contact.name) if contact.name else say("Ask for help")
    return (Way(label, contact.url),)


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _unknown(words: str, why: str = "") -> web.Response:
    response = _json_error(401, words)
    response.headers["WWW-Authenticate"] = f'Bearer realm="Signpost"{why}'
    return response


def _json_error(status: int, text: str) -> web.Response:
    headers = {**SAFETY_HEADERS, "Cache-Control": "no-store"}
    return web.json_response({"error": text}, status=status, headers=headers)
