"""The commands as an admin and a script use them: output, exit codes, JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.fakes.cross_encoders import save_tiny_cross_encoder

FOLDER = """
base_url: https://intranet.example.com/
validated_by: Learning team
validated_on: 2026-01-15
review_by: 2099-12-31
owner: HR
language: en
"""


class Shell:
    """Runs the product's commands on folders of their own."""

    def __init__(self, folder: Path) -> None:
        self.content = folder / "content"
        self.snapshots = folder / "snapshots"
        self.content.mkdir()
        (self.content / "_folder.yaml").write_text(FOLDER)
        self.write("leave.md", "# Leave\n\n## Carry over\n\nUnused holiday ends in March.\n")
        self.write("taxis.md", "# Taxis\n\nA taxi needs a reason and a receipt.\n")

    def write(self, name: str, text: str) -> None:
        (self.content / name).write_text(text)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, "SIGNPOST_SNAPSHOTS_DIR": str(self.snapshots)},
            capture_output=True,
            text=True,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_an_admin_builds_looks_asks_and_goes_back(shell: Shell) -> None:
    """One long tale, because each command of it loads the model."""
    first = shell.json("index", "build", str(shell.content))
    assert (first["published"], first["activated"], first["resources"]) == (True, True, 2)

    again = shell.run("index", "build", str(shell.content))
    assert again.returncode == 0
    assert again.stdout == (
        f"Nothing has changed: {first['snapshot']} stays active (2 resources, 2 passages).\n"
    )

    asked = shell.json("retrieval", "ask", "when does unused holiday end?")
    assert asked["outcome"] == "answered"
    assert asked["results"][0]["url"] == "https://intranet.example.com/leave/#carry-over"
    assert asked["results"][0]["sentence"] == "Unused holiday ends in March."

    shell.write("draft.md", "---\nstatus: draft\n---\n# Draft\n\nSoon.\n")
    second = shell.json("index", "build", str(shell.content))
    assert [(r["path"], r["reason"]) for r in second["refused"]] == [("draft.md", "draft")]
    assert second["encoded"] == 0
    assert shell.json("index", "list", "--refused")[0]["path"] == "draft.md"
    assert [r["title"] for r in shell.json("index", "list")] == ["Leave", "Taxis"]

    shown = shell.json("index", "show", "leave.md")
    assert shown["passages"][0]["url"] == "https://intranet.example.com/leave/#carry-over"
    assert shell.run("index", "show", "none.md").returncode == 2

    strict = shell.run("index", "build", str(shell.content), "--strict")
    assert strict.returncode == 1
    assert "draft.md" in strict.stderr
    assert strict.stdout == ""

    rolled = shell.run("index", "rollback")
    assert rolled.stdout == f"Rolled back from {second['snapshot']} to {first['snapshot']}.\n"
    status = shell.json("index", "status")
    assert status["active"] == first["snapshot"]
    assert shell.run("index", "activate", second["snapshot"]).returncode == 0
    would = shell.run("index", "prune", "--keep", "1", "--dry-run")
    assert would.stdout == "Would remove 0: none.\n"  # a rollback would take it
    assert shell.run("index", "prune", "--keep", "1").returncode == 0
    assert len(shell.json("index", "status")["snapshots"]) == 2


def test_ask_shows_what_a_misspelt_word_was_read_as(shell: Shell) -> None:
    assert shell.run("index", "build", str(shell.content)).returncode == 0
    shown = shell.run("retrieval", "ask", "taxi reciept").stdout.splitlines()
    assert shown[1] == 'Searched for "receipt" instead of "reciept"'
    asked = shell.json("retrieval", "ask", "taxi reciept", "--json")
    assert asked["understood"] == {"reciept": "receipt"}


def test_ask_explains_what_the_reranker_gave(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.json("index", "build", str(shell.content))
    before = shell.json("retrieval", "ask", "unused holiday", "--explain")["explanation"]["hits"]
    assert {hit["reranker"] for hit in before} == {None}
    monkeypatch.setenv("SIGNPOST_RERANKER", save_tiny_cross_encoder(tmp_path / "tiny"))
    monkeypatch.setenv("SIGNPOST_RERANKER_MS", "10000")
    hits = shell.json("retrieval", "ask", "unused holiday", "--explain")["explanation"]["hits"]
    given = [hit["reranker"] for hit in hits]
    assert given == sorted(given, reverse=True)
    assert [hit["score"] for hit in hits] == [hit["score"] for hit in before]


def test_check_needs_no_model_and_names_file_field_value_and_what_is_accepted(
    shell: Shell,
) -> None:
    assert shell.run("index", "check", str(shell.content)).returncode == 0
    shell.write("bad.md", "---\nvalidated_on: 2026-13-45\n---\n# Bad\n\nText.\n")
    shell.write("copy.md", "# Taxis again\n\nA taxi needs a reason and a receipt.\n")
    done = shell.run("index", "check", str(shell.content))
    assert done.returncode == 1
    for words in ("bad.md", "validated_on", "2026-13-45", "YYYY-MM-DD"):
        assert words in done.stdout
    assert "same text, each served: copy.md, taxis.md" in done.stdout
    assert not shell.snapshots.exists()


def test_check_does_not_load_torch(shell: Shell) -> None:
    code = (
        "import sys; from index.__main__ import app; "
        f"app(['check', {str(shell.content)!r}], standalone_mode=False); "
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["index", "build", "/nowhere"], 2, "/nowhere"),
        (["index", "activate", "x"], 1, "'x'"),
        (["index", "rollback"], 1, "python -m index build"),
        (["index", "list"], 1, "python -m index build"),
        (["retrieval", "ask", "anything"], 1, "python -m index build"),
        (["retrieval", "ask", "anything", "--snapshot", "[/b]"], 1, "'[/b]'"),
        (["retrieval", "ask"], 2, "{question}"),
    ],
)
def test_misuse_and_failure_are_told_apart_and_explained(
    shell: Shell, arguments: list[str], code: int, says: str
) -> None:
    done = shell.run(*arguments)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
