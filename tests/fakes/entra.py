"""Entra ID on this machine: sign-in page, token endpoint and keys, over TLS, in threads of its own.

with FakeEntra() as entra:
    address = ...  # where the product sends a person
    back = entra.answer(address, "anna")  # where Entra ID sends them then
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import ssl
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import jwt
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from tests.fakes.key_server import private_key, published

TENANT = "66666666-7777-4888-8999-000000000001"
CLIENT_ID = "11111111-2222-4333-8444-555555555555"
SECRET = "the application's secret"
MANAGERS = "aaaaaaaa-0000-4000-8000-000000000001"
PEOPLE: dict[str, dict[str, Any]] = {
    "anna": {
        "oid": "11111111-1111-4111-8111-111111111111",
        "name": "Anna Keller",
        "groups": [MANAGERS],
        "roles": ["Signpost.Analyst"],
    },
    "ben": {"oid": "22222222-2222-4222-8222-222222222222", "name": "Ben Okafor"},
}


class FakeEntra:
    """`id_claims` go into every ID token; `is_down` makes it answer 503. `codes` are codes given
    and not yet used."""

    def __init__(self, folder: Path) -> None:
        """`folder` gets the certificate that clients are to trust, `certificate`."""
        self.certificate = folder / "entra.pem"
        self.id_claims: dict[str, Any] = {}
        self.is_down = False
        self.codes: dict[str, tuple[str, dict[str, str]]] = {}
        self.key_id = "entra-1"
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(outer.get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(outer.post(dict(parse_qsl(body))))

            def _answer(self, answer: tuple[int, str, dict[str, str]]) -> None:
                status, body, headers = answer if not outer.is_down else (503, "", {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        self._server.socket = tls(self.certificate).wrap_socket(
            self._server.socket, server_side=True
        )

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def http_client(self) -> requests.Session:
        """What msal asks with, which trusts this server."""
        session = requests.Session()
        session.verify = str(self.certificate)
        session.trust_env = False  # a bundle that it names would be trusted instead
        return session

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.certificate)

    def answer(self, address: str, who: str) -> str:
        """Where somebody is sent who was sent to `address` and signed in as `who`."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["client_id"] == CLIENT_ID
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert {"openid", "profile"} <= set(asked["scope"].split())
        if who == "nobody":
            refused = {"error": "access_denied", "error_description": "AADSTS65004: of anna@x"}
            return f"{asked['redirect_uri']}?{urlencode({**refused, 'state': asked['state']})}"
        code = uuid4().hex
        self.codes[code] = who, asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def get(self, path: str) -> tuple[int, str, dict[str, str]]:
        as_json = {"Content-Type": "application/json"}
        base = f"{self.url}/{TENANT}"
        if "openid-configuration" in path:
            config = {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
            }
            return 200, json.dumps(config), as_json
        if path.endswith("/keys"):
            return 200, json.dumps({"keys": [published(self.key_id, None)]}), as_json
        who = dict(parse_qsl(urlsplit(path).query)).get("as")
        if who:
            return 302, "", {"Location": self.answer(path, who)}
        links = "".join(
            f'<p><a href="{escape(path)}&amp;as={name}">{escape(one["name"])}</a></p>'
            for name, one in PEOPLE.items()
        )
        return 200, f"<h1>Pick an account</h1>{links}", {"Content-Type": "text/html"}

    def post(self, form: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """The token endpoint. A code is good once, for who holds its verifier."""
        who, asked = self.codes.pop(form.get("code", ""), ("", {}))
        challenge = _base64(sha256(form.get("code_verifier", "").encode()).digest())
        if form.get("client_secret") != SECRET:
            error = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid"}
        elif not who:
            error = {"error": "invalid_grant", "error_description": "AADSTS54005: redeemed"}
        elif asked["code_challenge"] != challenge:
            error = {"error": "invalid_grant", "error_description": "AADSTS501481: challenge"}
        else:
            token = self.id_token(who, **({"nonce": asked["nonce"]} | self.id_claims))
            body = {"token_type": "Bearer", "expires_in": 3600, "access_token": "x"}
            return 200, json.dumps(body | {"id_token": token}), {"Content-Type": "application/json"}
        return 400, json.dumps(error), {"Content-Type": "application/json"}

    def id_token(self, who: str, **claims: Any) -> str:
        """An ID token, good for an hour, with claims replaced or, if they are None, left out."""
        return self.token(PEOPLE[who] | {"aud": CLIENT_ID} | claims)

    def access_token(self, who: str, **claims: Any) -> str:
        """A token as Teams gives one to a tab."""
        return self.token(PEOPLE[who] | {"aud": CLIENT_ID, "scp": "access_as_user"} | claims)

    def forged(self, good: str) -> Iterator[str]:
        """Tokens that say the same as a good one and are not signed by this server."""
        header, payload, signature = good.split(".")
        claims = jwt.decode(good, options={"verify_signature": False})
        yield f"{header}.{payload}.{signature[:-8]}AAAAAAAA"
        yield jwt.encode(claims, private_key("another"), "RS256", headers={"kid": self.key_id})
        yield jwt.encode(claims, private_key("another"), "RS256", headers={"kid": "unknown"})
        yield jwt.encode(claims, private_key(self.key_id), "RS256")
        yield jwt.encode(claims, None, "none", headers={"kid": self.key_id})
        public = (
            private_key(self.key_id)
            .public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        head = _base64(json.dumps({"alg": "HS256", "kid": self.key_id}).encode())
        signed = hmac.digest(public, f"{head}.{payload}".encode(), "sha256")
        yield f"{head}.{payload}.{_base64(signed)}"

    def token(self, claims: dict[str, Any]) -> str:
        now = int(time.time())
        tenant = claims.get("tid", TENANT)
        whole = {
            "iss": f"{self.url}/{tenant}/v2.0",
            "tid": TENANT,
            "ver": "2.0",
            "iat": now - 10,
            "nbf": now - 10,
            "exp": now + 3600,
        } | claims
        kept = {name: value for name, value in whole.items() if value is not None}
        key = private_key(self.key_id)
        return jwt.encode(kept, key, algorithm="RS256", headers={"kid": self.key_id})


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def tls(file: Path) -> ssl.SSLContext:
    """A certificate for this machine, made now, which is its own authority."""
    key = private_key("entra-tls")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fake Entra ID")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file.write_bytes(certificate.public_bytes(pem))
    private = file.with_suffix(".key")
    private.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    return context
