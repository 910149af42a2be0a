"""Is a token good? Those of Teams' channel and those of Entra ID are checked alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import jwt

from identity.signing_keys import SigningKey, SigningKeys

ALGORITHMS = ("RS256",)  # the one that both services announce; never what the token asks for
LEEWAY_S = 300.0


async def check_token(
    token: str, keys: SigningKeys, audiences: Collection[str], issuers: Collection[str]
) -> tuple[dict[str, Any], SigningKey]:
    """The claims of a JSON Web Token that is good now, and the key that signed it. It must be by
    one of `issuers`, for one of `audiences`, and run out some time.

    Raises jwt.PyJWTError for any other, and KeysUnavailable if that cannot be told.
    """
    key_id = _key_id(token, audiences, issuers)
    key = await keys.get(key_id)
    if key is None:
        raise jwt.InvalidTokenError("its key is not one of the service's")
    return _claims(token, key.key, audiences, issuers), key


def _key_id(token: str, audiences: Collection[str], issuers: Collection[str]) -> str:
    """Checks all that costs nothing first: junk must not make the server fetch keys."""
    if not token.isascii():  # PyJWT would stumble over half a character
        raise jwt.InvalidTokenError("it has other letters than a token")
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError("its algorithm is not allowed")
    _claims(token, None, audiences, issuers)
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise jwt.InvalidTokenError("it names no key")
    return key_id


def _claims(
    token: str, key: Any, audiences: Collection[str], issuers: Collection[str]
) -> dict[str, Any]:
    """The claims, right for us and now. With no key the signature is not looked at."""
    claims: dict[str, Any] = jwt.decode(
        token,
        key or "",
        algorithms=list(ALGORITHMS),
        audience=list(audiences),
        issuer=list(issuers),
        leeway=LEEWAY_S,
        options={  # all: without the signature, PyJWT would check none by itself
            "require": ["exp", "iss", "aud"],
            "verify_signature": key is not None,
            "verify_exp": True,
            "verify_nbf": True,
            "verify_iat": True,
            "verify_aud": True,
            "verify_iss": True,
        },
    )
    return claims
