"""The one place that reads the environment. Every setting is `SIGNPOST_<NAME>`, but for `PORT`.

Settings are read once, at start, from the environment and a file `.env` beside the program (the
environment wins). A bad one stops the program and is named together with what it takes. Each is
described for operators in `docs/configuration.md`, and a test holds that page to this class.
"""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AliasChoices,
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class AppType(StrEnum):
    """How the bot's registration authenticates, in the Bot Framework's own words."""

    SINGLE_TENANT = "SingleTenant"
    MULTI_TENANT = "MultiTenant"
    MANAGED_IDENTITY = "UserAssignedMSI"


def _words(value: object) -> object:
    """ "a, b c" -> ("a", "b", "c"): lists in the environment are separated by commas or spaces."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="SIGNPOST_", env_file=ROOT / ".env", extra="ignore", frozen=True
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

    # the index
    content_dir: Path = ROOT / "content"
    snapshots_dir: Path = ROOT / "index" / "snapshots"
    snapshots_kept: int = Field(5, ge=1)
    model: str = "all-MiniLM-L6-v2"
    engine: Literal["faiss", "exact"] = "faiss"
    read_timeout_s: float = Field(60.0, gt=0)
    read_memory_mb: int = Field(1024, ge=128)

    # answers
    audiences_file: Path | None = None
    contact_name: str = ""
    contact_url: str = ""
    snapshot_poll_s: float = Field(2.0, gt=0)
    typing_after_s: float = Field(1.0, gt=0)

    # the query log
    log_url: str = f"sqlite+aiosqlite:///{ROOT / 'data' / 'signpost.db'}"

    _list_allowed_tenants = field_validator("allowed_tenants", mode="before")(_words)

    @field_validator("public_url", "contact_url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        if value and not value.startswith("mailto:"):
            TypeAdapter(HttpUrl).validate_python(value)
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fail_closed(self) -> Settings:
        """Without credentials nobody could tell Teams from a stranger: then only the development
        switch starts the server, and only on loopback."""
        if self.development:
            if not _is_loopback(self.host):
                raise ValueError(
                    f"SIGNPOST_DEVELOPMENT=1 answers anybody, so it listens on loopback only, and "
                    f"SIGNPOST_HOST is {self.host!r}: unset one of the two"
                )
            return self
        return self

    @property
    def origin(self) -> str:
        """Where people's browsers reach this server: scheme, host and port."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def allowed_tenant_ids(self) -> frozenset[str]:
        """The tenants that may talk to the bot: the bot's own, and those listed."""
        return frozenset({*self.allowed_tenants, self.tenant_id} - {""})


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
