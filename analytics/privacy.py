"""The product's secret: a key for each purpose out of it, and pseudonyms.

A pseudonym says who asked without naming them. It is HMAC-SHA-256 of tenant and person under a key
derived from the secret, cut to 128 bits. The same person always gets the same one, so that repeated
questions and changed ratings can be told apart from those of others. Without the secret nobody can
go back from a pseudonym to a person, not even by trying all directory ids. Whoever holds the secret
can compute the pseudonym of a given person: that is how erasure finds somebody's rows. Changing the
secret makes everybody a new person to the log.
"""

from __future__ import annotations

import hashlib
import hmac

MIN_SECRET_BYTES = 16
PSEUDONYM_BYTES = 16


def derived_key(secret: bytes, purpose: str) -> bytes:
    """32 bytes for `purpose`: always the same for the same secret, and knowing the key of one
    purpose tells nothing about the secret or about the key of another.

    HMAC-SHA-256 of the purpose under the secret (the expand step of RFC 5869 for one block).
    ValueError if the secret is short enough to be guessed.
    """
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(
            f"the secret has {len(secret)} bytes and needs at least {MIN_SECRET_BYTES}: whoever "
            f"guesses it can forge links and undo pseudonyms"
        )
    return hmac.digest(secret, f"signpost:{purpose}".encode() + b"\x01", hashlib.sha256)


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
