"""Sign-in in a browser and in a Teams tab, against an Entra ID on this machine."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from analytics.links import Links
from errors import GraphUnavailable
from identity.entra import Entra, EntraSettings
from identity.person import Person, Role
from identity.sessions import MAX_GROUPS, Sessions
from portal.opening import open_routes
from portal.search.search_page import SearchPage
from portal.sign_in_pages import SignInPages
from portal.visitors import PERSON, Allowance, Visitors
from retrieval.answer import Outcome
from snapshot.models import EVERYONE, Resource
from state.endings import Endings
from state.state import State
from tests.fakes.entra import CLIENT_ID, MANAGERS, PEOPLE, SECRET, TENANT, FakeEntra
from tests.fakes.parts import FakeRecorder
from tests.portal.fakes import (
    KEYS,
    RESULTS,
    TRAVEL,
    FixedAnswerer,
    PlainLinks,
    pseudonyms,
    search_routes,
)

# Entra answers in the address: a POST of another site would come without our cookie.
pytestmark = pytest.mark.filterwarnings("ignore:response_mode=.form_post.")

ADMINS = "aaaaaaaa-0000-4000-8000-000000000009"
MOST = 4  # requests a minute of a program for one person
TARGET = "https://intranet.example.com/guide.pdf"


class Clock:
    """The time, and how far it was moved, in seconds."""

    def __init__(self) -> None:
        self.moved_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.moved_s


class OfManagers:
    """The group of managers is an audience."""

    async def audience(self, person: Person) -> frozenset[str]:
        return frozenset({EVERYONE, *(["managers"] if MANAGERS in (person.groups or ()) else [])})


class OnlyAdmins:
    """A directory in which everybody is in the group of administrators."""

    def __init__(self) -> None:
        self.is_away = True

    async def among(self, person: Person, asked: frozenset[str]) -> frozenset[str]:
        if self.is_away:
            raise GraphUnavailable("it did not answer")
        return asked & {ADMINS}


class ForManagers:
    """Serves one resource, for managers."""

    def resource(self, resource_id: str) -> Resource:
        return replace(TRAVEL.resource, id=resource_id, audience=("managers",))


@dataclass
class Site:
    """The portal with sign-in, a browser before it and Entra ID behind."""

    client: TestClient[web.Request, web.Application]
    entra: FakeEntra
    links: Links
    sessions: Sessions
    clock: Clock
    recorder: FakeRecorder
    answerer: FixedAnswerer
    directory: OnlyAdmins

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(path, allow_redirects=False, headers=headers)

    async def begin(self, to: str = "/") -> str:
        """Where somebody is sent who wants to sign in."""
        response = await self.client.get("/sign-in", params={"to": to}, allow_redirects=False)
        assert response.status == 302
        return response.headers["Location"]

    async def come_back(self, back: str) -> ClientResponse:
        parts = urlsplit(back)
        return await self.get(f"{parts.path}?{parts.query}")

    async def sign_in(self, who: str = "anna", to: str = "/") -> ClientResponse:
        """The whole way; what comes back last."""
        return await self.come_back(self.entra.answer(await self.begin(to), who))

    async def is_signed_in(self) -> bool:
        return (await self.get("/account")).status == 200

    async def post(self, path: str, **form: str) -> ClientResponse:
        """A form of our own page."""
        return await self.client.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})

    async def bring(self, token: str) -> ClientResponse:
        """A Teams tab brings its token."""
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.post("/sign-in/teams", headers=headers)


@pytest.fixture(scope="module")
def fake_entra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeEntra]:
    with FakeEntra(tmp_path_factory.mktemp("entra")) as entra:
        yield entra


@pytest.fixture
async def site(fake_entra: FakeEntra) -> AsyncIterator[Site]:
    fake_entra.id_claims, fake_entra.is_down = {}, False
    server = TestServer(web.Application(), host="127.0.0.1")
    await server.start_server()  # only its port is wanted
    origin = str(server.make_url("")).rstrip("/")
    await server.close()
    clock, recorder, directory = Clock(), FakeRecorder(), OnlyAdmins()
    answerer = FixedAnswerer(RESULTS, Outcome.ANSWERED)
    entra = Entra(
        EntraSettings(
            CLIENT_ID,
            TENANT,
            frozenset({TENANT}),
            origin,
            "signpost.example.com",
            SECRET,
            authority=fake_entra.url,
            role_groups={Role.ADMIN: frozenset({ADMINS})},
        ),
        groups=directory,
        http_client=fake_entra.http_client,
        connector=aiohttp.TCPConnector(ssl=fake_entra.trust),
    )
    sessions = Sessions(KEYS, Endings(State()), hours=8, idle_minutes=60, clock=clock)
    pages = SignInPages(entra, sessions, KEYS, origin)
    tokens, allowance = entra.tokens.in_teams, Allowance(MOST, lambda: 90.0)
    visitors = Visitors(pages, OfManagers(), tokens=tokens, allowance=allowance)
    links = Links(KEYS, origin)

    async def name_them(request: web.Request) -> web.Response:
        person = request[PERSON]
        return web.json_response({"name": person.name, "roles": sorted(person.roles)})

    app = web.Application()
    page = SearchPage(answerer, recorder, PlainLinks(), visitors, pseudonyms())
    app.add_routes(search_routes(page))
    app.add_routes(pages.routes(visitors))
    app.add_routes(open_routes(links, recorder, ForManagers(), visitors, search=True))
    app.add_routes([web.get("/me", visitors.require(api=True)(name_them))])
    app.add_routes([web.get("/figures", visitors.require(Role.ANALYST)(name_them))])
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield Site(client, fake_entra, links, sessions, clock, recorder, answerer, directory)
        await entra.close()


# In a browser


async def test_somebody_who_signs_in_comes_back_to_where_they_were(site: Site) -> None:
    asked = await site.get("/?q=claim")
    assert (asked.status, asked.headers["Location"]) == (302, "/sign-in?to=%2F%3Fq%3Dclaim")
    back = await site.sign_in(to="/?q=claim")
    assert (back.status, back.headers["Location"]) == (302, "/?q=claim")
    page = await (await site.get("/?q=claim")).text()
    assert "Anna Keller" in page


async def test_a_question_is_theirs_and_logged_under_their_pseudonym(site: Site) -> None:
    """The one that they have in Teams, too."""
    await site.sign_in()
    await site.get("/?q=claim")
    [question] = site.answerer.questions
    assert question.audience == {"everyone", "managers"}
    [asked] = site.recorder.events
    assert asked.asker == pseudonyms().pseudonym(TENANT, PEOPLE["anna"]["oid"])


async def test_roles_come_from_app_roles_and_from_groups(site: Site) -> None:
    await site.sign_in("anna")
    assert (await (await site.get("/me")).json())["roles"] == ["analyst", "reader"]
    site.client.session.cookie_jar.clear()
    site.entra.id_claims = {"groups": [ADMINS.upper()]}
    await site.sign_in("ben")
    assert (await (await site.get("/me")).json())["roles"] == ["admin", "reader"]


async def test_roles_by_group_are_asked_for_if_a_token_does_not_name_groups(site: Site) -> None:
    """Of people in too many groups; without an answer they have none of these roles."""
    for known, roles in ((True, ["admin", "reader"]), (False, ["reader"])):
        site.client.session.cookie_jar.clear()
        site.directory.is_away = not known
        await site.sign_in("ben")
        assert (await (await site.get("/me")).json())["roles"] == roles


async def test_a_page_for_a_role_is_closed_to_others_and_open_to_administrators(
    site: Site,
) -> None:
    await site.sign_in("ben")
    closed = await site.get("/figures")
    assert closed.status == 403
    assert "This is for analysts, and you are none of them yet." in await closed.text()
    for who, claims in {"anna": {}, "ben": {"roles": ["Signpost.Admin"]}}.items():
        site.client.session.cookie_jar.clear()
        site.entra.id_claims = claims
        await site.sign_in(who)
        assert (await site.get("/figures")).status == 200


@pytest.mark.parametrize(
    "to",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example",
     "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "/sign-in?to=/x", ""],
)  # fmt: skip
async def test_only_a_page_of_ours_is_come_back_to(site: Site, to: str) -> None:
    assert (await site.sign_in(to=to)).headers["Location"] == "/"


async def test_within_a_frame_teams_is_asked_who_it_is(site: Site) -> None:
    """Entra ID's page would stay blank there. If Teams does not tell, the way leads out."""
    framed = await site.get("/sign-in?to=/?q=claim", **{"Sec-Fetch-Dest": "iframe"})
    assert (framed.status, framed.headers["Location"]) == (302, "/tab?to=%2F%3Fq%3Dclaim")
    tab = await site.get(framed.headers["Location"])
    assert tab.status == 200
    way = '<a href="/sign-in?to=%2F%3Fq%3Dclaim" target="_blank" rel="noopener">'
    assert way in await tab.text()


