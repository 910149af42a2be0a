"""The commands of `python -m index`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer

from commands import AsJson, command_group, err, out, print_json, print_table, run
from identity.audiences import held_in
from index import report
from index.build import Build, BuildSettings
from index.check import Check
from index.content.inventory import ASKED_AS_FILE
from index.encoder_source import ExportedModel
from index.material import StrictBuildError
from index.progress import bars
from index.recognition.recognition import Recognition
from index.reporting.check_report import CheckReport, check_dict, print_check
from index.reporting.store_status import StoreStatus
from index.sources.mounting import MIRRORS, statuses
from index.sources.status import print_sources, status_rows
from index.suggesting.chat_endpoint import ChatEndpoint
from index.suggesting.suggestions import Suggested, sections_of, suggest
from retrieval.serving.machine import limit_blas_threads
from settings import Settings, load_settings
from snapshot.models import Resource
from snapshot.reading import read_refused
from snapshot.resource_json import resource_to_dict
from snapshot.store import SnapshotStore

app = command_group(
    "Builds and keeps the index: a content folder becomes a snapshot that the bot serves."
)
Content = Annotated[
    Path, typer.Argument(help="The content folder.", exists=True, file_okay=False, readable=True)
]


@app.command("build")
def build_command(
    content: Content,
    strict: Annotated[
        bool, typer.Option("--strict", help="Publish nothing if any file is refused.")
    ] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help="Activate whatever the golden questions say; later builds are measured by that.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read CONTENT and its sources, publish what is validated today as a snapshot, and activate it.

    A folder that has not changed publishes nothing. The old snapshot serves until the new one is
    complete and checked. With a golden.jsonl in CONTENT its questions are asked, and a build that
    answers fewer of them than the last accepted one is published and not activated: exit code 1.
    """
    settings = load_settings()
    store = _store(settings)
    with bars(err) as progress:
        model = ExportedModel(
            store.encoders, settings.model, settings.precision, settings.of_model, progress
        )
        asked = BuildSettings(
            settings.engine,
            strict=strict,
            accept=accept,
            keep=settings.snapshots_kept,
            bounds=settings.size_bounds,
            page_pictures=settings.page_pictures,
        )
        build = Build(store, model, asked, progress, settings.access)
        reading, today = Recognition.by(settings, progress), datetime.now(UTC).date()
        try:
            done = build.run(content, reading, today)
        except StrictBuildError as error:
            if as_json:
                print_json(report.strict_dict(error))
            else:
                report.print_refused(error.refused, err)
            raise
    if as_json:
        print_json(report.build_dict(done))
    else:
        report.print_build(done, err)
        out.print(report.build_line(done))
    if done.golden and not done.golden.is_accepted:
        raise typer.Exit(1)


@app.command("check")
def check_command(
    content: Content,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Read the sources of CONTENT first, as a build does.")
    ] = False,
    files: Annotated[bool, typer.Option("--files", help="List every file.")] = False,
    recognise: Annotated[
        bool, typer.Option("--recognise", help="Recognise the text of pages that are pictures.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what a build of CONTENT would refuse and what deserves a look. Needs no model.

    Sources that its sources.yaml names are taken as they were read last. It says how many pages a
    build would put through text recognition and how long that takes; with --recognise they are, and
    kept for the build. Exits with 1 if anything would be refused.
    """
    settings = load_settings()
    access, bounds = settings.access if fetch else None, settings.size_bounds
    with bars(err) as progress:
        check = Check(_store(settings), settings, access, bounds, recognise, progress)
        checked = check.run(content, datetime.now(UTC).date())
        held = held_in(settings.audiences_file, groups=settings.asks_groups)
        found = CheckReport.of(checked.material, held, checked.cost)
    if as_json:
        print_json(check_dict(found))
    else:
        print_check(found, out, print_table, every_file=files)
    if checked.material.found.refused:
        raise typer.Exit(1)


@app.command("sources")
def sources_command(content: Content, as_json: AsJson = False) -> None:
    """List the sources in CONTENT's sources.yaml. Exits with 1 if one could not be read last."""
    rows = status_rows(statuses(content, load_settings().snapshots_dir / MIRRORS))
    if as_json:
        print_json(rows)
    else:
        print_sources(rows, out, print_table)
    if any(row["problem"] for row in rows):
        raise typer.Exit(1)


@app.command("suggest-questions")
def suggest_questions(
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to add candidates.", dir_okay=False
        ),
    ],
    endpoint: Annotated[
        str, typer.Option(metavar="URL", help="SIGNPOST_SUGGEST_URL if not given.")
    ] = "",
    model: Annotated[
        str, typer.Option(metavar="NAME", help="SIGNPOST_SUGGEST_MODEL if not given.")
    ] = "",
    below: Annotated[
        str, typer.Option(metavar="PATH", help="Only files whose path begins so.")
    ] = "",
    most: Annotated[int, typer.Option(min=1, max=20, help="At most so many a place.")] = 5,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Also send what is not meant for everyone.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how much would be sent.")
    ] = False,
) -> None:
    """Have a language model word what people may ask of each place, as candidates for a content
    folder's _asked_as.jsonl.

    The text of the active snapshot is sent to an endpoint with OpenAI's Chat Completions, a section
    at a time: of what is served today and meant for everyone. SIGNPOST_SUGGEST_KEY is its key.
    Nothing is served by this: review each line of FILE before it goes into the folder. Places that
    FILE has are not asked again, so the same command goes on with what was cut off.
    """
    settings = load_settings()
    url, name = endpoint or settings.suggest_url, model or settings.suggest_model
    if not (dry_run or (url.startswith(("https://", "http://")) and name)):
        raise typer.BadParameter(
            "name the endpoint (--endpoint https://.../v1) and the model (--model), or set "
            "SIGNPOST_SUGGEST_URL and SIGNPOST_SUGGEST_MODEL"
        )
    if output.name == ASKED_AS_FILE or not output.resolve().parent.is_dir():
        raise typer.BadParameter(
            f"candidates go into a file of their own, in a folder that exists, not {output}",
            param_hint="--output",
        )
    snapshot = _store(settings).open()
    today = datetime.now(UTC).date()
    sections = list(sections_of(snapshot, today, below=below, restricted=restricted))
    if dry_run:
        characters = sum(len(one.sent) for one in sections)
        out.print(f"Would send {len(sections)} sections, {characters} characters.")
        return
    known = [one.question for one in snapshot.manifest.asked_as]

    async def ask() -> Suggested:
        key = settings.suggest_key.get_secret_value()
        with bars(err) as progress:
            async with aiohttp.ClientSession() as session:
                asked = ChatEndpoint(session, url, name, key)
                return await suggest(
                    sections, asked, output, source=name, known=known, most=most, progress=progress
                )

    done = asyncio.run(ask())
    err.print(
        f"Wrote {done.lines} candidates for {done.asked} places to {output}; {done.without} of "
        f"these brought none, and {done.before} places were there before. Review each line."
    )


