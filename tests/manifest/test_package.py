"""The zip that an administrator uploads."""

import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from shutil import copy
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image
from typer.testing import CliRunner

from bots.extension import extension_invokes as invokes
from bots.incoming.intents import Intent, Wish, wish
from bots.incoming.wishes import Other, WishKind
from errors import PackageError, SettingsError
from manifest.__main__ import app
from manifest.icon_checks import icon_problems
from manifest.package import (
    HERE,
    LOCALISATION,
    OTHERS,
    SCHEMA,
    TEMPLATE,
    Problem,
    build_package,
    fill,
    fill_file,
    localisable,
    manifest_problems,
    names_at,
    schema_problems,
)
from settings import Settings
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.snapshots import publish
from tests.manifest.test_details import DETAILS

COLOR = (HERE / "color.png").read_bytes()
OUTLINE = (HERE / "outline.png").read_bytes()


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template that a test may spoil."""
    for name in ("manifest.json", "color.png", "outline.png"):
        copy(HERE / name, tmp_path)
    return tmp_path / "manifest.json"


def test_what_only_the_asker_sees_is_asked_by_slash_commands() -> None:
    [bot] = _packed(targeted=True)["manifest.json"]["bots"]
    assert bot["supportsTargetedMessages"] is True
    triggers = {one["scopes"][0]: one.get("triggers") for one in bot["commandLists"]}
    both = ["mention", "slash"]
    assert triggers == {"personal": None, "team": both, "groupChat": both}
    assert "supportsTargetedMessages" not in _packed()["manifest.json"]["bots"][0]


def test_with_sign_in_the_manifest_names_the_application_for_single_sign_on() -> None:
    with ZipFile(BytesIO(build_package(DETAILS, sign_in_app_id=DETAILS.app_id))) as package:
        manifest = json.loads(package.read("manifest.json"))
    assert manifest["webApplicationInfo"] == {
        "id": DETAILS.app_id,
        "resource": f"api://{DETAILS.domain}/{DETAILS.app_id}",
    }
    chat, library = manifest["staticTabs"]
    assert chat == {"entityId": "conversations", "scopes": ["personal"]}
    assert library["contentUrl"] == f"{DETAILS.public_url}/tab?lang={{app.locale}}"
    assert manifest_problems(manifest) == []


def test_the_package_is_flat_and_holds_the_filled_manifest_and_the_icons() -> None:
    with ZipFile(BytesIO(build_package(DETAILS))) as package:
        assert package.namelist() == [
            *("manifest.json", "color.png", "outline.png"),
            *("de.json", "es.json", "fr.json"),
        ]
        manifest = json.loads(package.read("manifest.json"))
        assert package.read("color.png") == (HERE / "color.png").read_bytes()
    assert manifest["id"] == manifest["bots"][0]["botId"] == DETAILS.app_id
    assert manifest["version"] == "1.0.0"
    assert manifest["name"]["short"] == "Signpost"
    assert manifest["validDomains"] == ["signpost.example.com"]
    assert manifest["developer"] == {
        "name": "Learning team",
        "websiteUrl": "https://example.com/signpost",
        "privacyUrl": "https://example.com/privacy",
        "termsOfUseUrl": "https://example.com/terms",
    }
    assert "${" not in json.dumps(manifest)
    assert "staticTabs" not in manifest  # without sign-in there is no portal to show


def test_the_same_settings_make_the_same_bytes(template: Path) -> None:
    assert build_package(DETAILS) == build_package(DETAILS, template)


def test_a_value_that_is_too_long_names_its_setting_and_the_limit() -> None:
    details = replace(DETAILS, developer_name="d" * 33, app_name="a" * 31)
    with pytest.raises(SettingsError) as caught:
        build_package(details)
    said = str(caught.value)
    assert f"SIGNPOST_DEVELOPER_NAME: {'d' * 33!r} has 33 characters" in said
    assert f"SIGNPOST_APP_NAME: {'a' * 31!r} has 31 characters, and Teams takes up to 30" in said


def test_a_mistake_in_the_template_blames_the_template(template: Path) -> None:
    template.write_text(TEMPLATE.read_text().replace('"#0B5F67"', '"teal"'))
    with pytest.raises(PackageError, match=r"not what Teams takes:\n  /accentColor"):
        build_package(DETAILS, template)


def test_a_name_in_the_template_that_is_no_setting_is_an_error(template: Path) -> None:
    template.write_text(TEMPLATE.read_text().replace("${app_name}", "${app_nmae}"))
    with pytest.raises(PackageError, match="asks for what is no setting: 'app_nmae'"):
        build_package(DETAILS, template)


def test_a_spoilt_icon_stops_the_package(template: Path) -> None:
    copy(HERE / "outline.png", template.parent / "color.png")
    with pytest.raises(PackageError, match=r"color\.png is 32 by 32 pixels, not 192 by 192"):
        build_package(DETAILS, template)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No settings, whatever the machine has."""
    for field in Settings.model_fields:
        monkeypatch.delenv(f"SIGNPOST_{field.upper()}", raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    return monkeypatch


def test_the_command_writes_the_package_and_prints_where(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in DETAILS.values().keys() - {"domain"}:
        environment.setenv(f"SIGNPOST_{name.upper()}", DETAILS.values()[name])
    output = tmp_path / "build" / "signpost.zip"
    result = CliRunner().invoke(app, ["package", "--output", str(output)])
    assert (result.exit_code, result.stdout) == (0, f"{output}\n")
    assert output.read_bytes() == build_package(DETAILS)


@pytest.mark.usefixtures("environment")
def test_the_command_without_settings_fails_and_tells_what_to_set(tmp_path: Path) -> None:
    output = tmp_path / "signpost.zip"
    result = CliRunner().invoke(app, ["package", "-o", str(output)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "SIGNPOST_APP_ID: the bot's application (client) id" in result.stderr
    assert not output.exists()


PARTS = {"a": "${x}", "b": [{"c": "${x} and ${y}"}, 7, None], "d": "plain", "e": True}


def test_names_are_filled_in_wherever_a_string_stands() -> None:
    assert fill(PARTS, {"x": "1", "y": "2"}) == {
        "a": "1",
        "b": [{"c": "1 and 2"}, 7, None],
        "d": "plain",
        "e": True,
    }


def test_a_value_can_hold_what_json_must_escape() -> None:
    assert fill({"a": "${x}"}, {"x": 'say "hi"\n${x}\\'}) == {"a": 'say "hi"\n${x}\\'}


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="y"):
        fill(PARTS, {"x": "1"})


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (("a",), ["x"]),
        (("b", 0, "c"), ["x", "y"]),
        (("b",), ["x", "y"]),
        ((), ["x", "y"]),
        (("d",), []),
        (("b", 1), []),
    ],
)
def test_the_names_behind_a_place_are_known(path: tuple[str | int, ...], names: list[str]) -> None:
    assert names_at(PARTS, path) == names


def _manifest() -> dict[str, Any]:
    return fill_file(json.loads(TEMPLATE.read_text()), DETAILS)


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
    assert f".v{version}." in LOCALISATION.name
    assert f"/v{version}/" in _packed()["fr.json"]["$schema"]


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


def test_every_scope_has_its_commands_and_ones_own_data_are_for_the_private_chat() -> None:
    [bot] = _manifest()["bots"]
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert [entry["scopes"] for entry in bot["commandLists"]] == [
        ["personal"],
        ["team"],
        ["groupChat"],
    ]
    private, *others = [[one["title"] for one in each["commands"]] for each in bot["commandLists"]]
    assert private == ["help", "What do you know about me?", "Forget me"]
    assert others == [["help"], ["help"]]


def test_the_companys_own_examples_are_prompt_starters() -> None:
    """Teams puts a starter's prompt into the compose box, and shows its title."""
    long = "How do I " + "x " * 70 + "?"
    examples = ["How do I start?", long, "What costs $5 or ${app_id}?", "Four?", "Five?"]
    manifest = _packed(examples=examples)["manifest.json"]
    for entry in manifest["bots"][0]["commandLists"]:
        starters = entry["commands"][:4]
        assert [one["prompt"] for one in starters] == examples[:4]
        assert {one["type"] for one in starters} == {"prompt"}
        assert [starters[0]["title"], starters[2]["title"]] == [examples[0], examples[2]]
        assert starters[1]["title"].endswith("x…")
        assert len(starters[1]["title"]) <= 128
        assert entry["commands"][4]["title"] == "help"


def test_an_example_that_teams_would_refuse_is_passed_over() -> None:
    manifest = _packed(examples=["x" * 4001, "How do I start?"])["manifest.json"]
    assert manifest["bots"][0]["commandLists"][0]["commands"][0]["prompt"] == "How do I start?"


def _packed(**more: Any) -> dict[str, Any]:
    """The files of the package, read."""
    with ZipFile(BytesIO(build_package(DETAILS, **more))) as package:
        names = [name for name in package.namelist() if name.endswith(".json")]
        return {name: json.loads(package.read(name)) for name in names}


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_says_all_that_people_read(language: str) -> None:
    """And an example stays in the words of whoever wrote it, wherever it stands in the list."""
    examples = ["Wie fange ich an?", "How do I claim?"]
    files = _packed(examples=examples, sign_in_app_id=DETAILS.app_id)
    manifest, said = files["manifest.json"], files[f"{language}.json"]
    assert schema_problems(said, LOCALISATION) == []
    listed = manifest["localizationInfo"]["additionalLanguages"]
    assert {"languageTag": language, "file": f"{language}.json"} in listed
    english = localisable(manifest)
    assert set(said) - {"$schema"} <= set(english)
    same = {text for key, text in english.items() if said.get(key, text) == text}
    assert same - {"Question"} == {DETAILS.app_name, *examples}
    for number in range(3):
        help_at = f"bots[0].commandLists[{number}].commands[2].title"
        assert said[help_at] == {"de": "Hilfe", "fr": "aide", "es": "ayuda"}[language]
    assert said["staticTabs[1].name"].startswith("Bibli")
    assert said["name.short"] == DETAILS.app_name
    assert DETAILS.app_name in said["description.full"]
    assert "${" not in json.dumps(said)


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_a_command_is_understood_in_the_language_in_which_it_is_offered(language: str) -> None:
    """Teams sends the words that it offered, in whatever language."""
    files = _packed()
    strings = localisable(files["manifest.json"]) | files.get(f"{language}.json", {})
    titles = [strings[f"bots[0].commandLists[0].commands[{number}].title"] for number in range(3)]
    asked = [wish(title) for title in titles]
    assert asked == [Wish(Intent.HELP), Other(WishKind.KNOWN), Other(WishKind.FORGET)]


@pytest.mark.parametrize(
    ("key", "length", "limit"),
    [
        ("name.short", 31, 30),
        ("name.full", 101, 100),
        ("description.short", 81, 80),
        ("composeExtensions[0].commands[0].title", 33, 32),
        ("bots[0].commandLists[2].commands[11].prompt", 4001, 4000),
    ],
)
def test_a_translation_that_is_too_long_is_found(key: str, length: int, limit: int) -> None:
    said = _packed()["de.json"] | {key: "x" * length}
    [problem] = schema_problems(said, LOCALISATION)
    assert problem.path == (key,)
    assert problem.message.endswith(f"has {length} characters, and Teams takes up to {limit}")


def test_what_is_no_string_of_the_manifest_is_no_key_of_a_language() -> None:
    said = _packed()["de.json"] | {"developer.name": "x"}
    assert [one.path for one in schema_problems(said, LOCALISATION)] == [()]


def test_the_search_is_offered_beside_the_compose_box_and_on_messages() -> None:
    [extension] = _manifest()["composeExtensions"]
    search, about = extension["commands"]
    assert (search["id"], search["initialRun"]) == (invokes.SEARCH, True)
    assert [one["name"] for one in search["parameters"]] == [invokes.PARAMETER]
    assert (about["id"], about["context"], about["fetchTask"]) == (invokes.ABOUT, ["message"], True)
    assert extension["messageHandlers"][0]["value"]["domains"] == [DETAILS.domain]


def test_links_to_hosts_of_the_companys_own_are_shown_and_no_page_of_theirs_is_opened() -> None:
    details = replace(DETAILS, link_domains=("docs.example.com", DETAILS.domain))
    with ZipFile(BytesIO(build_package(details))) as package:
        manifest = json.loads(package.read("manifest.json"))
    [handler] = manifest["composeExtensions"][0]["messageHandlers"]
    assert handler["value"]["domains"] == [DETAILS.domain, "docs.example.com"]
    assert manifest["validDomains"] == [DETAILS.domain]


def test_the_command_says_where_content_for_everyone_is_published(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in DETAILS.values().keys() - {"domain"}:
        environment.setenv(f"SIGNPOST_{name.upper()}", DETAILS.values()[name])
    at = "https://docs.example.com"
    served = [
        resource("a.md", url=f"{at}/a"),
        resource("b.md", url=f"{at}/b"),
        resource("c.md", url="https://www.youtube.com/watch?v=1"),
        resource("d.md", url="https://board.example.com/d", audience=("board",)),
        resource("e.md", url="/content/e.md"),
        resource("f.md", url=f"https://{DETAILS.domain}/f"),
    ]
    passages = [passage(one, "Some words.") for one in served]
    publish(SnapshotStore(tmp_path), resources=served, passages=passages)
    environment.setenv("SIGNPOST_SNAPSHOTS_DIR", str(tmp_path))
    command = ["package", "-o", str(tmp_path / "signpost.zip")]
    said = CliRunner().invoke(app, command).stderr
    assert "lies elsewhere: docs.example.com (2), www.youtube.com (1). Links" in said
    environment.setenv("SIGNPOST_LINK_DOMAINS", "docs.example.com, www.youtube.com")
    assert "elsewhere" not in CliRunner().invoke(app, command).stderr


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
