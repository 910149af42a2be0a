"""The structure of a small made tree, counted by hand."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmarks.shape import app, measure, read_revision, read_working_tree, table

LONG = "x = 1\n" * 351
TREE = {
    "app.py": "import bots.talk\nfrom index.build import build\n",
    "bots/__init__.py": '"""The bots."""\n',
    "bots/talk.py": '''"""What is said.

Twice.
"""

# A comment.
import os  # and why
from . import card
from .card import Card

TEXT = """one

three"""


class Talk:
    """Speaks."""

    def say(self, a, b, c, d, e, f, g, *, h):
        return Card

    async def shout(self, a, b, c, d, e, f, g, h, /, *more, **named):
        pass
''',
    "bots/card.py": "class Card: ...\n",
    "index/__init__.py": "from index import build\n",
    "index/__main__.py": "from index import build, card\n",
    "index/build.py": "def build(): ...\n",
    "index/card.py": "class Card: ...\nclass Own: ...\n",
    "index/long.py": LONG,
    "analytics/migrations/env.py": "import index.long\n",
    "content/_source/make.py": "",
    "benchmarks/card.py": "import index.build\nclass Talk: ...\n",
    "tests/index/test_card.py": "from index import card\nclass Own: ...\n",
}


def test_lines_are_told_by_what_stands_on_them() -> None:
    """A blank line inside a text is a part of it."""
    shape = measure({"bots/talk.py": TREE["bots/talk.py"]})
    assert (shape.product_lines, shape.code_lines, shape.prose_lines, shape.blank_lines) == (
        23,
        11,
        6,
        6,
    )


def test_tests_and_benchmarks_are_no_product() -> None:
    shape = measure(TREE)
    assert (shape.product_lines, shape.benchmark_lines) == (2 + 1 + 23 + 1 + 1 + 1 + 1 + 2 + 352, 2)


def test_entry_points_stand_apart_from_modules() -> None:
    """And packages are neither."""
    shape = measure(TREE)
    assert shape.modules == 5
    assert shape.entry_points == [
        "analytics/migrations/env.py",
        "app.py",
        "content/_source/make.py",
        "index/__main__.py",
    ]


def test_importers_are_found_however_a_module_is_imported() -> None:
    """`build` is imported by app.py, the package and its command, each in another way; twice by
    one file counts once, and neither tests nor benchmarks count."""
    assert measure(TREE).few_importers == {
        "bots.card": ["bots/talk.py"],
        "bots.talk": ["app.py"],
        "index.card": ["index/__main__.py"],
        "index.long": ["analytics/migrations/env.py"],
    }


def test_what_is_too_long_or_full_is_listed_with_its_size() -> None:
    """`self` is no parameter; a function may have eight, a folder twelve modules."""
    shape = measure(TREE)
    assert shape.long_modules == {"index/long.py": 351}
    assert shape.long_signatures == {"bots/talk.py: shout": 10}
    assert shape.full_folders == {}
    twelve = {f"bots/part{number}.py": "" for number in range(12)}
    assert measure(twelve).full_folders == {}
    assert measure(twelve | {"bots/card.py": ""}).full_folders == {"bots": 13}


def test_names_that_stand_more_than_once_are_listed_with_their_files() -> None:
    """Those of tests do not count: they are named after what they test."""
    shape = measure(TREE)
    assert shape.repeated_files == {"card": ["benchmarks/card.py", "bots/card.py", "index/card.py"]}
    assert shape.repeated_classes == {
        "Card": ["bots/card.py", "index/card.py"],
        "Talk": ["benchmarks/card.py", "bots/talk.py"],
    }


def test_two_trees_stand_side_by_side_with_the_change() -> None:
    """From the first to the last, and empty if there was nothing."""
    rows = table({"before": measure(TREE), "after": measure(TREE | {"index/long.py": "x = 1\n"})})
    by_label = {line[:42].strip(): line[42:].split() for line in rows.splitlines()}
    assert by_label[""] == ["before", "after", "change"]
    assert by_label["product, lines of .py"] == ["384", "34", "-91.1%"]
    assert by_label["modules with at most one importer"] == ["4", "4", "+0.0%"]
    assert by_label["folders of more than 12 modules"] == ["0", "0"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One file committed, then changed, and one beside it that git ignores."""
    (tmp_path / "app.py").write_text("one = 1\n")
    for command in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "-m", "first"),
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (tmp_path / "app.py").write_text("one = 2\n")
    (tmp_path / "new.py").write_text("new = 1\n")
    (tmp_path / "made.py").write_text("made = 1\n")
    (tmp_path / ".gitignore").write_text("made.py\n")
    return tmp_path


def test_a_revision_is_read_as_it_was_committed(repository: Path) -> None:
    assert read_revision("HEAD", repository) == {"app.py": "one = 1\n"}
    with pytest.raises(typer.BadParameter, match="no-such"):
        read_revision("no-such", repository)


def test_the_working_tree_is_read_but_for_what_git_ignores(repository: Path) -> None:
    assert read_working_tree(repository) == {"app.py": "one = 2\n", "new.py": "new = 1\n"}


def test_the_command_prints_all_as_json() -> None:
    """Of the repository itself, without a revision."""
    done = CliRunner().invoke(app, ["--json"])
    [(name, shape)] = json.loads(done.stdout).items()
    assert name == "working tree"
    assert shape["product_lines"] > 10_000
    assert "app.py" in shape["entry_points"]
