"""The fields that describe a file: what they accept, and which source wins."""

import dataclasses
import re
from datetime import date
from typing import Any

import pytest

from errors import ContentError
from index.content.metadata import (
    FILE_FIELDS,
    FOLDER_FIELDS,
    LINK_FIELDS,
    SIZE_FIELDS,
    Metadata,
    Status,
    check_link_template,
    check_url,
    layer,
    parse,
)
from index.readers.markup.anchors import AnchorStyle
from snapshot.formats.format_row import Kind, UrlStyle

_QUESTIONS = "it must be a list of questions, such as [pto, how many days off]"
_A_DAY = "it must be a day written as YYYY-MM-DD, such as 2026-11-02"
_WORDS = "it must be a list of words, such as [sales, support]"


def _ours(allowed: frozenset[str] = FILE_FIELDS, **source: Any) -> dict[str, Any]:
    return parse(source, "hr/leave.md.meta.yaml", is_ours=True, allowed=allowed)


def test_every_field_is_read() -> None:
    assert Metadata(**_ours(
        title="Leave &amp; more",
        url="https://intranet.example.com/leave",
        base_url="/content/",
        url_style="page",
        anchors="hugo",
        link_template="{url}?t={seconds}",
        kind="Video",
        owner="People operations",
        audience=["managers", "hr"],
        tags="leave, absence",
        language="pt-BR",
        duration_minutes="12",
        validated_by="Priya Raman",
        validated_on="2026-10-05",
        review_by="2027-10-05",
        review_every_days="365",
        status="draft",
    )) == Metadata(
        title="Leave & more",
        url="https://intranet.example.com/leave",
        base_url="/content/",
        url_style=UrlStyle.PAGE,
        anchors=AnchorStyle.HUGO,
        link_template="{url}?t={seconds}",
        kind=Kind.VIDEO,
        owner="People operations",
        audience=("managers", "hr"),
        tags=("leave", "absence"),
        language="pt-BR",
        duration_minutes=12,
        validated_by="Priya Raman",
        validated_on=date(2026, 10, 5),
        review_by=date(2027, 10, 5),
        review_every_days=365,
        status=Status.DRAFT,
    )  # fmt: skip


def test_what_nobody_says_is_for_everyone_and_validated_by_nobody() -> None:
    assert Metadata() == Metadata(
        title=None,
        url=None,
        base_url=None,
        base_path="",
        url_style=None,
        anchors=None,
        link_template=None,
        kind=None,
        owner="",
        audience=("everyone",),
        tags=(),
        language=None,
        duration_minutes=None,
        validated_by=None,
        validated_on=None,
        review_by=None,
        review_every_days=None,
        status=Status.VALIDATED,
        description="",
    )


def test_each_source_has_its_fields() -> None:
    """A folder's are those that hold for many files; a link has no place below a `base_url`."""
    every = {field.name for field in dataclasses.fields(Metadata)} - {"base_path"}
    assert every - FILE_FIELDS == {"description", *SIZE_FIELDS}
    assert {"title", "url", "duration_minutes", "asked_as"} == FILE_FIELDS - FOLDER_FIELDS
    assert every - LINK_FIELDS == {"base_url", "url_style", "anchors", *SIZE_FIELDS}
    assert every >= FILE_FIELDS
    assert {*SIZE_FIELDS} == FOLDER_FIELDS - FILE_FIELDS
    assert every >= LINK_FIELDS


@pytest.mark.parametrize(
    ("asked_as", "says"),
    [
        (["x" * 201], "has 201 characters; at most 200 are read"),
        ([f"pto {n}" for n in range(101)], "it holds 101 questions; at most 100 are read"),
    ],
)
def test_more_than_is_read_is_an_error(asked_as: list[str], says: str) -> None:
    with pytest.raises(ContentError, match=says):
        _ours(asked_as=asked_as)
    _ours(asked_as=["x" * 200, *(f"pto {n}" for n in range(99))])


