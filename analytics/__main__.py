"""python -m analytics export | golden | asked-as | problems | status | forget | retain"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from analytics.candidates import GoldenCandidates, NamePlace, asked_as, find_candidates
from analytics.contents import (
    ExportFormat,
    LogStatus,
    count_questions,
    export,
    json_line,
    read_status,
    standard_output,
    whole_file,
)
from analytics.database import Database
from analytics.erasing.__main__ import app as erasing
from analytics.erasing.__main__ import with_log
from analytics.problem_reports import read_problems
from commands import AsJson, command_group, err, out, print_json, print_table, run
from settings import Settings, load_settings

if TYPE_CHECKING:
    from snapshot.reading import Snapshot

_LATELY = timedelta(days=90)

app = command_group("Reads the query log. Only forget and retain change it.")
app.add_typer(erasing)


def _moment(value: str | datetime) -> datetime:
    """A date or a time, taken as UTC if it names no zone."""
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(
            f"{value!r} is neither a date (2026-11-23) nor a time (2026-11-23T14:30, UTC unless "
            f"it names a zone: 2026-11-23T14:30+01:00)"
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Since = Annotated[
    datetime | None, typer.Option(parser=_moment, metavar="DATE", help="From here on.")
]
Until = Annotated[
    datetime | None,
    typer.Option(parser=_moment, metavar="DATE", help="Up to, but not including, this."),
]
MinAskers = Annotated[int, typer.Option(min=1, help="Leave out what fewer different people asked.")]
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="A file, or - for stdout.")
]


@app.command("export")
def export_command(
    since: Since = None,
    until: Until = None,
    form: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="By default what FILE ends in, and csv otherwise."),
    ] = None,
    output: Output = Path("-"),
) -> None:
    """Export the questions with their results, openings and ratings (columns: docs/export.md).

    DATE is a date or an ISO time, in UTC. --until itself is not exported, so
    that the next export can begin there. This is November:

    --since 2026-11-01 --until 2026-12-01
    """
    _refuse_reversed(since, until)
    form = form or (ExportFormat.JSONL if output.suffix == ".jsonl" else ExportFormat.CSV)
    target = _target(output, form)

    async def write(database: Database) -> int:
        with target as sink, _progress() as progress:
            task = progress.add_task("Exporting", total=None)
            if not progress.disable:
                progress.update(task, total=await count_questions(database, since, until))
            return await export(
                database, sink, form, since, until, lambda count: progress.advance(task, count)
            )

    written = with_log(load_settings().query_log_url, write)
    err.print(f"Exported {written} question{'' if written == 1 else 's'}.")


@app.command("golden")
def golden_command(
    since: Since = None,
    until: Until = None,
    gaps: Annotated[
        bool,
        typer.Option(
            "--gaps", help='Also what nothing validated answers, as candidates for "nothing".'
        ),
    ] = False,
    min_askers: MinAskers = 2,
    output: Output = Path("-"),
) -> None:
    """Export questions whose answers were opened or rated helpful, as candidates for a content
    folder's golden.jsonl.

    A line says nothing about who asked. Places are named by the active snapshot. Review each line
    before it goes into the folder: that something was opened does not make it right.
    """
    _refuse_reversed(since, until)
    settings = load_settings()
    target = _target(output, ExportFormat.JSONL)
    names = _names_of(_active(settings))
    found = with_log(
        settings.query_log_url,
        lambda log: find_candidates(log, names, since, until, min_askers=min_askers, gaps=gaps),
    )
    with target as sink:
        sink.writelines(map(json_line, found.lines))
    err.print(_golden_line(found, min_askers))


@app.command("asked-as")
def asked_as_command(
    since: Since = None,
    until: Until = None,
    min_askers: MinAskers = 2,
    output: Output = Path("-"),
) -> None:
    """Export questions whose answers were opened or rated helpful, as candidates for a content
    folder's _asked_as.jsonl: what people call the place that helped them.

    A line says nothing about who asked. Left out is what the active snapshot lists already, what
    touches a sensitive topic, and what is too long. Review each line before it goes into the
    folder: that something was opened does not make it right.
    """
    _refuse_reversed(since, until)
    settings = load_settings()
    target = _target(output, ExportFormat.JSONL)
    snapshot = _active(settings)
    names = _names_of(snapshot)
    found = with_log(
        settings.query_log_url,
        lambda log: find_candidates(log, names, since, until, min_askers=min_askers),
    )
    known = [one.question for one in snapshot.manifest.asked_as]
    lines = asked_as(found, known, _is_wording)
    with target as sink:
        sink.writelines(map(json_line, lines))
    err.print(_golden_line(replace(found, lines=lines), min_askers))


@app.command("problems")
def problems_command(since: Since = None, as_json: AsJson = False) -> None:
    """Say what people reported to be wrong with resources, the latest first; of the last 90 days
    unless --since says otherwise. Nothing tells who reported it."""
    begin = since or datetime.now(UTC) - _LATELY
    found = with_log(load_settings().query_log_url, lambda log: read_problems(log, begin))
    if as_json:
        print_json([asdict(one) for one in found], default=_iso, ensure_ascii=True)
        return
    table = Table("reported", "resource", "what is wrong", box=None, pad_edge=False)
    for one in found:
        table.add_row(_shown(one.reported_at), one.title, one.text)
    if found:
        print_table(table, out)
    else:
        err.print("Nothing was reported.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what the log holds, since when, and which version its schema is."""
    found = with_log(load_settings().query_log_url, read_status)
    if as_json:
        print_json(asdict(found), default=_iso, ensure_ascii=True)
    else:
        out.print(_status_table(found))


