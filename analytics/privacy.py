"""Pseudonyms: who asked, without saying who.

A pseudonym is HMAC-SHA-256 of tenant and person under a key derived from the product's secret,
cut to 128 bits. The same person always gets the same one, so that repeated questions and changed
ratings can be told apart from those of others. Without the secret nobody can go back from a
pseudonym to a person, not even by trying all directory ids. Whoever holds the secret can compute
the pseudonym of a given person: that is how erasure finds somebody's rows. Changing the secret
makes everybody a new person to the log.
"""

from __future__ import annotations

import hashlib
import hmac

from analytics.keys import derived_key

PSEUDONYM_BYTES = 16


class Pseudonyms:
    """Turns people into pseudonyms. ValueError for a secret of fewer than 16 bytes."""

    def __init__(self, secret: bytes) -> None:
        self._key = derived_key(secret, "pseudonym")

    def pseudonym(self, tenant_id: str, person_id: str) -> str:
        """32 hexadecimal digits for that person in that tenant.

        Ids are taken letter by letter: "29:Abc" and "29:abc" are two people, as they are in Teams.
        """
        # The length keeps ("a", "bc") and ("ab", "c") apart; surrogatepass because an id comes
        # from JSON, which can carry half a surrogate pair, and a pseudonym must never fail a turn.
        person = f"{len(tenant_id)}:{tenant_id}{person_id}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, person, hashlib.sha256)[:PSEUDONYM_BYTES].hex()