@pytest.mark.parametrize(
    ("field", "value", "accepted"),
    [
        ("validated_on", "2026-13-45", _A_DAY),
        ("validated_on", "20261102", _A_DAY),
        ("validated_on", "2026-W01-1", _A_DAY),
        ("review_by", "next year", _A_DAY),
        ("review_every_days", "0", "it must be a whole number from 1 to 36500"),
        ("review_every_days", "36501", "it must be a whole number from 1 to 36500"),
        ("review_every_days", "1.5", "it must be a whole number from 1 to 36500"),
        ("duration_minutes", "-3", "it must be a whole number from 1 to 10000"),
        ("duration_minutes", "10001", "it must be a whole number from 1 to 10000"),
        ("duration_minutes", "²", "it must be a whole number from 1 to 10000"),
        ("duration_minutes", "٣", "it must be a whole number from 1 to 10000"),
        ("duration_minutes", "0000000012", "it must be a whole number from 1 to 10000"),
        ("kind", "podcast", "it must be one of document, page, deck, video, course, link"),
        ("status", "published", "it must be one of draft, validated, retired"),
        ("url_style", "pretty", "it must be one of page, file, html"),
        ("url", "javascript:alert(1)", "it must begin with https://, http:// or /"),
        ("base_url", "file:///srv", "it must begin with https://, http:// or /"),
        ("language", "English!", "it must be a language tag, such as en or pt-BR"),
        ("audience", {"who": "managers"}, _WORDS),
        ("audience", [], "it must name an audience; everyone is everybody's"),
        ("audience", ["managers", ""], _WORDS),
        ("audience", "this guide is for managers.", "it must name audiences and is a sentence"),
        (
            "audience",
            "all who manage somebody in our company",
            "it must name audiences and is a sentence",
        ),
        ("tags", ["a", ["b"]], _WORDS),
        ("owner", ["a", "b"], "it must be text"),
        ("asked_as", {"a": "b"}, _QUESTIONS),
        ("asked_as", ["pto", ["b"]], _QUESTIONS),
        ("asked_as", ["pto", "?!"], "the wording '?!' holds no word"),
        ("owner", " ", "it must not be empty; leave the line out instead"),
    ],
)
def test_a_malformed_value_is_named_with_what_is_accepted(
    field: str, value: object, accepted: str
) -> None:
    with pytest.raises(ContentError) as raised:
        _ours(**{field: value})
    assert str(raised.value) == f"hr/leave.md.meta.yaml: {field} is {value!r}: {accepted}"


def test_a_malformed_template_of_links_is_named_with_what_it_takes() -> None:
    with pytest.raises(ContentError, match=r"link_template is '\{url\}#\{second\}': .*\{seconds\}"):
        _ours(link_template="{url}#{second}")


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("duration_minutes", "1", 1),
        ("duration_minutes", "10000", 10_000),
        ("duration_minutes", "000000012", 12),
        ("review_every_days", "36500", 36_500),
        ("status", "Retired", Status.RETIRED),
        ("url_style", "FILE", UrlStyle.FILE),
        ("tags", "leave, absence, leave", ("leave", "absence")),
    ],
)
def test_a_value_at_the_edge_is_read(field: str, text: str, value: object) -> None:
    assert _ours(**{field: text}) == {field: value}


def test_tags_may_be_taken_away() -> None:
    assert _ours(tags=[]) == {"tags": ()}


def test_an_empty_audience_is_not_everyone() -> None:
    with pytest.raises(ContentError, match="audience is ''"):
        _ours(audience="")


def test_a_long_value_is_cut_where_it_is_quoted() -> None:
    """In quotes 80 characters are shown whole, and of more the first 77."""
    for length, shown in [
        (78, f"'{'x' * 78}'"),
        (79, f"'{'x' * 76}..."),
        (5_000, f"'{'x' * 76}..."),
    ]:
        with pytest.raises(ContentError) as raised:
            _ours(language="x" * length)
        assert f" language is {shown}: " in str(raised.value)


@pytest.mark.parametrize(
    ("allowed", "name", "hint"),
    [
        (FILE_FIELDS, "audiance", "there is no field 'audiance': did you mean audience?"),
        (FILE_FIELDS, "validated", "did you mean validated_"),
        (FILE_FIELDS, "xyz", "there is no field 'xyz'; known are anchors, asked_as, audience, "),
        (FOLDER_FIELDS, "title", "title describes one file and does not belong here"),
        (FOLDER_FIELDS, "url", "url describes one file"),
        (LINK_FIELDS, "base_url", "base_url describes"),
    ],
)
def test_an_unknown_field_of_ours_is_an_error_with_a_suggestion(
    allowed: frozenset[str], name: str, hint: str
) -> None:
    """`audiance: managers`, passed over, would show to everyone what is meant for few."""
    with pytest.raises(ContentError) as raised:
        _ours(allowed, **{name: "x"})
    assert str(raised.value).startswith("hr/leave.md.meta.yaml: ")
    assert hint in str(raised.value)


def test_another_programs_fields_in_front_matter_are_left_alone() -> None:
    source = {"layout": "page", "redirect_from": ["/a"], "params": {"x": "y"}, "owner": "HR"}
    fields = parse(source, "a.md", is_ours=False, allowed=FILE_FIELDS)
    assert fields == {"owner": "HR"}


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_name_may_be_written_with_capitals_or_hyphens(is_ours: bool) -> None:
    source = {"Audience": "managers", "Validated-By": "Ann", "REVIEW_BY": "2027-01-01"}
    assert parse(source, "a.md", is_ours=is_ours, allowed=FILE_FIELDS) == {
        "audience": ("managers",),
        "validated_by": "Ann",
        "review_by": date(2027, 1, 1),
    }


