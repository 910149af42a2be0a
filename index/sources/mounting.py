"""The sources of a content folder, brought up to date and ready to be read as part of it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from errors import ContentError
from index.content.inventory import is_metadata
from index.content.metadata import check_url
from index.content.tree import Mount, MountedFile, Tree
from index.content.validation import Reason
from index.progress import Progress, silent
from index.sources import Access, Grantee, SourceItem
from index.sources.mirror import Mirror, MirrorState, is_read
from index.sources.source_list import SourceEntry, load_sources
from snapshot.manifest import Refused

MIRRORS = ".sources"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Mounted:
    """The content with its sources in it. `refused` are sources of which nothing is there, `notes`
    what deserves a look."""

    tree: Tree
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source, and what is kept of it."""

    entry: SourceEntry
    state: MirrorState
    unmapped: tuple[str, ...] = field(default=())


def mounted(
    content: Path, mirrors: Path, access: Access | None = None, progress: Progress = silent
) -> Mounted:
    """The content folder with the sources that its `sources.yaml` names. With `access` they are
    read first, which changes the folder of mirrors; without it they are as they were read last.
    One that cannot be read keeps what it held. Raises ContentError if `sources.yaml` is malformed,
    or the disk takes no copy."""
    entries = load_sources(content)
    if access is not None and mirrors.is_dir():
        _drop_others(mirrors, {entry.name for entry in entries})
    mounts: dict[str, Mount] = {}
    read_at: list[str] = []
    refused: list[Refused] = []
    notes: list[str] = []
    for entry in entries:
        mirror = Mirror(mirrors / entry.name, entry.digest)
        if access is not None:
            _bring(mirror, entry, access, progress)
        state = mirror.state
        is_new = access is not None and state.problem is None
        if detail := _why_not(entry, state, is_new=is_new):
            refused.append(Refused(f"{entry.name}/", Reason.UNREADABLE, detail))
            continue
        mounts[entry.name] = _mount(mirror, entry)
        read_at.append(f"{entry.name} ({_shown(state.read_at)})")
        notes += _notes(entry, state)
    if read_at and access is None:
        said = "; `check --fetch` and `build` read them now"
        notes.append(f"sources are as they were read last: {', '.join(read_at)}{said}")
    return Mounted(Tree(content, mounts), tuple(refused), tuple(notes))


def statuses(content: Path, mirrors: Path) -> list[SourceStatus]:
    """What is kept of each source, in the order of `sources.yaml`. Raises ContentError."""
    return [
        SourceStatus(entry, state := Mirror(mirrors / entry.name, entry.digest).state,
                     tuple(_unmapped(entry, state)))
        for entry in load_sources(content)
    ]  # fmt: skip


def _why_not(entry: SourceEntry, state: MirrorState, *, is_new: bool) -> str:
    """Why nothing of a source is served; empty if it is. `is_new` says that it was read now."""
    why = state.problem.reason if state.problem else "`build` or `check --fetch` does it"
    if state.read_at is None:
        return f"the source has not been read yet: {why}"
    kept = None if is_new or entry.keep_days is None else timedelta(days=entry.keep_days)
    if kept is not None and datetime.now(UTC) - state.read_at > kept:
        last = _shown(state.read_at)
        return f"the source was read last at {last}, and keep_days is {entry.keep_days}: {why}"
    return ""


def _bring(mirror: Mirror, entry: SourceEntry, access: Access, progress: Progress) -> None:
    try:
        try:
            asyncio.run(_read(mirror, entry, access, progress))
        except TimeoutError:
            mirror.fail(f"reading it took more than {access.timeout_s:g} s")
        except ContentError as error:
            mirror.fail(str(error))
    except OSError as error:
        raise ContentError(
            f"the copy of the source {entry.name} in {mirror.folder} cannot be written: {error}"
        ) from error


async def _read(mirror: Mirror, entry: SourceEntry, access: Access, progress: Progress) -> None:
    async with asyncio.timeout(access.timeout_s):
        source = entry.kind.open(entry.place, mirror.folder, access)
        try:
            await mirror.bring(
                source,
                may_be_empty=entry.may_be_empty,
                progress=lambda done, total: progress("fetch", done, total),
            )
        finally:
            await source.close()


def _drop_others(mirrors: Path, names: set[str]) -> None:
    """Copies of sources that are not named any more."""
    for folder in mirrors.iterdir():
        if folder.is_dir() and folder.name not in names:
            shutil.rmtree(folder)


def _mount(mirror: Mirror, entry: SourceEntry) -> Mount:
    files: dict[str, MountedFile] = {}
    for item in sorted(mirror.state.items, key=lambda item: bool(item.refusal)):
        files.setdefault(item.path, _file(mirror, item, entry))
    return Mount(entry.name, files, entry.fields)


def _file(mirror: Mirror, item: SourceItem, entry: SourceEntry) -> MountedFile:
    audience = None if item.readers is None else _audience(item.readers, entry)
    copy, refusal = mirror.copy(item), item.refusal
    url = item.url if _may_open(item.url) else ""
    if not is_read(item.path):
        return MountedFile(url=url, audience=audience)
    if not refusal and not copy.exists():
        refusal = "it was not fetched: build once more"
    if not refusal and audience == () and not is_metadata(item.path):
        refusal = (
            f"nobody whom sources.yaml maps to an audience may read it at its source{_named(item)}"
        )
    return MountedFile(None if refusal else copy, url, audience, refusal)


def _may_open(url: str) -> bool:
    try:
        return bool(url and check_url(url))
    except ValueError:
        return False


def _audience(readers: Sequence[Grantee], entry: SourceEntry) -> tuple[str, ...]:
    """What the readers are called here. Who is called nothing is left out: that restricts."""
    found: dict[str, None] = {}
    for reader in readers:
        found |= dict.fromkeys(_mapped(reader, entry) or filter(None, [reader.audience]))
    return tuple(found)


def _mapped(reader: Grantee, entry: SourceEntry) -> tuple[str, ...] | None:
    known = (entry.audiences.get(name.casefold()) for name in reader.names)
    return next(filter(None, known), None)


def _named(item: SourceItem) -> str:
    names = [reader.names[-1] for reader in item.readers or () if reader.names]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f", only {', '.join(names[:_SHOWN])}{more}" if names else ""


def _unmapped(entry: SourceEntry, state: MirrorState) -> Iterator[str]:
    """Readers that are called nothing here, each once."""
    seen: set[str] = set()
    for item in state.items:
        for reader in item.readers or ():
            shown = reader.names[-1] if reader.names else ""
            if shown not in seen and not reader.audience and not _mapped(reader, entry):
                seen.add(shown)
                yield shown


def _notes(entry: SourceEntry, state: MirrorState) -> Iterator[str]:
    if state.problem and state.read_at:
        yield (
            f"source {entry.name}: it cannot be read since {_shown(state.problem.since)}: "
            f"{state.problem.reason}; what it held at {_shown(state.read_at)} is kept "
            f"({len(state.items)} files)"
        )
    if unmapped := list(_unmapped(entry, state)):
        more = f" and {len(unmapped) - _SHOWN} more" if len(unmapped) > _SHOWN else ""
        yield (
            f"source {entry.name}: its permissions name {', '.join(unmapped[:_SHOWN])}{more}, "
            "which audiences in sources.yaml does not: they see nothing by that"
        )


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
