"""Resources that live elsewhere, described in a row each."""

from pathlib import Path

import pytest

from errors import ContentError
from index.content.link_list import LINK_FILES, load_links
from index.readers.documents import Document, Section
from snapshot.formats.format_row import Kind
from snapshot.models import Whole

HEADER = "title,url,description,kind,tags,validated_by,validated_on\n"
ROW = 'Ergonomics,https://x.example/e,"How to sit, and stand",course,"desk, health",A,2026-01-02\n'
_BEYOND = (
    "there is no field '(a cell beyond the last column)'; known are asked_as, audience, "
    "description, duration_minutes, kind, language, link_template, owner, review_by, "
    "review_every_days, status, tags, title, url, validated_by, validated_on"
)


def _csv(folder: Path, text: str | bytes) -> list[tuple[int, str]]:
    """(number, title or error) of each row."""
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "links.csv").write_bytes(data)
    return [
        (row.number, str(row.error or row.fields["title"]))
        for row in load_links(folder, "links.csv")
    ]


def test_a_row_gives_the_fields_of_a_resource(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text(HEADER + ROW)
    [row] = load_links(tmp_path, "links.csv")
    assert row.error is None
    assert row.fields["url"] == "https://x.example/e"
    assert row.fields["kind"] is Kind.COURSE
    assert row.fields["tags"] == ("desk", "health")
    assert row.fields["description"] == "How to sit, and stand"
    assert row.document == Document(
        title="Ergonomics",
        sections=(Section((), Whole(), ("Ergonomics", "How to sit, and stand")),),
    )


def test_a_row_without_description_has_its_title_as_text(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text("title,url\nErgonomics,https://x.example/e\n")
    [row] = load_links(tmp_path, "links.csv")
    assert row.document == Document(
        title="Ergonomics", sections=(Section((), Whole(), ("Ergonomics",)),)
    )


def test_yaml_gives_the_same(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text(HEADER + ROW)
    (tmp_path / "links.yaml").write_text(
        "- title: Ergonomics\n  url: https://x.example/e\n  description: How to sit, and stand\n"
        "  kind: course\n  tags: [desk, health]\n  validated_by: A\n  validated_on: 2026-01-02\n"
    )
    [from_csv], [from_yaml] = (load_links(tmp_path, f"links.{kind}") for kind in ("csv", "yaml"))
    assert from_yaml.fields == from_csv.fields
    assert (from_csv.number, from_yaml.number) == (2, 1)


def test_a_bad_row_has_no_fields(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text("title,url\nNo link,\n")
    [row] = load_links(tmp_path, "links.csv")
    assert row.fields == {}


def test_a_bad_row_is_named_by_its_number_and_the_others_stay(tmp_path: Path) -> None:
    text = (
        HEADER
        + ROW
        + "No link,,,,,,\n"
        + ",,,,,,\n"
        + "Bad,javascript:x,,,,,\n"
        + "Long,https://x.example/l,,,,,,,more\n"
        + ROW.replace("/e", "/f")
    )
    assert _csv(tmp_path, text) == [
        (2, "Ergonomics"),
        (3, "links.csv, row 3: url must be given"),
        (
            5,
            "links.csv, row 5: url is 'javascript:x': it must begin with https://, http:// or /",
        ),
        (
            6,
            f"links.csv, row 6: {_BEYOND}",
        ),
        (7, "Ergonomics"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufefftitle;url\nÄ;https://x.example\n".encode(),
        "Title\tURL\nÄ\thttps://x.example\n".encode(),
        "title;url\r\nÄ;https://x.example\r\n".encode("cp1252"),
        "title,url\rÄ,https://x.example\r".encode(),
        "title,url\nÄ,https://x.example,,\n".encode(),
        " Title ,URL\nÄ,https://x.example\n".encode(),
    ],
)
def test_what_spreadsheets_save_is_read(tmp_path: Path, text: bytes) -> None:
    """Semicolons, tabs, byte order marks, Windows letters, old ends of lines, empty cells."""
    assert _csv(tmp_path, text) == [(2, "Ä")]


def test_what_separates_cells_is_told_by_the_first_line_alone(tmp_path: Path) -> None:
    assert _csv(tmp_path, "title,url\na; b; c; d,https://x.example\n") == [(2, "a; b; c; d")]
    assert _csv(tmp_path, "title\nX, Y and Z\n") == [(2, "links.csv, row 2: " + _BEYOND)]
    assert _csv(tmp_path, "title\nX and Y\n") == [(2, "links.csv, row 2: url must be given")]


@pytest.mark.parametrize(
    "data",
    [
        "sep=;\ntitle;url\nSchlüssel, alt;https://x.example\n".encode(),
        "title\turl\nSchlüssel, alt\thttps://x.example\n".encode("utf-16"),
    ],
)
def test_what_spreadsheets_export_is_read(tmp_path: Path, data: bytes) -> None:
    assert _csv(tmp_path, data) == [(2, "Schlüssel, alt")]


def test_rows_above_the_header_may_be_empty(tmp_path: Path) -> None:
    assert _csv(tmp_path, "\n,\ntitle,url\nKeys,https://x.example\n") == [(4, "Keys")]


def test_an_encoding_that_was_guessed_is_noted(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_bytes("title,url\nКлючи,https://x.example\n".encode("cp1251"))
    [row] = load_links(tmp_path, "links.csv")
    assert row.fields["title"] == "Ключи"
    assert row.document.notes == (
        "it does not say its encoding, which is guessed to be windows-1251: save it as UTF-8",
    )


def test_a_file_beyond_5_mb_is_refused(tmp_path: Path) -> None:
    at_most = 5 * 1024 * 1024
    text = "title,url\nA,https://x.example\n"
    assert _csv(tmp_path, text + "\n" * (at_most - len(text))) == [(2, "A")]
    with pytest.raises(ContentError, match=r"^links\.csv"):
        _csv(tmp_path, text + "\n" * (at_most - len(text) + 1))


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("links.csv", "titel,url\n", "links.csv: there is no field 'titel': did you mean title?"),
        ("links.csv", 'title,url\n"never closed', "links.csv, line 2: unexpected end of data"),
        (
            "links.yaml",
            "title: x",
            "links.yaml: it must be a list, each entry beginning with `- title: ...`",
        ),
        ("links.yaml", "- [", "links.yaml: line 1: "),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ContentError) as raised:
        load_links(tmp_path, name)
    assert str(raised.value).startswith(reason)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("- just words", "links.yaml, row 1: it must be lines of `field: value`"),
        ("- url: /x", "links.yaml, row 1: title must be given"),
        ("- {}", "links.yaml, row 1: title and url must be given"),
        (
            f"- title: x\n  url: /x\n  description: {'x' * 2001}",
            "links.yaml, row 1: description has over 2000 characters",
        ),
    ],
)
def test_an_entry_without_what_a_card_needs_is_refused(
    tmp_path: Path, entry: str, reason: str
) -> None:
    (tmp_path / "links.yaml").write_text(entry)
    [row] = load_links(tmp_path, "links.yaml")
    assert str(row.error) == reason


def test_a_description_may_have_2000_characters(tmp_path: Path) -> None:
    entry = f"- title: x\n  url: /x\n  description: {'x' * 2000}"
    (tmp_path / "links.yaml").write_text(entry)
    [row] = load_links(tmp_path, "links.yaml")
    assert row.fields["description"] == "x" * 2000


def test_files_of_links_go_by_three_names() -> None:
    assert LINK_FILES == ("links.csv", "links.yaml", "links.yml")


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "links.yaml").write_text("")
    assert load_links(tmp_path, "links.yaml") == []
    assert _csv(tmp_path, "") == []


def test_a_column_may_be_written_with_capitals_or_hyphens(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text("Title,URL,Validated-By\nKeys,https://x.example/k,Ann\n")
    [row] = load_links(tmp_path, "links.csv")
    assert row.fields["validated_by"] == "Ann"


def test_a_column_given_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="audience is given twice"):
        _csv(tmp_path, "title,url,audience,Audience\nKeys,https://x.example/k,managers,everyone\n")
