"""A content folder becomes the active snapshot; what has not changed costs nothing."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from errors import ContentError
from index.build import Build, BuildSettings
from index.calibration import DEFAULT_CALIBRATION
from index.encoder_source import GivenEncoder
from index.golden.gate import read_accepted
from index.material import StrictBuildError
from index.progress import Progress, silent
from index.readers.extraction import Extraction
from index.reporting.build_report import BuildReport
from index.sources import Access
from index.splitter import Limits
from snapshot.manifest import Refused, Rewording
from snapshot.reading import read_refused
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder

TODAY = date(2026, 6, 1)
FOLDER = """
base_url: https://intranet.example.com/
validated_by: Learning team
validated_on: 2026-01-15
owner: HR
language: en
review_every_days: 365
"""
Run = Callable[..., BuildReport]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "_folder.yaml").write_text(FOLDER)
    (folder / "expenses.md").write_text("# Expenses\n\n## Mileage\n\nClaim 45 pence a mile.\n")
    (folder / "leave.md").write_text("# Leave\n\n## Carry over\n\nUntil March.\n")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def run(content: Path, store: SnapshotStore, encoder: WordEncoder) -> Run:
    def run(
        *,
        by: WordEncoder = encoder,
        today: date = TODAY,
        progress: Progress = silent,
        **settings: object,
    ) -> BuildReport:
        """The settings are those of `BuildSettings`."""
        encoder.encoded_passages.clear()
        given = BuildSettings(**settings)  # type: ignore[arg-type]
        return Build(store, GivenEncoder(by), given, progress).run(content, Extraction(), today)

    return run


def _titles(store: SnapshotStore) -> list[str]:
    return [resource.title for resource in store.open().resources]


def test_what_is_validated_is_published_and_served(run: Run, store: SnapshotStore) -> None:
    done = run()
    assert (done.published, done.activated, done.encoded) == (True, True, 2)
    assert store.active_id() == done.snapshot_id
    opened = store.open()
    assert [opened.passage(row).text for row in range(2)] == [
        "Claim 45 pence a mile.",
        "Until March.",
    ]
    assert opened.manifest.counts.resources == 2


def test_where_a_passage_stands_is_encoded_with_it_and_alone(
    run: Run, encoder: WordEncoder
) -> None:
    run()
    assert sorted(encoder.encoded_passages) == [
        "Carry over",
        "Expenses",
        "Expenses > Mileage\nClaim 45 pence a mile.",
        "Leave",
        "Leave > Carry over\nUntil March.",
        "Mileage",
    ]


def test_a_build_goes_on_with_what_a_source_held_while_it_is_away(
    content: Path, store: SnapshotStore, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "sick.md").write_text("# Sick leave\n\nCall by nine.\n")
    (share / "old.md").write_text("# Old rules\n\nCall by ten.\n")
    (content / "sources.yaml").write_text(
        f"hr:\n  type: folder\n  path: {share}\n  base_url: https://share.example.com/\n"
    )
    build = Build(store, GivenEncoder(WordEncoder()), access=Access())
    build.run(content, Extraction(), TODAY)
    assert _titles(store) == ["Expenses", "Old rules", "Sick leave", "Leave"]
    share.rename(tmp_path / "away")
    done = build.run(content, Extraction(), TODAY)
    assert not done.published
    assert any("source hr: it cannot be read since" in said for said in done.warnings)
    (tmp_path / "away").rename(share)
    (share / "old.md").unlink()
    build.run(content, Extraction(), TODAY)
    assert _titles(store) == ["Expenses", "Sick leave", "Leave"]


def test_an_unchanged_folder_publishes_nothing(
    run: Run, store: SnapshotStore, encoder: WordEncoder
) -> None:
    first = run()
    again = run()
    assert (again.published, again.activated, again.snapshot_id) == (
        False,
        False,
        first.snapshot_id,
    )
    assert encoder.encoded_passages == []
    assert store.ids() == [first.snapshot_id]


def test_a_refusal_alone_publishes_nothing_on_the_next_day(run: Run, content: Path) -> None:
    (content / "soon.md").write_text("---\nvalidated_on: 2026-12-24\n---\n# Soon\n\nText.\n")
    (content / "past.md").write_text("---\nreview_by: 2026-05-30\n---\n# Past\n\nText.\n")
    first = run()
    assert [refused.path for refused in first.refused] == ["past.md", "soon.md"]
    assert not run(today=TODAY + timedelta(days=1)).published


def test_building_again_replaces_a_damaged_snapshot(
    run: Run, store: SnapshotStore, encoder: WordEncoder
) -> None:
    first = run()
    (store.folder / str(first.snapshot_id) / "passages.jsonl").write_text("")
    again = run()
    assert (again.published, again.activated, again.encoded) == (True, True, 0)
    assert store.active_id() == again.snapshot_id != first.snapshot_id
    assert store.open().passage(0).text == "Claim 45 pence a mile."


def test_only_what_has_changed_is_encoded_again(
    run: Run, content: Path, encoder: WordEncoder
) -> None:
    run()
    (content / "leave.md").write_text("# Leave\n\n## Carry over\n\nUntil April.\n")
    changed = run()
    assert changed.published
    assert encoder.encoded_passages == ["Leave > Carry over\nUntil April."]


def test_a_build_killed_while_encoding_keeps_what_it_encoded(
    run: Run, content: Path, store: SnapshotStore, encoder: WordEncoder
) -> None:
    """Batches are stored as they are encoded, so the next build goes on where this one died."""
    for number in range(150):
        (content / f"page{number:03}.md").write_text(f"# Page {number}\n\nText of {number}.\n")

    class Dying(WordEncoder):
        def encode_passages(self, texts: object) -> object:  # type: ignore[override]
            if self.encoded_passages:
                raise KeyboardInterrupt
            return super().encode_passages(texts)  # type: ignore[arg-type]

    dying = Dying()
    with pytest.raises(KeyboardInterrupt):
        run(by=dying)
    assert store.ids() == []
    assert run().encoded == 152 - len(dying.encoded_passages)


def test_a_moved_file_keeps_its_id_if_its_url_stays(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    (content / "leave.md").write_text(
        "---\nurl: https://x.example.com/leave\n---\n# Leave\n\nMarch.\n"
    )
    run()
    ids = {r.title: r.id for r in store.open().resources}
    (content / "hr").mkdir()
    shutil.move(content / "leave.md", content / "hr" / "holidays.md")
    run()
    assert {r.title: r.id for r in store.open().resources} == ids


def test_another_encoder_encodes_everything_again(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    run()
    done = run(by=WordEncoder("another model"))
    assert (done.published, done.encoded) == (True, 2)


def test_what_shapes_passages_shapes_the_snapshot(run: Run) -> None:
    first = run()
    other = run(limits=Limits(max_tokens=50))
    assert other.published
    assert other.snapshot_id != first.snapshot_id


def test_what_is_not_validated_is_listed_with_its_reason(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    (content / "draft.md").write_text("---\nstatus: draft\n---\n# Draft\n\nSoon.\n")
    done = run()
    assert [entry.path for entry in done.refused] == ["draft.md"]
    assert read_refused(store.path(store.active_id())) == list(done.refused)
    assert _titles(store) == ["Expenses", "Leave"]


def test_a_strict_build_publishes_nothing_if_anything_is_refused(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    (content / "draft.md").write_text("---\nstatus: draft\n---\n# Draft\n\nSoon.\n")
    with pytest.raises(StrictBuildError) as caught:
        run(strict=True)
    assert [(r.path, r.reason) for r in caught.value.refused] == [("draft.md", "draft")]
    assert isinstance(caught.value.refused[0], Refused)
    assert store.ids() == []


def test_a_strict_build_of_a_clean_folder_publishes(run: Run, store: SnapshotStore) -> None:
    report = run(strict=True)
    assert report.published
    assert store.active_id() == report.snapshot_id


def test_the_day_decides_what_is_served(run: Run, content: Path, store: SnapshotStore) -> None:
    (content / "leave.md").write_text("---\nreview_by: 2026-06-30\n---\n# Leave\n\nMarch.\n")
    run()
    assert _titles(store) == ["Expenses", "Leave"]
    late = run(today=date(2026, 7, 1))
    assert late.published
    assert _titles(store) == ["Expenses"]


def test_a_folder_with_nothing_to_serve_does_not_replace_what_is_served(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    first = run()
    (content / "_folder.yaml").write_text(FOLDER + "status: retired\n")
    with pytest.raises(ContentError, match="none of the 2 files"):
        run()
    assert store.active_id() == first.snapshot_id


def test_content_that_was_rolled_back_does_not_come_back_by_itself(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    first = run()
    (content / "leave.md").write_text("# Leave\n\nWrong.\n")
    second = run()
    with store.lock():
        store.rollback()
    again = run()
    assert (again.published, again.activated, again.withdrawn) == (False, False, True)
    assert store.active_id() == first.snapshot_id
    assert again.snapshot_id == second.snapshot_id
    (content / "leave.md").write_text("# Leave\n\nRight.\n")
    assert run().activated


def test_content_that_was_published_before_is_activated_without_another_copy(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    first = run()
    before = (content / "leave.md").read_text()
    (content / "leave.md").write_text("# Leave\n\nOther.\n")
    run()
    (content / "leave.md").write_text(before)
    back = run()
    assert (back.published, back.activated, back.snapshot_id) == (False, True, first.snapshot_id)


def test_old_snapshots_go_when_there_are_too_many(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    published = []
    for number in range(4):
        (content / "leave.md").write_text(f"# Leave\n\nVersion {number}.\n")
        published.append(run(keep=2).snapshot_id)
    assert len(store.ids()) == 2
    assert store.active_id() == published[-1]


def test_examples_come_with_the_content(run: Run, content: Path, store: SnapshotStore) -> None:
    (content / "_examples.txt").write_text("# to begin with\nHow much a mile?\n\nWhen by?\n")
    run()
    assert store.open().manifest.examples == ("How much a mile?", "When by?")


def test_an_example_too_long_for_a_card_is_named(run: Run, content: Path) -> None:
    (content / "_examples.txt").write_text("x" * 200)
    with pytest.raises(ContentError, match=r"_examples\.txt.*200 characters"):
        run()


def test_synonyms_come_with_the_content_and_make_it_another(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    first = run().snapshot_id
    (content / "_synonyms.txt").write_text("PTO, paid time off\n")
    assert run().snapshot_id != first
    assert store.open().manifest.synonyms == (("PTO", "paid time off"),)
    assert not run().published


def test_the_thesaurus_is_read_by_what_everyone_may_see(
    run: Run, content: Path, store: SnapshotStore
) -> None:
    (content / "office.md").write_text("# Office\n\nThe cafeteria opens at noon.\n")
    run()
    assert Rewording("canteen", "cafeteria") in store.open().manifest.rewordings
    (content / "_folder.yaml").write_text(
        (content / "_folder.yaml").read_text() + "audience: [managers]\n"
    )
    run()
    assert store.open().manifest.rewordings == ()


def test_a_malformed_synonym_publishes_nothing(run: Run, content: Path) -> None:
    (content / "_synonyms.txt").write_text("PTO\n")
    with pytest.raises(ContentError, match=r"_synonyms\.txt:1: 'PTO' is one wording alone"):
        run()


def test_progress_is_told_by_stage(run: Run) -> None:
    told: list[tuple[str, int, int]] = []
    run(progress=lambda *step: told.append(step))
    assert told[-1] == ("write", 1, 1)
    assert ("read", 2, 2) in told
    assert ("encode", 6, 6) in told


@pytest.fixture
def golden(content: Path) -> None:
    """A question that is answered as long as leave.md is there."""
    (content / "golden.jsonl").write_text('{"question": "until March", "place": "leave.md"}\n')


@pytest.mark.usefixtures("golden")
def test_a_build_that_answers_fewer_golden_questions_is_not_activated(
    run: Run, store: SnapshotStore, content: Path
) -> None:
    first = run()
    assert first.activated
    (content / "leave.md").unlink()
    second = run()
    assert (second.published, second.activated) == (True, False)
    assert second.golden is not None
    assert [verdict.question for verdict in second.golden.lost] == ["until March"]
    assert "'leave.md' is in no file" in second.warnings[-1]
    assert store.active_id() == first.snapshot_id
    accepted = read_accepted(store)
    assert accepted is not None
    assert (accepted.snapshot, accepted.share) == (first.snapshot_id, 1.0)


@pytest.mark.usefixtures("golden")
def test_building_again_does_not_slip_it_in(run: Run, store: SnapshotStore, content: Path) -> None:
    first = run()
    (content / "leave.md").unlink()
    run()
    again = run()
    assert (again.published, again.activated) == (False, False)
    assert store.active_id() == first.snapshot_id


@pytest.mark.usefixtures("golden")
def test_accepting_activates_it_and_lowers_the_measure(
    run: Run, store: SnapshotStore, content: Path
) -> None:
    run()
    (content / "leave.md").unlink()
    held = run()
    taken = run(accept=True)
    assert (taken.published, taken.activated) == (False, True)
    assert store.active_id() == held.snapshot_id
    accepted = read_accepted(store)
    assert accepted is not None
    assert (accepted.snapshot, accepted.share) == (held.snapshot_id, 0.0)
    (content / "taxis.md").write_text("# Taxis\n\nKeep the receipt.\n")
    assert run().activated


@pytest.mark.usefixtures("golden")
def test_an_unchanged_folder_is_not_asked_again(run: Run) -> None:
    told: list[tuple[str, int, int]] = []
    run(progress=lambda *step: told.append(step))
    assert told[-1] == ("ask", 1, 1)
    told.clear()
    assert run(progress=lambda *step: told.append(step)).golden is None
    assert ("ask", 1, 1) not in told


def test_golden_questions_that_are_new_set_the_measure_of_the_active_snapshot(
    run: Run, store: SnapshotStore, request: pytest.FixtureRequest
) -> None:
    first = run()
    assert first.golden is None
    request.getfixturevalue("golden")
    again = run()
    assert (again.published, again.activated) == (False, False)
    accepted = read_accepted(store)
    assert accepted is not None
    assert (accepted.snapshot, accepted.right) == (first.snapshot_id, 1)


@pytest.mark.usefixtures("golden")
def test_content_that_was_rolled_back_is_not_asked(
    run: Run, store: SnapshotStore, content: Path
) -> None:
    run()
    (content / "taxis.md").write_text("# Taxis\n\nKeep the receipt.\n")
    run()
    with store.lock():
        store.rollback()
    again = run(accept=True)
    assert (again.withdrawn, again.activated, again.golden) == (True, False, None)


def test_thresholds_are_taught_by_the_content_or_left_as_they_usually_are(
    run: Run, store: SnapshotStore
) -> None:
    run()
    taught = store.open().manifest
    run(calibrates=False, limits=Limits(max_tokens=50))
    usual = store.open().manifest
    assert usual.calibration == DEFAULT_CALIBRATION
    assert taught.calibration.answered == pytest.approx(0.6457, abs=1e-3)
    assert run().snapshot_id == taught.id
