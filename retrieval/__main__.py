"""python -m retrieval ask | evaluate: an answer in the terminal, and how good answers are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from commands import AsJson, command_group, err, out, print_json, print_table, run
from encoder.loading import load_encoder
from encoder.protocol import Encoder
from evaluation import evaluation_report
from evaluation.evaluate import evaluate
from evaluation.labelled import GoldKind, beir_questions, build_beir, load_and_combine
from index.progress import Progress, bars
from retrieval import answer_report
from retrieval.answer import Question
from retrieval.reranking import open_reranker
from retrieval.retriever import Retriever
from retrieval.serving.machine import limit_blas_threads
from settings import Settings, load_settings
from snapshot.models import EVERYONE
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

app = command_group("Asks a snapshot, and measures its answers.")
_EXPLAINED = 10

Audience = Annotated[
    list[str] | None, typer.Option(help="An audience of the asker; may be repeated.")
]
SnapshotId = Annotated[
    str | None, typer.Option(help="A snapshot's id; the active one if not given.")
]


def _existing_file(purpose: str) -> Any:
    return typer.Option(help=purpose, exists=True, dir_okay=False)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    audience: Audience = None,
    context: Annotated[
        str | None, typer.Option(help="The question before, for a follow-up.")
    ] = None,
    locale: Annotated[
        str, typer.Option(metavar="TAG", help="The asker's language in Teams, such as de-CH.")
    ] = "en",
    snapshot: SnapshotId = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what ranked the hits and made the outcome.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Answer QUESTION as the bot would, with links that open the exact place."""
    settings = load_settings()
    store = SnapshotStore(settings.snapshots_dir)
    opened = store.open(snapshot)
    retriever = _answering(settings, opened, _encoder(settings))
    asked = Question(
        question,
        locale=locale,
        audience=frozenset([EVERYONE, *(audience or [])]),
        context=context,
    )
    answer = retriever.answer(asked)
    explained = (
        answer_report.Explanation.of(answer, retriever.rank(asked, _EXPLAINED), opened)
        if explain
        else None
    )
    if as_json:
        data = answer_report.to_dict(answer, settings.origin)
        if explained:
            data["explanation"] = explained.to_dict()
        print_json(data)
        return
    answer_report.print_answer(answer, settings.origin, out, err)
    if explained:
        out.print()
        print_table(answer_report.explanation_table(explained), out)
        out.print()
        for reason in explained.reasons:
            out.print(reason)


@app.command("evaluate")
def evaluate_command(
    questions: Annotated[
        list[Path] | None,
        _existing_file(
            "Labelled questions, queries.jsonl; may be repeated, each with its --qrels."
        ),
    ] = None,
    qrels: Annotated[
        list[Path] | None, _existing_file("The places that answer them, qrels.tsv.")
    ] = None,
    beir: Annotated[
        Path | None,
        typer.Option(
            help="A folder in BEIR's format, measured on a temporary snapshot of its own.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    unanswerable: Annotated[
        list[Path] | None,
        _existing_file("More questions, none of which the content answers; may be repeated."),
    ] = None,
    audience: Audience = None,
    snapshot: SnapshotId = None,
    run_out: Annotated[
        Path | None,
        typer.Option(
            "--run",
            help="Write the rankings as a TREC run; white space and % in names are "
            "percent-encoded.",
            dir_okay=False,
        ),
    ] = None,
    qrels_out: Annotated[
        Path | None,
        typer.Option(help="Write the right answers as TREC qrels, for --run.", dir_okay=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure ranking, places, sentences and honesty on labelled questions.

    Give --questions with --qrels for the content of a snapshot, or --beir for a folder with
    documents of its own.
    """
    _refuse_misuse(questions or [], qrels or [], beir, snapshot, [run_out, qrels_out])
    files: list[tuple[Path, Path | None]] = [beir_questions(beir)] if beir else []
    files += zip(questions or [], qrels or [], strict=True)
    files += [(path, None) for path in unanswerable or []]
    kind = GoldKind.DOCUMENTS if beir else GoldKind.PLACES
    asked = load_and_combine(files, kind=kind)
    settings = load_settings()
    with bars(err) as progress, _retriever(settings, beir, snapshot, progress) as retriever:
        measured = evaluate(
            retriever,
            asked,
            kind=kind,
            audience=audience or (),
            progress=progress,
        )
        manifest = retriever.snapshot.manifest
    if run_out:
        evaluation_report.write_run(run_out, measured.observations)
    if qrels_out:
        evaluation_report.write_qrels(qrels_out, asked)
    evaluation_report.print_not_served(measured.not_served, err)
    if as_json:
        facts = {"snapshot": manifest.id, "model": manifest.encoder.model}
        print_json(facts | evaluation_report.as_json(measured), ensure_ascii=True)
    else:
        evaluation_report.print_evaluation(measured, out)


def _refuse_misuse(
    questions: list[Path],
    qrels: list[Path],
    beir: Path | None,
    snapshot: str | None,
    outputs: list[Path | None],
) -> None:
    if bool(beir) == bool(questions):
        raise typer.BadParameter("give either --questions with --qrels, or --beir")
    if len(questions) != len(qrels):
        raise typer.BadParameter("give one --qrels for each --questions")
    if beir and snapshot:
        raise typer.BadParameter("--beir makes a snapshot of its own: leave out --snapshot")
    for path in filter(None, outputs):
        if not path.resolve().parent.is_dir():
            raise typer.BadParameter(f"there is no folder {path.resolve().parent} to write into")


@contextmanager
def _retriever(
    settings: Settings, beir: Path | None, snapshot: str | None, progress: Progress
) -> Iterator[Retriever]:
    """Answers from the snapshot, or from one of the BEIR folder that is gone afterwards."""
    if beir is None:
        opened = SnapshotStore(settings.snapshots_dir).open(snapshot)
        yield _answering(settings, opened, _encoder(settings))
        return
    with TemporaryDirectory(prefix="signpost-") as folder:
        encoder = _encoder(settings)
        opened = build_beir(beir, Path(folder), encoder, engine=settings.engine, progress=progress)
        yield _answering(settings, opened, encoder)


def _encoder(settings: Settings) -> Encoder:
    """The model as the server has it."""
    store = SnapshotStore(settings.snapshots_dir)
    return load_encoder(
        store.encoders,
        settings.model,
        settings.precision,
        _note,
        settings.of_model,
    )


def _answering(settings: Settings, snapshot: Snapshot, encoder: Encoder) -> Retriever:
    """The retriever as the server has it."""
    folder = SnapshotStore(settings.snapshots_dir).rerankers
    named = (settings.reranker, settings.precision, settings.reranker_ms)
    return Retriever(snapshot, encoder, open_reranker(folder, *named, _note))


def _note(note: str) -> None:
    err.print(f"Note: {note}")


def main() -> None:
    limit_blas_threads()
    run(app)


if __name__ == "__main__":
    main()
