"""One secret makes independent keys; pseudonyms are stable, tell people apart, and say no more."""

import re

import pytest

from analytics.privacy import Pseudonyms, derived_key

SECRET = b"sixteen bytes ok"
PSEUDONYMS = Pseudonyms(b"the secret of these tests")


def test_a_pseudonym_is_the_same_after_every_restart_and_release() -> None:
    """Pinned by value: another derivation would split everybody's history in two."""
    assert PSEUDONYMS.pseudonym("tenant", "29:person") == "8e8f4ff44b1ceb2afda5431920d95729"


def test_a_pseudonym_has_128_bits_as_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{32}", PSEUDONYMS.pseudonym("tenant", "29:person"))


def test_people_of_one_tenant_and_tenants_of_one_person_are_told_apart() -> None:
    pairs = [("t1", "p1"), ("t1", "p2"), ("t2", "p1"), ("t1", "P1"), ("t1p", "1"), ("", "t1p1")]
    assert len({PSEUDONYMS.pseudonym(*pair) for pair in pairs}) == len(pairs)


def test_another_secret_gives_another_pseudonym() -> None:
    other = Pseudonyms(b"the secret of other tests")
    assert other.pseudonym("t", "p") != PSEUDONYMS.pseudonym("t", "p")


def test_an_id_with_half_a_surrogate_pair_still_has_a_pseudonym() -> None:
    assert PSEUDONYMS.pseudonym("t", "p\ud83d") != PSEUDONYMS.pseudonym("t", "p")


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
