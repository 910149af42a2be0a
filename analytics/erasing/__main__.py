"""python -m analytics forget | retain"""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table

from analytics.database import Database
from analytics.erasing.erasure import Cause, Counts, Why, forget, look_up
from analytics.erasing.retention import Keep, count_due, retain
from analytics.privacy import Pseudonyms
from commands import AsJson, command_group, err, out, print_json, run
from settings import Settings, load_settings

T = TypeVar("T")

app = command_group("Takes people, and what has had its time, out of the query log.")

Reason = Annotated[str, typer.Option("--reason", help="Kept in the audit row: name nobody in it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say how much would go.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
_NOBODY = (
    "Nothing is kept of them in this log. If they have asked something, look at the id, at "
    "--tenant, and whether SIGNPOST_SECRET and SIGNPOST_PREVIOUS_SECRETS are the server's."
)


@app.command("forget")
def forget_command(
    users: Annotated[
        list[str] | None,
        typer.Option("--user", metavar="ID", help="An Entra object id, or Teams' id (29:...)."),
    ] = None,
    tenant: Annotated[
        str, typer.Option("--tenant", metavar="ID", help="By default each that is set.")
    ] = "",
    pseudonyms: Annotated[
        list[str] | None,
        typer.Option("--pseudonym", metavar="P", help="As an export has it in asker."),
    ] = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person: their questions with what was shown and opened, every rating of these, and
    the ratings that they gave.

    A person is looked for under the secret and the previous ones. What a server has not written yet
    is left out when it does. Exports, backups and the chat itself are not touched.
    """
    settings = load_settings()
    askers = [*(pseudonyms or ()), *(_pseudonyms_of(settings, users, tenant) if users else ())]
    if not askers:
        raise typer.BadParameter("name somebody", param_hint="--user or --pseudonym")
    url = settings.query_log_url
    known = with_log(url, lambda log: look_up(log, askers)).counts
    if not any(known.values()):
        err.print(_NOBODY)
    if dry_run or not _is_wanted(f"Erase {_said(known)}?", yes):
        _print(known, "would go", as_json)
        return
    why = _why(Cause.COMMAND, reason)
    _print(with_log(url, lambda log: forget(log, askers, why), write=True), "erased", as_json)


@app.command("retain")
def retain_command(
    reason: Reason = "", dry_run: DryRun = False, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Remove what was kept for as long as SIGNPOST_KEEP_TEXTS_DAYS and SIGNPOST_KEEP_ROWS_DAYS say,
    by this machine's clock. The server does so once a day.
    """
    settings, now = load_settings(), datetime.now(UTC)
    keep = Keep(settings.keep_texts_days, settings.keep_rows_days)
    url = settings.query_log_url
    due = with_log(url, lambda log: count_due(log, keep, now))
    if dry_run or not _is_wanted(f"It is {now:%d %B %Y} by the clock. Remove {_said(due)}?", yes):
        _print(due, "would go", as_json)
        return
    why = _why(Cause.RETENTION, reason)
    done = with_log(url, lambda log: retain(log, keep, why, now), write=True)
    _print(done, "removed", as_json)


def with_log(
    url: str, work: Callable[[Database], Coroutine[Any, Any, T]], *, write: bool = False
) -> T:
    """What `work` makes of the log at `url`, which must be there."""

    async def look() -> T:
        database = await Database.open_to_read(url)
        if write:
            await database.close()
            database = await Database.open(url)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(look())


def _pseudonyms_of(settings: Settings, users: Iterable[str], tenant: str) -> Iterable[str]:
    """As the bot and the search page name them. Teams writes ids of Entra in small letters; its
    own are taken letter by letter."""
    pseudonyms = Pseudonyms(settings.keys)
    for one in {tenant} if tenant else {*settings.allowed_tenant_ids, ""}:
        for user in users:
            for user_id in {user, user.lower()}:
                yield from pseudonyms.every(one, user_id)


def _why(cause: Cause, reason: str) -> Why:
    return Why(cause, getpass.getuser(), reason)


def _is_wanted(question: str, yes: bool) -> bool:
    return yes or typer.confirm(f"{question} This cannot be undone.", abort=True, err=True)


def _said(counts: Counts) -> str:
    said = [f"{count:,} {_called(name)}" for name, count in counts.items() if count]
    return ", ".join(said) or "nothing that is in the log"


def _print(counts: Counts, done: str, as_json: bool) -> None:
    if as_json:
        print_json(dict(counts))
        return
    table = Table.grid(padding=(0, 2))
    for name, count in counts.items():
        table.add_row(f"{_called(name)} {done}", f"{count:,}")
    out.print(table)


def _called(name: str) -> str:
    return "rows on conversations" if name == "state" else name.replace("_", " ")


def main() -> None:
    run(app, OSError)


if __name__ == "__main__":
    main()