async def test_who_is_known_goes_on_from_the_tab(site: Site) -> None:
    await site.sign_in()
    tab = await site.get("/tab?to=/account")
    assert (tab.status, tab.headers["Location"]) == (302, "/account")
    loop = await site.get("/tab?to=/tab")
    assert loop.headers["Location"] == "/"


async def test_two_windows_can_sign_in_at_once(site: Site) -> None:
    first, second = await site.begin("/?q=one"), await site.begin("/?q=two")
    for address, to in ((first, "/?q=one"), (second, "/?q=two")):
        back = await site.come_back(site.entra.answer(address, "anna"))
        assert back.headers["Location"] == to
        site.client.session.cookie_jar.clear(lambda cookie: cookie.key == "signpost")


async def test_an_answer_to_another_sign_in_is_refused(site: Site) -> None:
    """Somebody else's state: whoever follows such a link must not end up as somebody else."""
    stranger = site.entra.answer(await site.begin(), "ben")
    site.client.session.cookie_jar.clear()
    await site.begin()
    refused = await site.come_back(stranger)
    assert refused.status == 403
    assert "The sign-in did not work" in await refused.text()
    assert not await site.is_signed_in()


async def test_an_answer_with_a_changed_state_is_refused(site: Site) -> None:
    back = site.entra.answer(await site.begin(), "anna")
    assert (await site.come_back(back + "x")).status == 403
    assert not await site.is_signed_in()


