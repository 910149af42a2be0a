"""What the index commands print: for people on a terminal, and as JSON for scripts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from index.content.copies import Copy
from index.content.inventory import Ignored
from index.golden.gate import GoldenReport, Verdict
from index.material import StrictBuildError
from index.reporting.build_report import BuildReport
from snapshot import formats
from snapshot.formats.format_row import Format
from snapshot.manifest import Refused
from snapshot.models import Passage, Resource
from snapshot.resource_json import resource_to_dict

# How the command prints a table.
DrawTable = Callable[[Table, Console], None]


def print_build(done: BuildReport, console: Console) -> None:
    """What deserves a look; `build_line` says what was done."""
    print_refused(done.refused, console)
    print_copies(done.copies, console)
    print_ignored(done.ignored, console)
    print_noted("note", done.warnings, console)
    if done.golden:
        _print_golden(done.golden, console)


def print_refused(refused: Iterable[Refused], console: Console) -> None:
    """One line a file: what is not served, and why."""
    for entry in refused:
        reason = entry.reason.replace("_", " ")
        print_noted(f"refused ({reason})", [f"{entry.path}: {entry.detail}"], console)


def print_copies(copies: Iterable[Copy], console: Console) -> None:
    """One line for each file that is served instead of others that say the same."""
    by_kept: dict[str, list[str]] = defaultdict(list)
    for copy in copies:
        by_kept[copy.kept.resource.path].append(copy.entry.resource.path)
    said = (f"{kept} says the same as {', '.join(paths)}" for kept, paths in by_kept.items())
    print_noted("served once", said, console)


def copy_dict(copy: Copy) -> dict[str, str]:
    """A file that is not served, and the one that is instead."""
    return {"path": copy.entry.resource.path, "served_as": copy.kept.resource.path}


def print_ignored(ignored: Sequence[Ignored], console: Console) -> None:
    """What is no resource, by reason; the files themselves if they are few."""
    for reason, count in Counter(entry.reason for entry in ignored).most_common():
        paths = [entry.path for entry in ignored if entry.reason == reason]
        named = ", ".join(paths[:5]) + (", ..." if len(paths) > 5 else "")
        console.print(Text(f"ignored {count}: {reason} ({named})", style="dim"))


def _print_golden(golden: GoldenReport, console: Console) -> None:
    """How many golden questions are right, and a line for each that is not."""
    score, before = golden.score, golden.before
    line = f"golden questions: {_share(score.right, len(score.verdicts))} right"
    if before:
        line += f"; accepted was {_share(before.right, before.questions)} by {before.snapshot}"
    console.print(line)
    for verdict in score.verdicts:
        if not verdict.is_right:
            mark = "right before, wrong now" if verdict in golden.lost else "wrong"
            wanted = " or ".join(verdict.expected) or "nothing"
            outcome = verdict.outcome.replace("_", " ")
            said = f"is to find {wanted}, and finds {verdict.found} ({outcome})"
            print_noted(f"golden ({mark})", [f"{verdict.question!r} {said}"], console)


def print_noted(mark: str, notes: Iterable[str], console: Console) -> None:
    """A line each, after a mark that stands out."""
    for note in notes:
        console.print(Text.assemble((f"{mark}: ", "yellow"), note))


def golden_dict(golden: GoldenReport) -> dict[str, Any]:
    """What `build --json` tells of the golden questions."""
    score, before = golden.score, golden.before
    return {
        "score": round(score.share, 4),
        "right": score.right,
        "questions": len(score.verdicts),
        "below": golden.is_below,
        "accepted": golden.is_accepted,
        "before": before
        and {
            "score": round(before.share, 4),
            "right": before.right,
            "questions": before.questions,
            "snapshot": before.snapshot,
            "accepted_at": before.accepted_at.isoformat(),
        },
        "wrong": [_verdict_dict(one) for one in score.verdicts if not one.is_right],
        "lost": [_verdict_dict(one) for one in golden.lost],
    }


def _verdict_dict(verdict: Verdict) -> dict[str, Any]:
    return {
        "question": verdict.question,
        "expected": verdict.expected or "nothing",
        "found": verdict.found,
        "outcome": verdict.outcome,
    }


def _share(right: int, questions: int) -> str:
    return f"{right} of {questions} ({right / questions:.1%})"


def build_line(done: BuildReport) -> str:
    """One sentence that says what the build did."""
    counts, name = done.counts, done.snapshot_id
    holds = f"{counts.resources} resources, {counts.passages} passages"
    if done.withdrawn:
        return (
            f"This content was rolled back before, as snapshot {name}; it is not activated by "
            f"itself. `python -m index activate {name}` does."
        )
    if done.golden and not done.golden.is_accepted:
        held = (
            f"Published {name} and did not activate it"
            if done.published
            else f"{name} holds this content already and was not activated now"
        )
        return (
            f"{held}: fewer golden questions are right than when the last score was accepted. "
            "`python -m index build CONTENT --accept` serves it, and measures later builds by it."
        )
    if done.published:
        return (
            f"Published and activated {name}: {holds}, {done.encoded} encoded anew, "
            f"{counts.refused} refused, in {done.took_s:.1f} s."
        )
    if done.activated:
        return f"Activated {name}, which holds this content already: {holds}."
    return f"Nothing has changed: {name} stays active ({holds})."


def format_rows() -> list[tuple[str, str, str]]:
    """What is read: the name with its extensions, what a place is, and what a link to one opens;
    formats of one name in one row."""
    named: dict[str, list[Format]] = {}
    for one in formats.rows():
        if not one.is_recording:
            named.setdefault(one.name, []).append(one)
    return [
        (
            f"{name} ({', '.join(f'`{end}`' for one in rows for end in one.extensions)})",
            rows[0].place,
            rows[0].opens_by,
        )
        for name, rows in named.items()
    ] + [("`links.csv`, `links.yaml`", "what each row names", "its url")]


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
        if name == "also_at":
            value = tuple(one.path for one in resource.also_at)
        shown = ", ".join(value) if isinstance(value, tuple | list) else value
        console.print(Text.assemble((f"{name}: ", "bold"), "" if shown is None else str(shown)))
    for passage in passages:
        console.rule(align="left", style="dim")
        place = " > ".join(part for part in (*passage.heading_path, passage.locator.label) if part)
        console.print(Text(f"{place}  {resource.url_at(passage.locator)}", style="cyan"))
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
        "refused": done.refused,
        "ignored": done.ignored,
        "copies": list(map(copy_dict, done.copies)),
        "warnings": done.warnings,
        "pruned": done.pruned,
        "took_s": round(done.took_s, 3),
        "golden": golden_dict(done.golden) if done.golden else None,
        "unfilled_topics": done.unfilled,
    }


def strict_dict(error: StrictBuildError) -> dict[str, Any]:
    """What of `build_dict` there is if nothing was published."""
    return {
        "snapshot": None,
        "published": False,
        "activated": False,
        "refused": error.refused,
    }


def resource_dict(resource: Resource, passages: Iterable[Passage]) -> dict[str, Any]:
    """What `show --json` tells of a resource."""
    described = [
        {
            "heading_path": passage.heading_path,
            "place": passage.locator.label,
            "url": resource.url_at(passage.locator),
            "text": passage.text,
        }
        for passage in passages
    ]
    return resource_to_dict(resource) | {"passages": described}
