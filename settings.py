"""The one place that reads the environment. Every setting is `SIGNPOST_<NAME>`, but for `PORT`.

Settings are read once, at start, from the environment and a file `.env` beside the program (the
environment wins). A bad one stops the program and is named together with what it takes. Each is
described for operators in `docs/configuration.md`, and a test holds that page to this class.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AliasChoices,
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticKnownError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

from bots.outgoing.credentials import AppType
from encoder.model_card import ANY, ModelSettings, is_language
from errors import SettingsError
from index.content.size_bounds import SizeBounds
from index.sources import Access, GraphSettings
from manifest.package import app_id_problem, is_guid, is_public_host
from showing.care import EMERGENCY_NUMBER
from snapshot.engines import AUTO, ENGINES

PREFIX = "SIGNPOST_"
ROOT = Path(__file__).resolve().parent
MIN_SECRET = 32
_TENANT_IS_GUID = (
    "Teams names tenants by their directory (tenant) id, a GUID such as "
    "66666666-7777-4888-8999-000000000000"
)


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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    # the bot's registration
    app_id: str = ""
    app_type: AppType = AppType.SINGLE_TENANT
    tenant_id: str = ""
    app_password: SecretStr = SecretStr("")
    app_certificate: Path | None = None
    allowed_tenants: Annotated[tuple[str, ...], NoDecode] = ()

    # the Teams app package
    app_name: str = "Signpost"
    app_version: str = "1.0.0"
    developer_name: str = ""
    developer_url: str = ""
    privacy_url: str = ""
    terms_url: str = ""

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
    contact_name: str = ""
    contact_url: str = ""
    emergency_number: str = Field(EMERGENCY_NUMBER, min_length=2, max_length=60)
    snapshot_poll_s: float = Field(2.0, gt=0)
    typing_after_s: float = Field(1.0, gt=0)

    # the query log
    data_dir: Path = ROOT / "data"
    query_log_url: str = Field("", validate_default=True)
    log_url: str = Field("", deprecated=f"{PREFIX}LOG_URL is now {PREFIX}QUERY_LOG_URL")

    _list_words = field_validator("allowed_tenants", "model_languages", mode="before")(_words)

    @field_validator("model_languages")
    @classmethod
    def _check_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value != (ANY,) and (bad := [one for one in value if not is_language(one)]):
            raise ValueError(f"{bad[0]!r} is no language: name codes such as en, de, or any alone")
        return value

    @field_validator(
        *("public_url", "contact_url", "developer_url", "privacy_url", "terms_url", "suggest_url"),
        *("graph_url", "graph_authority"),
    )
    @classmethod
    def _check_url(cls, value: str, info: ValidationInfo) -> str:
        is_server = info.field_name in ("public_url", "suggest_url", "graph_url", "graph_authority")
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

    @model_validator(mode="after")
    def _development_stays_on_loopback(self) -> Settings:
        if self.development and not _is_loopback(self.host):
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
        if not self.development:
            self._require_credentials()
        if unfit := [f"  {problem}" for problem in self._unfit_ids()]:
            raise SettingsError("the server does not start with\n" + "\n".join(unfit))

    def _require_credentials(self) -> None:
        needed: dict[str, tuple[object, str]] = {
            "SIGNPOST_APP_ID": (self.app_id, "the bot's application (client) id"),
            "SIGNPOST_PUBLIC_URL": (self.public_url, "where people's browsers reach this server"),
            "SIGNPOST_SECRET": (
                self.secret.get_secret_value(),
                "32 or more random characters, kept",
            ),
        }
        if self.app_type is not AppType.MULTI_TENANT:
            needed["SIGNPOST_TENANT_ID"] = (self.tenant_id, "the directory (tenant) id")
        if self.app_type is not AppType.MANAGED_IDENTITY:
            needed["SIGNPOST_APP_PASSWORD or SIGNPOST_APP_CERTIFICATE"] = (
                self.app_password.get_secret_value() or self.app_certificate,
                "the bot's client secret, or a PEM file with certificate and private key",
            )
        missing = [f"  {name}: {what}" for name, (value, what) in needed.items() if not value]
        if missing:
            raise SettingsError(
                "the server does not start without credentials. Set\n"
                + "\n".join(missing)
                + "\nor, to try it on this machine only, SIGNPOST_DEVELOPMENT=1"
            )

    def _unfit_ids(self) -> Iterator[str]:
        if self.app_id and (problem := app_id_problem(self.app_id)):
            yield problem
        for tenant in self.allowed_tenants:
            if not is_guid(tenant):
                yield f"{tenant!r} in SIGNPOST_ALLOWED_TENANTS: {_TENANT_IS_GUID}"
        if not self.tenant_id or is_guid(self.tenant_id):
            return
        if not is_public_host(self.tenant_id.lower()):
            yield f"SIGNPOST_TENANT_ID={self.tenant_id!r}: {_TENANT_IS_GUID}"
        elif not self.allowed_tenants:
            # The sign-in service takes the name, and nobody would be let in: requests have the id.
            yield (
                f"SIGNPOST_TENANT_ID={self.tenant_id!r} alone: {_TENANT_IS_GUID}. A domain name "
                "will do only if SIGNPOST_ALLOWED_TENANTS has the directory id"
            )

    @property
    def of_model(self) -> ModelSettings:
        """What is set of the model beside its name."""
        return ModelSettings(self.question_prompt, self.passage_prompt, self.model_languages)

    @property
    def access(self) -> Access:
        """What reading the sources of a content folder takes."""
        graph = GraphSettings(
            tenant_id=self.graph_tenant_id or self.tenant_id,
            client_id=self.graph_client_id,
            client_secret=self.graph_client_secret.get_secret_value(),
            certificate=self.graph_certificate,
            url=self.graph_url,
            authority=self.graph_authority,
        )
        return Access(timeout_s=self.source_timeout_s, graph=graph)

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


def _note(text: str) -> None:
    print(f"Note: {text}", file=sys.stderr)


def load_settings(note: Callable[[str], None] = _note) -> Settings:
    """The settings of this process. `note` is told of each that goes by a former name, which works
    for now; without one, stderr is.

    Raises SettingsError that names each bad one, its value unless it is a secret, and what it
    takes.
    """
    try:
        in_file = DotEnvSettingsSource(Settings).env_vars
    except (OSError, UnicodeDecodeError) as error:
        file = Settings.model_config["env_file"]
        raise SettingsError(f"{file} cannot be read: {error}") from error
    names = [*os.environ, *map(str.upper, in_file)]
    _refuse_unknown(name for name in names if name.startswith(PREFIX))
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(problem) for problem in error.errors())) from error
    for name, value in settings:
        if value and (renamed := Settings.model_fields[name].deprecation_message):
            note(f"{renamed}; the former name works for now, but rename it")
    return settings


def _refuse_unknown(names: Iterable[str]) -> None:
    """A misspelt setting would otherwise be ignored, and its default taken in silence."""
    fields = Settings.model_fields
    current = [PREFIX + name.upper() for name in fields if not fields[name].deprecated]
    for name in names:
        if name.removeprefix(PREFIX).lower() not in fields:
            near = difflib.get_close_matches(name.upper(), current, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{name} is no setting of Signpost{hint}")


def _explain(problem: ErrorDetails) -> str:
    names = [str(part) for part in problem["loc"]]
    message = problem["msg"].removeprefix("Value error, ")
    if not names:
        return message
    name = names[0] if names[0].isupper() else PREFIX + names[0].upper()
    field = Settings.model_fields.get(names[0])
    is_secret = field is not None and field.annotation is SecretStr
    shown = "" if is_secret else f"={problem['input']!r}"
    return f"{name}{shown} cannot be used: {message}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
