"""What the doctor says of what goes wrong most, in words that say what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import aiohttp
import pytest
from aiohttp import web

from manifest.package import build_package
from operation.doctor import checkup, reach, served, storage
from operation.doctor.finding import Finding, Level, Subject
from operation.doctor.reach import address, keys_and_clock
from operation.doctor.registration import CAUSES, people_sign_in, registration
from operation.doctor.teams_package import compared
from settings import Settings
from snapshot.models import Validation
from snapshot.store import SnapshotStore
from tests.bots.outgoing.test_credentials import SignInService
from tests.fakes.graph import FakeGraph, SignIn
from tests.fakes.graph_permissions import SALES
from tests.fakes.key_server import KeyServer
from tests.fakes.snapshots import EXPENSES, LEAVE, publish
from tests.manifest.test_details import DETAILS

APP_ID = DETAILS.app_id
SECRET_ID = "77777777-2222-4333-8444-555555555555"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def settings(**other: Any) -> Settings:
    values = {
        "app_id": APP_ID,
        "tenant_id": "99999999-8888-4777-8666-555555555555",
        "app_password": "a~secret",
        "secret": "s" * 32,
        "public_url": DETAILS.public_url,
    }
    return Settings(_env_file=None, **(values | other))  # type: ignore[call-arg]


async def findings(
    check: Callable[[Subject], AsyncIterator[Finding]], subject: Subject
) -> list[Finding]:
    return [finding async for finding in check(subject)]


def subject(session: Any = None, http_client: Any = None, **other: Any) -> Subject:
    return Subject(settings(**other), session, http_client, NOW)


class TestRegistration:
    @pytest.mark.parametrize("code", CAUSES)
    async def test_each_refusal_says_what_to_do(self, code: int) -> None:
        service = SignInService(
            400, error="invalid_client", error_description=f"AADSTS{code}: Something.\r\nTrace: x"
        )
        (found,) = await findings(registration, subject(http_client=service))
        assert found.level is Level.PROBLEM
        assert f"AADSTS{code}" in found.said
        assert "Trace" not in found.said
        assert found.to_do

    async def test_an_unknown_refusal_is_told_in_its_own_words(self) -> None:
        service = SignInService(400, error="e", error_description="AADSTS123: It is so.\r\nTrace")
        (found,) = await findings(registration, subject(http_client=service))
        assert "AADSTS123" in found.said
        assert "error?code=123" in found.to_do

    async def test_the_secrets_id_is_not_the_secret(self) -> None:
        found = await findings(
            registration, subject(http_client=SignInService(), app_password=SECRET_ID)
        )
        assert [one.level for one in found] == [Level.PROBLEM, Level.FINE]
        assert "Secret ID" in found[0].said
        assert SECRET_ID not in found[0].said

    async def test_a_bot_of_any_tenant_is_noted(self) -> None:
        found = await findings(
            registration, subject(http_client=SignInService(), app_type="MultiTenant")
        )
        assert [one.level for one in found] == [Level.NOTE, Level.FINE]

    async def test_a_service_out_of_reach_is_no_refusal(self) -> None:
        class Away(SignInService):
            def get(self, url: str, **kwargs: Any) -> Any:
                raise OSError("no route to host")

        (found,) = await findings(registration, subject(http_client=Away()))
        assert found.level is Level.PROBLEM
        assert "HTTPS_PROXY" in found.to_do


class TestSignIn:
    OWN: ClassVar[dict[str, Any]] = {
        "sign_in": True,
        "sign_in_client_id": "44444444-2222-4333-8444-555555555555",
        "sign_in_client_secret": "another~secret",
    }

    async def test_nothing_is_said_where_nobody_signs_in(self) -> None:
        assert await findings(people_sign_in, subject(http_client=SignInService())) == []

    async def test_with_the_bots_own_registration_the_way_back_is_named(self) -> None:
        [found] = await findings(people_sign_in, subject(sign_in=True))
        assert found.level is Level.FINE
        assert f"{DETAILS.public_url}/sign-in/back" in found.said

    async def test_the_bots_id_with_a_secret_of_its_own_is_proven(self) -> None:
        given = self.OWN | {"sign_in_client_id": APP_ID, "sign_in_client_secret": SECRET_ID}
        found = await findings(people_sign_in, subject(http_client=SignInService(), **given))
        assert [one.level for one in found] == [Level.PROBLEM, Level.FINE]

    async def test_an_application_of_its_own_proves_itself(self) -> None:
        service = SignInService()
        [found] = await findings(people_sign_in, subject(http_client=service, **self.OWN))
        assert found.level is Level.FINE
        assert f"{DETAILS.public_url}/sign-in/back" in found.said

    @pytest.mark.parametrize("code", CAUSES)
    async def test_each_refusal_names_its_own_settings(self, code: int) -> None:
        service = SignInService(
            400, error="invalid_client", error_description=f"AADSTS{code}: Something.\r\nTrace: x"
        )
        [found] = await findings(people_sign_in, subject(http_client=service, **self.OWN))
        assert found.level is Level.PROBLEM
        assert f"AADSTS{code}" in found.said
        assert "SIGNPOST_APP_PASSWORD" not in found.to_do
        assert "the bot's app" not in f"{found.said} {found.to_do}"
        assert "{" not in found.to_do

    async def test_the_secrets_id_is_not_the_secret(self) -> None:
        given = self.OWN | {"sign_in_client_secret": SECRET_ID}
        found = await findings(people_sign_in, subject(http_client=SignInService(), **given))
        assert [one.level for one in found] == [Level.PROBLEM, Level.FINE]
        assert "SIGNPOST_SIGN_IN_CLIENT_SECRET has the form of a Secret ID" in found[0].said


class Session:
    """Answers every POST with that."""

    def __init__(self, status: int, body: object, error: Exception | None = None) -> None:
        self._answer = (status, body, error)

    @asynccontextmanager
    async def post(self, url: str, **_: Any) -> AsyncIterator[Any]:
        status, body, error = self._answer
        if error:
            raise error

        async def json(content_type: None) -> object:
            return body

        yield SimpleNamespace(status=status, json=json)


class TestAddress:
    async def test_this_bot_is_known_by_its_refusal(self) -> None:
        session = Session(401, {"error": {"code": "BotError"}})
        (found,) = await findings(address, subject(session))
        assert found.level is Level.FINE
        assert f"{DETAILS.public_url}/api/messages" in found.said

    @pytest.mark.parametrize(
        ("session", "says"),
        [
            (Session(404, {}), "answers 404"),
            (Session(200, []), "another program"),
            (Session(401, {"error": "sign in first"}), "another program"),
            (Session(0, {}, aiohttp.ClientConnectionError("refused")), "Nothing answers"),
            (Session(0, {}, TimeoutError()), "Nothing answers"),
        ],
    )
    async def test_anything_else_is_a_problem(self, session: Session, says: str) -> None:
        (found,) = await findings(address, subject(session))
        assert found.level is Level.PROBLEM
        assert says in found.said
        assert found.to_do

    @pytest.mark.parametrize("url", ["http://bot.example.com", "https://10.0.0.1", "https://bot"])
    async def test_an_address_that_teams_does_not_reach_is_told(self, url: str) -> None:
        (found,) = await findings(address, subject(public_url=url))
        assert found.level is Level.PROBLEM
        assert url in found.said


class TestKeysAndClock:
    @pytest.mark.parametrize(
        ("skew_s", "level"),
        [(0, Level.FINE), (120, Level.NOTE), (400, Level.PROBLEM), (-400, Level.PROBLEM)],
    )
    async def test_a_wrong_clock_refuses_tokens(
        self, monkeypatch: pytest.MonkeyPatch, skew_s: float, level: Level
    ) -> None:
        now = datetime.now(UTC) + timedelta(seconds=skew_s)
        with KeyServer() as server:
            monkeypatch.setattr(reach, "OPENID_URL", server.openid_url)
            async with aiohttp.ClientSession() as session:
                keys, clock = await findings(keys_and_clock, Subject(settings(), session, now=now))
        assert (keys.level, clock.level) == (Level.FINE, level)

    async def test_keys_out_of_reach_are_a_problem(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with KeyServer() as server:
            server.failing = True
            monkeypatch.setattr(reach, "OPENID_URL", server.openid_url)
            async with aiohttp.ClientSession() as session:
                (found,) = await findings(keys_and_clock, Subject(settings(), session))
        assert found.level is Level.PROBLEM
        assert "login.botframework.com" in found.to_do


MADE = {
    name: getattr(DETAILS, name)
    for name in (
        *("developer_name", "developer_url", "privacy_url", "terms_url"),
        *("app_name", "app_version"),
    )
}


class TestPackage:
    def _found(self, path: Path, **other: Any) -> Finding:
        given = {"snapshots_dir": path.parent / "snapshots"} | MADE | other
        (found,) = compared(path, settings(**given))
        return found

    def test_the_package_of_these_settings_is_fine(self, tmp_path: Path) -> None:
        path = tmp_path / "signpost.zip"
        assert self._found(path).level is Level.NOTE  # there is none
        path.write_bytes(build_package(DETAILS))
        assert self._found(path).level is Level.FINE

    def test_it_holds_the_contents_examples_as_make_package_does(self, tmp_path: Path) -> None:
        store = SnapshotStore(tmp_path / "snapshots")
        publish(store, examples=("How do I start?",))
        path = tmp_path / "signpost.zip"
        path.write_bytes(build_package(DETAILS, examples=store.examples()))
        assert store.examples() == ("How do I start?",)
        assert self._found(path).level is Level.FINE

    def test_a_package_for_another_sign_in_is_a_problem(self, tmp_path: Path) -> None:
        path = tmp_path / "signpost.zip"
        path.write_bytes(build_package(DETAILS, sign_in_app_id=APP_ID))
        assert self._found(path, sign_in=True).level is Level.FINE
        assert "sign in" in self._found(path).said
        path.write_bytes(build_package(DETAILS))
        found = self._found(path, sign_in=True)
        assert found.level is Level.PROBLEM
        assert APP_ID in found.said

    def test_another_bots_package_is_a_problem(self, tmp_path: Path) -> None:
        path = tmp_path / "signpost.zip"
        path.write_bytes(build_package(replace(DETAILS, app_id=SECRET_ID)))
        found = self._found(path)
        assert found.level is Level.PROBLEM
        assert SECRET_ID in found.said
        assert APP_ID in found.said

    def test_another_domain_is_a_problem(self, tmp_path: Path) -> None:
        path = tmp_path / "signpost.zip"
        path.write_bytes(build_package(replace(DETAILS, public_url="https://old.example.org")))
        assert self._found(path).level is Level.PROBLEM

    def test_other_words_are_a_note_and_junk_a_problem(self, tmp_path: Path) -> None:
        path = tmp_path / "signpost.zip"
        path.write_bytes(build_package(replace(DETAILS, app_name="Wayfinder")))
        assert self._found(path).level is Level.NOTE
        path.write_bytes(b"no zip")
        assert self._found(path).level is Level.PROBLEM
        assert self._found(path, terms_url="").level is Level.NOTE  # it cannot be made


class TestServed:
    async def _levels(self, tmp_path: Path, **other: Any) -> dict[str, Level]:
        about = subject(snapshots_dir=tmp_path, **other)
        return {one.about: one.level for one in await findings(served.served, about)}

    async def test_what_is_due_for_review_is_named(self, tmp_path: Path) -> None:
        past = replace(EXPENSES, validation=Validation("A", date(2025, 1, 1), date(2026, 2, 1)))
        due = replace(LEAVE, validation=Validation("A", date(2025, 1, 1), date(2026, 3, 9)))
        publish(SnapshotStore(tmp_path), resources=(past, due))
        found = await findings(served.served, subject(snapshots_dir=tmp_path))
        reviews = [one.said for one in found if one.about == served.REVIEWS]
        assert len(reviews) == 2
        assert past.title in reviews[0]
        assert due.title in reviews[1]

    async def test_links_that_open_nothing_in_production_are_named(self, tmp_path: Path) -> None:
        clip = replace(EXPENSES, url="/watch/clip", title="A clip", media=f"{'0' * 64}.mp4")
        local = replace(LEAVE, url="/content/leave.md", title="Leave")
        publish(SnapshotStore(tmp_path), resources=(clip, local))

        async def said(**other: Any) -> list[str]:
            found = await findings(served.served, subject(snapshots_dir=tmp_path, **other))
            links = [one for one in found if one.about == served.LINKS]
            assert all(one.level is Level.PROBLEM for one in links)
            return [one.said for one in links]

        shut, missing = await said()
        assert "A clip" in shut
        assert "Leave" in missing
        assert await said(sign_in=True) == [missing]
        assert await said(development=True) == []

    async def test_an_audience_that_nobody_holds_is_noted(self, tmp_path: Path) -> None:
        only = replace(LEAVE, audience=("managers",))
        publish(SnapshotStore(tmp_path / "store"), resources=(EXPENSES, only))
        assert (await self._levels(tmp_path / "store"))[served.AUDIENCES] is Level.NOTE
        file = tmp_path / "audiences.yaml"
        file.write_text(f"managers: [{SECRET_ID}]")
        held = await self._levels(tmp_path / "store", audiences_file=file)
        assert held[served.AUDIENCES] is Level.FINE

    async def test_a_groups_own_audience_is_held_if_groups_are_known(self, tmp_path: Path) -> None:
        publish(SnapshotStore(tmp_path), resources=(EXPENSES, replace(LEAVE, audience=(SALES,))))
        assert (await self._levels(tmp_path))[served.AUDIENCES] is Level.NOTE
        with FakeGraph() as graph:
            known = {
                "snapshots_dir": tmp_path,
                "graph_client_id": "app",
                "graph_client_secret": "word",
                "graph_url": graph.url,
            }
            found = await findings(served.served, subject(http_client=SignIn(graph), **known))
            levels = {one.about: one.level for one in found}
            assert levels[served.AUDIENCES] is levels[served.GROUPS] is Level.FINE
            graph.refusals["transitiveMemberOf"] = [(403, "")]
            found = await findings(served.served, subject(http_client=SignIn(graph), **known))
            [groups] = [one for one in found if one.about == served.GROUPS]
            assert groups.level is Level.PROBLEM
            assert "grant it GroupMember.Read.All" in groups.said

    async def test_a_damaged_snapshot_is_a_problem(self, tmp_path: Path) -> None:
        manifest = publish(SnapshotStore(tmp_path))
        path = tmp_path / manifest.id / "passages.jsonl"
        path.write_bytes(path.read_bytes()[:-3])
        found = await self._levels(tmp_path)
        assert found == {served.SNAPSHOT: Level.PROBLEM}


class TestStorage:
    async def test_a_log_that_is_no_database_is_a_problem(self, tmp_path: Path) -> None:
        file = tmp_path / "log.db"
        file.write_bytes(b"this is no database, and long enough to be read as one" * 50)
        (found,) = await findings(
            storage.database, subject(query_log_url=f"sqlite+aiosqlite:///{file}")
        )
        assert found.level is Level.PROBLEM

    async def test_the_first_start_makes_one(self, tmp_path: Path) -> None:
        url = f"sqlite+aiosqlite:///{tmp_path}/new/log.db"
        (found,) = await findings(storage.database, subject(query_log_url=url))
        assert found.level is Level.FINE


def test_a_check_that_breaks_leaves_the_others_to_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(subject: Subject) -> AsyncIterator[Finding]:
        yield Finding("First", Level.FINE, "It is there.")
        raise RuntimeError("boom")

    monkeypatch.setattr(checkup, "CHECKS", (broken, served.contact))
    found = checkup.examine(settings(contact_name="People team"))
    assert [one.about for one in found] == ["First", "Broken", served.CONTACT]
    assert checkup.told(found).splitlines()[-2].startswith("PROBLEM  Broken: ")
    assert all(isinstance(one, Finding) for one in found)


async def test_the_running_bot_is_found_at_its_address() -> None:
    """What `address` looks for is what the bot's door says."""
    from bots.adapter import TeamsAdapter, bot_routes
    from bots.outgoing.credentials import Credentials

    adapter = TeamsAdapter(Credentials(APP_ID, tenant_id="t", password="p"), allowed_tenants=["t"])
    app = web.Application()
    app.add_routes(bot_routes(adapter, SimpleNamespace()))  # type: ignore[arg-type]
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"http://127.0.0.1:{port}/api/messages", json={}) as response,
        ):
            assert response.status == 401
            assert await reach._error_code(response) == "BotError"
    finally:
        await runner.cleanup()
        await adapter.close()
