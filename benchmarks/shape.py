"""python -m benchmarks.shape [REVISION ...]: the structure of the source, in numbers.

Without a revision the files of the working tree are measured, but for those that git ignores. All
.py files count: "product" is what lies outside tests/ and benchmarks/, whatever its folders are.

- A module is a product file that is neither an `__init__` nor an entry point. Entry points are
  `__main__` files, app.py, migrations and the scripts in content/_source.
- An importer of a module is another product file, entry points and `__init__` files among them,
  that imports it or a name out of it anywhere in its text. `from package import module` imports
  the module, not the package. Tests and benchmarks are no importers, and what is loaded by a name
  in a table, as readers are, has none.
- A line is blank if nothing stands on it outside a text, and prose if it is part of a docstring or
  holds a comment alone. All others are code.
- A folder's modules are those directly in it. Parameters are counted without `self` and `cls`.
- Names that stand more than once are looked for in product and benchmarks together.
"""

from __future__ import annotations

import ast
import io
import json
import subprocess
import tarfile
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

WORKING_TREE = "working tree"
_ROOT = Path(__file__).resolve().parent.parent
_MOST_LINES, _MOST_MODULES, _MOST_PARAMETERS = 350, 12, 8
_NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}
_LABELS = {
    "product_lines": "product, lines of .py",
    "code_lines": "  code",
    "prose_lines": "  docstrings and comments",
    "blank_lines": "  blank",
    "benchmark_lines": "benchmarks, lines of .py",
    "modules": "product modules",
    "entry_points": "entry points, no modules",
    "few_importers": "modules with at most one importer",
    "long_modules": f"product files over {_MOST_LINES} lines",
    "full_folders": f"folders of more than {_MOST_MODULES} modules",
    "repeated_files": "file names that stand more than once",
    "repeated_classes": "classes' names that stand more than once",
    "long_signatures": f"functions of more than {_MOST_PARAMETERS} parameters",
}
app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class TreeShape:
    """What was counted in one tree. Modules are named as they are imported, with their importers;
    what is long or full stands with its size, and a repeated name with the files it stands in."""

    product_lines: int
    code_lines: int
    prose_lines: int
    blank_lines: int
    benchmark_lines: int
    modules: int
    entry_points: list[str]
    few_importers: dict[str, list[str]]
    long_modules: dict[str, int]
    full_folders: dict[str, int]
    repeated_files: dict[str, list[str]]
    repeated_classes: dict[str, list[str]]
    long_signatures: dict[str, int]

    def numbers(self) -> dict[str, int]:
        """Each measure by its name; of what is listed, how many there are."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {key: one if isinstance(one, int) else len(one) for key, one in found.items()}


def measure(texts: Mapping[str, str]) -> TreeShape:
    """The shape of .py files, given as texts by their paths from the root of the tree."""
    files = {PurePosixPath(path): text for path, text in sorted(texts.items())}
    trees = {path: ast.parse(text) for path, text in files.items() if path.parts[0] != "tests"}
    product = [path for path in trees if path.parts[0] != "benchmarks"]
    entry_points = [path for path in product if _is_entry_point(path)]
    modules = [
        path for path in product if path.stem != "__init__" and path not in set(entry_points)
    ]
    lines = {path: len(files[path].splitlines()) for path in trees}
    kinds = [_code_and_prose(files[path], trees[path]) for path in product]
    code, prose = (sum(one) for one in zip(*kinds, strict=True))
    importers = _importers({path: trees[path] for path in product})
    in_folder = Counter(str(path.parent) for path in modules)
    return TreeShape(
        product_lines=(total := sum(lines[path] for path in product)),
        code_lines=code,
        prose_lines=prose,
        blank_lines=total - code - prose,
        benchmark_lines=sum(lines.values()) - total,
        modules=len(modules),
        entry_points=[str(path) for path in entry_points],
        few_importers={
            name: sorted(importers[name])
            for name in map(_module_name, modules)
            if len(importers[name]) <= 1
        },
        long_modules={str(path): lines[path] for path in product if lines[path] > _MOST_LINES},
        full_folders={name: count for name, count in in_folder.items() if count > _MOST_MODULES},
        repeated_files=_repeated((path.stem, path) for path in trees if "__" not in path.stem),
        repeated_classes=_repeated(
            (node.name, path)
            for path, tree in trees.items()
            for node in tree.body
            if isinstance(node, ast.ClassDef)
        ),
        long_signatures={
            f"{path}: {node.name}": count
            for path in product
            for node in ast.walk(trees[path])
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (count := _parameters(node.args)) > _MOST_PARAMETERS
        },
    )


def _is_entry_point(path: PurePosixPath) -> bool:
    return (
        path.stem == "__main__"
        or str(path) == "app.py"
        or "migrations" in path.parts
        or path.parts[:2] == ("content", "_source")
    )


def _module_name(path: PurePosixPath) -> str:
    """As it is imported: a package by the name of its folder."""
    return ".".join((path.parent if path.stem == "__init__" else path.with_suffix("")).parts)


def _code_and_prose(text: str, tree: ast.Module) -> tuple[int, int]:
    """How many lines hold code, and how many a docstring or a comment alone."""
    code: set[int] = set()
    comments: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type not in _NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        line
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    return len(code - docstrings), len(docstrings | (comments - code))


def _importers(trees: Mapping[PurePosixPath, ast.Module]) -> Mapping[str, set[str]]:
    """The files that import each, by the names of both."""
    known = {_module_name(path) for path in trees}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path, tree in trees.items():
        importer = str(path)
        for imported in _imported(path, tree):
            # the module itself, or the one that the name is taken out of
            for name in (imported, imported.rpartition(".")[0]):
                if name in known:
                    if name != _module_name(path):
                        found[name].add(importer)
                    break
    return found


def _imported(path: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    """All that is imported there, by whole names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.parts[: -node.level] if node.level else ()
            module = [*above, node.module] if node.module else above
            yield from (".".join([*module, alias.name]) for alias in node.names)


