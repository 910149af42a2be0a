"""All checks, and what they say in plain words: `app.py --check`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import aiohttp

from operation.doctor.finding import Finding, Level, Subject, problem
from operation.doctor.reach import address, keys_and_clock
from operation.doctor.registration import people_sign_in, registration
from operation.doctor.served import contact, served
from operation.doctor.storage import database, disk
from operation.doctor.teams_package import teams_package
from settings import Settings

CHECKS: tuple[Callable[[Subject], AsyncIterator[Finding]], ...] = (
    registration,
    people_sign_in,
    address,
    keys_and_clock,
    teams_package,
    database,
    disk,
    served,
    contact,
)
UNSEEN = """\
What cannot be seen from this machine, if all is well here and Teams says nothing:
  - The Azure Bot's messaging endpoint and app id (its Configuration), and that its Channels list
    Microsoft Teams.
  - In the Teams admin centre: that the app is not blocked (Manage apps), that custom apps are
    allowed (Org-wide app settings), and that a policy gives it to those who ask (Permission and
    Setup policies)."""


def examine(settings: Settings, http_client: Any = None) -> list[Finding]:
    """What every check finds, in the order of `CHECKS`. `http_client` is for tests. Blocking."""

    async def examined() -> list[Finding]:
        async with aiohttp.ClientSession(trust_env=True) as session:
            subject = Subject(settings, session, http_client)
            each = await asyncio.gather(*(_found(check, subject) for check in CHECKS))
        return [finding for found in each for finding in found]

    return asyncio.run(examined())


async def _found(
    check: Callable[[Subject], AsyncIterator[Finding]], subject: Subject
) -> list[Finding]:
    found: list[Finding] = []
    try:
        async for finding in check(subject):
            found.append(finding)
    except Exception as error:  # the other checks still say what they have to
        name = check.__name__.replace("_", " ").capitalize()
        found.append(problem(name, f"It could not be looked at: {error!r}.", "see the text before"))
    return found


def told(findings: Iterable[Finding]) -> str:
    """The findings as lines to print, what is fine first."""
    order = list(Level)
    lines = []
    for one in sorted(findings, key=lambda one: order.index(one.level)):
        lines.append(f"{one.level:<9}{one.about}: {one.said}")
        if one.to_do:
            lines.append(f"         -> {one.to_do}.")
    return "\n".join(lines)
