"""python -m benchmarks.quality: measures all labelled sets, and writes docs/quality.md."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.content import corpus_snapshots, quality_snapshots
from benchmarks.page import templates
from benchmarks.processes import ROOT
from benchmarks.quality.asking import ask_all
from benchmarks.quality.quality_page import Report, page
from benchmarks.quality.set_figures import SetFigures, figures
from benchmarks.quality.sets import load_sets
from benchmarks.quality.targets import goals
from benchmarks.runner import SHARED, Shared, command_line, run, tell
from encoder.loading import ExportedEncoders
from encoder.protocol import Encoder
from encoder.reference import DEFAULT_MODEL
from evaluation.evaluation_report import as_json
from snapshot.store import SnapshotStore

_NOTES = Path(templates.__file__).with_name("notes.md")
_LIBRARIES = ("sentence-transformers", "torch", "faiss-cpu", "tantivy", "numpy")

app = command_line()


@app.command()
def measure(
    shared: Shared = SHARED,
    only: Annotated[
        list[str] | None, typer.Option(help="A set to measure, and no others; may be repeated.")
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Ask every eighth question, and write build/quality-quick.md instead."
        ),
    ] = False,
) -> None:
    """Measure the product beside plain methods on the labelled sets."""
    if not (shared / "eval").is_dir():
        tell(
            f"The labelled sets are no part of the repository and are not at {shared}, so nothing "
            "can be measured: --shared names the folder that holds eval/ and corpora/."
        )
        raise typer.Exit(1)
    store = SnapshotStore(quality_snapshots(shared))
    encoder = ExportedEncoders(store.encoders).load(DEFAULT_MODEL).encoder
    partly = quick or bool(only)
    report = Report(
        sets=_measure(shared, encoder, quick=quick, only=only or []),
        facts=_facts(encoder),
        notes=_NOTES.read_text(encoding="utf-8"),
        quick=quick,
    )
    (ROOT / "build").mkdir(exist_ok=True)
    name, folder = ("quality-quick", "build") if partly else ("quality", "docs")
    write(report, ROOT / folder / f"{name}.md", ROOT / "build" / f"{name}.json")


def write(report: Report, page_file: Path, json_file: Path) -> None:
    """Both files, saying where they are."""
    page_file.write_text(page(report), encoding="utf-8")
    data = {"facts": report.facts, "quick": report.quick, "goals": goals(report.sets)}
    data |= {"sets": {one.name: one for one in report.sets}}
    json_file.write_text(
        json.dumps(as_json(data), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    typer.echo(f"{page_file}\n{json_file}")


def _measure(shared: Path, encoder: Encoder, *, quick: bool, only: list[str]) -> list[SetFigures]:
    sets = [one for one in load_sets(shared / "eval", quick=quick) if not only or one.name in only]
    snapshots = {}
    for name in dict.fromkeys(one.corpus for one in sets):
        tell(f"{name}: build (what was encoded before is kept)")
        snapshots[name] = corpus_snapshots(name, shared, encoder, Lines(name))
    return [figures(ask_all(one, snapshots[one.corpus], encoder, Lines(one.name))) for one in sets]


class Lines:
    """Tells progress in at most ten lines a stage, as a log keeps them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told: dict[str, int] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 0
        if done and tenth > self._told.get(stage, 0):
            self._told[stage] = tenth
            tell(f"{self._name}: {stage} {done} of {total}")


def _facts(encoder: Encoder) -> dict[str, str]:
    fingerprint = encoder.fingerprint
    versions = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return {
        "model": f"{fingerprint.model} ({fingerprint.dim} dimensions, weights "
        f"{fingerprint.weights_sha256[:12]}…)",
        "Python": platform.python_version(),
    } | {name: version.partition("+")[0] for name, version in versions.items()}


if __name__ == "__main__":
    run(app)
