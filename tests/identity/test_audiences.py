"""People see what is meant for everyone and for the audiences that they belong to."""

from pathlib import Path

import pytest

from errors import SettingsError
from identity.audiences import Audiences, load_audiences


def test_members_see_their_audiences_and_others_only_what_is_for_everyone() -> None:
    audiences = Audiences({"managers": ["AAA-1", "bbb-2"], "hr": ["aaa-1"]})
    assert audiences.audience("aaa-1") == {"everyone", "managers", "hr"}
    assert audiences.audience("BBB-2") == {"everyone", "managers"}
    assert audiences.audience("ccc-3") == {"everyone"}
    assert audiences.audience("") == {"everyone"}


def test_they_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "audiences.yaml"
    path.write_text("managers: [aaa-1]\n")
    assert load_audiences(path).audience("aaa-1") == {"everyone", "managers"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[a]", "must hold"),
        ("managers: aaa-1", "'managers'"),
        ("managers: [1]", "1 is no directory id"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_malformed_file_stops_the_start(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "audiences.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=named):
        load_audiences(path)


def test_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.yaml"):
        load_audiences(tmp_path / "none.yaml")