async def test_a_code_is_good_once(site: Site) -> None:
    address = await site.begin()
    kept = {cookie.key: cookie.value for cookie in site.client.session.cookie_jar}
    back = site.entra.answer(address, "anna")
    assert (await site.come_back(back)).status == 302
    site.client.session.cookie_jar.clear()
    site.client.session.cookie_jar.update_cookies(kept, site.client.make_url("/"))
    assert (await site.come_back(back)).status == 403
    assert not await site.is_signed_in()


async def test_a_code_that_was_caught_is_good_for_nobody_else(site: Site) -> None:
    """PKCE: the code of one sign-in with the verifier of another."""
    caught = site.entra.answer(await site.begin(), "anna")
    code = dict(part.split("=") for part in urlsplit(caught).query.split("&"))["code"]
    mine = site.entra.answer(await site.begin(), "ben")
    state = dict(part.split("=") for part in urlsplit(mine).query.split("&"))["state"]
    refused = await site.get(f"/sign-in/back?code={code}&state={state}")
    assert refused.status == 403
    assert not await site.is_signed_in()


async def test_who_cancels_is_told_and_can_try_again(site: Site) -> None:
    refused = await site.sign_in("nobody", to="/?q=claim")
    text = await refused.text()
    assert (refused.status, "You are not signed in" in text) == (403, True)
    assert 'href="/sign-in?to=%2F%3Fq%3Dclaim"' in text


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "99999999-2222-4333-8444-555555555555"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"nonce": "another"},
        {"oid": None},
        {"oid": "anna@example.com"},
        {"iss": "https://login.microsoftonline.com/x/v2.0"},
        {"tid": "66666666-7777-4888-8999-000000000002"},
        {"tid": None},
    ],
    ids=str,
)
async def test_an_id_token_that_is_not_for_us_signs_nobody_in(
    site: Site, claims: dict[str, object]
) -> None:
    site.entra.id_claims = claims
    assert (await site.sign_in()).status == 403
    assert not await site.is_signed_in()


