"""What proves the bot's identity, the real sign-in library with a made-up sign-in service, and the
token that is kept and renewed in time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from bots.outgoing.credentials import AppType, Bearer, Credentials, token_source
from errors import SettingsError, TokenUnavailable
from tests.fakes.key_server import private_key

APP_ID = "11111111-2222-4333-8444-555555555555"
TENANT_ID = "99999999-8888-4777-8666-555555555555"
PEM = serialization.Encoding.PEM


def certificate_pem(
    key: rsa.RSAPrivateKey, *, days: int = 30, signer: rsa.RSAPrivateKey | None = None
) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signpost")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
    )
    return builder.sign(signer or key, hashes.SHA256()).public_bytes(PEM)


def key_pem(key: rsa.RSAPrivateKey, password: bytes | None = None) -> bytes:
    encryption: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, encryption)


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """A file with a certificate and its key."""
    path = tmp_path / "bot.pem"
    path.write_bytes(key_pem(private_key("bot")) + certificate_pem(private_key("bot")))
    return path


class SignInService:
    """Microsoft's sign-in service, as msal's HTTP client: a token for whoever asks."""

    def __init__(self, status: int = 200, **answer: Any) -> None:
        self.status = status
        self.answer = answer or {"access_token": "a-token", "expires_in": 3599}
        self.gets: list[str] = []
        self.posts: list[tuple[str, dict[str, Any]]] = []

    def get(self, url: str, **kwargs: Any) -> Any:
        self.gets.append(url)
        if "openid-configuration" in url:
            base = url.partition("/v2.0")[0]
            return self._response(
                200,
                {
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                    "issuer": f"{base}/v2.0",
                },
            )
        self.posts.append((url, dict(kwargs.get("params") or {})))
        return self._response(self.status, self.answer)

    def post(self, url: str, data: Any = None, **_: Any) -> Any:
        if isinstance(data, str):
            data = {name: values[0] for name, values in parse_qs(data).items()}
        self.posts.append((url, dict(data or {})))
        return self._response(self.status, self.answer)

    def close(self) -> None:
        pass

    @staticmethod
    def _response(status: int, body: dict[str, Any]) -> Any:
        return SimpleNamespace(
            status_code=status,
            text=json.dumps(body),
            headers={},
            raise_for_status=lambda: None,
        )


def test_a_registration_is_single_tenant_unless_it_says_otherwise() -> None:
    credentials = Credentials(APP_ID, tenant_id=TENANT_ID, password="secret")
    assert credentials.app_type is AppType.SINGLE_TENANT


def test_a_password_is_never_printed() -> None:
    assert "secret" not in repr(Credentials(APP_ID, tenant_id=TENANT_ID, password="secret"))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"app_id": "", "tenant_id": TENANT_ID, "password": "secret"}, "app id is empty"),
        ({"tenant_id": TENANT_ID}, "one of password and certificate"),
        ({"password": "secret"}, "tenant id"),
        ({"app_type": AppType.MULTI_TENANT}, "one of password and certificate"),
        ({"app_type": AppType.MANAGED_IDENTITY, "password": "secret"}, "neither password"),
    ],
)
def test_what_could_not_work_is_refused_at_once(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Credentials(**({"app_id": APP_ID} | fields))


def test_password_and_certificate_together_are_refused(pem: Path) -> None:
    with pytest.raises(SettingsError, match="one of password and certificate"):
        Credentials(APP_ID, tenant_id=TENANT_ID, password="secret", certificate=pem)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no PEM file"),
        (b"", "no PEM file"),
        (key_pem(private_key("bot")), "no PEM file"),
        (certificate_pem(private_key("bot")), "no PEM file"),
        (
            key_pem(private_key("bot"), b"locked") + certificate_pem(private_key("bot")),
            "no PEM file",
        ),
        (key_pem(private_key("other")) + certificate_pem(private_key("bot")), "not that of"),
        (key_pem(private_key("bot")) + certificate_pem(private_key("bot"), days=-1), "ran out"),
    ],
    ids=["missing", "empty", "no certificate", "no key", "locked key", "another key", "old"],
)
def test_a_certificate_that_could_not_work_is_refused_at_once(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    path = tmp_path / "bot.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=says) as raised:
        Credentials(APP_ID, tenant_id=TENANT_ID, certificate=path)
    assert str(path) in str(raised.value)


def test_a_password_gets_a_token_from_the_bot_s_own_tenant() -> None:
    service = SignInService()
    credentials = Credentials(APP_ID, tenant_id=TENANT_ID, password="secret")
    assert token_source(credentials, service)() == ("a-token", 3599.0)
    ((url, form),) = service.posts
    assert url == f"https://login.microsoftonline.com/{TENANT_ID}/oauth2/v2.0/token"
    assert form["client_id"] == APP_ID
    assert form["client_secret"] == "secret"
    assert "https://api.botframework.com/.default" in form["scope"]


def test_a_bot_of_many_tenants_gets_it_from_the_bot_framework_s() -> None:
    service = SignInService()
    credentials = Credentials(APP_ID, AppType.MULTI_TENANT, password="secret")
    token_source(credentials, service)()
    assert service.posts[0][0].startswith("https://login.microsoftonline.com/botframework.com/")


def test_a_certificate_signs_for_the_bot(pem: Path) -> None:
    service = SignInService()
    credentials = Credentials(APP_ID, tenant_id=TENANT_ID, certificate=pem)
    assert token_source(credentials, service)() == ("a-token", 3599.0)
    form = service.posts[0][1]
    assertion = form["client_assertion"]
    claims = jwt.decode(
        assertion,
        private_key("bot").public_key(),
        algorithms=["PS256"],
        audience=f"https://login.microsoftonline.com/{TENANT_ID}/oauth2/v2.0/token",
    )
    assert claims["iss"] == APP_ID
    assert "x5t#S256" in jwt.get_unverified_header(assertion)


def test_a_managed_identity_asks_the_machine_it_runs_on() -> None:
    service = SignInService(access_token="a-token", expires_in="3599", resource="x")
    credentials = Credentials(APP_ID, AppType.MANAGED_IDENTITY, TENANT_ID)
    assert token_source(credentials, service)() == ("a-token", 3599.0)
    ((url, params),) = service.posts
    assert url.startswith("http://169.254.169.254/")
    assert params["client_id"] == APP_ID
    assert params["resource"] == "https://api.botframework.com"


def test_a_refusal_says_whose_and_why() -> None:
    service = SignInService(
        401, error="invalid_client", error_description="AADSTS7000215: Invalid client secret."
    )
    credentials = Credentials(APP_ID, tenant_id=TENANT_ID, password="secret")
    with pytest.raises(TokenUnavailable, match=f"{APP_ID}.*invalid_client.*AADSTS7000215"):
        token_source(credentials, service)()


def test_a_sign_in_service_that_cannot_be_reached_is_told_and_asked_again() -> None:
    class Down(SignInService):
        down = True

        def get(self, url: str, **kwargs: Any) -> Any:
            if self.down:
                raise ConnectionError("no route")
            return super().get(url, **kwargs)

    service = Down()
    acquire = token_source(Credentials(APP_ID, tenant_id=TENANT_ID, password="secret"), service)
    with pytest.raises(TokenUnavailable, match="no route"):
        acquire()
    service.down = False
    assert acquire() == ("a-token", 3599.0)


class SignIn:
    """Numbers the tokens it gives; each is good for an hour."""

    def __init__(self) -> None:
        self.asked = 0
        self.failing = False
        self.now = 1000.0

    def __call__(self) -> tuple[str, float]:
        self.asked += 1
        if self.failing:
            raise TokenUnavailable("the sign-in service is down")
        return f"token-{self.asked}", 3600.0


@pytest.fixture
def sign_in() -> SignIn:
    return SignIn()


@pytest.fixture
def bearer(sign_in: SignIn) -> Bearer:
    return Bearer(sign_in, clock=lambda: sign_in.now)


async def test_a_token_is_kept_until_five_minutes_before_its_end(
    bearer: Bearer, sign_in: SignIn
) -> None:
    assert await bearer.token() == "token-1"
    sign_in.now += 3600 - 301
    assert await bearer.token() == "token-1"
    sign_in.now += 1
    assert await bearer.token() == "token-2"


async def test_a_token_that_cannot_be_renewed_serves_to_its_end(
    bearer: Bearer, sign_in: SignIn
) -> None:
    await bearer.token()
    sign_in.failing = True
    sign_in.now += 3599
    assert await bearer.token() == "token-1"
    sign_in.now += 1
    with pytest.raises(TokenUnavailable, match="the sign-in service is down"):
        await bearer.token()


async def test_without_any_token_the_failure_is_told(bearer: Bearer, sign_in: SignIn) -> None:
    sign_in.failing = True
    with pytest.raises(TokenUnavailable):
        await bearer.token()
    sign_in.failing = False
    assert await bearer.token() == "token-2"


async def test_a_token_that_was_refused_is_replaced(bearer: Bearer) -> None:
    bearer.forget(await bearer.token())
    assert await bearer.token() == "token-2"


async def test_a_token_long_replaced_cannot_be_forgotten(bearer: Bearer) -> None:
    """Of two turns that were refused together only the first causes a new token."""
    old = await bearer.token()
    bearer.forget(old)
    await bearer.token()
    bearer.forget(old)
    assert await bearer.token() == "token-2"
