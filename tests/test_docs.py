"""The pages say what is there: commands, make targets, files, modules and links."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from analytics.tables import metadata

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# What a change once said stays as it was said then.
CURRENT = [page for page in PAGES if page.name != "CHANGELOG.md"]
COMMANDS = ("index", "retrieval", "analytics", "identity", "manifest")
_FOLDERS = "|".join([*PACKAGES, "docs", "tests"])
_FILE = re.compile(rf"(?:{_FOLDERS})/(?:[\w.-]+/)*[\w.-]+\.\w+")
_MODULE = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.(?!json|md|yaml\b)\w+)+")
_CODE = re.compile(r"`([^`\n]+)`")


@pytest.mark.parametrize("package", COMMANDS)
def test_the_page_of_commands_is_what_their_help_says(package: str) -> None:
    """`make command-docs` writes it: every command and every option stands there."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "typer", f"{package}.__main__", "utils", "docs"),
            *("--name", f"python -m {package}"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = re.sub(r"^#", "##", done.stdout, flags=re.MULTILINE).strip()
    assert expected in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def test_the_table_of_formats_is_what_the_command_writes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "index", "formats"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_target_is_explained_to_those_who_work_on_the_code() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*##", makefile, flags=re.MULTILINE))
    said = _said_in("README.md") + _said_in("CONTRIBUTING.md")
    assert targets
    assert {target for target in targets if f"make {target}" not in said} == set()
    assert set(re.findall(r"`make ([a-z-]+)", said)) <= targets


def test_a_commit_is_held_to_what_make_check_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    checked = re.findall(r"^check: ([a-z -]+?) ##", makefile, flags=re.MULTILINE)
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"].split()[-1] for repo in hooks["repos"] for hook in repo["hooks"]]
    assert checked == [" ".join(entries)]


@pytest.mark.parametrize("page", CURRENT, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    """To files beside the page, and to headings in them. Addresses elsewhere are not asked."""
    dead = []
    for target in _links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("page", CURRENT, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_names_files_and_modules_that_exist(page: Path) -> None:
    assert sorted(_unknown(page.read_text(encoding="utf-8"), page)) == []


@pytest.mark.parametrize(
    "package", [*PACKAGES, "app.py", "settings", "commands.py", "errors.py", "keys.py"]
)
def test_docstrings_and_comments_name_files_and_modules_that_exist(package: str) -> None:
    place = ROOT / package
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert files
    unknown = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in _unknown(file.read_text(encoding="utf-8"), file)
    }
    assert unknown == set()


def test_the_page_on_privacy_names_every_table_and_column() -> None:
    """Whoever adds one says there what it is, why, and for how long."""
    page = _said_in("docs/privacy.md")
    sections = dict(re.findall(r"table `(\w+)`\n(.*?)(?=\n##)", page, flags=re.DOTALL))
    missing = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if f"`{column.name}`" not in sections.get(table.name, "")
    }
    assert missing == set()


def test_the_site_of_the_pages_builds(tmp_path: Path) -> None:
    """As `make docs` does: a dead link or anchor, or a page outside of the navigation, stops it."""
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for page in ROOT.glob("docs/**/*.md"):
        built = page.relative_to(ROOT / "docs").with_suffix(".html")
        name = built.with_name("index.html") if built.name == "README.html" else built
        assert (ROOT / "build" / "docs" / name).is_file()


def _said_in(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _links(page: Path) -> Iterator[str]:
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        for child in token.children or ():
            target = str(child.attrGet("href") or child.attrGet("src") or "")
            if target and not re.match(r"[a-z]+:", target):
                yield target


def _anchors(page: Path) -> set[str]:
    """As the site makes them of headings: lower case, words joined by "-"."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    plain = [re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in headings]
    return {re.sub(r"[\s-]+", "-", heading) for heading in plain}


def _unknown(text: str, place: Path) -> Iterator[str]:
    """Files and modules named in backticks that are not there. A file is looked for from the
    project's folder, and from that of the page or module itself."""
    for said in _CODE.findall(text):
        is_file = _FILE.fullmatch(said)
        if is_file and not (ROOT / said).exists() and not (place.parent / said).exists():
            yield said
        if _MODULE.fullmatch(said) and not _is_there(said) and said not in _logged():
            yield said


@cache
def _logged() -> frozenset[str]:
    """The names of events in the log stream, which look like modules."""
    files = [
        ROOT / "app.py",
        *(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")),
    ]
    found = (
        re.findall(r'log\.\w+\(\s*"([\w.]+)"', file.read_text(encoding="utf-8")) for file in files
    )
    return frozenset(name for names in found for name in names)


def _is_there(dotted: str) -> bool:
    """Whether it is a module, or a name that one defines at its top level or within a class."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        module = ROOT.joinpath(*parts[:count])
        file = module.with_suffix(".py") if not module.is_dir() else module / "__init__.py"
        if file.is_file():
            return _defines(ast.parse(file.read_text(encoding="utf-8")).body, parts[count:])
    return False


def _defines(body: list[ast.stmt], names: list[str]) -> bool:
    if not names:
        return True
    for statement in body:
        if isinstance(statement, ast.ClassDef) and statement.name == names[0]:
            return _defines(statement.body, names[1:])
        named = {getattr(statement, "name", None)}
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            named |= {getattr(target, "id", None) for target in targets}
        if names[0] in named:
            return len(names) == 1
    return False
