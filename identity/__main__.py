"""python -m identity whois: what somebody may see, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated

import typer

from commands import AsJson, command_group, err, out, print_json, run
from errors import GraphUnavailable, SnapshotError
from identity.audience_file import read_members
from identity.graph.member_of import GraphDirectory
from identity.person import is_object_id
from identity.standing import standing, told
from settings import Settings, load_settings
from snapshot.store import SnapshotStore

app = command_group("Who people are, and what they may see.")


@app.callback()
def _group() -> None:
    """Keeps the name of the only command."""


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
    if not is_object_id(user):
        raise typer.BadParameter(
            f"{user!r} is no object id; Entra shows it on the person's page, such as "
            "0f3c2b1a-7e6d-4c5b-9a8f-1e2d3c4b5a69"
        )
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
