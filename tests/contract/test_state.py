"""What is kept, in memory alone and in each database: one promise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from analytics.database import Database
from analytics.erasing.erasure import Cause, Why, forget
from state.database_rows import DatabaseRows
from state.kinds import Kind
from state.state import Name, State
from tests.fakes.hours import Hours
from tests.fakes.postgres import Postgres

ANIMAL = Kind.of("animal.1", str, lifetime_s=100.0)
PLANT = Kind.of("plant.1", str, lifetime_s=10.0, written_once=True)
WORK = Kind.of("work.1", dict[str, str], lifetime_s=120.0)
ONE, DONE = Name(("one",)), {"said": "Thank you."}

Open = Callable[[], Awaitable[State]]


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'signpost.db'}"
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.url()
    return None


@pytest.fixture
async def opened(url: str | None, hours: Hours) -> AsyncIterator[Open]:
    """Opens the state as a process does that starts."""
    states: list[State] = []
    if url:
        await (await Database.open(url)).close()

    async def opened() -> State:
        clock = hours.clock()
        states.append(
            await State.open(url, b"s", clock=clock, wait_s=10.0) if url else State(clock=clock)
        )
        return states[-1]

    yield opened
    for state in states:
        await state.close()


@pytest.fixture
async def state(opened: Open) -> State:
    return await opened()


@pytest.fixture
async def two(opened: Open, url: str | None) -> tuple[State, State]:
    """Those of two processes; skipped in memory alone, which no two share."""
    if url is None:
        pytest.skip("memory is one process's")
    return await opened(), await opened()


async def _swept(state: State) -> None:
    """A minute has passed."""
    assert state._behind
    await state._behind._sweep(state._drop_marked)


class TestValues:
    async def test_what_is_put_is_found_until_it_expires(self, state: State, hours: Hours) -> None:
        state.put(ANIMAL, ("a",), "ape")
        state.put(PLANT, ("a",), "aster")
        await state.flush()
        assert (await state.get(ANIMAL, "a"), await state.get(PLANT, "a")) == ("ape", "aster")
        assert await state.get(ANIMAL, "b") is None
        hours.pass_by(11.0)
        assert (await state.get(ANIMAL, "a"), await state.get(PLANT, "a")) == ("ape", None)
        hours.pass_by(90.0)
        assert await state.get(ANIMAL, "a") is None

    @pytest.mark.parametrize("flushed", [True, False])
    async def test_the_latest_value_counts(self, state: State, flushed: bool) -> None:
        for animal in ("ape", "bear"):
            state.put(ANIMAL, ("a",), animal)
            if flushed:
                await state.flush()
        assert await state.get(ANIMAL, "a") == "bear"
        state.forget(ANIMAL, "a")
        assert await state.get(ANIMAL, "a") is None
        await state.flush()
        assert await state.get(ANIMAL, "a") is None

    async def test_a_key_s_parts_are_told_apart(self, state: State) -> None:
        state.put(ANIMAL, ("a", "b"), "ape")
        assert await state.get(ANIMAL, "ab") is None
        assert await state.get(PLANT, "a", "b") is None

    async def test_a_person_s_values_are_forgotten(self, state: State) -> None:
        state.put(ANIMAL, ("a",), "ape", owner="anna")
        state.put(ANIMAL, ("b",), "bear", owner="ben")
        state.put(PLANT, ("a",), "aster", owner="anna")
        assert await state.forget_owner("anna") == 2
        assert await state.get(ANIMAL, "a") is None
        assert await state.get(PLANT, "a") is None
        assert await state.get(ANIMAL, "b") == "bear"

    async def test_another_process_forgets_whom_the_query_log_has_forgotten(
        self, two: tuple[State, State], url: str
    ) -> None:
        """Also what it has at hand, within a minute; what they say afterwards is kept."""
        here, there = two
        here.put(PLANT, ("a",), "aster", owner="anna")
        here.put(PLANT, ("b",), "birch", owner="ben")
        await here.flush()
        assert await there.get(PLANT, "a") == "aster"
        database = await Database.open(url)
        await forget(database, ["anna"], Why(Cause.COMMAND))
        await database.close()
        for state in two:
            await _swept(state)
            assert state.here(PLANT, "a") is None
            assert await state.get(PLANT, "a") is None
            assert await state.get(PLANT, "b") == "birch"
        there.put(PLANT, ("a",), "aloe", owner="anna")
        await _swept(there)
        assert there.here(PLANT, "a") == "aloe"

    async def test_the_next_start_knows_what_was_put(self, opened: Open, url: str | None) -> None:
        state = await opened()
        long = "Elephant. " * 10_000
        state.put(ANIMAL, ("a",), long)
        await state.close()
        assert await (await opened()).get(ANIMAL, "a") == (long if url else None)

    async def test_another_process_knows_the_latest(self, two: tuple[State, State]) -> None:
        here, there = two
        for animal in ("ape", "bear"):
            here.put(ANIMAL, ("a",), animal)
            await here.flush()
            assert await there.get(ANIMAL, "a") == animal
        there.forget(ANIMAL, "a")
        await there.flush()
        assert await here.get(ANIMAL, "a") is None

    async def test_what_another_version_wrote_is_unknown(self, two: tuple[State, State]) -> None:
        here, there = two
        later = Kind.of("animal.1", dict[str, int])
        here.put(later, ("a",), {"legs": 4})
        await here.flush()
        assert await there.get(ANIMAL, "a") is None


class TestClaims:
    async def test_one_of_many_gets_it_and_the_others_its_result(self, state: State) -> None:
        claims = await asyncio.gather(*(state.claim(WORK, ONE) for _ in range(20)))
        mine = [claim for claim in claims if claim.is_mine]
        assert len(mine) == 1
        assert {claim.result for claim in claims if not claim.is_mine} == {None}
        state.finish(mine[0], DONE)
        again = await state.claim(WORK, ONE)
        assert (again.is_mine, again.result) == (False, DONE)

    async def test_one_of_two_processes_gets_it(self, two: tuple[State, State]) -> None:
        claims = await asyncio.gather(*(one.claim(WORK, ONE) for one in (*two, *two)))
        assert sorted(claim.is_mine for claim in claims) == [False, False, False, True]
        first = next(n for n, claim in enumerate(claims) if claim.is_mine)
        two[first % 2].finish(claims[first], DONE)
        await two[first % 2].flush()
        for one in two:
            assert (await one.claim(WORK, ONE)).result == DONE

    async def test_it_can_be_claimed_again_after_its_kind_s_lifetime(
        self, state: State, hours: Hours
    ) -> None:
        state.finish(await state.claim(WORK, ONE), DONE)
        await state.flush()
        hours.pass_by(119.0)
        assert not (await state.claim(WORK, ONE)).is_mine
        hours.pass_by(2.0)
        assert (await state.claim(WORK, ONE)).is_mine

    async def test_work_that_was_not_done_is_there_for_the_next(self, state: State) -> None:
        for _ in range(3):
            claim = await state.claim(WORK, ONE)
            assert claim.is_mine
            state.release(claim)
        state.finish(await state.claim(WORK, ONE), DONE)
        assert (await state.claim(WORK, ONE)).result == DONE

    async def test_the_claim_of_a_process_that_died_runs_out(
        self, two: tuple[State, State], hours: Hours
    ) -> None:
        dead, alive = two
        assert (await dead.claim(WORK, ONE)).is_mine
        hours.pass_by(7.0)
        assert not (await alive.claim(WORK, ONE)).is_mine
        hours.pass_by(2.0)
        assert (await alive.claim(WORK, ONE)).is_mine

    async def test_who_finishes_after_the_claim_ran_out_takes_nothing_back(
        self, two: tuple[State, State], hours: Hours
    ) -> None:
        slow, other = two
        late = await slow.claim(WORK, ONE)
        hours.pass_by(9.0)
        theirs = await other.claim(WORK, ONE)
        slow.finish(late, {"said": "Too late."})
        await slow.flush()
        other.finish(theirs, DONE)
        await other.flush()
        hours.pass_by(1.0)
        assert (await (other).claim(WORK, ONE)).result == DONE

    async def test_several_names_are_claimed_together_or_not_at_all(self, state: State) -> None:
        two_names = (Name(("id", "1")), Name(("sender",), b"yes"))
        first = await state.claim(WORK, *two_names)
        state.finish(first, DONE)
        again = await state.claim(WORK, Name(("id", "2")), Name(("sender",), b"yes"))
        assert (again.is_mine, again.result) == (False, DONE)
        assert (await state.claim(WORK, Name(("id", "2")))).is_mine

    async def test_under_a_key_only_the_latest_mark_counts(self, state: State) -> None:
        for mark in (b"yes", b"no", b"yes"):
            claim = await state.claim(WORK, Name(("sender",), mark))
            assert claim.is_mine
            state.finish(claim, {"said": mark.decode()})
        again = await state.claim(WORK, Name(("sender",), b"yes"))
        assert (again.is_mine, again.result) == (False, {"said": "yes"})

    async def test_the_latest_mark_may_be_another_process_s(self, two: tuple[State, State]) -> None:
        here, there = two
        for one, mark in ((here, b"yes"), (there, b"no"), (here, b"yes")):
            claim = await one.claim(WORK, Name(("sender",), mark))
            assert claim.is_mine
            one.finish(claim, DONE)
            await one.flush()

    async def test_work_that_another_mark_overtook_keeps_no_result(self, state: State) -> None:
        yes = await state.claim(WORK, Name(("sender",), b"yes"))
        no = await state.claim(WORK, Name(("sender",), b"no"))
        state.finish(no, {"said": "no"})
        state.finish(yes, {"said": "yes"})
        assert (await state.claim(WORK, Name(("sender",), b"no"))).result == {"said": "no"}


class TestClocks:
    """The date may be set to another day; the machine runs on."""

    @pytest.mark.parametrize("days", [1, -1])
    async def test_a_jump_of_the_date_ends_nothing(
        self, opened: Open, hours: Hours, url: str | None, days: int
    ) -> None:
        before = await opened()
        before.put(ANIMAL, ("a",), "ape")
        claim = await before.claim(WORK, ONE)
        hours.date_s += days * 24 * 60 * 60
        assert await before.get(ANIMAL, "a") == "ape"
        before.finish(claim, DONE)
        await before.note_clock()
        await before.flush()
        after = await opened()
        if url:
            assert await after.get(ANIMAL, "a") == "ape"
            assert (await after.claim(WORK, ONE)).result == DONE
        for one in (before, after):
            hours.pass_by(60.0)
            one.put(PLANT, ("p",), "poppy")
            hours.pass_by(9.0)
            assert await one.get(PLANT, "p") == "poppy"
            hours.pass_by(2.0)
            assert await one.get(PLANT, "p") is None

    async def test_a_date_set_back_before_a_start_lets_nothing_live_for_longer(
        self, opened: Open, hours: Hours, url: str | None
    ) -> None:
        before = await opened()
        before.put(ANIMAL, ("a",), "ape")
        await before.note_clock()
        await before.close()
        hours.date_s -= 24 * 60 * 60
        after = await opened()
        assert await after.get(ANIMAL, "a") == ("ape" if url else None)
        hours.pass_by(101.0)
        assert await after.get(ANIMAL, "a") is None


async def test_a_claim_waits_for_no_servers_disk(postgres: Postgres) -> None:
    """Others must see it at once; a power cut may take it."""
    rows = DatabaseRows(postgres.url())
    [(setting,)] = await rows._asked.ask("SHOW synchronous_commit", {})
    assert setting == "off"
    await rows.close()
