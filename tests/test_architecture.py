"""Imports point down, and botbuilder stays behind two files."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    "analytics": set(),
    "index": set(),
    "manifest": set(),
    "retrieval": {"index"},
    "bots": {"retrieval", "index", "analytics"},
    "portal": {"retrieval", "index", "analytics"},
}
PACKAGES = set(ALLOWED)
WIRING = {"app", "settings"}


def _modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    """`app -> bots, portal -> retrieval -> index`; `bots, portal -> analytics`, alone below."""
    forbidden = (PACKAGES - ALLOWED[package] - {package}) | WIRING
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _modules(package)
        if path.name != "__main__.py"  # the commands are wiring, like app.py
        for name in _imports(path)
        if name.partition(".")[0] in forbidden
    }
    assert found == set()


def test_botbuilder_is_imported_by_two_files_only() -> None:
    """Another SDK can be put behind the same door."""
    door = {"bots/adapter.py", "bots/teams_bot.py"}
    vendor = {"botbuilder", "botframework", "msrest"}
    found = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in _modules(package)
        for name in _imports(path)
        if name.partition(".")[0] in vendor
    }
    assert found <= door


def test_only_settings_reads_the_environment() -> None:
    """A setting read elsewhere would be neither validated nor documented."""
    found = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in _modules(package)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }
    assert found == set()