async def test_an_account_of_another_organisation_is_told_which_to_take(site: Site) -> None:
    site.entra.id_claims = {"tid": "66666666-7777-4888-8999-000000000002"}
    text = await (await site.sign_in()).text()
    assert "This account is of another organisation" in text


async def test_while_entra_is_away_a_page_says_so(site: Site) -> None:
    site.entra.is_down = True
    away = [await site.get("/sign-in")]
    site.entra.is_down = False
    back = site.entra.answer(await site.begin("/?q=claim"), "anna")
    site.entra.is_down = True
    away.append(await site.come_back(back))
    for response in away:
        assert response.status == 503
        assert "Signing in does not work at the moment" in await response.text()


# Sessions


async def test_the_cookie_is_for_this_browser_and_tells_nothing(site: Site) -> None:
    back = await site.sign_in()
    cookie = back.cookies["signpost"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert "Anna" not in cookie.value
    assert await site.sessions.read(cookie.value)
    for changed in (cookie.value[:-3] + "AA=", cookie.value[1:], "", "é"):
        assert await site.sessions.read(changed) is None


async def test_a_session_ends_after_its_hours_however_busy(site: Site) -> None:
    await site.sign_in()
    for _ in range(15):
        site.clock.moved_s += 1_800
        assert await site.is_signed_in()
    site.clock.moved_s += 1_801
    assert not await site.is_signed_in()


async def test_a_session_ends_if_nobody_comes_for_an_hour(site: Site) -> None:
    await site.sign_in()
    site.clock.moved_s = 3_590
    assert await site.is_signed_in()
    site.clock.moved_s += 3_605
    assert not await site.is_signed_in()


async def test_a_clock_that_is_set_back_lengthens_no_session(site: Site) -> None:
    await site.sign_in()
    site.clock.moved_s = -86_400
    assert not await site.is_signed_in()


async def test_who_signs_out_is_out_also_with_a_copy_of_the_cookie(site: Site) -> None:
    back = await site.sign_in()
    out = await site.post("/sign-out")
    assert "You are signed out" in await out.text()
    assert not await site.is_signed_in()
    assert await site.sessions.read(back.cookies["signpost"].value) is None


async def test_sign_out_in_all_browsers_ends_the_others_and_nobody_elses(site: Site) -> None:
    elsewhere = (await site.sign_in()).cookies["signpost"].value
    site.client.session.cookie_jar.clear()
    ben = (await site.sign_in("ben")).cookies["signpost"].value
    site.client.session.cookie_jar.clear()
    await site.sign_in()
    await site.post("/sign-out", everywhere="1")
    assert await site.sessions.read(elsewhere) is None
    assert await site.sessions.read(ben)
    site.clock.moved_s += 1
    await site.sign_in()
    assert await site.is_signed_in()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
async def test_a_page_elsewhere_signs_nobody_out(site: Site, headers: dict[str, str]) -> None:
    await site.sign_in()
    refused = await site.client.post("/sign-out", headers=headers)
    assert refused.status == 403
    assert await site.is_signed_in()


async def test_as_many_groups_as_a_cookie_holds_are_kept_and_more_are_asked_for(
    site: Site,
) -> None:
    groups = [f"bbbbbbbb-0000-4000-8000-{n:012}" for n in range(MAX_GROUPS + 1)]
    for kept in (groups[:MAX_GROUPS], groups):
        site.client.session.cookie_jar.clear()
        site.entra.id_claims = {"groups": kept}
        cookie = (await site.sign_in()).cookies["signpost"]
        session = await site.sessions.read(cookie.value)
        assert session
        assert session.person.groups == (frozenset(kept) if len(kept) == MAX_GROUPS else None)
        assert len(cookie.OutputString()) < 4096


async def test_the_page_that_types_on_is_told_to_sign_in_again(site: Site) -> None:
    """A redirect to another site would end its request without a word."""
    assert (await site.get("/?q=claim&typing=1")).status == 401


# Links


async def test_a_restricted_link_asks_and_then_opens_for_whom_it_is_meant(site: Site) -> None:
    path = urlsplit(site.links.link("q1", 1, TARGET, "r1", True)).path
    asks = await site.get(path)
    assert asks.headers["Location"].startswith("/sign-in?to=%2Fo%2F")
    back = await site.sign_in("anna", to=path)
    opened = await site.get(back.headers["Location"])
    assert (opened.status, opened.headers["Location"]) == (302, TARGET)
    site.client.session.cookie_jar.clear()
    await site.sign_in("ben")
    closed = await site.get(path)
    assert closed.status == 404
    assert TARGET not in await closed.text()


# In a Teams tab


async def test_a_tab_gets_a_session_for_its_frame(site: Site) -> None:
    response = await site.bring(site.entra.access_token("anna"))
    assert (response.status, await response.json()) == (200, {"name": "Anna Keller"})
    [cookie] = response.headers.getall("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=None" in cookie
    assert "Partitioned" in cookie
    assert (await (await site.get("/me")).json())["roles"] == ["analyst", "reader"]


async def test_a_token_for_our_id_uri_is_ours_too(site: Site) -> None:
    uri = f"api://signpost.example.com/{CLIENT_ID}"
    assert (await site.bring(site.entra.access_token("anna", aud=uri))).status == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "api://evil.example/" + CLIENT_ID},
        {"aud": "https://graph.microsoft.com"},
        {"aud": None},
        {"iss": f"https://sts.windows.net/{TENANT}/"},
        {"iss": None},
        {"tid": "66666666-7777-4888-8999-000000000002"},
        {"exp": None},
        {"exp": 1_700_000_000},
        {"nbf": 4_000_000_000},
        {"scp": "User.Read"},
        {"scp": None},
        {"oid": None},
    ],
    ids=str,
)
async def test_a_token_that_is_not_for_us_gets_no_session(
    site: Site, claims: dict[str, object]
) -> None:
    response = await site.bring(site.entra.access_token("anna", **claims))
    assert (response.status, "Set-Cookie" in response.headers) == (401, False)


