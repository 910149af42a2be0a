"""One secret makes independent keys."""

import pytest

from analytics.keys import derived_key

SECRET = b"sixteen bytes ok"


def test_a_key_is_pinned_by_secret_and_purpose() -> None:
    """A change of the derivation would turn every asker into a stranger and break every link."""
    assert derived_key(SECRET, "pseudonym").hex() == (
        "6af545483d86c3b00e8782231387586075c2f9e89b9d0fb877b9d1a74655f268"
    )


def test_each_purpose_has_its_own_key() -> None:
    assert derived_key(SECRET, "pseudonym") != derived_key(SECRET, "link")


@pytest.mark.parametrize("secret", [b"", b"fifteen bytes.."])
def test_a_secret_that_can_be_guessed_is_refused(secret: bytes) -> None:
    with pytest.raises(ValueError, match=f"{len(secret)} bytes and needs at least 16"):
        derived_key(secret, "link")
