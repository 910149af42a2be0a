"""What lies in a content folder: files to read, their metadata files, and what is passed over."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from index.content.containers.course_folders import CourseFolders
from index.content.containers.exports import ConfluenceExports, is_twice
from index.content.folders import SIDECAR_ENDINGS, is_folder_file, is_sidecar, like_sidecar_of
from index.content.link_list import LINK_FILES
from index.content.tree import Mount, Tree
from index.content.validation import Reason
from snapshot import formats
from snapshot.manifest import Refused

GOLDEN_FILE = "golden.jsonl"
EXAMPLES_FILE = "_examples.txt"
SYNONYMS_FILE = "_synonyms.txt"
PINNED_FILE = "_pinned.yaml"
ASKED_AS_FILE = "_asked_as.jsonl"
SOURCES_FILE = "sources.yaml"
COLLECTION_FILE = "_collection.yaml"
# At the top of the folder; `index.material` and `index.sources` have them read.
_HINTS = (EXAMPLES_FILE, SYNONYMS_FILE, PINNED_FILE, ASKED_AS_FILE, SOURCES_FILE)
# Alone, or with the licence's name: "notice-period" is content.
_LEGAL = re.compile(
    r"(?:un)?licen[sc]e|copying|notice|copyright"
    r"|(?:licen[sc]e|copying|notice)[-_ ](?:mit|apache|bsd|[al]?gpl|mpl|isc|cc0?|ofl)\b.*"
)
_ERROR_PAGES = ("404", "403", "500")
_TEMPORARY = ("~$", ".~lock")
_PICTURE = "a picture: a .meta.yaml of its own would make it content"
_CIRCLE = "a link that leads in a circle"
_HIDDEN = "hidden"
_SERVES = "its name begins with _, as of what serves to make content and is none"


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something in the folder that is no content, or that nobody can read."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read. Paths are relative to the content folder, with "/". `media` is the
    recording whose transcript it is and `still` its picture, `sidecars` what describes it, the
    decisive one last, and `archive` the archive that it lies in, `export` the folder of a wiki's
    export around it."""

    path: str
    media: str | None = None
    sidecars: tuple[str, ...] = ()
    archive: str = ""
    export: str | None = None
    still: str = ""

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


@dataclass(slots=True)
class Inventory:
    """Everything that the folder holds, each list in the order of its paths."""

    files: list[SourceFile] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def take_inventory(content: Path | Tree) -> Inventory:
    """Goes through the content and opens nothing in it. Links that lead out are not followed."""
    inventory = Inventory()
    tree = Tree.of(content)
    names = list(_walk(tree.root, inventory))
    for mount in tree.mounts.values():
        names += _mounted(mount, inventory)
    for archive, unpacked in tree.unpacked.items():
        names += _walk(unpacked.folder, inventory, f"{archive}/")
    names.sort()
    sidecars = {name.lower(): name for name in names if is_sidecar(name)}
    alike = _alike(names)
    course_folders = CourseFolders(names, tree)
    inventory.refused.extend(course_folders.refused)
    inventory.ignored.extend(
        Ignored(name, "the description of a course package, which is read in a folder of its own")
        for name in course_folders.alone
    )
    names = course_folders.without_parts()
    exports = ConfluenceExports(names)
    recordings = _recordings(names)
    files = Counter(_stem(name) for name in names if not is_sidecar(name))
    plain = [name for name in names if not _is_described(name, files, sidecars)]
    stills = _stills(names, plain, tree)
    for name in names:
        found = formats.of(name)
        if is_sidecar(name) or is_folder_file(_base(name)) or name == GOLDEN_FILE:
            continue
        if _base(name) in LINK_FILES:
            inventory.links.append(name)
        elif reason := exports.left_out(name) or _passed_over(name):
            inventory.ignored.append(Ignored(name, reason))
        elif found and found.is_picture and not _is_described(name, files, sidecars):
            if name != stills.get(_stem(name)):
                inventory.ignored.append(Ignored(name, _PICTURE))
        elif found and not found.is_recording and name not in tree.unpacked:
            media = recordings.get(_stem(name)) if found.is_transcript else None
            still = stills.get(_stem(name), "") if found.is_transcript else ""
            beside = _sidecars(name, media, sidecars) or alike.get(name, ())
            within = tree.outer_archive(name), exports.around(name)
            inventory.files.append(SourceFile(name, media, beside, *within, still))
    used = {path for one in tree.unpacked.values() for path in one.sidecars}
    _ignore_lonely(inventory, recordings, {k: v for k, v in sidecars.items() if v not in used})
    inventory.ignored.sort(key=lambda entry: entry.path)
    inventory.refused.sort(key=lambda entry: entry.path)
    return inventory