@app.command("formats")
def formats_command(as_json: AsJson = False) -> None:
    """List the formats that are read, what a place in each is and how a link opens it.

    A Markdown table, as README has it.
    """
    rows = report.format_rows()
    if as_json:
        names = ("format", "place", "opens_by")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    for row in (("format", "a place is", "opens by"), ("---",) * 3, *rows):
        typer.echo(f"| {' | '.join(row)} |")


@app.command()
def status(
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every file and compare its checksum.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the snapshots; the active one is marked, and what is damaged says how.

    Exits with 1 if nothing says which is active, or if --verify finds one damaged.
    """
    found = StoreStatus.of(_store(load_settings()), verify=verify)
    if as_json:
        print_json({"active": found.active, "snapshots": found.rows})
    else:
        found.print(out, print_table)
    if found.problem:
        raise found.problem
    if verify and found.is_damaged:
        raise typer.Exit(1)


@app.command("list")
def list_command(
    refused: Annotated[
        bool, typer.Option("--refused", help="List what is not served, and why.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the resources of the active snapshot."""
    store = _store(load_settings())
    if refused:
        entries = read_refused(store.path(store.active_id()))
        if as_json:
            print_json(entries)
        else:
            report.print_refused(entries, out)
        return
    resources = store.open().resources
    if as_json:
        print_json(list(map(resource_to_dict, resources)))
    else:
        print_table(report.resource_table(resources), out)


@app.command()
def show(
    resource: Annotated[str, typer.Argument(help="A resource's id, or its file in the folder.")],
    as_json: AsJson = False,
) -> None:
    """Show a resource of the active snapshot with its passages and their links."""
    snapshot = _store(load_settings()).open()
    number = _find(snapshot.resources, resource)
    found, passages = snapshot.resources[number], snapshot.passages_of(number)
    if as_json:
        print_json(report.resource_dict(found, passages))
    else:
        report.print_resource(found, passages, out)


@app.command()
def activate(
    snapshot: Annotated[str, typer.Argument(help="The snapshot's id, as `status` lists it.")],
    as_json: AsJson = False,
) -> None:
    """Check a snapshot and have it served. A running bot follows within seconds."""
    store = _store(load_settings())
    with store.lock():
        store.activate(snapshot)
    _say(f"Activated {snapshot}.", {"active": snapshot}, as_json=as_json)


@app.command()
def rollback(as_json: AsJson = False) -> None:
    """Serve again what was served before. A build of the same content will not undo this."""
    store = _store(load_settings())
    with store.lock():
        before, now = store.rollback()
    said = f"Rolled back from {before} to {now}."
    _say(said, {"active": now, "rolled_back": before}, as_json=as_json)


@app.command()
def prune(
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="How many to keep; SIGNPOST_SNAPSHOTS_KEPT if not given."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove old snapshots. The active one and the one before it, which `rollback` takes, stay."""
    settings = load_settings()
    store = _store(settings)
    with store.lock():
        gone = store.prune(settings.snapshots_kept if keep is None else keep, dry_run=dry_run)
    said = f"{'Would remove' if dry_run else 'Removed'} {len(gone)}: {', '.join(gone) or 'none'}."
    _say(said, {"removed": gone, "dry_run": dry_run}, as_json=as_json)


def _store(settings: Settings) -> SnapshotStore:
    return SnapshotStore(settings.snapshots_dir)


def _find(resources: tuple[Resource, ...], name: str) -> int:
    for number, resource in enumerate(resources):
        if name in (resource.id, resource.path, *(one.path for one in resource.also_at)):
            return number
    raise typer.BadParameter(f"no resource has the id or the file {name!r}; see `list`")


def _say(sentence: str, data: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(data)
    else:
        out.print(sentence)


def main() -> None:
    limit_blas_threads()
    run(app)


if __name__ == "__main__":
    main()