async def test_a_forged_token_gets_no_session(site: Site) -> None:
    good = site.entra.access_token("anna")
    for forged in (*site.entra.forged(good), "", "a.b.c", "é"):
        response = await site.bring(forged)
        assert (response.status, "Set-Cookie" in response.headers) == (401, False)


async def test_an_id_token_is_no_access_token(site: Site) -> None:
    assert (await site.bring(site.entra.id_token("anna"))).status == 401


# Another program


async def test_a_program_asks_for_somebody_with_their_token_and_leaves_no_session(
    site: Site,
) -> None:
    """What is for managers is found for a manager; the route of a page takes no token."""
    token = {"Authorization": f"Bearer {site.entra.access_token('anna')}"}
    response = await site.get("/api/search?q=claim", **token)
    assert (response.status, (await response.json())["outcome"]) == (200, "answered")
    assert "Set-Cookie" not in response.headers
    anna = await OfManagers().audience(Person(groups=frozenset(PEOPLE["anna"].get("groups", []))))
    assert site.answerer.questions[-1].audience == anna
    assert (await site.get("/?q=claim", **token)).status == 302


async def test_a_token_that_is_no_good_is_refused_in_json(site: Site) -> None:
    good = site.entra.access_token("anna")
    for token in [*site.entra.forged(good), site.entra.access_token("anna", scp="")]:
        response = await site.get("/api/search?q=claim", Authorization=f"Bearer {token}")
        assert (response.status, await response.json()) == (401, {"error": "the token is no good"})
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    response = await site.get("/api/search?q=claim")
    assert (response.status, await response.json()) == (401, {"error": "sign in first"})
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Signpost"'
    assert site.answerer.questions == []


async def test_a_program_that_asks_too_much_is_told_when_to_come_back(site: Site) -> None:
    """The person's own browser is not held back."""
    token = {"Authorization": f"Bearer {site.entra.access_token('anna')}"}
    answers = [await site.get("/api/search?q=claim", **token) for _ in range(MOST + 1)]
    assert [response.status for response in answers] == [*[200] * MOST, 429]
    assert answers[-1].headers["Retry-After"] == "30"
    told = await answers[-1].json()
    assert told == {"error": "too many requests: ask again in 30 seconds"}
    await site.sign_in("anna")
    assert (await site.get("/api/search?q=claim")).status == 200
