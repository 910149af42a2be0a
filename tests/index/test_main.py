"""What the index commands print and exit with, on snapshots made up for it."""

import json
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console

from commands import print_table
from encoder import loading
from encoder.exported.making import Sample
from encoder.loading import Loaded
from index import __main__ as commands
from index import report
from snapshot.manifest import MANIFEST
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoders
from tests.fakes.snapshots import publish

A, B, C = (f"2026010{n}T000000.000Z-{letter * 8}" for n, letter in ((1, "a"), (2, "b"), (3, "c")))
DEEP = "finance/travel-and-subsistence/claims/how-to-claim-mileage-in-your-own-car-abroad.md"


class Done(NamedTuple):
    """What a command exited with, and what it printed where."""

    code: object
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SnapshotStore:
    monkeypatch.setenv("SIGNPOST_SNAPSHOTS_DIR", str(tmp_path / "snapshots"))
    return SnapshotStore(tmp_path / "snapshots")


@pytest.fixture
def run(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["index", *arguments])
        with pytest.raises(SystemExit) as caught:
            commands.main()
        return Done(caught.value.code, *capsys.readouterr())

    return run


def test_ids_are_whole_where_a_program_reads_them(run: Run, store: SnapshotStore) -> None:
    """Each row is one line, so that `grep` finds it."""
    publish(store, A)
    owner = resource(DEEP, title="How to claim mileage when you drive your own car in the EU")
    publish(store, B, resources=[owner], passages=[passage(owner, "Forty pence.")])
    status = run("status")
    assert [line.split()[:2] for line in status.out.splitlines()[1:]] == [
        [A, "2026-01-01"],
        ["*", B],
    ]
    [_, line] = run("list").out.splitlines()
    assert line.split()[0] == owner.id
    assert line.split()[-1] == DEEP
    assert owner.title in line


def test_ids_and_paths_are_whole_in_a_narrow_terminal() -> None:
    owner = resource(DEEP, title="How to claim mileage")
    shown = StringIO()
    narrow = Console(file=shown, width=30, force_terminal=True, color_system=None)
    print_table(report.resource_table([owner]), narrow)
    [line] = [line for line in shown.getvalue().splitlines() if DEEP in line]
    assert line.split()[0] == owner.id
    assert "How to claim" in line


def test_brackets_and_colons_in_content_are_printed_as_they_are(
    run: Run, store: SnapshotStore
) -> None:
    """rich would take them for styles and emoji, and [/b] for a mistake."""
    owner = resource("[red]/closing.md", title="[/b] Closing :warning: [bold]now")
    publish(store, A, resources=[owner], passages=[passage(owner, "[/i] Text :warning:")])
    listed = run("list")
    assert listed.code == 0
    assert "[/b] Closing :warning: [bold]now" in listed.out
    assert "[red]/closing.md" in listed.out
    shown = run("show", "[red]/closing.md").out
    assert "title: [/b] Closing :warning: [bold]now\n" in shown
    assert "[/i] Text :warning:" in shown
    assert "'[x]'" in run("activate", "[x]").err
    assert "'[/x]'" in run("show", "[/x]").err


def test_brackets_in_names_of_files_are_printed_as_they_are(run: Run, tmp_path: Path) -> None:
    """Even in a folder called "[", which makes a closing tag of its files' paths."""
    content = tmp_path / "[b]content"
    (content / "[").mkdir(parents=True)
    for name in ("[draft] notes.xyz", "[/b].md", "[red].md"):
        (content / name).write_text("Same text.")
    done = run("check", str(content))
    assert done.code == 1
    assert "([draft] notes.xyz)" in done.out
    assert "refused (unvalidated): [/b].md: " in done.out
    vouched = "base_url: https://x.example.com/\nvalidated_by: HR\nvalidated_on: 2026-01-15\n"
    (content / "_folder.yaml").write_text(vouched)
    done = run("check", str(content))
    assert "same text, each served: [/b].md, [red].md (" in done.out
    assert "note: no owner is given: [/b].md, [red].md\n" in done.out


