"""python -m index build | check | status | list | show | activate | rollback | prune"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from encoder.loading import prepare_encoder
from encoder.protocol import Encoder
from errors import EncoderError, SignpostError, SnapshotDamaged
from index import report
from index.build import BuildSettings, StrictBuildError, build, refused_in
from index.calibration import calibrate
from index.content.hints import read_examples, read_synonyms
from index.content.scan import scan
from index.golden import questions as golden_questions
from index.golden.gate import GoldenGate, GoldenScore
from index.golden.places import served_after, served_by
from index.golden.proof_sample import Expected, sample
from index.progress import Progress, bars
from index.readers.documents import Document
from index.readers.extraction import Extraction
from retrieval.retriever import Retriever
from retrieval.serving.machine import limit_blas_threads
from settings import Settings, load_settings
from snapshot.models import Resource
from snapshot.reading import Snapshot, read_refused, resource_to_dict
from snapshot.store import SnapshotStore

app = typer.Typer(
    help="Builds and keeps the index: a content folder becomes a snapshot that the bot serves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
# Titles and paths hold brackets and colons, which are no markup; styles come as rich's Text.
out = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
err = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
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
    """Read CONTENT, publish what is validated today as a snapshot, and activate it.

    A folder that has not changed publishes nothing. The old snapshot serves until the new one is
    complete and checked. With a golden.jsonl in CONTENT its questions are asked, and a build that
    answers fewer of them than the last accepted one is published and not activated: exit code 1.
    """
    settings = load_settings()
    with bars(err) as progress:
        golden = golden_questions.load_golden(content)
        model = _Model(settings, golden_questions.expected(golden), progress)
        try:
            done = build(
                content,
                _store(settings),
                model.prepare,
                _extraction(settings),
                settings=BuildSettings(engine=settings.engine),
                today=datetime.now(UTC).date(),
                strict=strict,
                keep=settings.snapshots_kept,
                calibrate=calibrate,
                golden=_golden_gate(content, golden, model, progress, accept=accept),
                progress=progress,
            )
        except StrictBuildError as error:
            if as_json:
                _print_json(report.strict_dict(error))
            else:
                report.print_refused(error.refused, err)
            raise
    if as_json:
        _print_json(report.build_dict(done, model.notes))
    else:
        report.print_refused(done.refused, err)
        report.print_ignored(done.ignored, err)
        report.print_warnings([*model.notes, *report.warnings(done)], err)
        if done.golden:
            report.print_golden(done.golden, err)
        out.print(report.build_line(done))
    if done.golden and not done.golden.is_accepted:
        raise typer.Exit(1)


@app.command()
def check(content: Content, as_json: AsJson = False) -> None:
    """Say what a build of CONTENT would refuse and what deserves a look. Needs no model.

    Exits with 1 if anything would be refused.
    """
    settings = load_settings()
    golden = golden_questions.load_golden(content)
    read_examples(content)
    read_synonyms(content)
    with bars(err) as progress:
        found = scan(
            content,
            today=datetime.now(UTC).date(),
            extraction=_extraction(settings),
            progress=progress,
        )
    refused = refused_in(found)
    notes = [*golden.notes, *golden_questions.missing(golden, served_after(found), content)]
    if as_json:
        warnings = [*found.warnings, *notes]
        facts = {"warnings": warnings, "golden_questions": len(golden.questions)}
        _print_json(report.scan_dict(found) | facts)
    else:
        report.print_refused(refused, out)
        report.print_duplicates(found.duplicates, out)
        report.print_warnings([*found.warnings, *notes], out)
        report.print_ignored(found.ignored, out)
        out.print(
            f"{len(found.entries)} files would be served, {len(refused)} refused, "
            f"{len(found.ignored)} ignored.",
        )
    if refused:
        raise typer.Exit(1)


@app.command()
def status(as_json: AsJson = False) -> None:
    """List the snapshots; the active one is marked, and what is damaged says how.

    Exits with 1 where nothing says which is active.
    """
    store = _store(load_settings())
    active, problem = None, None
    try:
        active = store.pointer().snapshot
    except SnapshotDamaged as error:
        problem = error
    rows = [_status_row(store, name, active=name == active) for name in store.ids()]
    if as_json:
        _print_json({"active": active, "snapshots": rows})
    elif rows:
        report.print_table(report.status_table(rows), out)
        for row in rows:
            if row["damaged"]:
                out.print(f"{row['id']} is damaged: {row['damaged']}")
    else:
        out.print(f"No snapshot in {store.folder} yet: run `python -m index build CONTENT`.")
    if problem:
        raise problem


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
            _print_json(report.refused_dicts(entries))
        else:
            report.print_refused(entries, out)
        return
    resources = store.open().resources
    if as_json:
        _print_json([resource_to_dict(resource) for resource in resources])
    else:
        report.print_table(report.resource_table(resources), out)


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
        described = [
            {
                "heading_path": passage.heading_path,
                "place": passage.locator.label,
                "url": found.url_at(passage.locator),
                "text": passage.text,
            }
            for passage in passages
        ]
        _print_json(resource_to_dict(found) | {"passages": described})
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
    if as_json:
        _print_json({"active": snapshot})
    else:
        out.print(f"Activated {snapshot}.")


@app.command()
def rollback(as_json: AsJson = False) -> None:
    """Serve again what was served before. A build of the same content will not undo this."""
    store = _store(load_settings())
    with store.lock():
        before, now = store.rollback()
    if as_json:
        _print_json({"active": now, "rolled_back": before})
    else:
        out.print(f"Rolled back from {before} to {now}.")


@app.command()
def prune(
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="How many to keep; SIGNPOST_SNAPSHOTS_KEPT if not given."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove old snapshots. The active one always stays."""
    settings = load_settings()
    store = _store(settings)
    with store.lock():
        gone = store.prune(settings.snapshots_kept if keep is None else keep, dry_run=dry_run)
    if as_json:
        _print_json({"removed": gone, "dry_run": dry_run})
        return
    verb = "Would remove" if dry_run else "Removed"
    out.print(f"{verb} {len(gone)}: {', '.join(gone) or 'none'}.")


