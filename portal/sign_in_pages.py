"""Sign-in, sign-out and the session cookies.

    GET  /sign-in?to=/...   to Entra ID, and from there back to the page
    GET  /sign-in/back      where Entra ID sends people: the registration's redirect URI
    GET  /tab?to=/...       where a tab in Teams begins
    POST /sign-in/teams     a Teams tab brings its token: `Authorization: Bearer ...`
    GET  /account           who it is, and the way out
    POST /sign-out          here; with `everywhere=1` in all browsers

In a browser the session is a cookie for our own pages (SameSite=Lax). In a Teams tab our page is in
a frame of another site, where browsers send only cookies of the frame's own partition (CHIPS,
https://developer.chrome.com/docs/privacy-sandbox/chips): the tab gets one of those.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import web
from cryptography.fernet import InvalidToken

from analytics.links import is_safe
from errors import KeysUnavailable, SignInRefused, SignInUnavailable
from identity.entra import BACK, Entra
from identity.person import Person, Role
from identity.sessions import Session, Sessions
from identity.sign_in import Flow
from keys import Keys
from portal.forms import form_of
from portal.languages import FRAMES, remember, words_of
from portal.pages import SAFETY_HEADERS, Way, message_page, page
from portal.visitors import PERSON, Visitors, contact_way
from showing.ports import NOBODY, Contact
from words.catalogue import Words

_FLOW_S = 600
_STATE_CHARS = 8
_STATE = re.compile(r"[A-Za-z0-9_-]+")
_NAMES = {Role.EDITOR: "Editor", Role.ANALYST: "Analyst", Role.ADMIN: "Administrator"}
_REFUSED = {
    "cancelled": (
        "You are not signed in",
        "The sign-in was cancelled, or your organisation does not let you in here.",
    ),
    "tenant": (
        "This account is of another organisation",
        "Sign in with the account that you use in Teams here.",
    ),
    "failed": (
        "The sign-in did not work",
        "It took too long, was begun in another window, or was refused. Try once more.",
    ),
}

_HEADERS = {**SAFETY_HEADERS, "Cache-Control": "no-store"}
_SENT = web.RequestKey("session_cookie", tuple[str, str, Session])  # its name, value and session

log = structlog.get_logger(__name__)


class SignInPages:
    """Knows people by their session, and gives them one (`portal.visitors.Who`)."""

    def __init__(
        self,
        entra: Entra,
        sessions: Sessions,
        keys: Keys,
        origin: str,
        contact: Contact = NOBODY,
    ) -> None:
        """`origin` is this server's; on loopback it may be http, and cookies are then sent so."""
        self._entra = entra
        self._sessions = sessions
        self._seal = keys.seal("sign-in")
        self._is_secure = urlsplit(origin).scheme == "https"
        # A cookie of this name can be set by this very host alone, over https.
        prefix = "__Host-" if self._is_secure else ""
        self._cookie, self._tab_cookie = f"{prefix}signpost", f"{prefix}signpost-tab"
        self._flow_cookie = f"{prefix}signpost-flow-"
        self._contact = contact

    def routes(self, visitors: Visitors) -> list[web.RouteDef]:
        """What is to be added to the application."""
        known = visitors.require()
        return [
            web.get("/sign-in", self.begin),
            web.get(BACK, self.finish),
            web.get("/tab", self.show_tab),
            web.post("/sign-in/teams", self.from_teams),
            web.get("/account", known(self.show_account)),
            web.post("/sign-out", known(self.sign_out)),
        ]

    # portal.visitors.Who

    async def person(self, request: web.Request) -> Person | None:
        for name in (self._tab_cookie, self._cookie):
            cookie = request.cookies.get(name)
            if cookie and (session := await self._sessions.read(cookie)):
                request[_SENT] = name, cookie, session
                return session.person
        return None

    def refresh(self, request: web.Request, response: web.StreamResponse) -> None:
        name, cookie, session = request[_SENT]
        is_set = any(
            one.startswith(f"{name}=") for one in response.headers.getall("Set-Cookie", ())
        )
        if not is_set and self._sessions.wants_renewal(cookie):
            self._set(response, name, self._sessions.write(session))

    def ask(self, request: web.Request) -> web.Response:
        if request.query.get("typing") == "1":  # the page's own script, which comes back by itself
            say = words_of(request)
            return message_page(
                request, say("You are signed out"), say("Sign in again."), status=401
            )
        to = request.path_qs if request.method == "GET" else "/"
        return _redirect(_sign_in_to(to))

    def badge(self, say: Words, person: Person) -> Way | None:
        return Way(person.name or say("Signed in"), "/account")

    # pages

    async def begin(self, request: web.Request) -> web.Response:
        """To Entra ID, or at once to where somebody known wants to go."""
        to = _path_of_ours(request.query.get("to", ""))
        if await self.person(request):
            return _redirect(to)
        if request.headers.get("Sec-Fetch-Dest") in FRAMES:  # where Microsoft's does not open
            return _redirect(f"/tab?{urlencode({'to': to})}")
        try:
            address, flow = await self._entra.sign_in.begin()
        except SignInUnavailable as error:
            return self._unavailable(request, error, to)
        name = self._flow_cookie + flow["state"][:_STATE_CHARS]  # several windows at once
        kept = {key: value for key, value in flow.items() if key != "auth_uri"}
        response = _redirect(address)
        sealed = self._seal.encrypt(json.dumps([kept, to]).encode()).decode()
        self._set(response, name, sealed, max_age_s=_FLOW_S)
        return response

    async def finish(self, request: web.Request) -> web.Response:
        """From Entra ID: who it is gets a session, and goes on to where they came from."""
        state = request.query.get("state", "")[:_STATE_CHARS]
        name = self._flow_cookie + (state if _STATE.fullmatch(state) else "")
        flow, to = self._flow(request.cookies.get(name, ""))
        try:
            person = await self._entra.sign_in.finish(flow, request.query)
        except SignInRefused as error:
            log.warning("sign_in.refused", reason=str(error))
            response = self._refused(request, error, to)
        except (SignInUnavailable, KeysUnavailable) as error:
            response = self._unavailable(request, error, to)
        else:
            response = _redirect(to)
            self._set(response, self._cookie, self._sessions.write(self._sessions.open(person)))
            log.info("sign_in.done", roles=[str(role) for role in sorted(person.roles)])
        self._set(response, name, "", max_age_s=0)
        return response

    async def show_tab(self, request: web.Request) -> web.Response:
        """Where a tab in Teams begins: its script signs the person in with Teams' token and comes
        back, to go on to where they want."""
        to = _path_of_ours(request.query.get("to", ""))
        if await self.person(request):
            response = _redirect(to)
            remember(request, response)
            return response
        context = {"to": to, "sign_in": _sign_in_to(to), "badge": None}
        return page(request, "tab.html", context)

    async def from_teams(self, request: web.Request) -> web.Response:
        """A session for a Teams tab: 200, or 401 for a token that is no good."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            person = await self._entra.tokens.in_teams(token if scheme == "Bearer" else "")
        except SignInRefused as error:
            log.warning("sign_in.refused", reason=str(error))
            return _json(401, {"error": words_of(request)(_REFUSED[error.reason][0])})
        except KeysUnavailable as error:
            log.warning("sign_in.unavailable", reason=str(error))
            say = words_of(request)
            return _json(503, {"error": say("whether the token is good cannot be told now")})
        response = _json(200, {"name": person.name})
        self._set(response, self._tab_cookie, self._sessions.write(self._sessions.open(person)))
        return response

    async def show_account(self, request: web.Request) -> web.Response:
        """Who it is, and the way out."""
        person = request[PERSON]
        say = words_of(request)
        roles = [say(name) for role, name in _NAMES.items() if role in person.roles]
        context = {"person": person, "roles": roles, "badge": None}
        return page(request, "account.html", context)

    async def sign_out(self, request: web.Request) -> web.Response:
        """Ends the session; with `everywhere=1` all of the person's."""
        form = await form_of(request)
        name, _, session = request[_SENT]
        if form.get("everywhere") == "1":
            await self._sessions.end_all(session.person)
        else:
            await self._sessions.end(session)
        say = words_of(request)
        response = message_page(
            request,
            say("You are signed out"),
            say(
                "Signpost has forgotten you in this browser. Your Microsoft account may still be "
                "signed in."
            ),
            status=200,
            ways=[Way(say("Sign in again"), "/sign-in")],
        )
        self._set(response, name, "", max_age_s=0)
        return response

    def _flow(self, sealed: str) -> tuple[Flow, str]:
        try:
            flow, to = json.loads(self._seal.decrypt(sealed, ttl=_FLOW_S))
        except (InvalidToken, ValueError):  # it took too long, or was begun elsewhere
            return {}, "/"
        return flow, _path_of_ours(to)

    def _set(
        self, response: web.StreamResponse, name: str, value: str, max_age_s: float | None = None
    ) -> None:
        age_s = self._sessions.max_age_s if max_age_s is None else max_age_s
        parts = [f"{name}={value}", f"Max-Age={int(age_s)}", "Path=/", "HttpOnly"]
        # by hand: Python's own cookies know Partitioned from 3.14 on
        parts += ["SameSite=None", "Partitioned"] if name == self._tab_cookie else ["SameSite=Lax"]
        parts += ["Secure"] if self._is_secure else []
        response.headers.add("Set-Cookie", "; ".join(parts))

    def _refused(self, request: web.Request, error: SignInRefused, to: str) -> web.Response:
        say = words_of(request)
        title, text = (say(one) for one in _REFUSED[error.reason])
        ways = (Way(say("Sign in again"), _sign_in_to(to)), *contact_way(say, self._contact))
        return message_page(request, title, text, status=403, ways=ways)

    def _unavailable(self, request: web.Request, error: Exception, to: str) -> web.Response:
        log.warning("sign_in.unavailable", reason=str(error))
        say = words_of(request)
        return message_page(
            request,
            say("Signing in does not work at the moment"),
            say(
                "The sign-in service of Microsoft did not answer. Try again in a few minutes; in "
                "Teams you can ask meanwhile."
            ),
            status=503,
            ways=(Way(say("Try again"), _sign_in_to(to)), *contact_way(say, self._contact)),
        )


def _path_of_ours(to: object) -> str:
    """The path, if it is one on this server that a browser may be sent to; else the first page."""
    if not isinstance(to, str) or not to.startswith("/") or not is_safe(to):
        return "/"
    return "/" if to.startswith(("/sign-in", "/sign-out", "/tab")) else to


def _sign_in_to(to: str) -> str:
    return f"/sign-in?{urlencode({'to': to})}"


def _redirect(address: str) -> web.Response:
    return web.Response(status=302, headers={"Location": address, **_HEADERS})


def _json(status: int, body: dict[str, object]) -> web.Response:
    return web.json_response(body, status=status, headers=_HEADERS)
