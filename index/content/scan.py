"""The content folder: what of it can be served today, and why the rest cannot."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from errors import ContentError, NoText, NotRecognised, ReadError
from index.content.containers.archives import Extracts, unpacked
from index.content.copies import Copy, apart, same_text
from index.content.entry import Entry
from index.content.folders import Folders, refusal_for, sidecar_fields
from index.content.inventory import Ignored, SourceFile, take_inventory
from index.content.link_list import LinkRow, load_links
from index.content.made_resource import (
    DEFAULT_LANGUAGE,
    make_resource,
    played_here,
    player_url,
    too_large,
    url_of,
)
from index.content.metadata import FILE_FIELDS, Metadata, layer, parse
from index.content.size_bounds import SizeBounds
from index.content.sizes import within
from index.content.tree import Tree, narrowed
from index.content.validation import Reason, judge
from index.progress import Progress, silent
from index.readers.documents import Document, with_anchors
from index.readers.extraction import DocumentCache
from index.readers.said_audience import mentioned_in
from snapshot import formats
from snapshot.formats.format_row import Kind
from snapshot.manifest import Refused
from snapshot.models import EVERYONE

_EXAMPLES = 3
# Fields of other programs that restrict who sees a page there.
_LIMITS = frozenset(
    "access visibility private restricted confidential permissions roles groups".split()
)
_OPEN = re.compile(r": (?:false|no|0|public|open|all|everyone)?(?:,|$)", re.IGNORECASE)
_PACKED = formats.PACKAGE.extensions
_NO_OWNER = "no owner is given"


@dataclass(frozen=True, slots=True)
class Scan:
    """A content folder as it stands on one day, everything in the order of paths.

    `duplicates` are groups of paths whose files say the same, word for word; `copies` are those
    of them that are not served, for another is. `warnings` are what an owner may want to know about
    files that are served. `waiting` are the pages of files that text recognition has yet to read.
    """

    entries: tuple[Entry, ...]
    refused: tuple[Refused, ...]
    ignored: tuple[Ignored, ...]
    duplicates: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...]
    copies: tuple[Copy, ...] = ()
    waiting: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def scan(
    content: Path | Tree,
    *,
    today: date,
    extraction: Extracts,
    cache: DocumentCache | None = None,
    progress: Progress = silent,
    bounds: SizeBounds = SizeBounds(),
) -> Scan:
    """Reads the content. A file that cannot be served is refused and never the end of the scan.
    Raises ContentError only if the folder itself is not there."""
    tree = Tree.of(content)
    if not tree.root.is_dir():
        raise ContentError(f"there is no content folder {tree.root}")
    inventory = take_inventory(tree)
    with unpacked(tree, inventory, extraction, cache) as (tree, not_unpacked):
        if tree.unpacked:
            inventory = take_inventory(tree)
        findings = _Findings(tree, today)
        wanted = list(filter(None, map(findings.prepare, inventory.files)))
        read = extraction.extract(
            [tree.path(described.file.path) for described in wanted],
            cache,
            lambda done, total: progress("read", done, total),
        )
        for described, document in zip(wanted, read, strict=True):
            findings.add_file(described, document)
        for path in inventory.links:
            findings.add_links(path)
    found = sorted(findings.entries, key=lambda entry: entry.resource.path)
    entries, too_large = within(bounds, found, findings.folder_fields)
    every = [*inventory.refused, *not_unpacked, *findings.refused, *too_large]
    refused = sorted(every, key=lambda one: one.path)
    served, copies = apart(entries)
    return Scan(
        entries=tuple(served),
        refused=tuple(refused),
        ignored=tuple(inventory.ignored),
        duplicates=same_text(entries),
        warnings=tuple(_warnings(findings.remarks, {one.path for one in too_large})),
        copies=tuple(copies),
        waiting=findings.waiting,
    )


@dataclass(frozen=True, slots=True)
class _Described:
    """A file with what its folders and its own metadata files say."""

    file: SourceFile
    inherited: Mapping[str, Any]
    own: Mapping[str, Any]


@dataclass(slots=True)
class _Findings:
    """Collects what becomes of each file."""

    tree: Tree
    today: date
    entries: list[Entry] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    remarks: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _folders: Folders = field(init=False)
    _by_url: dict[str, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folders = Folders(self.tree)

    def folder_fields(self, folder: str) -> Mapping[str, Any]:
        """What holds in a folder from which something is served."""
        return self._folders.fields(folder)

    def prepare(self, file: SourceFile) -> _Described | None:
        """The file with its metadata. None if that already rules the file out: then it is refused
        without being opened."""
        try:
            inherited = self._folders.fields(file.folder)
            own = sidecar_fields(self.tree, file.sidecars)
        except ContentError as error:
            self.refused.append(refusal_for(file.path, error))
            return None
        found = formats.of(file.path)
        if found is None or not found.has_front_matter:
            verdict = judge(Metadata(**layer(inherited, own)), file.path, self.today)
            if isinstance(verdict, Refused):
                self.refused.append(verdict)
                return None
        return _Described(file, inherited, own)

    def add_file(self, described: _Described, document: Document | ReadError) -> None:
        path = described.file.path
        if isinstance(document, NotRecognised):
            self.waiting[path] = document.pages
            return
        if isinstance(document, ReadError):
            has_text = not isinstance(document, NoText)
            self._refuse(path, Reason.UNREADABLE if has_text else Reason.NO_TEXT, str(document))
            return
        try:
            front = parse(document.metadata, path, is_ours=False, allowed=FILE_FIELDS)
        except ContentError as error:
            self.refused.append(refusal_for(path, error))
            return
        if "base_url" in front:
            front["base_path"] = described.file.folder
        given = layer(described.inherited, front, described.own)
        if document.said_audience and "audience" not in given:
            detail = (
                f"it says that it is for {document.said_audience!r}, and no metadata give its "
                "audience: write `audience: [...]` into its .meta.yaml or the _folder.yaml above "
                f"it, {EVERYONE} if everyone may see it"
            )
            self._refuse(path, Reason.MALFORMED, detail)
            return
        metadata = Metadata(**given)
        verdict = judge(metadata, path, self.today)
        if isinstance(verdict, Refused):
            self.refused.append(verdict)
        elif document.members:
            detail = (
                "archives within an archive are unpacked up to 512 MB in all, and none within "
                "those: unpack it"
            )
            self._refuse(path, Reason.UNREADABLE, detail)
        elif not document.sections and not document.cues:
            self._refuse(path, Reason.NO_TEXT, _why_no_text(document))
        elif url := self._url(described.file, metadata, document):
            if metadata.anchors:
                document = with_anchors(document, metadata.anchors)
            resource = make_resource(path, metadata, document, verdict, url)
            recording = played_here(described.file, metadata) if url == player_url(path) else ""
            found = Entry(resource, document, metadata.asked_as, recording, described.file.still)
            if recording and (problem := too_large(recording, self.tree)):
                self._refuse(path, *problem)
            elif entry := self._add(found):
                for said in _remarks(described.file, metadata, entry):
                    self.remarks[said].append(path)
        else:
            detail = "it has no link: give url, or base_url in a _folder.yaml"
            self._refuse(path, Reason.NO_URL, detail)

    def add_links(self, path: str) -> None:
        try:
            inherited = self._folders.fields(path.rpartition("/")[0])
            rows = load_links(self.tree, path)
        except ContentError as error:
            self.refused.append(refusal_for(path, error))
            return
        for row in rows:
            if row.error is None:
                self._add_link(f"{path}:{row.number}", row, inherited)
            else:
                self.refused.append(refusal_for(f"{path}:{row.number}", row.error))

    def _add_link(self, path: str, row: LinkRow, inherited: Mapping[str, Any]) -> None:
        metadata = Metadata(**layer(inherited, {"kind": Kind.LINK}, row.fields))
        verdict = judge(metadata, path, self.today)
        if isinstance(verdict, Refused):
            self.refused.append(verdict)
            return
        resource = make_resource(path, metadata, row.document, verdict, row.fields["url"])
        if self._add(Entry(resource, row.document, metadata.asked_as)):
            for said in (*row.notes, *([] if metadata.owner else [_NO_OWNER])):
                self.remarks[said].append(path)

    def _url(self, file: SourceFile, metadata: Metadata, document: Document) -> str:
        """What opens the file; empty if nothing does."""
        source = self._source_url(file)
        if played_here(file, metadata) and not source:
            return player_url(file.path)
        return url_of(file, metadata, document.launch) or source

    def _source_url(self, file: SourceFile) -> str:
        """What opens the file at its source; empty if that says nothing."""
        found = self.tree.file(file.media or file.path)
        if found is None or not found.url or not file.archive:
            return found.url if found else ""
        return f"{found.url}#{quote(file.path[len(file.archive) + 1 :])}"

    def _narrowed(self, entry: Entry) -> Entry | None:
        """The entry for those whom its source lets read it, too. None if nobody is left: then it
        is refused."""
        resource = entry.resource
        audience = resource.audience
        for bound in self._folders.bounds(resource.path):
            audience = narrowed(audience, bound)
            if not audience:
                own, other = ", ".join(resource.audience), ", ".join(bound) or "nobody"
                detail = f"it is for {own}, and its source lets only {other} read it"
                self._refuse(resource.path, Reason.NO_AUDIENCE, detail)
                return None
        return replace(entry, resource=replace(resource, audience=audience))

    def _add(self, found: Entry) -> Entry | None:
        """The entry as it is served; None unless it is the first with its link, of those for
        everyone if there are any, and somebody may see it."""
        if (entry := self._narrowed(found)) is None:
            return None
        first = self._by_url.setdefault(entry.resource.url, entry)
        if first is not entry:
            if entry.resource.only_for or not first.resource.only_for:
                self._refuse_twin(entry, first)
                return None
            # What is for some takes no link from what is for everyone.
            self.entries.remove(first)
            for paths in self.remarks.values():
                paths[:] = [path for path in paths if path != first.resource.path]
            self._refuse_twin(first, entry)
            self._by_url[entry.resource.url] = entry
        self.entries.append(entry)
        return entry

    def _refuse_twin(self, entry: Entry, served: Entry) -> None:
        detail = f"its link is that of {served.resource.path}: {entry.resource.url}"
        self._refuse(entry.resource.path, Reason.DUPLICATE_URL, detail)

    def _refuse(self, path: str, reason: Reason, detail: str) -> None:
        self.refused.append(Refused(path, reason, detail))


def _remarks(file: SourceFile, metadata: Metadata, entry: Entry) -> Iterator[str]:
    """What the owner of a file that is served may want to know."""
    resource, document = entry.resource, entry.document
    is_for_all = resource.audience == (EVERYONE,)
    yield from document.notes
    if not metadata.owner:
        yield _NO_OWNER
    if metadata.review_by is None and metadata.review_every_days is None:
        yield "without review_by or review_every_days the validation never ends"
    if not metadata.language and not document.language:
        yield f"the language is not given and taken for {DEFAULT_LANGUAGE!r}"
    if is_for_all and (said := mentioned_in(document)):
        yield f"the text names {said[:60]!r} as an audience, and everyone sees it"
    front = document.metadata
    if limits := _LIMITS & front.keys():
        said = ", ".join(f"{name}: {str(front[name])[:40]}" for name in sorted(limits))
        if is_for_all and not _OPEN.search(said):
            yield f"the front matter says {said}, and everyone sees it: give audience"
    if str(front.get("draft")).lower() == "true" or str(front.get("published")).lower() == "false":
        yield "the front matter calls it unpublished: the link may lead nowhere"
    if "redirect_to" in front:
        yield "the front matter says redirect_to: the link may lead elsewhere"
    if file.archive and not metadata.url and not document.launch and "#" in resource.url:
        yield "the link downloads the archive that it lies in: give url, or unpack the archive"
    is_elsewhere = not (metadata.base_url or "/").startswith("/")
    if formats.extension(file.path) in _PACKED and not metadata.url and is_elsewhere:
        yield "the link downloads the course package: give url, where it opens, or unpack it"
    if document.cues and not file.media and not metadata.url:
        yield "the link opens the transcript itself: give url, or put the recording beside it"


def _why_no_text(document: Document) -> str:
    target = document.metadata.get("redirect_to")
    return f"no text: it only leads to {target}" if target else "no text"


def _warnings(remarks: Mapping[str, Sequence[str]], refused: Set[str]) -> Iterator[str]:
    for said, every in sorted(remarks.items()):
        paths = [path for path in every if path not in refused]
        if not paths:
            continue
        examples = ", ".join(sorted(paths)[:_EXAMPLES])
        more = f" and {len(paths) - _EXAMPLES} more" if len(paths) > _EXAMPLES else ""
        yield f"{said}: {examples}{more}"
