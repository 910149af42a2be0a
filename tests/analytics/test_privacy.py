"""Pseudonyms are stable, tell people apart, and say no more."""

import re

from analytics.privacy import Pseudonyms
from keys import Keys

PSEUDONYMS = Pseudonyms(Keys(b"the secret of these tests"))


def test_a_pseudonym_is_the_same_after_every_restart_and_release() -> None:
    """Pinned by value: another derivation would split everybody's history in two."""
    assert PSEUDONYMS.pseudonym("tenant", "29:person") == "8e8f4ff44b1ceb2afda5431920d95729"


def test_a_pseudonym_has_128_bits_as_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{32}", PSEUDONYMS.pseudonym("tenant", "29:person"))


def test_people_of_one_tenant_and_tenants_of_one_person_are_told_apart() -> None:
    pairs = [("t1", "p1"), ("t1", "p2"), ("t2", "p1"), ("t1", "P1"), ("t1p", "1"), ("", "t1p1")]
    assert len({PSEUDONYMS.pseudonym(*pair) for pair in pairs}) == len(pairs)


def test_another_secret_gives_another_pseudonym() -> None:
    other = Pseudonyms(Keys(b"the secret of other tests"))
    assert other.pseudonym("t", "p") != PSEUDONYMS.pseudonym("t", "p")


def test_an_id_with_half_a_surrogate_pair_still_has_a_pseudonym() -> None:
    assert PSEUDONYMS.pseudonym("t", "p\ud83d") != PSEUDONYMS.pseudonym("t", "p")


def test_a_person_is_found_under_the_previous_secrets() -> None:
    """The newest secret names people; an erasure asks for all."""
    first, second = b"the secret of these tests", b"the secret that followed"
    rotated = Pseudonyms(Keys(second, [first]))
    now = rotated.pseudonym("tenant", "29:person")
    assert now == Pseudonyms(Keys(second)).pseudonym("tenant", "29:person")
    assert rotated.every("tenant", "29:person") == (now, "8e8f4ff44b1ceb2afda5431920d95729")