def test_a_name_given_twice_in_two_spellings_is_an_error() -> None:
    """Whichever were taken, the other might have kept people out."""
    with pytest.raises(ContentError, match=r"audience is given twice, .* 'Audience'"):
        parse({"audience": "a", "Audience": "b"}, "a.md", is_ours=False, allowed=FILE_FIELDS)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"audiance": "managers"}, "there is no field 'audiance': did you mean audience"),
        ({"Audiences": ["managers"]}, "did you mean audience"),
        ({"extra": {"Audience": "managers"}}, "audience stands within extra"),
        ({"extra": [{"more": {"audience": "managers"}}]}, "audience stands within extra"),
        ({"target_audience": "managers"}, "did you mean audience"),
        ({"signpost.audience": "managers"}, "did you mean audience"),
    ],
)
def test_an_audience_that_front_matter_misspells_is_an_error(
    source: dict[str, Any], says: str
) -> None:
    with pytest.raises(ContentError, match=says):
        parse(source, "a.md", is_ours=False, allowed=FILE_FIELDS)


def test_fields_that_front_matter_leaves_empty_are_not_given() -> None:
    """But for those that decide who may read a page, and whether anybody."""
    blank = ("title", "owner", "kind", "language", "duration_minutes", "url")
    source = dict.fromkeys(blank, "") | {"tags": []}
    assert parse(source, "a.md", is_ours=False, allowed=FILE_FIELDS) == {}
    given = source | {"title": "Leave", "url": "/leave"}
    fields = parse(given, "a.md", is_ours=False, allowed=FILE_FIELDS)
    assert fields == {"title": "Leave", "url": "/leave"}
    for name in ("audience", "validated_by", "validated_on", "status"):
        with pytest.raises(ContentError, match=f"{name} is ''"):
            parse({name: ""}, "a.md", is_ours=False, allowed=FILE_FIELDS)


def test_a_title_that_only_a_generator_could_fill_in_is_none() -> None:
    assert _ours(title="{{ page.name }}") == {"title": None}


def test_later_sources_win_field_by_field() -> None:
    folder = {"owner": "HR", "tags": ("leave",)}
    assert layer(folder, {"owner": "IT"}) == {"owner": "IT", "tags": ("leave",)}


@pytest.mark.parametrize(
    ("later", "merged"),
    [
        ({"review_every_days": 30}, {"review_every_days": 30}),
        ({"review_by": date(2028, 1, 1)}, {"review_by": date(2028, 1, 1)}),
        ({}, {"review_by": date(2027, 1, 1), "review_every_days": 365}),
    ],
)
def test_whoever_says_later_when_to_review_says_it_alone(
    later: dict[str, Any], merged: dict[str, Any]
) -> None:
    """A file reviewed every month is not saved by its folder's date in a year."""
    assert layer({"review_by": date(2027, 1, 1), "review_every_days": 365}, later) == merged


@pytest.mark.parametrize(
    "url",
    [
        "https://intranet.example.com/a/b?c=d#e",
        "http://localhost:8080/x",
        "/content/leave.pdf",
        "https://example.com/ö",
    ],
)
def test_a_link_that_a_browser_opens_is_accepted(url: str) -> None:
    assert check_url(url) == url


_BEGINS = "it must begin with https://, http:// or /"
_FILLS = "it may hold {url}, {seconds}, {clock}, {page}, {slide}, {anchor}"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("javascript:alert(1)", _BEGINS),
        ("JaVaScRiPt:alert(1)", _BEGINS),
        ("file:///etc/passwd", _BEGINS),
        ("data:text/html,x", _BEGINS),
        ("mailto:a@example.com", _BEGINS),
        ("//evil.example.com", _BEGINS),
        ("/\\evil.example.com", _BEGINS),
        ("\\\\server\\share", _BEGINS),
        ("intranet/page", _BEGINS),
        ("", _BEGINS),
        ("https:///nowhere", f"{_BEGINS} and name a host"),
        ("http://[::1", f"{_BEGINS} and name a host"),
        ("https://user:secret@example.com/", "it must not hold a user name or password"),
        ("https://exa mple.com", "it must not hold spaces: write %20"),
        ("https://example.com/a\nb", "it must not hold spaces: write %20"),
        ("https://example.com/a\u200bb", "it must not hold spaces: write %20"),
    ],
)
def test_any_other_is_refused(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        check_url(url)


@pytest.mark.parametrize(
    "template",
    [
        "{url}?t={seconds}s",
        "https://v.example.com/x#t={clock}",
        "/go?p={page}",
        "/go?s={slide}#{anchor}",
        "https://v.example.com/{page}, {slide}",
    ],
)
def test_a_template_may_fill_in_what_a_place_has(template: str) -> None:
    assert check_link_template(template) == template


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{url}?t={second}", f"{_FILLS} and nothing else in braces"),
        ("{url.__class__}", f"{_FILLS} and nothing else in braces"),
        ("{url}{url!r}", f"{_FILLS} and nothing else in braces"),
        ("/x?t={seconds:>9}", f"{_FILLS} and nothing else in braces"),
        ("{0}", f"{_FILLS} and nothing else in braces"),
        ("{url", f"its braces do not match; {_FILLS}"),
        ("javascript:{url}", _BEGINS),
        ("x{url}", _BEGINS),
        ("https://exa mple.com/{page}", "it must not hold spaces: write %20"),
    ],
)
def test_a_template_may_fill_in_nothing_else(template: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        check_link_template(template)
