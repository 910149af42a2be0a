"""The app package: a flat zip of manifest and icons, the same bytes for the same settings.

The manifest is a template: JSON whose strings hold `${names}` of settings, which is what an
organisation says about its own Signpost. Each other language is a file of its own, out of the
catalogues in `words/`. What Teams would refuse is found before the upload, by Microsoft's own
schemas and by checks of what they leave unsaid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Template
from textwrap import shorten
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from errors import PackageError, SettingsError
from manifest.details import AppDetails, check_details, setting
from manifest.icon_checks import icon_problems
from words.catalogue import ENGLISH, LANGUAGES, Words, words_for

if TYPE_CHECKING:
    from jsonschema import ValidationError

HERE = Path(__file__).resolve().parent
MANIFEST = "manifest.json"
TEMPLATE = HERE / MANIFEST
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time, and none makes it reproducible
SCHEMA = HERE / "schema" / "MicrosoftTeams.v1.30.schema.json"
LOCALISATION = HERE / "schema" / "MicrosoftTeams.Localization.v1.30.schema.json"
_ADDRESS = (
    "https://developer.microsoft.com/json-schemas/teams/v1.30/"
    "MicrosoftTeams.Localization.schema.json"
)
OTHERS = tuple(one for one in LANGUAGES if one != ENGLISH)
AN_EXAMPLE = "An example of what you can ask"
TABS: list[Json] = [
    # The chat, by the name that Teams keeps for it, and the portal beside it.
    {"entityId": "conversations", "scopes": ["personal"]},
    {
        "entityId": "library",
        "name": "Library",
        # Teams puts in the language that somebody has set:
        # https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/access-teams-context
        "contentUrl": "${public_url}/tab?lang={app.locale}",
        "websiteUrl": "${public_url}/",
        "scopes": ["personal"],
    },
]
_LONGEST_COMMAND, _LONGEST_PROMPT, _OFFERED = 128, 4000, 4
_GUID_PATHS = (("id",), ("bots", 0, "botId"))
_EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
_BARE_HOST = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*", re.IGNORECASE)


def build_package(
    details: AppDetails,
    template: Path = TEMPLATE,
    *,
    sign_in_app_id: str = "",
    examples: Sequence[str] = (),
    targeted: bool = False,
) -> bytes:
    """The zip to upload to Teams. `sign_in_app_id` is the application with which people sign in,
    empty without sign-in. `examples` are questions that the content answers for everyone: the first
    few are offered where people write to the bot. If it answers so that the asker alone sees it
    (`targeted`), it is a slash command where several people are, and so is what is offered there.

    Raises SettingsError for settings that are missing or that Teams would refuse, and PackageError
    if the template or an icon is at fault.
    """
    check_details(details)
    source: dict[str, Any] = json.loads(template.read_text(encoding="utf-8"))
    fitting = [one for one in examples if len(one) <= _LONGEST_PROMPT]
    bot = source["bots"][0]
    for listed in bot["commandLists"]:
        listed["commands"][:0] = [_prompt(one) for one in fitting[:_OFFERED]]
    if targeted:
        # https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/agent-slash-commands
        bot["supportsTargetedMessages"] = True
        for listed in bot["commandLists"]:
            if "personal" not in listed["scopes"]:
                listed["triggers"] = ["mention", "slash"]
    source["composeExtensions"][0]["messageHandlers"][0]["value"]["domains"] += [
        one for one in dict.fromkeys(details.link_domains) if one != details.domain
    ]
    if sign_in_app_id:
        # https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/authentication/tab-sso-manifest
        resource = f"api://${{domain}}/{sign_in_app_id}"
        source["webApplicationInfo"] = {"id": sign_in_app_id, "resource": resource}
        source["staticTabs"] = TABS
    files = {f"{one}.json": translated(source, words_for(one)) for one in OTHERS}
    source["localizationInfo"] = {
        "defaultLanguageTag": ENGLISH,
        "additionalLanguages": [{"languageTag": one, "file": f"{one}.json"} for one in OTHERS],
    }
    icons = {name: (template.parent / name).read_bytes() for name in ("color.png", "outline.png")}
    if problems := icon_problems(icons["color.png"], icons["outline.png"]):
        raise PackageError("the icons are not what Teams takes:\n  " + "\n  ".join(problems))
    filled = {MANIFEST: _text(fill_file(source, details))}  # first: it names settings best
    strings = {name: _text(fill_file(file, details, name)) for name, file in files.items()}
    return _zip({**filled, **icons, **strings})


def _prompt(question: str) -> Json:
    """A question of the content's as a prompt starter: chosen, it stands in the compose box.

    https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/prompt-suggestions
    """
    text = question.replace("$", "$$")  # it is filled as the template is
    title = shorten(question, _LONGEST_COMMAND, placeholder="…").replace("$", "$$")
    return {"title": title, "description": AN_EXAMPLE, "type": "prompt", "prompt": text}


def localisable(part: Json, path: str = "") -> dict[str, str]:
    """The strings of a manifest that people read, by the keys that Teams knows them by, such as
    `bots[0].commandLists[0].commands[0].title`: those that Microsoft's schema of a language file
    lists."""
    match part:
        case str():
            schema = _schema(LOCALISATION)
            known = path in schema["properties"] or any(
                re.search(pattern, path) for pattern in schema["patternProperties"]
            )
            return {path: part} if known and path != "$schema" else {}
        case dict():
            inner = [(f"{path}.{key}" if path else key, value) for key, value in part.items()]
        case list():
            inner = [(f"{path}[{number}]", value) for number, value in enumerate(part)]
        case _:
            return {}
    return {key: text for step, value in inner for key, text in localisable(value, step).items()}


def translated(template: Json, say: Words) -> dict[str, Json]:
    """The file of one language, unfilled. What is no sentence of ours, such as an example, is left
    to the manifest: Teams lays a language's strings over those of the manifest.

    https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-localization
    """
    needed = _schema(LOCALISATION)["required"]
    said = {key: (text, say(text)) for key, text in localisable(template).items()}
    strings = {key: new for key, (old, new) in said.items() if new != old or key in needed}
    return {"$schema": _ADDRESS, **strings}


def fill_file(template: Json, details: AppDetails, name: str = MANIFEST) -> dict[str, Any]:
    """The manifest, or the file of a language, with the details in it, checked. Raises as
    `build_package` does."""
    try:
        filled = fill(template, details.values())
    except (KeyError, ValueError) as error:
        raise PackageError(f"{name} asks for what is no setting: {error}") from error
    if not isinstance(filled, dict):
        raise PackageError(f"{name} is not a JSON object")
    found = manifest_problems(filled) if name == MANIFEST else schema_problems(filled, LOCALISATION)
    _refuse(template, found, name)
    return filled


def _text(file: dict[str, Any]) -> bytes:
    return (json.dumps(file, indent=2, ensure_ascii=False) + "\n").encode()


def _refuse(template: Json, problems: list[Problem], name: str) -> None:
    """Settings are to blame if the template asks for one, else the template itself."""
    from_settings: list[str] = []
    from_template: list[str] = []
    for problem in problems:
        place = "/" + "/".join(str(step) for step in problem.path)
        # What is wrong with the whole is not wrong with each setting in it.
        names = names_at(template, problem.path) if problem.path else []
        if names:
            blamed = " and ".join(dict.fromkeys(setting(name) for name in names))
            from_settings.append(f"  {blamed}: {problem.message} (in {name} at {place})")
        else:
            from_template.append(f"  {place}: {problem.message}")
    if from_template:
        raise PackageError(f"{name} is not what Teams takes:\n" + "\n".join(from_template))
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
    return [*schema_problems(manifest), *_version_problems(manifest), *_value_problems(manifest)]


def schema_problems(file: dict[str, Any], schema: Path = SCHEMA) -> list[Problem]:
    """What Microsoft's schema says against a filled file."""
    from jsonschema import Draft201909Validator, FormatChecker

    # The schemas call themselves draft 4, but use "const" and "if", which that would pass over,
    # and put limits of length beside a "$ref", which all before 2019-09 would.
    validator = Draft201909Validator(_schema(schema), format_checker=FormatChecker())
    return [
        Problem(tuple(error.absolute_path), _explain(error))
        for error in sorted(validator.iter_errors(file), key=lambda e: str(e.json_path))
    ]


def _explain(error: ValidationError) -> str:
    if error.validator == "maxLength":
        length, limit = len(str(error.instance)), error.validator_value
        return f"{error.instance!r} has {length} characters, and Teams takes up to {limit}"
    return error.message


@cache
def _schema(path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
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
