"""Imports point down, and botbuilder stays behind two files."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What each package may import besides itself, `errors` and the standard library.
ALLOWED = {
    "encoder": set(),
    "snapshot": {"encoder"},
    "retrieval": {"snapshot", "encoder"},
    "index": {"identity", "retrieval", "snapshot", "encoder"},
    "evaluation": {"index", "identity", "retrieval", "snapshot", "encoder"},
    "analytics": set(),
    "words": set(),
    "manifest": {"words"},
    "identity": {"retrieval", "snapshot", "encoder"},
    "showing": {"retrieval", "snapshot", "analytics"},
    "state": {"analytics"},
    "bots": {"showing", "retrieval", "snapshot", "analytics", "identity", "state", "words"},
    "operation": {
        "settings",
        "bots",
        "identity",
        "analytics",
        "manifest",
        "retrieval",
        "snapshot",
        "encoder",
    },
    "portal": {"showing", "retrieval", "snapshot", "analytics", "identity", "words"},
}
PACKAGES = set(ALLOWED)
WIRING = {"app", "settings", "commands"}
# The commands are wiring as `app.py` is: they read settings and reach across. What each reaches:
COMMANDS = {
    "index/__main__.py": {"settings", "commands"},
    "retrieval/__main__.py": {"settings", "commands", "index", "evaluation"},
    "analytics/__main__.py": {"settings", "commands", "index", "retrieval", "snapshot"},
    "analytics/erasing/__main__.py": {"settings", "commands"},
    "identity/__main__.py": {"settings", "commands", "state"},
    "manifest/__main__.py": {"settings", "commands", "snapshot"},
    "index/readers/__main__.py": set(),  # the process of the readers: no wiring of the product
}


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
    """`app -> bots, portal -> showing -> retrieval -> snapshot -> encoder`; `evaluation -> index ->
    identity -> retrieval`; `bots, portal, showing -> analytics`, alone below; `bots, portal ->
    identity`. `operation` is wiring; the commands reach as far as `COMMANDS` says."""
    found = set()
    for path in _modules(package):
        name = str(path.relative_to(ROOT))
        allowed = ALLOWED[package] | {package} | COMMANDS.get(name, set())
        found |= {
            f"{name} imports {imported}"
            for imported in _imports(path)
            if imported.partition(".")[0] in (PACKAGES | WIRING) - allowed
        }
    assert found == set()


def test_every_command_is_named_above() -> None:
    """A new `__main__` file says here what it may reach."""
    found = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in _modules(package)
        if path.name == "__main__.py"
    }
    assert found == set(COMMANDS)


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
