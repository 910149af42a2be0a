"""python -m benchmarks.scale: search by vectors and by words as passages grow to millions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import results
from benchmarks.commands import run
from benchmarks.content import workplace_snapshots
from benchmarks.results import BENCH, ROOT, Result, machine
from benchmarks.scale import figures, synthetic
from benchmarks.scale.child import ask
from benchmarks.scale.measuring import Measured, measure
from benchmarks.scale.real import Real, read_real
from benchmarks.scale.room import Room

_WORK = BENCH / "scale"
_DIM = 384
_QUESTIONS = 300
# Beyond a million the exact search and the flat indexes, which are asked the same, take minutes.
_QUESTIONS_BEYOND = 100
_MILLION = 1_000_000
_HIDDEN = 0.01

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def main(
    sizes: Annotated[
        str, typer.Option(help="Passages, such as 10k,100k,1M,5M.")
    ] = "10k,100k,1M,5M",
    words: Annotated[str, typer.Option(help="Passages of the lexical index.")] = "10k,100k",
    rounds: Annotated[int, typer.Option(help="How often each engine is searched.")] = 3,
    budget_s: Annotated[float, typer.Option(help="Seconds a round and filter may take.")] = 4.0,
    shared: Annotated[Path, typer.Option(help="The folder with eval/.")] = ROOT.parent / "shared",
    snapshots: Annotated[
        list[Path] | None,
        typer.Option(help="Folders of snapshots with real vectors; the real content's if unsaid."),
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Tiny sizes, nothing real.")] = False,
) -> None:
    """Measure how the cost of a search grows with the folder."""
    typer.echo(machine())
    real = None if smoke else _real(snapshots, shared)
    source = real or _nothing_real()
    if smoke:
        sizes, words, rounds, budget_s = "2k,5k", "2k", 1, 0.5
    _WORK.mkdir(parents=True, exist_ok=True)
    counts, notes = Room.now(_WORK).sizes(_numbers(sizes), _DIM)
    notes = [_what_is_real(real), _what_is_asked(counts), *notes]
    typer.echo("\n".join(notes))
    measured = _by_vectors(source, counts, rounds, budget_s, notes)
    typer.echo(figures.table(measured))
    found = [*figures.results(measured), *_by_words(source, _numbers(words), budget_s)]
    typer.echo(results.table(found))
    path = results.write("scale", found, results.SMOKE if smoke else BENCH, notes=notes)
    lines = path.with_name("scale-series.json")
    lines.write_text(json.dumps(figures.series(measured), indent=2) + "\n", encoding="utf-8")
    typer.echo(f"{path}\n{lines}")


def _by_vectors(
    real: Real, sizes: list[int], rounds: int, budget_s: float, notes: list[str]
) -> list[Measured]:
    """Notes which engines were left out."""
    _tell(f"{max(sizes):,} vectors")
    vectors = synthetic.write_vectors(real.vectors, max(sizes), _WORK)
    measured = []
    for count in sizes:
        engines, left_out = Room.now(_WORK).engines(count, _DIM)
        for sentence in left_out:
            typer.echo(sentence)
        notes += left_out
        measured += measure(
            vectors,
            count,
            real.questions[: _questions_at(count)],
            engines,
            _WORK / "engines",
            rounds=rounds,
            budget_s=budget_s,
            tell=_tell,
        )
    return measured


def _by_words(real: Real, sizes: list[int], budget_s: float) -> list[Result]:
    """The lexical index has no peer here: it stands beside itself at the smallest size."""
    texts, questions, folder = _WORK / "texts.json", _WORK / "asked.json", _WORK / "lexical"
    texts.write_text(json.dumps(real.texts), encoding="utf-8")
    questions.write_text(json.dumps(real.question_texts), encoding="utf-8")
    found = {}
    for count in sizes:
        _tell(f"{count:,}: lexical index")
        shutil.rmtree(folder, ignore_errors=True)
        built = ask("lexical_build", source=str(texts), count=count, folder=str(folder))
        asked = {"folder": str(folder), "questions": str(questions), "budget_s": budget_s}
        found[count] = built | ask("lexical_search", hidden=_HIDDEN, **asked)
        shutil.rmtree(folder)
        typer.echo(f"lexical {count:,}: " + json.dumps(found[count]))
    least = min(sizes)
    return [
        results.less_is_better(
            f"{metric}_{figures.label(count)}",
            unit,
            [one[name]],
            [found[least][name]],
            f"itself at {figures.label(least)}",
        )
        for count, one in found.items()
        for metric, unit, name in (
            ("search_lexical", "ms", "p50_ms"),
            ("search_lexical_p99", "ms", "p99_ms"),
            ("memory_lexical", "MB", "searching_mb"),
        )
    ]


def _real(snapshots: list[Path] | None, shared: Path) -> Real | None:
    """What the real content gives; None where it is not at hand."""
    if not snapshots and (shared / "corpora").is_dir():
        snapshots = [workplace_snapshots(shared)]
    return read_real(snapshots or [], shared / "eval", _WORK)


def _nothing_real() -> Real:
    asked = synthetic.clusters(_QUESTIONS, _DIM, seed=2)
    return Real(
        synthetic.clusters(2_000, _DIM, seed=1),
        tuple(synthetic.words(2_000, seed=1)),
        asked,
        tuple(" ".join(text.split()[:8]) for text in synthetic.words(_QUESTIONS, seed=2)),
    )


def _questions_at(count: int) -> int:
    return _QUESTIONS if count <= _MILLION else _QUESTIONS_BEYOND


def _what_is_real(real: Real | None) -> str:
    if real is None:
        return "Vectors, texts and questions are all synthetic."
    return (
        f"The first {len(real.vectors):,} vectors are real ({len(real.texts):,} passages, then "
        "their sentences), all beyond are synthetic, mixed from real neighbours; the questions "
        "are real."
    )


def _what_is_asked(sizes: list[int]) -> str:
    by_size = ", ".join(f"{_questions_at(count)} at {count:,}" for count in sizes)
    return f"Questions at most: {by_size}. An engine gets as many as it answers in its time."


def _numbers(sizes: str) -> list[int]:
    """10k,1M -> [10000, 1000000], smallest first."""
    factors = {"k": 1_000, "M": 1_000_000}
    try:
        return sorted(int(size[:-1]) * factors[size[-1]] for size in sizes.split(","))
    except (ValueError, KeyError, IndexError) as error:
        raise typer.BadParameter(f"{sizes!r}: sizes are like 10k,100k,1M") from error


def _tell(what: str) -> None:
    typer.echo(what, err=True)


if __name__ == "__main__":
    run(app)
