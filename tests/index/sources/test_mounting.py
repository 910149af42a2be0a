"""Sources as a content folder names them, over several builds."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from errors import ContentError
from index import __main__ as commands
from tests.fakes.sources import (
    VOUCHED,
    FolderPlace,
    audiences,
    content_with,
    found_in,
    refusals,
    sync,
)

PAGE = b"---\nurl: https://a.example.com/%s\n---\n# Leave\n\nThirty days of %s.\n"


@pytest.fixture
def places(tmp_path: Path) -> dict[str, FolderPlace]:
    found = {name: FolderPlace(tmp_path / name) for name in ("hr", "it")}
    for name, place in found.items():
        place.put("a.md", PAGE % (name.encode(), name.encode()))
    return found


def _content(folder: Path, places: dict[str, FolderPlace]) -> Path:
    said = {
        name: [*place.entry.splitlines(), *VOUCHED.splitlines()] for name, place in places.items()
    }
    text = (f"{name}:\n" + "".join(f"  {line}\n" for line in lines) for name, lines in said.items())
    return content_with(folder, "".join(text))


def test_several_sources_stand_side_by_side(tmp_path: Path, places: dict[str, FolderPlace]) -> None:
    found = found_in(sync(_content(tmp_path, places)))
    assert list(audiences(found)) == ["hr/a.md", "it/a.md"]


def test_one_that_is_away_does_not_hold_back_the_others(
    tmp_path: Path, places: dict[str, FolderPlace]
) -> None:
    content = _content(tmp_path, places)
    sync(content)
    places["hr"].break_off()
    places["it"].put("b.md", PAGE % (b"b", b"b"))
    sources = sync(content)
    assert list(audiences(found_in(sources))) == ["hr/a.md", "it/a.md", "it/b.md"]
    [note] = sources.notes
    assert note.startswith("source hr: it cannot be read since ")


@pytest.mark.parametrize(
    "entry",
    ["type: objects\n  url: s3://[hr", "type: sharepoint\n  site: https://[hr"],
)
def test_an_address_that_is_none_holds_back_nothing_else(
    tmp_path: Path, places: dict[str, FolderPlace], entry: str
) -> None:
    content = _content(tmp_path, {"it": places["it"]})
    with (content / "sources.yaml").open("a") as file:
        file.write(f"hr:\n  {entry}\n")
    found = found_in(sync(content))
    assert list(audiences(found)) == ["it/a.md"]
    assert refusals(found)["hr/"].endswith("Invalid IPv6 URL")


def test_what_is_kept_may_have_an_end(tmp_path: Path, places: dict[str, FolderPlace]) -> None:
    """What was withdrawn at the source meanwhile is not known."""
    content = _content(tmp_path, {"hr": places["hr"]})
    sync(content)
    with (content / "sources.yaml").open("a") as file:
        file.write("  keep_days: 0\n")
    found = found_in(sync(content, None))
    assert audiences(found) == {}
    assert refusals(found)["hr/"].endswith("and keep_days is 0: `build` or `check --fetch` does it")
    assert list(audiences(found_in(sync(content)))) == ["hr/a.md"], "it was read now"
    places["hr"].break_off()
    found = found_in(sync(content))
    assert "and keep_days is 0: there is no folder" in refusals(found)["hr/"]


def test_a_source_that_is_not_named_any_more_is_gone_from_this_disk(
    tmp_path: Path, places: dict[str, FolderPlace]
) -> None:
    sync(_content(tmp_path, places))
    del places["it"]
    found = found_in(sync(_content(tmp_path, places)))
    assert list(audiences(found)) == ["hr/a.md"]
    assert [path.name for path in (tmp_path / ".sources").iterdir()] == ["hr"]


def test_another_place_does_not_inherit_what_the_first_one_held(
    tmp_path: Path, places: dict[str, FolderPlace]
) -> None:
    content = _content(tmp_path, {"hr": places["hr"]})
    sync(content)
    places["it"].break_off()
    found = found_in(sync(_content(tmp_path, {"hr": places["it"]})))
    assert audiences(found) == {}
    assert "there is no folder" in refusals(found)["hr/"]


def test_what_could_not_be_read_is_said_until_it_can(
    tmp_path: Path, places: dict[str, FolderPlace]
) -> None:
    content = _content(tmp_path, places)
    first = sync(content, None)
    assert [one.path for one in first.refused] == ["hr/", "it/"]
    sync(content)
    [note] = sync(content, None).notes
    assert note.startswith("sources are as they were read last: hr (20")
    assert note.endswith("`check --fetch` and `build` read them now")


def test_a_disk_that_takes_no_copy_stops_the_build(
    tmp_path: Path, places: dict[str, FolderPlace]
) -> None:
    (tmp_path / ".sources").write_text("")
    with pytest.raises(ContentError, match=r"the copy of the source hr in .* cannot be written"):
        sync(_content(tmp_path, places))


def test_the_commands_read_list_and_tell(
    tmp_path: Path,
    places: dict[str, FolderPlace],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content = _content(tmp_path, places)
    monkeypatch.setenv("SIGNPOST_SNAPSHOTS_DIR", str(tmp_path / "snapshots"))

    def run(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["index", *arguments])
        with pytest.raises(SystemExit) as caught:
            commands.main()
        return caught.value.code, capsys.readouterr().out

    code, said = run("check", str(content))
    assert code == 1
    assert "hr/: the source has not been read yet: `build` or `check --fetch` does it" in said
    code, said = run("check", str(content), "--fetch")
    assert (code, "2 files would be served" in said) == (0, True)
    places["it"].break_off()
    run("check", str(content), "--fetch")
    code, said = run("sources", str(content))
    assert code == 1
    assert [line.split()[:4] for line in said.splitlines()[1:3]] == [
        ["hr", "folder", "1", "0"],
        ["it", "folder", "1", "0"],
    ]
    assert said.splitlines()[3].startswith("it cannot be read since 20")
    code, said = run("sources", str(content), "--json")
    assert [(row["source"], bool(row["problem"])) for row in json.loads(said)] == [
        ("hr", False),
        ("it", True),
    ]
    (content / "sources.yaml").unlink()
    code, said = run("sources", str(content))
    assert (code, said) == (0, "The folder has no sources.yaml.\n")
