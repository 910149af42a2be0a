"""One secret makes independent keys, and so do those that it replaced."""

import stat
from pathlib import Path

import pytest

from keys import Keys, development_secret

SECRET = b"sixteen bytes ok"


def test_a_key_is_pinned_by_secret_and_purpose() -> None:
    """A change of the derivation would turn every asker into a stranger and break every link."""
    assert Keys(SECRET).newest("pseudonym").hex() == (
        "6af545483d86c3b00e8782231387586075c2f9e89b9d0fb877b9d1a74655f268"
    )


def test_each_purpose_has_its_own_key() -> None:
    assert Keys(SECRET).newest("pseudonym") != Keys(SECRET).newest("link")


def test_what_the_previous_secrets_made_is_still_known() -> None:
    """The newest comes first, and is used for what is made now."""
    older, oldest = b"the one before this", b"the one before that"
    keys = Keys(SECRET, [older, oldest])
    assert keys.all("link") == tuple(Keys(one).newest("link") for one in (SECRET, older, oldest))
    assert keys.newest("link") == Keys(SECRET).newest("link")


@pytest.mark.parametrize("secrets", [[b""], [b"fifteen bytes.."], [SECRET, b"fifteen bytes.."]])
def test_a_secret_that_can_be_guessed_is_refused(secrets: list[bytes]) -> None:
    with pytest.raises(ValueError, match=f"{len(secrets[-1])} bytes and needs at least 16"):
        Keys(secrets[0], secrets[1:])


def test_the_secret_of_development_is_made_once_and_for_this_user_only(tmp_path: Path) -> None:
    made = development_secret(tmp_path / "data")
    assert development_secret(tmp_path / "data") == made
    [file] = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(made) == 64
