"""What `check` prints: for people what deserves a look, for scripts everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from identity.audiences import Held
from index.content.entry import Entry
from index.content.inventory import PINNED_FILE
from index.material import Material
from index.recognition.cost import RecognitionCost
from index.report import (
    DrawTable,
    copy_dict,
    print_copies,
    print_ignored,
    print_noted,
    print_refused,
)
from index.reporting.file_facts import FileFacts, facts
from index.reporting.near_copies import COMPARED, NearCopy, near_copies

_NAMED = 5
_MOST_PAIRS = 20
_COUNTED = ("files", "words", "pages", "without text", "tables", "images", "without words")
_TELLING = ("title", "audience", "language", "tags", "kind")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a build would serve, and what is known of it. `unheld` are audiences that nobody
    belongs to, each with the files that are for it; empty if nobody says who belongs to which."""

    material: Material
    files: tuple[FileFacts, ...]
    alike: tuple[NearCopy, ...]
    unheld: Mapping[str, Sequence[str]]
    held: Held | None
    cost: RecognitionCost | None = None

    @classmethod
    def of(
        cls,
        material: Material,
        held: Held | None,
        cost: RecognitionCost | None = None,
    ) -> CheckReport:
        """`held` are the audiences that somebody belongs to, None if that is not known; `cost` is
        that of the pages that wait for text recognition."""
        entries = material.found.entries
        files = facts(entries)
        return cls(material, files, near_copies(entries), _unheld(material, held), held, cost)


def check_dict(report: CheckReport) -> dict[str, Any]:
    material, found = report.material, report.material.found
    return {
        "served": [entry.resource.path for entry in found.entries],
        "refused": found.refused,
        "ignored": found.ignored,
        "duplicates": found.duplicates,
        "copies": list(map(copy_dict, found.copies)),
        "nearly_the_same": [asdict(one) for one in report.alike],
        "unheld_audiences": report.unheld,
        "files": [_file_dict(one) for one in report.files],
        "warnings": material.warnings,
        "recognition": report.cost.as_dict() if report.cost else None,
        "golden_questions": len(material.golden.questions),
        "pinned_answers": len(material.pinned),
        "collections": [one.collection.title for one in material.collections],
        "unfilled_topics": material.unfilled,
    }


def _file_dict(one: FileFacts) -> dict[str, Any]:
    data = asdict(one)
    tally: dict[str, Any] = data.pop("tally")
    return data | tally


def print_check(
    report: CheckReport, console: Console, draw: DrawTable, *, every_file: bool = False
) -> None:
    """What is not served, what deserves a look, and how much there is of each format; with
    `every_file` each file, too."""
    found = report.material.found
    print_refused(found.refused, console)
    print_copies(found.copies, console)
    print_noted("same text, each served", _same_text(report), console)
    print_noted("nearly the same", _nearly_the_same(report), console)
    print_noted("no text", _without_text(report.files), console)
    print_noted("images", _images(report.files), console)
    print_noted("language", _languages(report.files), console)
    print_noted("audience", _audiences(report), console)
    print_noted("link", _links(report.files), console)
    print_noted("note", report.material.warnings, console)
    print_noted("text recognition", [report.cost.sentence] if report.cost else [], console)
    print_ignored(found.ignored, console)
    if every_file:
        draw(_file_table(report.files), console)
    if report.files:
        draw(_totals(report.files), console)
    served = f"{len(found.entries)} files would be served"
    served += f", {len(found.waiting)} after text recognition" if found.waiting else ""
    console.print(f"{served}, {len(found.refused)} refused, {len(found.ignored)} ignored.")


def _unheld(material: Material, held: Held | None) -> dict[str, list[str]]:
    """By audience the files, collections and pinned answers that nobody sees through it."""
    found: dict[str, list[str]] = defaultdict(list)
    if held is not None:
        restricted = [
            *((one.resource.path, one.resource.audience) for one in material.found.entries),
            *((PINNED_FILE, one.pinned.audience) for one in material.pinned),
            *((one.path, one.collection.audience) for one in material.collections),
        ]
        for path, audience in restricted:
            for name in {name for name in audience if name not in held}:
                found[name].append(path)
    return dict(sorted(found.items()))


def _same_text(report: CheckReport) -> Iterator[str]:
    found = report.material.found
    served = {entry.resource.path: entry for entry in found.entries}
    for group in found.duplicates:
        apart = [served[path] for path in group if path in served]
        if len(apart) > 1:
            paths = _named([entry.resource.path for entry in apart])
            yield f"{paths} (not served once: {_what_differs(apart)})"


def _what_differs(entries: Sequence[Entry]) -> str:
    named = [
        name
        for name in _TELLING
        if len({str(getattr(entry.resource, name)) for entry in entries}) > 1
    ]
    return f"they differ in {', '.join(named)}" if named else "they differ in headings or times"


