"""Reads the environment and `.env`, and says in plain words what cannot be used."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Iterable

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import DotEnvSettingsSource

from errors import SettingsError
from settings.fields import PREFIX, Settings


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