def _refuse_reversed(since: datetime | None, until: datetime | None) -> None:
    if since and until and since > until:
        raise typer.BadParameter(f"it is before --since {since}", param_hint="--until")


# Imported only here: the other commands need no index, and start without waiting for it.


def _active(settings: Settings) -> Snapshot:
    from snapshot.store import SnapshotStore

    return SnapshotStore(settings.snapshots_dir).open()


def _names_of(snapshot: Snapshot) -> NamePlace:
    from index.golden.places import PlaceNames

    return PlaceNames(snapshot)


def _is_wording(question: str) -> bool:
    """Whether it can stand in `_asked_as.jsonl`."""
    from index.content.metadata import check_wording
    from retrieval.pins.sensitive import sensitive

    try:
        check_wording(question)
    except ValueError:
        return False
    return sensitive(question, "en") is None


def _target(output: Path, form: ExportFormat) -> AbstractContextManager[TextIO]:
    if str(output) == "-":
        return standard_output()
    if output.exists() and not output.is_file():
        raise typer.BadParameter(f"{output} is no file; - is stdout", param_hint="--output")
    if not output.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    # Excel takes a CSV file for UTF-8 only if it begins with a byte order mark.
    return whole_file(output, "utf-8-sig" if form is ExportFormat.CSV else "utf-8")


def _golden_line(found: GoldenCandidates, min_askers: int) -> str:
    line = f"Exported {len(found.lines)} candidate{'' if len(found.lines) == 1 else 's'}."
    if found.asked_by_few:
        line += f" Left out: {found.asked_by_few} asked by fewer than {min_askers} people."
    if found.gone:
        line += f" Left out: {found.gone} whose place is not in the active snapshot."
    return line


def _progress() -> Progress:
    """Counts on stderr, and only if somebody is looking."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        redirect_stdout=False,
        disable=not err.is_terminal,
    )


def _status_table(found: LogStatus) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("log", found.url)
    table.add_row("schema", found.schema_version)
    table.add_row("questions", f"{found.questions:,}")
    for delivery, count in found.delivery.items():
        table.add_row(f"  {delivery}", f"{count:,}")
    table.add_row("results shown", f"{found.results:,}")
    table.add_row("openings", _with_alone(found.openings, found.openings_alone))
    table.add_row("ratings", _with_alone(found.ratings, found.ratings_alone))
    for topic, count in found.sensitive_topics.items():
        table.add_row(f"sensitive: {topic.replace('_', ' ')}", f"{count:,}")
    table.add_row("first question", _shown(found.first_asked_at))
    table.add_row("last question", _shown(found.last_asked_at))
    return table


def _with_alone(count: int, alone: int) -> str:
    return f"{count:,} ({alone:,} without their question)" if alone else f"{count:,}"


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "none yet"


def main() -> None:
    run(app, OSError)


if __name__ == "__main__":
    main()
