"""A snapshot keeps what its passages stand under, and compares it with a question."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from errors import SnapshotDamaged
from snapshot import headings
from snapshot.headings import HeadingIndex
from snapshot.linked_as import LinkedAs
from snapshot.models import Fragment, Link, Passage, Whole
from tests.fakes.content import passage, resource

ONE, OTHER = resource("leave.md"), resource("pay.md")
ROWS = np.arange(5)
LINKED = [LinkedAs("pto", (0, 3)), LinkedAs("Pay", (3,))]
PAID = "Leave is at all times paid."
PASSAGES = [
    replace(passage(ONE, "Begins so."), locator=Whole()),
    passage(ONE, "three words here", 1, "Carry over"),
    passage(ONE, "and two", 2, "Carry over"),
    passage(OTHER, PAID, 0, "Leave", links=(Link(0, 5, ""), Link(22, 26, ""))),
    replace(passage(OTHER, "Plain text of five words."), ordinal=1, locator=Fragment("Plain")),
]


@pytest.fixture
def made(tmp_path: Path) -> HeadingIndex:
    headings.write((ONE, OTHER), PASSAGES, LINKED, np.eye(4, dtype=np.float32), tmp_path)
    return headings.load(tmp_path, 4)


def test_each_title_and_heading_is_there_once() -> None:
    assert headings.distinct((ONE, OTHER), PASSAGES, LINKED) == [
        ((), text) for text in ("Leave", "Carry over", "Pay", "pto")
    ]


def test_a_passage_has_the_cosines_of_its_title_and_its_heading(made: HeadingIndex) -> None:
    """Without a heading the title stands for it."""
    standing = made.standing(ROWS, np.array([0.5, 0.25, 0.75, 0], dtype=np.float32))
    assert standing.title.tolist() == [0.5, 0.5, 0.5, 0.75, 0.75]
    assert standing.heading.tolist() == [0.5, 0.25, 0.25, 0.5, 0.75]
    assert made.standing(ROWS[3:], np.ones(4, dtype=np.float32)).title.tolist() == [1, 1]


def test_a_section_counts_the_words_of_all_its_passages(made: HeadingIndex) -> None:
    assert made.standing(ROWS, np.ones(4, dtype=np.float32)).words.tolist() == [2, 5, 5, 6, 5]
    first, second, third, *_ = made.sections(ROWS).tolist()
    assert (first != second, second == third) == (True, True)
    assert len(set(made.sections(ROWS).tolist())) == 4


def test_a_resource_begins_with_its_first_passage_and_what_opens_it(
    made: HeadingIndex,
) -> None:
    leads = made.standing(ROWS, np.ones(4, dtype=np.float32)).leads
    assert leads.tolist() == [True, False, False, True, False]


def test_the_nearest_of_the_links_to_a_passage_counts(made: HeadingIndex) -> None:
    vector = np.array([0, 0, 0.5, 0.75], dtype=np.float32)
    assert made.standing(ROWS, vector).linked.tolist() == [0.75, 0, 0, 0.75, 0]
    assert made.standing(ROWS[[3, 1]], vector[[0, 1, 3, 2]]).linked.tolist() == [0.75, 0]
    assert made.standing(ROWS[:1], -vector).linked.tolist() == [-0.75]


def test_the_share_of_a_passages_links_is_by_letters(made: HeadingIndex) -> None:
    assert made.link_shares(ROWS).tolist() == pytest.approx([0, 0, 0, 9 / 21, 0])


@pytest.mark.parametrize("text", ["Back to pay", "See also the pay", "pay"])
def test_what_only_points_elsewhere_is_all_links_and_begins_nothing(
    tmp_path: Path, text: str
) -> None:
    start = text.index("pay")
    pointing = passage(ONE, text, 0, links=(Link(start, start + 3, ""),))
    made = _written([pointing, passage(ONE, "Leave is paid.", 1)], tmp_path / "more")
    assert made.link_shares(ROWS[:2]).tolist() == [1, 0]
    assert made.standing(ROWS[:2], np.ones(3, dtype=np.float32)).leads.tolist() == [False, True]
    alone = _written([pointing], tmp_path / "alone")
    assert alone.standing(ROWS[:1], np.ones(3, dtype=np.float32)).leads.tolist() == [True]


def _written(passages: list[Passage], folder: Path) -> HeadingIndex:
    folder.mkdir()
    count = len(headings.distinct((ONE, OTHER), passages, []))
    headings.write((ONE, OTHER), passages, [], np.ones((count, 3), dtype=np.float32), folder)
    return headings.load(folder, 3)


def test_an_empty_heading_is_none() -> None:
    nameless: Passage = replace(PASSAGES[0], heading_path=("Carry over", ""))
    assert headings.distinct((ONE, OTHER), [nameless], []) == [((), "Leave"), ((), "Carry over")]


@pytest.mark.parametrize(
    "name", ["headings.vectors.npy", "headings.passages.npy", "headings.linked.npy"]
)
def test_a_damaged_file_is_named(made: HeadingIndex, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no array")
    with pytest.raises(SnapshotDamaged, match="headings cannot be read"):
        headings.load(tmp_path, 4)


def test_vectors_of_another_model_are_refused(made: HeadingIndex, tmp_path: Path) -> None:
    with pytest.raises(SnapshotDamaged, match="of another form"):
        headings.load(tmp_path, 5)