def _walk(root: Path, inventory: Inventory, prefix: str = "") -> Iterator[str]:
    """The regular files, hidden ones left out, with the prefix before their paths."""
    inside = root.resolve()
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(root / folder))
        except OSError as error:
            detail = f"the folder cannot be opened: {error.strerror or error}"
            inventory.refused.append(Refused(f"{prefix}{folder}/", Reason.UNREADABLE, detail))
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}".lstrip("/")
            name = prefix + path
            if not _is_text(entry.name):
                shown = name.encode("utf-8", "replace").decode()
                detail = "its name is not valid UTF-8: rename it"
                inventory.refused.append(Refused(shown, Reason.UNREADABLE, detail))
            elif name in _HINTS or (entry.name == COLLECTION_FILE and not prefix):
                continue
            elif reason := _not_followed(entry, inside):
                inventory.ignored.append(Ignored(name, reason))
            elif _is_folder(entry):
                folders.append(path)
            else:
                yield name


def _mounted(mount: Mount, inventory: Inventory) -> Iterator[str]:
    """The files of a source, by the same rules. One that it would not give is refused; whoever
    reads metadata fails closed."""
    left_out: dict[str, str] = {}
    for path, file in mount.files.items():
        name = f"{mount.name}/{path}"
        if found := left_out_part(path):
            inner, reason = found
            left_out[f"{mount.name}/{inner}"] = reason
        elif file.refusal and not is_metadata(name) and not _passed_over(name):
            inventory.refused.append(Refused(name, Reason.UNREADABLE, file.refusal))
        else:
            yield name
    inventory.ignored += [Ignored(name, reason) for name, reason in left_out.items()]


def is_metadata(name: str) -> bool:
    """Whether a file describes others; what it says must be known before they are served."""
    return is_sidecar(name) or is_folder_file(_base(name))


def left_out_part(path: str) -> tuple[str, str] | None:
    """The first part of a path that is left out by its name alone, with the reason."""
    parts = path.split("/")
    for number, part in enumerate(parts, start=1):
        if reason := _left_out(part, may_describe=number == len(parts)):
            return "/".join(parts[:number]), reason
    return None


def _left_out(name: str, *, may_describe: bool) -> str:
    if name.startswith("."):
        return _HIDDEN
    return _SERVES if name.startswith("_") and not (may_describe and is_metadata(name)) else ""


