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
from portal.pages import Way, page
from portal.visitors import Visitors

COOKIE = "signpost-stand-in"
_EVERYONE = Person(name="Everyone")
_ROLES = {
    Role.EDITOR: "An editor",
    Role.ANALYST: "An analyst",
    Role.ADMIN: "An administrator",
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
        return next((one.person for one in await self._all() if one.key == key), _EVERYONE)

    def refresh(self, request: web.Request, response: web.StreamResponse) -> None:
        """The choice holds until the browser is closed."""

    def ask(self, request: web.Request) -> web.Response:
        raise AssertionError("in development everybody is somebody")

    def badge(self, person: Person) -> Way:
        return Way(f"As {person.name}", "/who")

    async def show(self, request: web.Request) -> web.Response:
        """The page on which to choose."""
        chosen = request.cookies.get(COOKIE, "")
        everyone = await self._all()
        if chosen not in {one.key for one in everyone}:
            chosen = ""
        return page("who.html", {"stand_ins": everyone, "chosen": chosen, "badge": None})

    async def choose(self, request: web.Request) -> web.Response:
        """Takes the form's `key`."""
        form = await request.post()
        keys = {one.key for one in await self._all()}
        response = web.Response(status=303, headers={"Location": "/"})
        key = str(form.get("key", ""))
        response.set_cookie(
            COOKIE, key if key in keys else "", httponly=True, samesite="Strict", path="/"
        )
        return response

    async def _all(self) -> list[StandIn]:
        audiences: dict[str, set[str]] = defaultdict(set)
        for audience, ids in (await self._members()).items():
            for object_id in ids:
                audiences[object_id].add(audience)
        listed = [
            StandIn(
                object_id,
                Person(
                    name=f"somebody of {', '.join(sorted(names))}",
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
                Person(name=name.lower(), tenant_id=self._tenant_id, roles=frozenset({role})),
                f"has the role {role}",
            )
            for role, name in _ROLES.items()
        ]
        return [StandIn("", _EVERYONE, "sees what is for everyone"), *listed, *roles]
