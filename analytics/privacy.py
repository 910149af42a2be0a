"""Pseudonyms: who asked, without naming them.

A pseudonym is HMAC-SHA-256 of tenant and person under a key derived from the product's secret, cut
to 128 bits. The same person always gets the same one, so that repeated questions and changed
ratings can be told apart from those of others. Without the secret nobody can go back from a
pseudonym to a person, not even by trying all directory ids. Whoever holds the secret can compute
the pseudonym of a given person: that is how erasure finds somebody's rows. Changing the secret
makes everybody a new person to the log; erasure finds them under the previous ones, too.
"""

from __future__ import annotations

import hashlib
import hmac

from keys import Keys

PSEUDONYM_BYTES = 16


class Pseudonyms:
    """Turns people into pseudonyms."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys.all("pseudonym")

    def pseudonym(self, tenant_id: str, person_id: str) -> str:
        """32 hexadecimal digits for that person in that tenant.

        Ids are taken letter by letter: "29:Abc" and "29:abc" are two people, as they are in Teams.
        """
        return _pseudonym(self._keys[0], tenant_id, person_id)

    def every(self, tenant_id: str, person_id: str) -> tuple[str, ...]:
        """Those that the person has or had: under the newest secret and each previous one."""
        return tuple(_pseudonym(key, tenant_id, person_id) for key in self._keys)


def _pseudonym(key: bytes, tenant_id: str, person_id: str) -> str:
    # The length keeps ("a", "bc") and ("ab", "c") apart; surrogatepass because an id comes
    # from JSON, which can carry half a surrogate pair, and a pseudonym must never fail a turn.
    person = f"{len(tenant_id)}:{tenant_id}{person_id}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, person, hashlib.sha256)[:PSEUDONYM_BYTES].hex()
