"""What Teams would refuse is found before the upload."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from manifest.checks import SCHEMA, Problem, icon_problems, manifest_problems
from manifest.package import HERE, TEMPLATE, fill_manifest
from tests.manifest.test_details import DETAILS

COLOR = (HERE / "color.png").read_bytes()
OUTLINE = (HERE / "outline.png").read_bytes()


def _manifest() -> dict[str, Any]:
    return fill_manifest(json.loads(TEMPLATE.read_text()), DETAILS)


def _set(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(manifest: Any) -> None:
        for step in path[:-1]:
            manifest = manifest[step]
        manifest[path[-1]] = to

    return change


def test_our_manifest_passes() -> None:
    assert manifest_problems(_manifest()) == []


def test_manifest_and_schema_are_of_one_version() -> None:
    manifest, schema = _manifest(), json.loads(SCHEMA.read_text(encoding="utf-8-sig"))
    version = schema["properties"]["manifestVersion"]["const"]
    assert manifest["manifestVersion"] == version
    assert f".v{version}." in SCHEMA.name
    assert f"/v{version}/" in manifest["$schema"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (_set("surprise", to=1), ()),
        (_set("name", "short", to="x" * 31), ("name", "short")),
        (_set("description", "short", to="x" * 81), ("description", "short")),
        (_set("accentColor", to="teal"), ("accentColor",)),
        (_set("bots", 0, "scopes", to=["everywhere"]), ("bots", 0, "scopes", 0)),
        (_set("manifestVersion", to="1.16"), ("manifestVersion",)),
        (_set("$schema", to="https://example.com/v1.16/schema.json"), ("$schema",)),
        (_set("bots", 0, "botId", to="00000000-0000-0000-0000-000000000000"), ("bots", 0, "botId")),
        (_set("validDomains", to=["https://example.com"]), ("validDomains", 0)),
        (_set("validDomains", to=["example.com:443"]), ("validDomains", 0)),
        (_set("validDomains", to=["example.com/path"]), ("validDomains", 0)),
    ],
)
def test_a_mistake_in_the_manifest_is_found_where_it_is(
    change: Callable[[dict[str, Any]], None], path: tuple[str | int, ...]
) -> None:
    manifest = _manifest()
    change(manifest)
    assert path in [problem.path for problem in manifest_problems(manifest)]


def test_too_many_commands_are_found() -> None:
    manifest = _manifest()
    manifest["bots"][0]["commandLists"][0]["commands"] = [{"title": "help"}] * 13
    [problem] = manifest_problems(manifest)
    assert problem.path == ("bots", 0, "commandLists", 0, "commands")


def test_a_text_that_is_too_long_is_told_with_its_length_and_the_limit() -> None:
    manifest = _manifest()
    manifest["developer"]["name"] = "n" * 33
    assert manifest_problems(manifest) == [
        Problem(
            ("developer", "name"),
            f"{'n' * 33!r} has 33 characters, and Teams takes up to 32",
        )
    ]


def test_every_scope_has_its_commands_and_offers_help() -> None:
    [bot] = _manifest()["bots"]
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert [entry["scopes"] for entry in bot["commandLists"]] == [
        ["personal"],
        ["team"],
        ["groupChat"],
    ]
    for entry in bot["commandLists"]:
        assert entry["commands"][0]["title"] == "help"
        assert any(command["title"].endswith("?") for command in entry["commands"])


def _png(image: Image.Image, kind: str = "PNG") -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def _outline(colour: tuple[int, ...], size: int = 32) -> Image.Image:
    image = Image.new("RGBA", (size, size))
    image.paste(colour, (8, 8, 24, 24))
    return image


def test_our_icons_pass() -> None:
    assert icon_problems(COLOR, OUTLINE) == []


@pytest.mark.parametrize(
    ("color", "outline", "said"),
    [
        (
            _png(Image.new("RGB", (96, 192))),
            OUTLINE,
            "color.png is 96 by 192 pixels, not 192 by 192",
        ),
        (_png(Image.new("RGB", (192, 192)), "JPEG"), OUTLINE, "color.png is no PNG, but JPEG"),
        (_png(Image.new("RGBA", (192, 192))), OUTLINE, "color.png is transparent in places"),
        (COLOR, _png(_outline((255,) * 4, 64)), "outline.png is 64 by 64 pixels, not 32 by 32"),
        (COLOR, _png(_outline((250, 255, 255, 255))), "outline.png has another colour than white"),
        (COLOR, _png(Image.new("RGB", (32, 32), "white")), "white in places and transparent"),
        (COLOR, _png(Image.new("RGBA", (32, 32))), "white in places and transparent"),
    ],
)
def test_an_icon_that_teams_would_refuse_is_found(color: bytes, outline: bytes, said: str) -> None:
    [problem] = icon_problems(color, outline)
    assert said in problem
