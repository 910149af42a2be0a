"""The app package: a flat zip of manifest and icons, the same bytes for the same settings.

The manifest is a template: JSON whose strings hold `${names}` of settings, which is what an
organisation says about its own Signpost. What Teams would refuse is found before the upload, by
Microsoft's own schema and by checks of what that leaves unsaid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from errors import PackageError, SettingsError
from manifest.icon_checks import icon_problems

if TYPE_CHECKING:
    from jsonschema import ValidationError

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "manifest.json"
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time, and none makes it reproducible
SCHEMA = HERE / "schema" / "MicrosoftTeams.v1.30.schema.json"
_LONGEST_COMMAND, _OFFERED = 128, 4
_GUID_PATHS = (("id",), ("bots", 0, "botId"))
_EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
_BARE_HOST = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*", re.IGNORECASE)
_NEEDED = {
    "app_id": "the bot's application (client) id",
    "public_url": "the https address at which Teams and people's browsers reach the server",
    "developer_name": "who runs Signpost in your organisation, up to 32 characters",
    "developer_url": "the https address of a page that helps people with it",
    "privacy_url": "the https address of your privacy statement",
    "terms_url": "the https address of your terms of use",
}
_HTTPS = ("public_url", "developer_url", "privacy_url", "terms_url")
_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_VERSION = re.compile(r"(0|[1-9]\d{0,4})(\.(0|[1-9]\d{0,4})){2}")
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def is_guid(value: str) -> bool:
    return _GUID.fullmatch(value) is not None


def is_public_host(value: str) -> bool:
    """Whether it can be a host name, or domain, of the public DNS, in lower case."""
    return _HOST.fullmatch(value) is not None


def app_id_problem(app_id: str) -> str:
    """Why that is no application id, with the setting's name; empty if it is one."""
    if is_guid(app_id):
        return ""
    return (
        f"SIGNPOST_APP_ID={app_id!r}: an application id is a GUID, such as "
        "11111111-2222-4333-8444-555555555555"
    )


@dataclass(frozen=True, slots=True)
class AppDetails:
    """The settings that the manifest is filled from, each named as its setting is."""

    app_id: str
    public_url: str
    developer_name: str
    developer_url: str
    privacy_url: str
    terms_url: str
    app_name: str
    app_version: str

    @property
    def domain(self) -> str:
        """The bare host of `public_url`, without a port."""
        return urlsplit(self.public_url).hostname or ""

    def values(self) -> dict[str, str]:
        """What each name in the template stands for."""
        return {**asdict(self), "domain": self.domain}


def setting(name: str) -> str:
    """The setting behind a name of the template."""
    return f"SIGNPOST_{'public_url' if name == 'domain' else name}".upper()


def check_details(details: AppDetails) -> None:
    """Raises SettingsError that names every setting which is missing or unfit for Teams, and what
    it takes."""
    values = asdict(details)
    missing = [
        f"  {setting(name)}: {what}" for name, what in _NEEDED.items() if not values[name].strip()
    ]
    if missing:
        raise SettingsError("the app package cannot be made. Set\n" + "\n".join(missing))
    unfit = [f"  {problem}" for problem in _unfit(details, values)]
    if unfit:
        raise SettingsError("the app package cannot be made:\n" + "\n".join(unfit))


def _unfit(details: AppDetails, values: dict[str, str]) -> list[str]:
    problems = [
        f"{setting(name)}={values[name]!r}: Teams takes https addresses only"
        for name in _HTTPS
        if urlsplit(values[name]).scheme != "https"
    ]
    if problem := app_id_problem(details.app_id):
        problems.append(problem)
    if not is_public_host(details.domain):
        problems.append(
            f"SIGNPOST_PUBLIC_URL={details.public_url!r}: Teams needs a host name of the public "
            "DNS in it, not an IP address or a local name"
        )
    if not _VERSION.fullmatch(details.app_version):
        problems.append(
            f"SIGNPOST_APP_VERSION={details.app_version!r}: a version is three numbers, such as "
            "1.0.0, and grows with each upload"
        )
    return problems


def build_package(
    details: AppDetails,
    template: Path = TEMPLATE,
    *,
    sign_in_app_id: str = "",
    examples: Sequence[str] = (),
) -> bytes:
    """The zip to upload to Teams. `sign_in_app_id` is the application with which people sign in,
    empty without sign-in. `examples` are questions that the content answers for everyone: the first
    few are offered where people write to the bot.

    Raises SettingsError for settings that are missing or that Teams would refuse, and PackageError
    if the template or an icon is at fault.
    """
    check_details(details)
    source: Json = json.loads(template.read_text(encoding="utf-8"))
    manifest = fill_manifest(source, details)
    for listed in manifest["bots"][0]["commandLists"]:
        listed["commands"] += [
            {"title": one, "description": "An example of what you can ask"}
            for one in [one for one in examples if len(one) <= _LONGEST_COMMAND][:_OFFERED]
        ]
    if sign_in_app_id:
        # https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/authentication/tab-sso-manifest
        resource = f"api://{details.domain}/{sign_in_app_id}"
        manifest["webApplicationInfo"] = {"id": sign_in_app_id, "resource": resource}
        manifest["staticTabs"] = _tabs(details)
    icons = {name: (template.parent / name).read_bytes() for name in ("color.png", "outline.png")}
    if problems := icon_problems(icons["color.png"], icons["outline.png"]):
        raise PackageError("the icons are not what Teams takes:\n  " + "\n  ".join(problems))
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    return _zip({"manifest.json": text.encode(), **icons})