def _store(settings: Settings) -> SnapshotStore:
    return SnapshotStore(settings.snapshots_dir)


def _extraction(settings: Settings) -> Extraction:
    return Extraction(timeout_s=settings.read_timeout_s, memory_mb=settings.read_memory_mb)


class _Model:
    """The encoder of one build, made from the documents it found and proven on them and on the
    golden questions, and what is to say of it."""

    def __init__(self, settings: Settings, golden: Sequence[Expected], progress: Progress) -> None:
        self.notes: list[str] = []
        self._settings = settings
        self._golden = golden
        self._progress = progress
        self._encoder: Encoder | None = None

    def prepare(self, documents: Mapping[str, Document]) -> Encoder:
        """Exports the model where no build did; raises EncoderError."""
        settings = self._settings
        self._progress("prepare", 0, 1)
        self._encoder = prepare_encoder(
            _store(settings).encoders,
            settings.model,
            settings.precision,
            lambda: sample(documents, self._golden),
            self.notes.append,
        )
        self._progress("prepare", 1, 1)
        return self._encoder

    @property
    def encoder(self) -> Encoder:
        """Raises EncoderError before `prepare`."""
        if self._encoder is None:
            raise EncoderError("the model is not prepared yet")
        return self._encoder


def _golden_gate(
    content: Path,
    golden: golden_questions.GoldenSet,
    model: _Model,
    progress: Progress,
    *,
    accept: bool,
) -> GoldenGate | None:
    """None where the folder has no golden questions."""

    def judge(snapshot: Snapshot) -> GoldenScore:
        score = golden_questions.score(golden, Retriever(snapshot, model.encoder), progress)
        served = served_by(snapshot, golden_questions.paths(golden))
        notes = [*golden.notes, *golden_questions.missing(golden, served, content)]
        return replace(score, notes=tuple(notes))

    return GoldenGate(judge, golden.keys, accept) if golden.questions else None


def _status_row(store: SnapshotStore, name: str, *, active: bool) -> dict[str, Any]:
    try:
        return report.manifest_dict(store.manifest(name), active=active)
    except SnapshotDamaged as error:
        return report.damaged_dict(name, str(error), active=active)


def _find(resources: tuple[Resource, ...], name: str) -> int:
    for number, resource in enumerate(resources):
        if name in (resource.id, resource.path):
            return number
    raise typer.BadParameter(f"no resource has the id or the file {name!r}; see `list`")


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def main() -> None:
    limit_blas_threads()
    try:
        app()
    except SignpostError as error:
        err.print(Text.assemble(("Error: ", "red"), str(error)))
        sys.exit(1)


if __name__ == "__main__":
    main()