def _is_text(name: str) -> bool:
    """Names of other encodings come from the system with lone surrogates in them."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _not_followed(entry: os.DirEntry[str], inside: Path) -> str:
    """Why an entry is left out without looking into it; empty if it is read."""
    if entry.name.startswith("."):
        return _HIDDEN
    if is_folder_file(entry.name) or is_sidecar(entry.name):
        return ""  # wherever it leads: who reads it fails closed
    if entry.name.startswith("_"):
        return _SERVES
    try:
        if entry.is_symlink():
            target = Path(entry.path).resolve()
            if not target.is_relative_to(inside):
                return "a link that leads out of the content folder"
            if entry.is_dir():
                return "a link to a folder, whose files are read where they are"
            if not target.exists():
                return "a link that leads nowhere"
        if not entry.is_dir() and not entry.is_file():
            return "not a file"
    except RuntimeError:  # what `resolve` raises for a circle in Python 3.11 and 3.12
        return _CIRCLE
    except OSError as error:
        circle = error.errno == errno.ELOOP
        return _CIRCLE if circle else f"it cannot be followed: {error.strerror or error}"
    return ""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _passed_over(name: str) -> str:
    """Why a file is no content, by its name; empty if it is or may belong to some."""
    base = _base(name)
    if base.startswith(_TEMPORARY):
        return "a program's temporary file"
    if _LEGAL.fullmatch(base.partition(".")[0]):
        return "the licence of the content, not content"
    found = formats.of(name)
    if is_twice(name):
        return "a table that Notion exports a second time"
    if found is formats.HTML and base.partition(".")[0] in _ERROR_PAGES:
        return "a website's error page"
    if found:
        return ""
    return f"{formats.extension(name) or 'a file without extension'} is not a format that is read"


def _recordings(names: list[str]) -> dict[str, str]:
    """Path without extension -> recording; of several, the one that the table has first."""
    found = [name for name in names if (row := formats.of(name)) and row.is_recording]
    order = list(formats.BY_EXTENSION)
    found.sort(key=lambda name: order.index(formats.extension(name)), reverse=True)
    return {_stem(name): name for name in found}


def _stills(names: list[str], plain: list[str], tree: Tree) -> dict[str, str]:
    """Path without extension -> picture of a recording, of those that nothing describes. Pictures
    of sources have permissions of their own and are not taken."""
    spoken = {_stem(name) for name in names if (row := formats.of(name)) and row.is_transcript}
    return {
        _stem(name): name
        for name in plain
        if formats.of(name) in (formats.PNG, formats.JPEG, formats.WEBP)
        and _stem(name) in spoken
        and tree.file(name) is None
    }


def _alike(names: list[str]) -> dict[str, tuple[str, ...]]:
    """What seems to be metadata of a file and is called otherwise, by that file."""
    described = {of.lower(): name for name in names if (of := _likely_sidecar_of(name))}
    found: dict[str, tuple[str, ...]] = {}
    for name in names if described else ():
        for of in (name.lower(), _stem(name).lower()):
            if of in described and described[of] != name:
                found[name] = (described[of],)
    return found


def _likely_sidecar_of(name: str) -> str:
    found = formats.of(name)
    return "" if found and found is not formats.TEXT else like_sidecar_of(name)


def _sidecars(name: str, media: str | None, sidecars: dict[str, str]) -> tuple[str, ...]:
    """The metadata files of a file, least particular first; letters' case does not count."""
    described = dict.fromkeys([_stem(name), *([media] if media else []), name])
    wanted = [f"{path}{ending}".lower() for path in described for ending in SIDECAR_ENDINGS]
    return tuple(sidecars[path] for path in wanted if path in sidecars)


def _is_described(name: str, files: Counter[str], sidecars: dict[str, str]) -> bool:
    """Whether metadata is there that can only be meant for this picture. What is called as several
    files are (`leave.meta.yaml` beside `leave.md` and `leave.png`) is the text's."""
    wanted = [name] if files[_stem(name)] > 1 else [name, _stem(name)]
    return any(f"{x}{ending}".lower() in sidecars for x in wanted for ending in SIDECAR_ENDINGS)


def _ignore_lonely(
    inventory: Inventory, recordings: dict[str, str], sidecars: dict[str, str]
) -> None:
    """Recordings without a transcript, and metadata of no file."""
    heard = {file.media for file in inventory.files}
    for stem, name in recordings.items():
        if name not in heard:
            reason = f"a recording without a transcript: put {_base(stem)}.vtt beside it"
            inventory.ignored.append(Ignored(name, reason))
    used = {path for file in inventory.files for path in file.sidecars}
    for name in set(sidecars.values()) - used:
        inventory.ignored.append(Ignored(name, "metadata of a file that is not there"))


def _stem(name: str) -> str:
    """The path without its extension."""
    return str(PurePosixPath(name).with_suffix(""))


def _base(name: str) -> str:
    """The file's own name, in lower case."""
    return name.rpartition("/")[2].lower()
