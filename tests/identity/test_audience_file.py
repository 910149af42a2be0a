"""The list of members is what the file says now, and never a guess."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from errors import SettingsError
from identity.audience_file import LOOK_EACH_S, AudienceFile, Members, read_members
from tests.fakes.graph_permissions import MANAGERS
from tests.fakes.parts import FakeTime


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "audiences.yaml"
    path.write_text("managers: [aaa-1]\n")
    return path


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def file(path: Path, time: FakeTime) -> AudienceFile:
    return AudienceFile(path, time)


def _current(file: AudienceFile) -> set[str]:
    return set(asyncio.run(_members(file)).get("managers", ()))


async def _members(file: AudienceFile) -> Members:
    return await file.current()


def _members_of_managers(file: AudienceFile, time: FakeTime) -> set[str]:
    """As soon as it is looked at again."""
    time.seconds += LOOK_EACH_S
    return _current(file)


def test_case_and_blanks_do_not_matter_in_ids(path: Path) -> None:
    path.write_text(
        f"managers: [' AAA-1', bbb-2]\n{MANAGERS.upper()}: [ccc-3]\n{MANAGERS}: [ddd-4]\n"
    )
    assert read_members(path) == {"managers": {"aaa-1", "bbb-2"}, MANAGERS: {"ccc-3", "ddd-4"}}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[a]", "must hold"),
        ("managers: aaa-1", "'managers'"),
        ("managers: [1]", "1 is no object id"),
        ("a: [", "cannot be read"),
        ("[" * 5000, "cannot be read"),
    ],
)
def test_a_malformed_file_stops_the_start(path: Path, text: str, named: str) -> None:
    path.write_text(text)
    with pytest.raises(SettingsError, match=named):
        AudienceFile(path)


def test_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.yaml"):
        AudienceFile(tmp_path / "none.yaml")


def test_it_is_looked_at_every_two_seconds(path: Path, file: AudienceFile, time: FakeTime) -> None:
    path.write_text("managers: [bbb-2]\n")
    assert _current(file) == {"aaa-1"}
    assert _members_of_managers(file, time) == {"bbb-2"}


def test_another_file_may_be_moved_into_its_place(
    path: Path, file: AudienceFile, time: FakeTime
) -> None:
    """Of the same size and the same time, too."""
    before = path.stat()
    other = path.with_name("other.yaml")
    other.write_text("managers: [bbb-2]\n")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)
    assert _members_of_managers(file, time) == {"bbb-2"}


def test_a_mounted_folder_may_be_turned_to_another(tmp_path: Path, time: FakeTime) -> None:
    """As Kubernetes does: the file is a link into a folder that is itself a link."""
    for number, member in enumerate(("aaa-1", "bbb-2")):
        (tmp_path / f"version-{number}").mkdir()
        (tmp_path / f"version-{number}" / "audiences.yaml").write_text(f"managers: [{member}]\n")
    (tmp_path / "data").symlink_to("version-0")
    (tmp_path / "audiences.yaml").symlink_to("data/audiences.yaml")
    file = AudienceFile(tmp_path / "audiences.yaml", time)
    (tmp_path / "data-new").symlink_to("version-1")
    (tmp_path / "data-new").replace(tmp_path / "data")
    assert _members_of_managers(file, time) == {"bbb-2"}


def test_a_version_that_cannot_be_used_leaves_the_last_one_and_says_so_once(
    path: Path, file: AudienceFile, time: FakeTime
) -> None:
    path.write_text("managers: [aaa-1\n")
    with capture_logs() as logs:
        assert _members_of_managers(file, time) == {"aaa-1"}
        assert _members_of_managers(file, time) == {"aaa-1"}
    assert file.problem
    assert "what it said before holds until it is mended" in file.problem
    assert [entry["event"] for entry in logs] == ["audiences.unusable"]
    path.write_text("managers: [bbb-2]\n")
    assert _members_of_managers(file, time) == {"bbb-2"}
    assert file.problem is None


def test_the_same_version_as_before_the_mistake_mends_it(
    path: Path, file: AudienceFile, time: FakeTime
) -> None:
    path.write_text("managers: 7\n")
    _members_of_managers(file, time)
    path.write_text("managers: [aaa-1]\n")
    assert _members_of_managers(file, time) == {"aaa-1"}
    assert file.problem is None


def test_if_it_is_gone_nobody_is_in_an_audience_until_it_is_back(
    path: Path, file: AudienceFile, time: FakeTime
) -> None:
    kept = path.rename(path.with_name("kept"))
    assert _members_of_managers(file, time) == set()
    assert file.problem
    assert "put it back" in file.problem
    kept.rename(path)
    assert _members_of_managers(file, time) == {"aaa-1"}
    assert file.problem is None


def test_a_file_that_may_not_be_opened_leaves_what_it_said(
    path: Path, file: AudienceFile, time: FakeTime
) -> None:
    path.unlink()
    path.mkdir()  # nobody can read that as a file, not even the administrator
    assert _members_of_managers(file, time) == {"aaa-1"}
    assert file.problem
