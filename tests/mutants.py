"""Changes the product in small ways, one at a time, and tells which changes no test notices.

`make mutants`, or `make mutants MODULES="..."` for some of the modules. `mutants.toml` says
which tests belong to a module, and which mutants may survive, with the reason. The exit status is
1 if another one survives, or if a reason is given for one that does not. mutmut's operators make
the mutants; they run here rather than by its command, because that leaves out what runs at import:
constants, tables and decorated functions. No file is changed: a mutant lives in a process of its
own.
"""

from __future__ import annotations

import difflib
import gc
import importlib
import os
import resource
import signal
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_suffix(".toml")
# Imported once, so that not every mutant's process does: the libraries that the modules use.
_LIBRARIES = ("aiohttp.web", "hypothesis", "numpy", "pydantic")
_OPTIONS = ("-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin")
# Of processor time; waiting for what never comes takes no processor, hence the other limit.
_CPU_LIMIT_S = 60
_WALL_LIMIT_S = 240


@dataclass(frozen=True, slots=True)
class Mutant:
    """The source of a module with one change; `was` and `becomes` are the lines that differ."""

    was: str
    becomes: str
    source: str


class _Visitor(MutationVisitor):
    """Finds mutations within decorated functions as well."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        return not isinstance(node, cst.FunctionDef) and super()._skip_node_and_children(node)


class _Finder(MetaPathFinder, InspectLoader):
    """Imports the mutant where the module is asked for."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return spec_from_loader(fullname, self, origin=str(self._path))

    def get_source(self, fullname: str) -> str:
        return self._source


def mutants_of(source: str) -> Iterator[Mutant]:
    """All mutants that differ from the source and from each other."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    visitor = _Visitor(mutation_operators, IgnoredCode(set(), set(), set()))
    module = wrapper.visit(visitor)
    seen = {source}
    for mutation in visitor.mutations:
        mutated = deep_replace(module, mutation.original_node, mutation.mutated_node)
        assert isinstance(mutated, cst.Module)
        if mutated.code not in seen:
            seen.add(mutated.code)
            mutant = _mutant(source, mutated.code)
            if "assert_never(" not in mutant.was:  # for type checkers: no test can come there
                yield mutant


def _mutant(source: str, mutated: str) -> Mutant:
    lines = list(difflib.ndiff(source.splitlines(), mutated.splitlines()))
    return Mutant(_side(lines, "- "), _side(lines, "+ "), mutated)


def _side(lines: list[str], sign: str) -> str:
    return "\n".join(line[2:].strip() for line in lines if line.startswith(sign))


def passes(path: str, source: str, tests: list[str]) -> bool:
    """Whether the tests pass with this source in place of the module."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_LIMIT_S, _CPU_LIMIT_S))
        signal.alarm(_WALL_LIMIT_S)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        name = path.removesuffix(".py").replace("/", ".")
        sys.meta_path.insert(0, _Finder(name, ROOT / path, source))
        code: int = pytest.main([*_OPTIONS, *tests])
        os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def survivors(path: str, tests: list[str]) -> tuple[int, list[Mutant]]:
    """How many mutants the module has, and those that its tests let pass."""
    source = (ROOT / path).read_text()
    if not passes(path, source, tests):
        raise SystemExit(f"{path}: {' '.join(tests)} fail without any mutant")
    if passes(path, "raise ValueError\n", tests):
        raise SystemExit(f"{path}: {' '.join(tests)} do not import it")
    mutants = list(mutants_of(source))
    return len(mutants), [one for one in mutants if passes(path, one.source, tests)]


def main(wanted: list[str]) -> int:
    os.chdir(ROOT)
    os.nice(10)
    for library in _LIBRARIES:
        importlib.import_module(library)
    gc.freeze()  # pytest collects garbage at every end: not what all processes share
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    table = tomllib.loads(TABLE.read_text())
    tests_of: dict[str, list[str]] = table["tests"]
    if unknown := set(wanted) - tests_of.keys():
        print(f"no tests are named for {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    failed = False
    for path in wanted or tests_of:
        started = time.monotonic()
        count, alive = survivors(path, tests_of[path])
        reasons = {
            (one["was"], becomes)
            for one in table["explained"]
            if one["module"] == path
            for becomes in one["becomes"]
        }
        unexplained = [one for one in alive if (one.was, one.becomes) not in reasons]
        idle = reasons - {(one.was, one.becomes) for one in alive}
        print(
            f"{path}: {count} mutants, {count - len(alive)} killed, "
            f"{len(alive) - len(unexplained)} explained, {len(unexplained)} survived, "
            f"{time.monotonic() - started:.0f} s",
            flush=True,
        )
        for one in unexplained:
            print(_lines("- ", one.was), _lines("+ ", one.becomes), sep="\n", flush=True)
        for was, becomes in sorted(idle):
            print("explained, but killed or gone:")
            print(_lines("- ", was), _lines("+ ", becomes), sep="\n", flush=True)
        failed = failed or bool(unexplained or idle)
    return int(failed)


def _lines(sign: str, text: str) -> str:
    return "\n".join(f"    {sign}{line}" for line in text.splitlines())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
