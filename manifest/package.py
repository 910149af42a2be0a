"""The app package: a flat zip of manifest and icons, the same bytes for the same settings.

The manifest is a template: JSON whose strings hold `${names}` of settings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from errors import PackageError, SettingsError
from manifest.checks import Problem, icon_problems, manifest_problems
from manifest.details import AppDetails, check_details, setting

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "manifest.json"
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time, and none makes it reproducible


def build_package(details: AppDetails, template: Path = TEMPLATE) -> bytes:
    """The zip to upload to Teams.

    Raises SettingsError for settings that are missing or that Teams would refuse, and PackageError
    if the template or an icon is at fault.
    """
    check_details(details)
    source: Json = json.loads(template.read_text(encoding="utf-8"))
    manifest = fill_manifest(source, details)
    icons = {name: (template.parent / name).read_bytes() for name in ("color.png", "outline.png")}
    if problems := icon_problems(icons["color.png"], icons["outline.png"]):
        raise PackageError("the icons are not what Teams takes:\n  " + "\n  ".join(problems))
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    return _zip({"manifest.json": text.encode(), **icons})


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
