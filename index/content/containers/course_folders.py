"""Course packages that lie unpacked in the content: each is one file, and its parts are none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.content.folders import SIDECAR_ENDINGS, is_folder_file, is_sidecar
from index.content.tree import Tree
from index.content.validation import Reason
from snapshot import formats
from snapshot.manifest import Refused


class CourseFolders:
    """The packages among the paths of a content.

    `alone` are descriptions that stand for no folder: at the top of the content, in a source, or
    beside another one. `refused` are packages with metadata of a part: a course is one resource,
    and what they say would be lost.
    """

    def __init__(self, names: Sequence[str], tree: Tree) -> None:
        self._names = names
        found = [name for name in names if (row := formats.of(name)) and row.is_folder(name)]
        self._packages: dict[str, str] = {}
        for name in sorted(found, key=_order):
            folder = name.rpartition("/")[0]
            if folder and (tree.mount(name) is None or tree.archive(name)):
                self._packages.setdefault(folder, name)
        inner = {name for folder, name in self._packages.items() if self._around(folder)}
        self._packages = {f: name for f, name in self._packages.items() if name not in inner}
        packages = set(self._packages.values())
        self.alone = [name for name in found if name not in packages and not self._around(name)]
        within = {
            package: name
            for name in reversed(names)
            if (is_sidecar(name) or is_folder_file(_base(name)))
            and (package := self._around(name))
            and not _describes(name, package)
        }
        self.refused = [
            Refused(
                package,
                Reason.MALFORMED,
                f"{name} describes a part of the package, which is one resource: put what it says "
                f"into {_base(package)}{SIDECAR_ENDINGS[0]}",
            )
            for package, name in within.items()
        ]
        self._left_out = {*self.alone, *within}

    def without_parts(self) -> list[str]:
        """The paths without those of parts, and without packages that are refused."""
        return [
            name
            for name in self._names
            if name not in self._left_out
            and (
                name in self._packages.values()
                or not (package := self._around(name))
                or _describes(name, package)
            )
        ]

    def _around(self, name: str) -> str:
        """The package that a path lies in, the outermost; empty if there is none."""
        return next((self._packages[one] for one in _folders(name) if one in self._packages), "")


def _folders(name: str) -> Iterator[str]:
    """The folders that it lies in, the outermost first."""
    parts = name.split("/")[:-1]
    yield from ("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _describes(name: str, package: str) -> bool:
    """Whether a metadata file is the package's own, or that of its folder."""
    folder = package.rpartition("/")[0]
    is_own = name.lower().startswith(f"{package}.".lower())
    return is_own or (is_folder_file(_base(name)) and name.rpartition("/")[0] == folder)


def _order(name: str) -> tuple[int, str]:
    return formats.PACKAGE.file_names.index(_base(name)), name


def _base(name: str) -> str:
    return name.rpartition("/")[2].lower()
