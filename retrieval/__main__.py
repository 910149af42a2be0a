"""python -m retrieval ask: an answer in the terminal, the same as on the card."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from errors import SignpostError
from index.encoder import SentenceTransformerEncoder
from index.models import EVERYONE
from index.store import SnapshotStore
from retrieval.models import Answer, ChannelKind, Outcome, Question, Result
from retrieval.retriever import Retriever
from settings import load_settings

app = typer.Typer(
    help="Asks the active snapshot.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
# Titles and paths hold brackets and colons, which are no markup; styles come as rich's Text.
out = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
err = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)

_CLAIMS = {
    Outcome.ANSWERED: "Answered",
    Outcome.CLOSEST: "Not certain: the closest that was found",
    Outcome.NOTHING_VALIDATED: "Nothing validated answers this",
}
_SHOWN = 3


@app.callback()
def _commands() -> None:
    """Makes `ask` a command of its own, although it is the only one."""


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    audience: Annotated[
        list[str] | None, typer.Option(help="An audience of the asker; may be repeated.")
    ] = None,
    context: Annotated[
        str | None, typer.Option(help="The question before, for a follow-up.")
    ] = None,
    snapshot: Annotated[
        str | None, typer.Option(help="A snapshot's id; the active one if not given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Answer QUESTION as the bot would, with links that open the exact place."""
    settings = load_settings()
    store = SnapshotStore(settings.snapshots_dir)
    opened = store.open(snapshot)
    retriever = Retriever(opened, SentenceTransformerEncoder(settings.model))
    answer = retriever.answer(
        Question(
            question,
            audience=frozenset([EVERYONE, *(audience or [])]),
            channel_kind=ChannelKind.TERMINAL,
            context=context,
        )
    )
    if as_json:
        typer.echo(json.dumps(_answer_dict(answer, settings.origin), ensure_ascii=False, indent=2))
    else:
        _print_answer(answer, settings.origin)


def _print_answer(answer: Answer, origin: str) -> None:
    out.print(Text(_CLAIMS[answer.outcome], style="bold"))
    for result in answer.results[:_SHOWN]:
        out.print()
        _print_result(result, origin)
    if answer.outcome is Outcome.NOTHING_VALIDATED:
        out.print("Try other words, or the name of the form, tool or process.")
    facts = (
        f"confidence {answer.confidence:.2f}, {answer.took_ms:.0f} ms, "
        f"snapshot {answer.snapshot_id}"
    )
    err.print(Text(facts, style="dim"))


def _print_result(result: Result, origin: str) -> None:
    resource, hit = result.resource, result.best
    minutes = f"{resource.duration_minutes} min" if resource.duration_minutes else ""
    facts = " · ".join(part for part in (resource.kind, minutes, result.place) if part)
    out.print(Text(f"{result.rank}. {resource.title}", style="bold cyan"))
    out.print(Text(f"   {facts}"))
    start, end = hit.sentence.start, hit.sentence.end
    passage = Text(hit.passage.text, style="dim")
    passage.stylize("not dim bold", start, end)
    out.print(passage)
    validation = resource.validation
    out.print(Text(f"   Validated by {validation.validated_by} on {validation.validated_on}"))
    out.print(Text(f"   {_absolute(result.url, origin)}", style="underline"))


def _answer_dict(answer: Answer, origin: str) -> dict[str, Any]:
    return {
        "question": answer.question.text,
        "outcome": answer.outcome,
        "confidence": round(answer.confidence, 4),
        "took_ms": round(answer.took_ms, 1),
        "snapshot": answer.snapshot_id,
        "results": [
            {
                "rank": result.rank,
                "resource": result.resource.id,
                "title": result.resource.title,
                "kind": result.resource.kind,
                "path": result.resource.path,
                "place": result.place,
                "url": _absolute(result.url, origin),
                "sentence": result.best.sentence_text,
                "passage": result.best.passage.text,
                "score": round(result.best.score, 4),
                "dense_score": round(result.best.dense_score, 4),
                "lexical_score": round(result.best.lexical_score, 4),
                "validated_by": result.resource.validation.validated_by,
                "validated_on": result.resource.validation.validated_on.isoformat(),
            }
            for result in answer.results
        ],
    }


def _absolute(url: str, origin: str) -> str:
    return origin + url if url.startswith("/") else url


def main() -> None:
    try:
        app()
    except SignpostError as error:
        err.print(Text.assemble(("Error: ", "red"), str(error)))
        sys.exit(1)


if __name__ == "__main__":
    main()
