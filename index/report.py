"""What the index commands print: for people on a terminal, and as JSON for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from errors import SnapshotDamaged
from index.build import BuildReport
from index.content.inventory import Ignored
from index.golden.gate import GoldenReport, Verdict
from index.material import Material, StrictBuildError
from snapshot.manifest import Refused
from snapshot.models import Passage, Resource
from snapshot.resource_json import resource_to_dict
from snapshot.store import SnapshotStore

_ANY_WIDTH = 1_000_000
_READABLE_WIDTH = 12


def print_refused(refused: Sequence[Refused], console: Console) -> None:
    """One line a file: what is not served, and why."""
    for entry in refused:
        kind = entry.reason.replace("_", " ")
        line = Text.assemble((f"refused ({kind}): ", "yellow"), f"{entry.path}: {entry.detail}")
        console.print(line, soft_wrap=True)


def print_ignored(ignored: Sequence[Ignored], console: Console) -> None:
    """What is no resource, by reason; the files themselves where they are few."""
    for reason, count in Counter(entry.reason for entry in ignored).most_common():
        paths = [entry.path for entry in ignored if entry.reason == reason]
        named = ", ".join(paths[:5]) + (", ..." if len(paths) > 5 else "")
        line = Text(f"ignored {count}: {reason} ({named})", style="dim")
        console.print(line, soft_wrap=True)


def print_warnings(warnings: Iterable[str], console: Console) -> None:
    for warning in warnings:
        console.print(Text.assemble(("note: ", "yellow"), warning), soft_wrap=True)


def print_duplicates(groups: Iterable[Sequence[str]], console: Console) -> None:
    for group in groups:
        line = Text.assemble(("same text: ", "yellow"), ", ".join(group))
        console.print(line, soft_wrap=True)


def print_golden(golden: GoldenReport, console: Console) -> None:
    """How many golden questions are right, and a line for each that is not."""
    score, before = golden.score, golden.before
    line = f"golden questions: {_share(score.right, len(score.verdicts))} right"
    if before:
        line += f"; accepted was {_share(before.right, before.questions)} by {before.snapshot}"
    console.print(Text(line), soft_wrap=True)
    for verdict in score.verdicts:
        if not verdict.is_right:
            mark = "right before, wrong now" if verdict in golden.lost else "wrong"
            line = f"{verdict.question!r} {_found(verdict)}"
            console.print(Text.assemble((f"golden ({mark}): ", "yellow"), line), soft_wrap=True)


def golden_dict(golden: GoldenReport) -> dict[str, Any]:
    """What `build --json` tells of the golden questions."""
    score, before = golden.score, golden.before
    return {
        "score": round(score.share, 4),
        "right": score.right,
        "questions": len(score.verdicts),
        "below": golden.is_below,
        "accepted": golden.is_accepted,
        "before": {
            "score": round(before.share, 4),
            "right": before.right,
            "questions": before.questions,
            "snapshot": before.snapshot,
            "accepted_at": before.accepted_at.isoformat(),
        }
        if before
        else None,
        "wrong": [_verdict_dict(one) for one in score.verdicts if not one.is_right],
        "lost": [_verdict_dict(one) for one in golden.lost],
    }


def _verdict_dict(verdict: Verdict) -> dict[str, Any]:
    return {
        "question": verdict.question,
        "expected": list(verdict.expected) or "nothing",
        "found": verdict.found,
        "outcome": verdict.outcome,
    }


def _share(right: int, questions: int) -> str:
    return f"{right} of {questions} ({right / questions:.1%})"


def _found(verdict: Verdict) -> str:
    wanted = " or ".join(verdict.expected) or "nothing"
    return f"is to find {wanted}, and finds {verdict.found} ({verdict.outcome.replace('_', ' ')})"


def build_line(report: BuildReport) -> str:
    """One sentence that says what the build did."""
    counts = report.counts
    holds = f"{counts.resources} resources, {counts.passages} passages"
    if report.withdrawn:
        return (
            f"This content was rolled back before, as snapshot {report.snapshot_id}; it is not "
            f"activated by itself. `python -m index activate {report.snapshot_id}` does."
        )
    if report.golden and not report.golden.is_accepted:
        return _held_line(report)
    if report.published:
        return (
            f"Published and activated {report.snapshot_id}: {holds}, {report.encoded} encoded "
            f"anew, {counts.refused} refused, in {report.took_s:.1f} s."
        )
    if report.activated:
        return f"Activated {report.snapshot_id}, which holds this content already: {holds}."
    return f"Nothing has changed: {report.snapshot_id} stays active ({holds})."


def _held_line(report: BuildReport) -> str:
    """Why a build that falls below is not served, and how it would be."""
    done = f"Published {report.snapshot_id} and did not activate it"
    if not report.published:
        done = f"{report.snapshot_id} holds this content already and was not activated now"
    return (
        f"{done}: fewer golden questions are right than when the last score was accepted. "
        "`python -m index build CONTENT --accept` serves it, and measures later builds by it."
    )


def status_rows(store: SnapshotStore, active: str | None) -> list[dict[str, Any]]:
    """What `status` tells of each snapshot, oldest first."""
    return [_status_row(store, name, active=name == active) for name in store.ids()]


def _status_row(store: SnapshotStore, name: str, *, active: bool) -> dict[str, Any]:
    """A snapshot that cannot tell of itself has the same fields, unknown."""
    try:
        manifest = store.manifest(name)
    except SnapshotDamaged as error:
        unknown = ("created_at", "model", "engine", "resources", "passages", "refused")
        return {"id": name, "active": active, **dict.fromkeys(unknown), "damaged": str(error)}
    return {
        "id": manifest.id,
        "active": active,
        "created_at": manifest.created_at.isoformat(),
        "model": manifest.encoder.model,
        "engine": manifest.engine,
        "resources": manifest.counts.resources,
        "passages": manifest.counts.passages,
        "refused": manifest.counts.refused,
        "damaged": None,
    }


def print_table(table: Table, console: Console) -> None:
    """Columns that must not wrap are whole however narrow the terminal is, so that what stands in
    them can be copied; where the output is read by a program, every row is one line."""
    for column in table.columns:
        longest = max(cell_len(str(cell)) for cell in [column.header, *column.cells])
        column.min_width = longest if column.no_wrap else min(longest, _READABLE_WIDTH)
    measured = Measurement.get(console, console.options.update(max_width=_ANY_WIDTH), table)
    wanted = max(console.width, measured.minimum) if console.is_terminal else _ANY_WIDTH
    table.width = min(wanted, measured.maximum)
    console.print(table, soft_wrap=True)


def status_table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None)
    for name in ("", "snapshot", "created", "model", "resources", "passages", "refused"):
        table.add_column(name, overflow="fold", no_wrap=name == "snapshot")
    for row in rows:
        mark = "*" if row["active"] else ""
        if row["damaged"]:
            _add_row(table, mark, row["id"], "damaged", style="red")
            continue
        created = row["created_at"][:19].replace("T", " ")
        counts = (row[name] for name in ("resources", "passages", "refused"))
        _add_row(table, mark, row["id"], created, row["model"], *counts)
    return table


def resource_table(resources: Iterable[Resource]) -> Table:
    table = Table(box=None)
    for name in ("id", "kind", "title", "validated by", "on", "review by", "file"):
        table.add_column(name, overflow="fold", no_wrap=name in ("id", "file"))
    for resource in resources:
        validation = resource.validation
        _add_row(
            table,
            resource.id,
            resource.kind,
            resource.title,
            validation.validated_by,
            validation.validated_on.isoformat(),
            validation.review_by.isoformat() if validation.review_by else "",
            resource.path,
        )
    return table


def _add_row(table: Table, *cells: object, style: str = "") -> None:
    """Cells as they are: in a plain string "[b]" would be taken for a style."""
    table.add_row(*(Text(str(cell)) for cell in cells), style=style)


def print_resource(resource: Resource, passages: Sequence[Passage], console: Console) -> None:
    """All fields of a resource, and its passages with their places and links."""
    for name, value in resource_to_dict(resource).items():
        if name == "validation":
            value = ", ".join(f"{k} {v}" for k, v in value.items() if v)
        shown = ", ".join(value) if isinstance(value, tuple | list) else value
        value = "" if shown is None else str(shown)
        console.print(Text.assemble((f"{name}: ", "bold"), value), soft_wrap=True)
    for passage in passages:
        console.rule(align="left", style="dim")
        place = " > ".join(part for part in (*passage.heading_path, passage.locator.label) if part)
        line = Text(f"{place}  {resource.url_at(passage.locator)}", style="cyan")
        console.print(line, soft_wrap=True)
        console.print(Text(passage.text))


def build_dict(done: BuildReport) -> dict[str, Any]:
    return {
        "snapshot": done.snapshot_id,
        "published": done.published,
        "activated": done.activated,
        "withdrawn": done.withdrawn,
        "resources": done.counts.resources,
        "passages": done.counts.passages,
        "encoded": done.encoded,
        "refused": refused_dicts(done.refused),
        "ignored": _ignored_dicts(done.ignored),
        "warnings": list(done.warnings),
        "pruned": list(done.pruned),
        "took_s": round(done.took_s, 3),
        "golden": golden_dict(done.golden) if done.golden else None,
    }


def strict_dict(error: StrictBuildError) -> dict[str, Any]:
    """What of `build_dict` there is if nothing was published."""
    return {
        "snapshot": None,
        "published": False,
        "activated": False,
        "refused": refused_dicts(error.refused),
    }


def refused_dicts(refused: Iterable[Refused]) -> list[dict[str, str]]:
    return [{"path": r.path, "reason": r.reason, "detail": r.detail} for r in refused]


def _ignored_dicts(ignored: Iterable[Ignored]) -> list[dict[str, str]]:
    return [{"path": i.path, "reason": i.reason} for i in ignored]


def check_dict(material: Material) -> dict[str, Any]:
    found = material.found
    return {
        "served": [entry.resource.path for entry in found.entries],
        "refused": refused_dicts(material.refused),
        "ignored": _ignored_dicts(found.ignored),
        "duplicates": [list(group) for group in found.duplicates],
        "warnings": list(material.warnings),
        "golden_questions": len(material.golden.questions),
    }


def print_check(material: Material, console: Console) -> None:
    found = material.found
    print_refused(material.refused, console)
    print_duplicates(found.duplicates, console)
    print_warnings(material.warnings, console)
    print_ignored(found.ignored, console)
    console.print(
        f"{len(found.entries)} files would be served, {len(material.refused)} refused, "
        f"{len(found.ignored)} ignored.",
    )


def print_build(done: BuildReport, console: Console) -> None:
    """What deserves a look; `build_line` says what was done."""
    print_refused(done.refused, console)
    print_ignored(done.ignored, console)
    print_warnings(done.warnings, console)
    if done.golden:
        print_golden(done.golden, console)
