"""How Graph is signed in to: as an application, with a secret or a certificate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as pem
from cryptography.x509.oid import NameOID

from errors import GraphUnavailable
from identity.graph.graph_sign_in import GraphSettings, token_source
from tests.fakes.graph import FakeGraph, SignIn
from tests.fakes.graph_permissions import TENANT
from tests.fakes.key_server import private_key


def _settings(service: SignIn, **changes: object) -> GraphSettings:
    fields = {"tenant_id": TENANT, "client_id": "app", "client_secret": "word", **changes}
    return GraphSettings(**fields, http_client=service)  # type: ignore[arg-type]


def _pem() -> bytes:
    key = private_key("graph")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=9))
    certificate = built.sign(key, hashes.SHA256()).public_bytes(pem.Encoding.PEM)
    return certificate + key.private_bytes(
        pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption()
    )


def test_a_secret_gets_a_token_for_graph() -> None:
    service = SignIn(FakeGraph())
    assert token_source(_settings(service))() == ("token-1", 3600.0)
    [post] = service.posts
    assert post["scope"] == "https://graph.microsoft.com/.default"
    assert post["client_secret"] == "word"


def test_each_token_is_a_new_one() -> None:
    """The one before may have been refused."""
    acquire = token_source(_settings(SignIn(FakeGraph())))
    assert [acquire()[0], acquire()[0]] == ["token-1", "token-2"]


def test_another_cloud_has_its_own_scope() -> None:
    service = SignIn(FakeGraph())
    token_source(_settings(service, url="https://graph.microsoft.us/"))()
    assert service.posts[0]["scope"] == "https://graph.microsoft.us/.default"


def test_a_certificate_signs(tmp_path: Path) -> None:
    (tmp_path / "app.pem").write_bytes(_pem())
    service = SignIn(FakeGraph())
    token_source(_settings(service, client_secret="", certificate=tmp_path / "app.pem"))()
    assertion = service.posts[0]["client_assertion"]
    public = private_key("graph").public_key()
    claims = jwt.decode(assertion, public, algorithms=["PS256"], options={"verify_aud": False})
    assert claims["iss"] == "app"


@pytest.mark.parametrize("junk", [b"", b"junk"])
def test_a_certificate_that_is_none_says_so(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "app.pem").write_bytes(junk)
    given = _settings(SignIn(FakeGraph()), client_secret="", certificate=tmp_path / "app.pem")
    with pytest.raises(GraphUnavailable, match="no token for app: "):
        token_source(given)()


def test_a_secret_is_not_shown() -> None:
    assert "word" not in repr(_settings(SignIn(FakeGraph())))