def _nearly_the_same(report: CheckReport) -> Iterator[str]:
    same = [set(group) for group in report.material.found.duplicates]
    alike = [x for x in report.alike if not any({x.path, x.other} <= group for group in same)]
    for one in alike[:_MOST_PAIRS]:
        changes = "; ".join(f"{a or 'nothing'!r} / {b or 'nothing'!r}" for a, b in one.differences)
        said = changes or f"only headings, marks or small words in the first {COMPARED:,} words"
        yield f"{one.path}, {one.other} ({one.alike:.0%} alike): {said}"
    if (more := len(alike) - _MOST_PAIRS) > 0:
        yield f"{more} more pairs (--json has all)"


def _without_text(files: Sequence[FileFacts]) -> Iterator[str]:
    """Pages and slides of which nothing is read, those that show something first."""
    pictured = {one.path: one.tally.pictured for one in files}
    blank = {
        one.path: [number for number in one.tally.blank if number not in one.tally.pictured]
        for one in files
    }
    for numbers, one_does, many_do in (
        (pictured, "shows pictures only", "show pictures only"),
        (blank, "holds nothing", "hold nothing"),
    ):
        if count := sum(map(len, numbers.values())):
            shown = [
                f"{path} ({_named(list(map(str, found)))})"
                for path, found in numbers.items()
                if found
            ]
            counted = _plural(count, f"page or slide {one_does}", f"pages or slides {many_do}")
            yield f"{counted}: {_named(shown)}"


def _images(files: Iterable[FileFacts]) -> Iterator[str]:
    found = sorted(
        (one for one in files if one.tally.images_unnamed),
        key=lambda one: (-one.tally.images_unnamed, one.path),
    )
    if count := sum(one.tally.images_unnamed for one in found):
        shown = _named([f"{one.path} ({one.tally.images_unnamed})" for one in found])
        yield f"{_plural(count, 'image has', 'images have')} no words that stand for them: {shown}"


def _languages(files: Iterable[FileFacts]) -> Iterator[str]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in files:
        if one.reads_as:
            found[one.language, one.reads_as].append(one.path)
    for (language, reads_as), paths in sorted(found.items()):
        yield f"taken for {language!r} and written in {reads_as!r}: {_named(paths)}"


def _audiences(report: CheckReport) -> Iterator[str]:
    for name, paths in report.unheld.items():
        names = report.held.names if report.held else ()
        close = get_close_matches(name, names, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        yield f"nobody is in {name!r} (SIGNPOST_AUDIENCES_FILE{hint}): {_named(paths)}"


def _links(files: Iterable[FileFacts]) -> Iterator[str]:
    """Files whose link opens none of their places, by format."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in files:
        if not one.opens_places:
            found[one.format].append(one.path)
    for name, paths in sorted(found.items()):
        yield (
            f"{name}: the link opens the whole file and no place in it: {_named(paths)}; give "
            "link_template if its platform has links to places"
        )


def _totals(files: Sequence[FileFacts]) -> Table:
    table = Table(box=None)
    for name in ("format", *_COUNTED):
        table.add_column(name, justify="left" if name == "format" else "right")
    by_format: dict[str, list[FileFacts]] = defaultdict(list)
    for one in files:
        by_format[one.format].append(one)
    rows = sorted(by_format.items(), key=lambda row: (-len(row[1]), row[0]))
    for name, own in [*rows, *([("all", list(files))] if len(rows) > 1 else [])]:
        table.add_row(name, *(f"{number:,}" if number else "" for number in _counts(own)))
    return table


def _counts(files: Sequence[FileFacts]) -> tuple[int, ...]:
    tallies = [one.tally for one in files]
    return (
        len(files),
        sum(one.words for one in files),
        sum(one.pages for one in tallies),
        sum(len(one.blank) for one in tallies),
        sum(one.tables for one in tallies),
        sum(one.images for one in tallies),
        sum(one.images_unnamed for one in tallies),
    )


def _file_table(files: Iterable[FileFacts]) -> Table:
    table = Table(box=None)
    for name in ("file", *_COUNTED[1:], "language", "audience", "link opens"):
        table.add_column(
            name,
            justify="right" if name in _COUNTED else "left",
            no_wrap=name == "file",
            overflow="fold",
        )
    for one in files:
        language = f"{one.language} ({one.reads_as}?)" if one.reads_as else one.language
        opens = "its places" if one.opens_places else "the whole"
        cells = (*(f"{number:,}" if number else "" for number in _counts([one])[1:]),)
        said = (one.path, *cells, language, ", ".join(one.audience), opens)
        table.add_row(*map(Text, said))
    return table


def _named(paths: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return ", ".join(paths[:_NAMED]) + more


def _plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
