"""Whether the app package that was made is still that of these settings."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from errors import SignpostError
from manifest.details import AppDetails
from manifest.package import build_package
from operation.doctor.finding import Finding, Subject, fine, note, problem
from settings import ROOT, Settings
from snapshot.store import SnapshotStore

ABOUT = "App package"
PACKAGE = ROOT / "build" / "signpost.zip"
_MAKE = "run `make package` and upload build/signpost.zip in the Teams admin centre, or Teams"


async def teams_package(subject: Subject) -> AsyncIterator[Finding]:
    """A package with another bot's id is installed without a word, and its bot never answers."""
    if not subject.is_a_trial:
        for finding in await asyncio.to_thread(lambda: list(compared(PACKAGE, subject.settings))):
            yield finding


def compared(package: Path, settings: Settings) -> Iterator[Finding]:
    """The package as it would be made now, and as it was made."""
    details = AppDetails(**{each.name: getattr(settings, each.name) for each in fields(AppDetails)})
    try:
        wanted = build_package(
            details,
            sign_in_app_id=settings.sign_in_app_id,
            examples=SnapshotStore(settings.snapshots_dir).examples(),
            targeted=settings.targeted_messages,
        )
    except SignpostError as error:
        yield note(ABOUT, f"{error}.", "set these, then " + _MAKE)
        return
    if not package.exists():
        yield note(ABOUT, f"There is none at {package}.", _MAKE)
        return
    if package.read_bytes() == wanted:
        yield fine(ABOUT, f"{package} is that of these settings.")
        return
    try:
        found = _manifest(package)
    except (OSError, BadZipFile, KeyError, ValueError) as error:
        yield problem(ABOUT, f"{package} is no app package: {error!r}.", _MAKE)
        return
    ids = {found.get("id"), *(bot.get("botId") for bot in found.get("bots", []))}
    if ids != {settings.app_id}:
        others = ", ".join(sorted(str(one) for one in ids - {settings.app_id}))
        yield problem(
            ABOUT,
            f"{package} is for the bot {others}, and SIGNPOST_APP_ID is {settings.app_id}: Teams "
            "would send what people write to another bot.",
            _MAKE,
        )
    elif details.domain not in found.get("validDomains", []):
        yield problem(
            ABOUT,
            f"{package} does not name {details.domain} among its domains: Teams would not open "
            "Signpost's pages.",
            _MAKE,
        )
    elif (found.get("webApplicationInfo") or {}).get("id", "") != settings.sign_in_app_id:
        yield problem(
            ABOUT,
            f"{package} does not name the application with which people sign in now, "
            f"{settings.sign_in_app_id or 'which is none'}: the tab in Teams could sign in nobody.",
            f"raise SIGNPOST_APP_VERSION, then {_MAKE}",
        )
    else:
        yield note(
            ABOUT,
            f"{package} was made from other settings, or by another version.",
            f"raise SIGNPOST_APP_VERSION, then {_MAKE}",
        )


def _manifest(package: Path) -> dict[str, Any]:
    with ZipFile(package) as archive:
        found = json.loads(archive.read("manifest.json"))
    if not isinstance(found, dict):
        raise ValueError("its manifest is no JSON object")  # noqa: TRY004 (the file's, not a type's)
    return found