def test_a_snapshot_whose_manifest_is_damaged_is_marked_and_the_others_are_listed(
    run: Run, store: SnapshotStore
) -> None:
    publish(store, A)
    publish(store, B)
    (store.path(A) / MANIFEST).write_text("{")
    done = run("status")
    assert done.code == 0
    _, damaged, good, reason = done.out.splitlines()
    assert damaged.split() == [A, "damaged"]
    assert good.split()[:2] == ["*", B]
    assert reason.startswith(f"{A} is damaged: {store.path(A) / MANIFEST} cannot be read: ")
    listed = json.loads(run("status", "--json").out)
    assert listed["active"] == B
    assert [(row["id"], row["resources"]) for row in listed["snapshots"]] == [(A, None), (B, 2)]
    assert MANIFEST in listed["snapshots"][0]["damaged"]
    assert listed["snapshots"][1]["damaged"] is None


@pytest.mark.parametrize("said", ["{", "[]", '{"snapshot": 7, "previous": [], "withdrawn": []}'])
def test_where_nothing_says_which_is_active_the_snapshots_are_listed_all_the_same(
    run: Run, store: SnapshotStore, said: str
) -> None:
    publish(store, A)
    (store.folder / "ACTIVE").write_text(said)
    done = run("status")
    assert done.code == 1
    assert done.out.splitlines()[1].split()[0] == A
    assert "python -m index activate" in done.err
    assert f"A server that starts meanwhile serves {A}" in " ".join(done.err.split())
    done = run("status", "--json")
    assert done.code == 1
    assert json.loads(done.out)["active"] is None
    assert run("activate", A).code == 0
    assert run("status").out.splitlines()[1].split()[:2] == ["*", A]


def test_a_flipped_bit_is_found_by_verifying_and_named(run: Run, store: SnapshotStore) -> None:
    for name in (A, B):
        publish(store, name)
    vectors = store.path(A) / "vectors.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"?")
    assert run("status").code == 0
    done = run("status", "--verify")
    assert done.code == 1
    assert f"{A} is damaged: {vectors} has SHA-256" in done.out
    listed = json.loads(run("status", "--verify", "--json").out)["snapshots"]
    assert [bool(row["damaged"]) for row in listed] == [True, False]
    vectors.write_bytes(b"")
    assert run("activate", A).code == 1


def test_what_changes_the_index_answers_scripts_too(run: Run, store: SnapshotStore) -> None:
    publish(store, A)
    publish(store, B)
    done = run("rollback", "--json")
    assert json.loads(done.out) == {"active": A, "rolled_back": B}
    assert json.loads(run("activate", B, "--json").out) == {"active": B}
    publish(store, C)
    would = run("prune", "--keep", "1", "--dry-run", "--json")
    assert json.loads(would.out) == {"removed": [A], "dry_run": True}
    gone = run("prune", "--keep", "1", "--json")
    assert json.loads(gone.out) == {"removed": [A], "dry_run": False}
    assert (done.err, would.err, gone.err) == ("", "", "")


