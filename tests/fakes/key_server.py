"""The service that publishes the keys which Teams signs with, in a thread of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from email.message import Message
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.activities import APP_ID
from tests.fakes.web_server import WebServer

ISSUER = "https://api.botframework.com"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """The key of that name; making one takes a while, so each is made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(key_id: str, endorsements: Sequence[str] | None = ("msteams",)) -> dict[str, Any]:
    """The public half of `private_key(key_id)`, as the service lists it."""
    jwk: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(
        private_key(key_id).public_key(), as_dict=True
    )
    jwk |= {"kid": key_id, "use": "sig"}
    return jwk if endorsements is None else jwk | {"endorsements": list(endorsements)}


def token(
    service_url: str,
    key_id: str | None = "k1",
    *,
    signed_by: str = "k1",
    algorithm: str = "RS256",
    drop: Sequence[str] = (),
    **claims: Any,
) -> str:
    """A token as Teams sends it, good for five minutes, with claims replaced or dropped."""
    now = int(time.time())
    whole: dict[str, Any] = {
        "iss": ISSUER,
        "aud": APP_ID,
        "serviceurl": service_url,
        "nbf": now - 60,
        "iat": now - 60,
        "exp": now + 300,
    }
    whole |= claims
    kept = {name: value for name, value in whole.items() if name not in drop}
    headers = {"kid": key_id} if key_id is not None else {}
    return jwt.encode(kept, private_key(signed_by), algorithm=algorithm, headers=headers)


class KeyServer(WebServer):
    """Serves `keys`, and records `requests`. A closed `gate` holds the answers; `failing` makes
    them 500; `garbage` is sent in place of the keys."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        super().__init__()
        self.keys = list(keys) or [published("k1"), published("k2", ["directline"])]
        self.requests: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.failing = False
        self.garbage: bytes | None = None
        self.openid_url = f"{self.url}/.well-known/openidconfiguration"

    @property
    def fetches(self) -> int:
        """How often the keys themselves were asked for."""
        return self.requests.count("/keys")

    def answer(self, path: str, asked: Message) -> tuple[int, bytes, dict[str, str]]:
        self.requests.append(path)
        self.gate.wait(10)
        status = 500 if self.failing else 200
        return status, self._body(path), {"Content-Type": "application/json"}

    def _body(self, path: str) -> bytes:
        if path == "/keys":
            return self.garbage or json.dumps({"keys": self.keys}).encode()
        return json.dumps({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"}).encode()
