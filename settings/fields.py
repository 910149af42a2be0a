"""What can be set, with bounds and default; `docs/configuration.md` describes each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticKnownError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    SettingsConfigDict,
)

from bots.outgoing.credentials import AppType
from bots.outgoing.service_url import SERVICE_HOSTS, is_loopback_host
from encoder.model_card import ANY, ModelSettings, is_language
from errors import SettingsError
from identity.entra import EntraSettings
from identity.graph.graph_sign_in import GraphSettings
from identity.graph.groups import KEEP_S
from identity.person import groups_by_role, is_object_id
from index.content.size_bounds import SizeBounds
from index.sources import Access
from keys import Keys, development_secret
from settings.needs import require_server
from showing.care import EMERGENCY_NUMBER
from snapshot.engines import AUTO, ENGINES

PREFIX = "SIGNPOST_"
ROOT = Path(__file__).resolve().parent.parent
MIN_SECRET = 32
_PLAYS_FROM = re.compile(r"youtube|vimeo|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?")
_MAY_BE_MAIL = ("contact_url", "developer_url", "privacy_url", "terms_url")


def _words(value: object) -> object:
    """Lists in the environment are separated by commas or spaces."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ROOT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    # the server
    development: bool = False
    host: str = "127.0.0.1"
    port: int = Field(3978, ge=1, le=65535, validation_alias=AliasChoices("PORT", "SIGNPOST_PORT"))
    public_url: str = ""
    secret: SecretStr = SecretStr("")
    previous_secrets: SecretStr = SecretStr("")
    link_days: int = Field(30, ge=1)
    popular_people: int = Field(5, ge=2)
    page_pictures: bool = False
    plays_from: Annotated[tuple[str, ...], NoDecode] = ()
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    # the bot's registration
    app_id: str = ""
    app_type: AppType = AppType.SINGLE_TENANT
    tenant_id: str = ""
    app_password: SecretStr = SecretStr("")
    app_certificate: Path | None = None
    allowed_tenants: Annotated[tuple[str, ...], NoDecode] = ()
    service_hosts: Annotated[tuple[str, ...], NoDecode] = SERVICE_HOSTS

    # who people are in a browser
    sign_in: bool = False
    sign_in_client_id: str = ""
    sign_in_client_secret: SecretStr = SecretStr("")
    sign_in_certificate: Path | None = None
    sign_in_authority: str = "https://login.microsoftonline.com"
    role_groups: Annotated[tuple[str, ...], NoDecode] = ()
    session_hours: float = Field(8.0, gt=0, le=24)
    session_idle_minutes: float = Field(60.0, ge=5)

    # the Teams app package
    app_name: str = "Signpost"
    app_version: str = "1.0.0"
    developer_name: str = ""
    developer_url: str = ""
    privacy_url: str = ""
    terms_url: str = ""
    link_domains: Annotated[tuple[str, ...], NoDecode] = ()

    # the index
    content_dir: Path = ROOT / "content"
    snapshots_dir: Path = ROOT / "index" / "snapshots"
    snapshots_kept: int = Field(5, ge=1)
    model: str = "all-MiniLM-L6-v2"
    model_languages: Annotated[tuple[str, ...], NoDecode] = ()
    question_prompt: str = ""
    passage_prompt: str = ""
    precision: Literal["auto", "float32", "bfloat16", "int8"] = "auto"
    reranker: str = ""
    reranker_ms: float = Field(60.0, gt=0, le=10_000)
    engine: str = AUTO
    read_timeout_s: float = Field(60.0, gt=0)
    read_memory_mb: int = Field(1024, ge=128)
    file_passages: int = Field(SizeBounds().file_passages, ge=1)
    file_characters: int = Field(SizeBounds().file_characters, ge=1)
    folder_passages: int = Field(SizeBounds().folder_passages, ge=1)
    folder_characters: int = Field(SizeBounds().folder_characters, ge=1)
    source_timeout_s: float = Field(3600.0, gt=0)
    graph_tenant_id: str = ""
    graph_client_id: str = ""
    graph_client_secret: SecretStr = SecretStr("")
    graph_certificate: Path | None = None
    graph_url: str = "https://graph.microsoft.com"
    graph_authority: str = "https://login.microsoftonline.com"
    recognition: Literal["auto", "on", "off"] = "auto"
    recognition_confidence: float = Field(0.95, ge=0, le=1)

    # questions that a language model suggests for review
    suggest_url: str = ""
    suggest_model: str = ""
    suggest_key: SecretStr = SecretStr("")

    # answers
    audiences_file: Path | None = None
    groups: Literal["auto", "on", "off"] = "auto"
    groups_keep_s: float = Field(KEEP_S, ge=10, le=3600)
    contact_name: str = ""
    contact_url: str = ""
    emergency_number: str = Field(EMERGENCY_NUMBER, min_length=2, max_length=60)
    snapshot_poll_s: float = Field(2.0, gt=0)
    typing_after_s: float = Field(1.0, gt=0)
    targeted_messages: bool = False

    # the query log
    data_dir: Path = ROOT / "data"
    query_log_url: str = Field("", validate_default=True)
    spool_mb: int = Field(256, ge=1)
    keep_texts_days: int = Field(180, ge=0, le=36_500)
    keep_rows_days: int = Field(730, ge=0, le=36_500)
    log_url: str = Field("", deprecated=f"{PREFIX}LOG_URL is now {PREFIX}QUERY_LOG_URL")

    _list_words = field_validator(
        *("allowed_tenants", "service_hosts", "model_languages", "role_groups", "link_domains"),
        "plays_from",
        mode="before",
    )(_words)

    @field_validator("plays_from")
    @classmethod
    def _check_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in map(str.lower, value):
            if not _PLAYS_FROM.fullmatch(one):
                raise ValueError(
                    f"{one!r} is neither youtube nor vimeo, nor a host such as media.example.com"
                )
        return tuple(map(str.lower, value))

    @field_validator("model_languages")
    @classmethod
    def _check_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value != (ANY,) and (bad := [one for one in value if not is_language(one)]):
            raise ValueError(f"{bad[0]!r} is no language: name codes such as en, de, or any alone")
        return value

    @field_validator(
        *("public_url", "contact_url", "developer_url", "privacy_url", "terms_url", "suggest_url"),
        *("graph_url", "graph_authority", "sign_in_authority"),
    )
    @classmethod
    def _check_url(cls, value: str, info: ValidationInfo) -> str:
        is_server = info.field_name not in _MAY_BE_MAIL
        if value and (is_server or not value.startswith("mailto:")):
            TypeAdapter(HttpUrl).validate_python(value)
        return value.rstrip("/")

    @model_validator(mode="before")
    @classmethod
    def _take_former_name(cls, values: dict[str, object]) -> dict[str, object]:
        name, former = values.get("query_log_url"), values.get("log_url")
        if name and former and name != former:
            raise ValueError(
                f"{PREFIX}QUERY_LOG_URL and its former name {PREFIX}LOG_URL name two databases: "
                f"unset {PREFIX}LOG_URL"
            )
        return values | {"query_log_url": name or former or ""}

    @field_validator("query_log_url")
    @classmethod
    def _complete_query_log_url(cls, value: str, info: ValidationInfo) -> str:
        """The query log's database: the one that is set, else a SQLite file in `data_dir`."""
        return value or f"sqlite+aiosqlite:///{info.data['data_dir'].resolve() / 'signpost.db'}"

    @field_validator("role_groups")
    @classmethod
    def _check_role_groups(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        groups_by_role(value)
        return value

    @field_validator("engine")
    @classmethod
    def _check_engine(cls, value: str) -> str:
        if value not in (AUTO, *ENGINES):
            *others, last = map(repr, (AUTO, *ENGINES))
            expected = f"{', '.join(others)} or {last}"
            raise PydanticKnownError("literal_error", {"expected": expected})
        return value

    @field_validator("secret")
    @classmethod
    def _check_secret(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < MIN_SECRET:
            raise ValueError(f"it must have {MIN_SECRET} characters or more")
        return value

    @field_validator("previous_secrets")
    @classmethod
    def _check_previous_secrets(cls, value: SecretStr) -> SecretStr:
        if any(len(one) < MIN_SECRET for one in value.get_secret_value().split()):
            raise ValueError(f"each, between spaces, must have {MIN_SECRET} characters or more")
        return value

    @model_validator(mode="after")
    def _development_stays_on_loopback(self) -> Settings:
        if self.development and not is_loopback_host(self.host):
            raise ValueError(
                f"SIGNPOST_DEVELOPMENT=1 answers anybody, so the server must listen on loopback "
                f"only, and SIGNPOST_HOST is {self.host!r}: unset one of the two"
            )
        return self

    def require_server(self) -> None:
        """Fails closed: without credentials nobody could tell Teams from a stranger, so the
        server starts only with them, or with the development switch on.

        Raises SettingsError that names every setting that is missing, or else every id that is
        none.
        """
        require_server(self)

    @property
    def keys(self) -> Keys:
        """Those of the secret and the previous ones; in development of one made and kept.

        SettingsError without a secret otherwise: a command with another secret than the server's
        would find nobody in the query log, and say so as if nobody were there.
        """
        secret = self.secret.get_secret_value().encode()
        if not (secret or self.development):
            raise SettingsError("SIGNPOST_SECRET is not set: give it as the server has it")
        secret = secret or development_secret(self.data_dir)
        previous = map(str.encode, self.previous_secrets.get_secret_value().split())
        return Keys(secret, previous)

    @property
    def sign_in_app_id(self) -> str:
        """The application with which people sign in; empty without sign-in."""
        return self.entra.client_id if self.sign_in else ""

    @property
    def entra(self) -> EntraSettings:
        """The application with which people sign in: the bot's own unless another is named."""
        is_own = not self.sign_in_client_id
        secret = self.app_password if is_own else self.sign_in_client_secret
        return EntraSettings(
            client_id=self.sign_in_client_id or self.app_id,
            tenant=self.tenant_id or "organizations",
            tenants=frozenset(one for one in self.allowed_tenant_ids if is_object_id(one)),
            origin=self.origin,
            host=urlsplit(self.origin).netloc,
            password=secret.get_secret_value(),
            certificate=self.app_certificate if is_own else self.sign_in_certificate,
            authority=self.sign_in_authority,
            role_groups=groups_by_role(self.role_groups),
        )

    @property
    def of_model(self) -> ModelSettings:
        """What is set of the model beside its name."""
        return ModelSettings(self.question_prompt, self.passage_prompt, self.model_languages)

    @property
    def graph(self) -> GraphSettings:
        """How Microsoft Graph is asked."""
        return GraphSettings(
            tenant_id=self.graph_tenant_id or self.tenant_id,
            client_id=self.graph_client_id,
            client_secret=self.graph_client_secret.get_secret_value(),
            certificate=self.graph_certificate,
            url=self.graph_url,
            authority=self.graph_authority,
        )

    @property
    def asks_groups(self) -> bool:
        """Whether Microsoft Graph is asked for the groups of people."""
        return self.groups == "on" or (self.groups == "auto" and bool(self.graph_client_id))

    @property
    def access(self) -> Access:
        """What reading the sources of a content folder takes."""
        return Access(timeout_s=self.source_timeout_s, graph=self.graph)

    @property
    def size_bounds(self) -> SizeBounds:
        """How much of one file and of one folder is served."""
        of_file, of_folder = self.file_passages, self.folder_passages
        return SizeBounds(of_file, self.file_characters, of_folder, self.folder_characters)

    @property
    def origin(self) -> str:
        """Where people's browsers reach this server: scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host  # IPv6
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def allowed_tenant_ids(self) -> frozenset[str]:
        """The tenants that may talk to the bot: the bot's own, and those listed."""
        return frozenset({*self.allowed_tenants, self.tenant_id} - {""})
