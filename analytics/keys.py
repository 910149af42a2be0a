"""One secret, and a separate key for each purpose made out of it."""

from __future__ import annotations

import hashlib
import hmac

MIN_SECRET_BYTES = 16


def derived_key(secret: bytes, purpose: str) -> bytes:
    """32 bytes for `purpose`: always the same for the same secret, and knowing the key of one
    purpose tells nothing about the secret or about the key of another.

    HMAC-SHA-256 of the purpose under the secret (the expand step of RFC 5869 for one block).
    ValueError where the secret is short enough to be guessed.
    """
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(
            f"the secret has {len(secret)} bytes and needs at least {MIN_SECRET_BYTES}: whoever "
            f"guesses it can forge links and undo pseudonyms"
        )
    return hmac.digest(secret, f"signpost:{purpose}".encode() + b"\x01", hashlib.sha256)