def _repeated(named: Iterable[tuple[str, PurePosixPath]]) -> dict[str, list[str]]:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for name, path in named:
        places[name].append(str(path))
    return {name: found for name, found in sorted(places.items()) if len(found) > 1}


def _parameters(arguments: ast.arguments) -> int:
    every = [
        *(*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs),
        *filter(None, (arguments.vararg, arguments.kwarg)),
    ]
    return sum(one.arg not in ("self", "cls") for one in every)


def read_revision(revision: str, root: Path = _ROOT) -> dict[str, str]:
    """The texts of its .py files, by path."""
    archive = _git(root, "archive", "--format=tar", f"{revision}^{{commit}}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        opened = {one.name: files.extractfile(one) for one in files if one.name.endswith(".py")}
        return {name: file.read().decode() for name, file in opened.items() if file}


def read_working_tree(root: Path = _ROOT) -> dict[str, str]:
    """The texts of all .py files that git does not ignore, by path."""
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py")
    names = [name for name in listed.decode().split("\0") if (root / name).is_file()]
    return {name: (root / name).read_text(encoding="utf-8") for name in names}


def _git(root: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise typer.BadParameter(done.stderr.decode().strip())
    return done.stdout


def table(shapes: Mapping[str, TreeShape]) -> str:
    """A row for each measure; the last column says by how much the last differs from the first."""
    columns = [shape.numbers() for shape in shapes.values()]
    heads = "".join(f"{name[:14]:>15}" for name in shapes)
    lines = [f"{'':<42}{heads}{'change' if len(columns) > 1 else '':>10}".rstrip()]
    for key, label in _LABELS.items():
        values = [column[key] for column in columns]
        change = f"{values[-1] / values[0] - 1:+.1%}" if len(values) > 1 and values[0] else ""
        cells = "".join(f"{value:>15,}" for value in values)
        lines.append(f"{label:<42}{cells}{change:>10}".rstrip())
    return "\n".join(lines)


def lists(shape: TreeShape) -> str:
    """What was counted and has names."""
    lines = []
    for key, label in _LABELS.items():
        listed = getattr(shape, key)
        if isinstance(listed, int) or not listed:
            continue
        lines += ["", f"{label}:"]
        for name in listed:
            told = listed[name] if isinstance(listed, dict) else ""
            lines.append(
                f"  {name}  {', '.join(told) if isinstance(told, list) else told}".rstrip()
            )
    return "\n".join(lines)


@app.command()
def main(
    revisions: Annotated[list[str] | None, typer.Argument(help="What git calls commits.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all as JSON.")] = False,
) -> None:
    """Measure the structure of the working tree, or of revisions side by side."""
    shapes = {name: measure(read_revision(name)) for name in revisions or ()}
    shapes = shapes or {WORKING_TREE: measure(read_working_tree())}
    if as_json:
        typer.echo(json.dumps({name: asdict(shape) for name, shape in shapes.items()}, indent=2))
        return
    typer.echo(table(shapes))
    for name, shape in shapes.items():
        typer.echo(f"\n== {name}\n{lists(shape)}" if len(shapes) > 1 else lists(shape))


if __name__ == "__main__":
    app()
