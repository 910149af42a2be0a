"""Who you are in development: nobody signs in, so somebody can be chosen to stand in.

`GET /who` lists everybody who can be: anyone, people and groups of the audiences file, and one
person for each role. The choice is a cookie that only this machine's own pages are sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from identity.person import Person, Role
from portal.forms import form_of
from portal.languages import words_of
from portal.pages import Way, page
from portal.visitors import Visitors
from words.catalogue import Words

COOKIE = "signpost-stand-in"
_ROLES = {
    Role.EDITOR: "an editor",
    Role.ANALYST: "an analyst",
    Role.ADMIN: "an administrator",
}

Members = Callable[[], Awaitable[Mapping[str, frozenset[str]]]]
"""By audience the object ids in it."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody to be: `key` is what the cookie holds, `about` what they see or may."""

    key: str
    person: Person
    about: str


class StandIns:
    """Knows people by what they have chosen to be (`portal.visitors.Who`). `tenant_id` is that of
    all of them."""

    def __init__(self, members: Members, tenant_id: str) -> None:
        self._members = members
        self._tenant_id = tenant_id

    def routes(self, visitors: Visitors) -> list[web.RouteDef]:
        """What is to be added to the application."""
        known = visitors.require()
        return [web.get("/who", known(self.show)), web.post("/who", known(self.choose))]

    async def person(self, request: web.Request) -> Person:
        key = request.cookies.get(COOKIE)
        everybody = await self._all(words_of(request))
        return next((one.person for one in everybody if one.key == key), everybody[0].person)

    def refresh(self, request: web.Request, response: web.StreamResponse) -> None:
        """The choice holds until the browser is closed."""

    def ask(self, request: web.Request) -> web.Response:
        raise AssertionError("in development everybody is somebody")

    def badge(self, say: Words, person: Person) -> Way:
        return Way(say("As {name}", name=person.name), "/who")

    async def show(self, request: web.Request) -> web.Response:
        """The page on which to choose."""
        chosen = request.cookies.get(COOKIE, "")
        everyone = await self._all(words_of(request))
        if chosen not in {one.key for one in everyone}:
            chosen = ""
        return page(request, "who.html", {"stand_ins": everyone, "chosen": chosen, "badge": None})

    async def choose(self, request: web.Request) -> web.Response:
        """Takes the form's `key`."""
        form = await form_of(request)
        keys = {one.key for one in await self._all(words_of(request))}
        response = web.Response(status=303, headers={"Location": "/"})
        key = form.get("key", "")
        response.set_cookie(
            COOKIE, key if key in keys else "", httponly=True, samesite="Strict", path="/"
        )
        return response

    async def _all(self, say: Words) -> list[StandIn]:
        """Everybody, the one who is nobody in particular first."""
        audiences: dict[str, set[str]] = defaultdict(set)
        for audience, ids in (await self._members()).items():
            for object_id in ids:
                audiences[object_id].add(audience)
        listed = [
            StandIn(
                object_id,
                Person(
                    name=say("somebody of {names}", names=", ".join(sorted(names))),
                    object_id=object_id,
                    tenant_id=self._tenant_id,
                ),
                object_id,
            )
            for object_id, names in sorted(audiences.items(), key=lambda one: sorted(one[1]))
        ]
        roles = [
            StandIn(
                role,
                Person(name=say(name), tenant_id=self._tenant_id, roles=frozenset({role})),
                say("has the role {role}", role=role),
            )
            for role, name in _ROLES.items()
        ]
        everyone = StandIn("", Person(name=say("Everyone")), say("sees what is for everyone"))
        return [everyone, *listed, *roles]
