"""Keys for signing and for pseudonyms: one for each purpose, out of the product's secret.

A secret can be replaced. What was made under an earlier one is still read while that one is listed
(`SIGNPOST_PREVIOUS_SECRETS`); what is made new is made under the newest.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

MIN_SECRET_BYTES = 16
_DEVELOPMENT_FILE = "development-secret"


class Keys:
    """The keys of the newest secret and of those it replaced.

    ValueError for a secret of fewer than 16 bytes.
    """

    def __init__(self, secret: bytes, previous: Iterable[bytes] = ()) -> None:
        self._secrets = (secret, *previous)
        for one in self._secrets:
            if len(one) < MIN_SECRET_BYTES:
                raise ValueError(
                    f"the secret has {len(one)} bytes and needs at least {MIN_SECRET_BYTES}: "
                    f"whoever guesses it can forge links and undo pseudonyms"
                )

    def newest(self, purpose: str) -> bytes:
        """The 32 bytes that are used for `purpose` now."""
        return _derived(self._secrets[0], purpose)

    def all(self, purpose: str) -> tuple[bytes, ...]:
        """Every key that was used for `purpose`, the newest first."""
        return tuple(_derived(secret, purpose) for secret in self._secrets)

    def seal(self, purpose: str) -> MultiFernet:
        """Encrypts and signs under the newest key, and reads what any did: AES-128-CBC and
        HMAC-SHA-256 with the time of sealing (https://github.com/fernet/spec)."""
        return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in self.all(purpose)])


def development_secret(folder: Path) -> bytes:
    """The secret kept in `folder`, made if there is none yet, so that links outlive a restart."""
    path = folder / _DEVELOPMENT_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_bytes()


def _derived(secret: bytes, purpose: str) -> bytes:
    """Always the same for the same secret; knowing the key of one purpose tells nothing about the
    secret or about the key of another: HMAC-SHA-256 of the purpose under the secret (the expand
    step of RFC 5869 for one block)."""
    return hmac.digest(secret, f"signpost:{purpose}".encode() + b"\x01", hashlib.sha256)