def test_a_strict_build_tells_scripts_what_it_refuses(
    run: Run, store: SnapshotStore, tmp_path: Path
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("---\nstatus: draft\n---\n# A\n\nText.\n")
    done = run("build", str(tmp_path / "content"), "--strict", "--json")
    assert done.code == 1
    assert json.loads(done.out) == {
        "snapshot": None,
        "published": False,
        "activated": False,
        "refused": [{"path": "a.md", "reason": "draft", "detail": "its status is draft"}],
    }
    assert "Error: 1 file(s) are refused" in done.err
    assert store.ids() == []


@pytest.mark.parametrize("keep", ["-1", "0"])
def test_at_least_one_snapshot_is_kept(run: Run, store: SnapshotStore, keep: str) -> None:
    publish(store, A)
    publish(store, B)
    done = run("prune", "--keep", keep)
    assert done.code == 2
    assert "'--keep'" in done.err
    assert "greater than or equal to 1" in done.err
    assert store.ids() == [A, B]


GOLDEN = """\
{"question": "claim mileage pence", "place": "expenses.md#mileage"}
{"question": "unused holiday carries over", "place": "leave.md"}
"""


@pytest.fixture
def golden_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with golden questions, built without the model."""
    monkeypatch.setattr(loading, "ExportedEncoders", WordEncoders)
    files = {
        "_folder.yaml": "base_url: https://x.example/\nvalidated_by: HR\nvalidated_on: 2026-01-15\n"
        "owner: HR\nlanguage: en\nreview_by: 2099-12-31\n",
        "expenses.md": "# Expenses\n\n## Mileage\n\nClaim mileage at 45 pence a mile.\n",
        "leave.md": "# Leave\n\nUnused holiday carries over until March.\n",
        "golden.jsonl": GOLDEN,
    }
    content = tmp_path / "content"
    content.mkdir()
    for name, text in files.items():
        (content / name).write_text(text)
    return content


def test_a_build_below_the_accepted_score_is_held_until_it_is_accepted(
    run: Run, store: SnapshotStore, golden_content: Path
) -> None:
    content = str(golden_content)
    first = run("build", content)
    assert first.code == 0
    assert "golden questions: 2 of 2 (100.0%) right\n" in first.err
    assert "ignored" not in first.err
    served = store.active_id()

    (golden_content / "expenses.md").unlink()
    held = run("build", content)
    assert held.code == 1
    assert f"1 of 2 (50.0%) right; accepted was 2 of 2 (100.0%) by {served}\n" in held.err
    assert (
        "golden (right before, wrong now): 'claim mileage pence' is to find expenses.md#mileage, "
        "and finds "
    ) in held.err
    assert "golden.jsonl, line 1: 'expenses.md#mileage' is in no file" in held.err
    assert held.out.startswith("Published ")
    assert " and did not activate it: " in held.out
    assert "--accept" in held.out
    assert store.active_id() == served

    again = json.loads(run("build", content, "--json").out)
    assert (again["published"], again["activated"]) == (False, False)
    golden = again["golden"]
    assert (golden["score"], golden["right"], golden["questions"]) == (0.5, 1, 2)
    assert (golden["below"], golden["accepted"]) == (True, False)
    assert (golden["before"]["score"], golden["before"]["snapshot"]) == (1.0, served)
    [lost] = golden["lost"]
    assert (lost["question"], lost["expected"]) == ("claim mileage pence", ["expenses.md#mileage"])
    assert "golden.jsonl, line 1" in again["warnings"][-1]

    taken = run("build", content, "--accept")
    assert taken.code == 0
    assert store.active_id() == again["snapshot"]
    accepted = json.loads((store.folder / "GOLDEN.json").read_text())
    assert accepted["snapshot"] == again["snapshot"]
    assert (accepted["score"], accepted["right"], accepted["questions"]) == (0.5, 1, 2)
    assert json.loads(run("build", content, "--json").out)["golden"] is None


def test_an_admin_may_activate_what_was_held_and_the_measure_stays(
    run: Run, store: SnapshotStore, golden_content: Path
) -> None:
    run("build", str(golden_content))
    (golden_content / "expenses.md").unlink()
    held = json.loads(run("build", str(golden_content), "--json").out)["snapshot"]
    assert run("activate", held).code == 0
    assert run("build", str(golden_content)).code == 0
    assert store.active_id() == held
    assert json.loads((store.folder / "GOLDEN.json").read_text())["score"] == 1.0


def test_a_malformed_golden_file_stops_build_and_check(
    run: Run, store: SnapshotStore, golden_content: Path
) -> None:
    with (golden_content / "golden.jsonl").open("a") as file:
        file.write('{"question": "how far?", "place": "expenses.md#page=x"}\n')
    for command in ("check", "build"):
        done = run(command, str(golden_content))
        assert done.code == 1
        assert "golden.jsonl, line 3: place must be " in done.err
        assert "'expenses.md#page=x'" in done.err
    assert store.ids() == []


def test_check_names_golden_places_that_are_not_there(run: Run, golden_content: Path) -> None:
    (golden_content / "leave.md").unlink()
    done = run("check", str(golden_content))
    assert done.code == 0
    assert "golden.jsonl, line 2: 'leave.md' is in no file of the content folder\n" in done.out
    found = json.loads(run("check", str(golden_content), "--json").out)
    assert found["golden_questions"] == 2
    assert found["ignored"] == []
    assert "line 2: 'leave.md'" in found["warnings"][-1]


def test_a_build_hands_its_golden_questions_to_the_proof_of_the_model(
    run: Run, golden_content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Sample] = []

    class Proving(WordEncoders):
        def prepare(self, model: str, questions: object, sample: Callable[[], Sample]) -> Loaded:
            drawn.append(sample())
            return super().prepare(model, questions, sample)

    monkeypatch.setattr(loading, "ExportedEncoders", Proving)
    with (golden_content / "golden.jsonl").open("a") as file:
        file.write('{"question": "may dogs come?", "place": "nothing"}\n')
    assert run("build", str(golden_content)).code == 0
    [sample] = drawn
    assert sample.golden == ("claim mileage pence", "unused holiday carries over", "may dogs come?")
    assert [[sample.passages[number] for number in right] for right in sample.right] == [
        ["Claim mileage at 45 pence a mile."],
        ["Unused holiday carries over until March."],
        [],
    ]
