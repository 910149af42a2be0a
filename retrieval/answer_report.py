"""An answer, and why it is what it is, as a terminal and scripts show them."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from retrieval.answer import Answer, Outcome, Result
from retrieval.explanation import Explanation

_CLAIMS = {
    Outcome.ANSWERED: "Answered",
    Outcome.CLOSEST: "Not certain: the closest that was found",
    Outcome.NOTHING_VALIDATED: "Nothing validated answers this",
}
_SHOWN = 3
_ANY_WIDTH = 10_000


def print_answer(answer: Answer, origin: str, out: Console, err: Console) -> None:
    """The answer on `out`, facts about it on `err`."""
    out.print(Text(_CLAIMS[answer.outcome], style="bold"))
    for written, read in answer.understood:
        out.print(f'Searched for "{read}" instead of "{written}"')
    for result in answer.results[:_SHOWN]:
        out.print()
        _print_result(result, origin, out)
    if answer.outcome is Outcome.NOTHING_VALIDATED:
        out.print("Try other words, or the name of the form, tool or process.")
    facts = (
        f"confidence {answer.confidence:.2f}, {answer.took_ms:.0f} ms, "
        f"snapshot {answer.snapshot_id}"
    )
    err.print(Text(facts, style="dim"))


def _print_result(result: Result, origin: str, out: Console) -> None:
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


def to_dict(answer: Answer, origin: str) -> dict[str, Any]:
    """The answer as JSON for scripts; `origin` is put before links to Signpost's own server."""
    return {
        "question": answer.question.text,
        "outcome": answer.outcome,
        "understood": dict(answer.understood),
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
                "late_score": round(result.best.late_score, 4),
                "validated_by": result.resource.validation.validated_by,
                "validated_on": result.resource.validation.validated_on.isoformat(),
            }
            for result in answer.results
        ],
    }


def _absolute(url: str, origin: str) -> str:
    return origin + url if url.startswith("/") else url


def print_explanation(explained: Explanation, out: Console) -> None:
    """The first hits with what each kind of evidence added, and the reasons of the outcome."""
    table = Table(box=None, title="What ranked the hits", title_justify="left")
    for name in ("rank", "score", *explained.kinds, "cosine", "BM25", "place"):
        table.add_column(name, justify="left" if name == "place" else "right", no_wrap=True)
    for hit in explained.hits:
        added = (f"{hit.parts[kind]:+.3f}" for kind in explained.kinds)
        raw = (f"{hit.cosine:.3f}", f"{hit.bm25:.2f}")
        table.add_row(str(hit.rank), f"{hit.score:.3f}", *added, *raw, Text(hit.place))
    # As wide as its places are: they are to be copied, not admired.
    table.width = Measurement.get(out, out.options.update(max_width=_ANY_WIDTH), table).maximum
    out.print()
    out.print(table, crop=False)
    out.print()
    for reason in explained.reasons:
        out.print(reason)