def _tabs(details: AppDetails) -> list[Json]:
    """The chat, by the name that Teams keeps for it, and the portal beside it."""
    url = details.public_url
    library: Json = {
        "entityId": "library",
        "name": "Library",
        "contentUrl": f"{url}/tab",
        "websiteUrl": f"{url}/",
        "scopes": ["personal"],
    }
    return [{"entityId": "conversations", "scopes": ["personal"]}, library]


def fill_manifest(template: Json, details: AppDetails) -> dict[str, Any]:
    """The manifest with the details in it, checked. Raises as `build_package` does."""
    try:
        manifest = fill(template, details.values())
    except (KeyError, ValueError) as error:
        raise PackageError(f"manifest.json asks for what is no setting: {error}") from error
    if not isinstance(manifest, dict):
        raise PackageError("manifest.json is not a JSON object")
    _refuse(template, manifest_problems(manifest))
    return manifest


def _refuse(template: Json, problems: list[Problem]) -> None:
    """Settings are to blame if the template asks for one, else the template itself."""
    from_settings: list[str] = []
    from_template: list[str] = []
    for problem in problems:
        place = "/" + "/".join(str(step) for step in problem.path)
        # What is wrong with the whole is not wrong with each setting in it.
        names = names_at(template, problem.path) if problem.path else []
        if names:
            blamed = " and ".join(dict.fromkeys(setting(name) for name in names))
            from_settings.append(f"  {blamed}: {problem.message} (in manifest.json at {place})")
        else:
            from_template.append(f"  {place}: {problem.message}")
    if from_template:
        raise PackageError("manifest.json is not what Teams takes:\n" + "\n".join(from_template))
    if from_settings:
        raise SettingsError("the app package cannot be made:\n" + "\n".join(from_settings))


def fill(template: Json, values: Mapping[str, str]) -> Json:
    """The template with the values in its strings. Raises KeyError for a name without a value."""
    match template:
        case str():
            return Template(template).substitute(values)
        case dict():
            return {key: fill(value, values) for key, value in template.items()}
        case list():
            return [fill(value, values) for value in template]
        case _:
            return template


def names_at(template: Json, path: Iterable[str | int]) -> list[str]:
    """The names that the template asks for at that place or below it, in their order: whose
    values are to blame for what stands there."""
    for step in path:
        match template, step:
            case dict(), str():
                template = template[step]
            case list(), int():
                template = template[step]
    return list(dict.fromkeys(_names(template)))


def _names(template: Json) -> Iterable[str]:
    match template:
        case str():
            yield from Template(template).get_identifiers()
        case dict():
            for value in template.values():
                yield from _names(value)
        case list():
            for value in template:
                yield from _names(value)


def _zip(files: dict[str, bytes]) -> bytes:
    """Nothing is compressed: the bytes would differ from one version of zlib to the next."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name, data in files.items():
            entry = ZipInfo(name, _EARLIEST)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, data)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where in the manifest; the empty path is the manifest as a whole."""

    path: tuple[str | int, ...]
    message: str


def manifest_problems(manifest: dict[str, Any]) -> list[Problem]:
    """All that is wrong with a filled manifest; nothing, if Teams should take it."""
    return [*_schema_problems(manifest), *_version_problems(manifest), *_value_problems(manifest)]


def _schema_problems(manifest: dict[str, Any]) -> list[Problem]:
    from jsonschema import Draft7Validator, FormatChecker

    # The schema calls itself draft 4, but uses "const" and "if", which that would pass over.
    validator = Draft7Validator(_schema(), format_checker=FormatChecker())
    return [
        Problem(tuple(error.absolute_path), _explain(error))
        for error in sorted(validator.iter_errors(manifest), key=lambda e: str(e.json_path))
    ]


def _explain(error: ValidationError) -> str:
    if error.validator == "maxLength":
        length, limit = len(str(error.instance)), error.validator_value
        return f"{error.instance!r} has {length} characters, and Teams takes up to {limit}"
    return error.message


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8-sig"))
    return schema


def _version_problems(manifest: dict[str, Any]) -> list[Problem]:
    version, address = manifest.get("manifestVersion"), str(manifest.get("$schema", ""))
    if f"/v{version}/" in address:
        return []
    return [Problem(("$schema",), f"{address!r} is not the schema of manifestVersion {version}")]


def _value_problems(manifest: dict[str, Any]) -> list[Problem]:
    problems = [
        Problem(path, "the id of an app is not all zeros")
        for path in _GUID_PATHS
        if _at(manifest, path) == _EMPTY_GUID
    ]
    for position, domain in enumerate(manifest.get("validDomains", [])):
        if not _BARE_HOST.fullmatch(str(domain)):
            message = f"{domain!r} is not a bare host name, without scheme, port and path"
            problems.append(Problem(("validDomains", position), message))
    return problems


def _at(manifest: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        try:
            manifest = manifest[step]
        except (KeyError, IndexError, TypeError):
            return None
    return manifest
