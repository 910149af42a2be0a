"""python -m identity whois | revoke"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated

import typer

from commands import AsJson, command_group, err, out, print_json, run
from errors import GraphUnavailable, SettingsError, SnapshotError
from identity.audience_file import read_members
from identity.graph.member_of import GraphDirectory
from identity.person import Person, is_object_id
from identity.sessions import Sessions
from identity.standing import standing, told
from settings import Settings, load_settings
from snapshot.store import SnapshotStore
from state.endings import Endings
from state.state import State

app = command_group("Who people are, and what they may see.")


@app.command()
def whois(
    user: Annotated[
        str, typer.Option(help="The person's object id in Entra ID.", metavar="OBJECT_ID")
    ],
    as_json: AsJson = False,
) -> None:
    """Say which groups and audiences somebody belongs to, and by what.

    Audiences are those of the active snapshot and of SIGNPOST_AUDIENCES_FILE. Groups are what
    Microsoft Graph says now; a running server may know older ones for SIGNPOST_GROUPS_KEEP_S. Exits
    with 1 if Graph does not tell them.
    """
    _object_id(user)
    settings = load_settings()
    members = read_members(settings.audiences_file) if settings.audiences_file else {}
    groups, is_told = _groups(settings, user)
    found = standing(user, groups, members, _in_use(settings))
    if as_json:
        print_json(found)
    else:
        for line in told(found):
            out.print(line)
    if not is_told:
        raise typer.Exit(1)


@app.command()
def revoke(
    user: Annotated[
        str, typer.Option(help="The person's object id in Entra ID.", metavar="OBJECT_ID")
    ],
) -> None:
    """Sign somebody out of all browsers and Teams tabs, within five seconds.

    They can sign in again, unless you have blocked that in Entra ID first. Then their roles and
    groups are those that they have by then.
    """
    settings, object_id = load_settings(), _object_id(user)
    if not settings.allowed_tenant_ids:
        raise SettingsError("SIGNPOST_TENANT_ID is not set: without a tenant nobody is signed in")
    asyncio.run(_revoked(settings, object_id))
    err.print("Signed out everywhere. To keep them out, block the sign-in in Entra ID.")


async def _revoked(settings: Settings, user: str) -> None:
    state = await State.open(settings.query_log_url, settings.keys.newest("state"))
    try:
        sessions = Sessions(settings.keys, Endings(state))
        for tenant in settings.allowed_tenant_ids:
            await sessions.end_all(Person(object_id=user, tenant_id=tenant))
        await state.flush()
    finally:
        await state.close()


def _object_id(user: str) -> str:
    if is_object_id(user):
        return user
    raise typer.BadParameter(
        f"{user!r} is no object id; Entra shows it on the person's page, such as "
        "0f3c2b1a-7e6d-4c5b-9a8f-1e2d3c4b5a69"
    )


def _groups(settings: Settings, user: str) -> tuple[Mapping[str, str] | str, bool]:
    """The person's groups, or a sentence on why they are not known, and whether that is as it
    should be."""
    if not settings.asks_groups:
        return (
            "Microsoft Graph is not asked: SIGNPOST_GRAPH_CLIENT_ID and the others say how.",
            True,
        )
    if problem := settings.graph.problem:
        return f"Microsoft Graph cannot be asked: {problem}.", False
    try:
        groups = asyncio.run(_asked(settings, user))
    except GraphUnavailable as error:
        return f"{error}.", False
    if groups is None:
        return f"Nobody in tenant {settings.graph.tenant_id} has this id.", False
    return groups, True


async def _asked(settings: Settings, user: str) -> Mapping[str, str] | None:
    directory = GraphDirectory(settings.graph)
    try:
        return await directory.groups_of(user)
    finally:
        await directory.close()


def _in_use(settings: Settings) -> frozenset[str]:
    try:
        return SnapshotStore(settings.snapshots_dir).open().audiences
    except SnapshotError as error:
        err.print(f"Note: audiences of content are not known: {error}")
        return frozenset()


if __name__ == "__main__":
    run(app)
