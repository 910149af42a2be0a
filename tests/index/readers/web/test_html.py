"""Web pages without what the site puts around the words."""

import pytest

from errors import ReadError
from index.readers.documents import Document, Section
from index.readers.web import html
from snapshot.models import Heading, Whole
from tests.fakes import hostile


def _read(source: str) -> Document:
    return html.read(source.encode(), "page.html")


def _blocks(source: str) -> tuple[str, ...]:
    return tuple(block for section in _read(source).sections for block in section.blocks)


PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Leave - Intranet</title>
<style>p { color: red }</style></head><body>
<header><a href="/">Home</a></header><nav>Menu</nav>
<main><h1>Leave</h1><p>26 days.</p><h2 id="part">Part time</h2><p>In proportion.</p>
<form><label>Search</label><input value="x"></form>
<script>track()</script></main>
<aside>Related</aside><footer>Legal</footer></body></html>"""


def test_only_the_content_is_read() -> None:
    assert _read(PAGE) == Document(
        title="Leave",
        language="en-GB",
        sections=(
            Section((), Whole(), ("26 days.",)),
            Section(("Part time",), Heading("part", "Part time"), ("In proportion.",)),
        ),
    )


def test_without_a_main_element_the_body_is_read_without_its_furniture() -> None:
    source = "<body><header><h1>Leave</h1><a>Home</a></header><nav>x</nav><p>26 days.</p></body>"
    document = _read(source)
    assert document.title == "Leave"
    assert document.sections == (Section((), Whole(), ("26 days.",)),)


def test_without_a_lone_h1_the_title_element_counts() -> None:
    assert _read("<title>Leave  policy</title><p>x</p>").title == "Leave policy"
    assert _read("<title>Leave</title><h1>A</h1>x<h1>B</h1>y").title == "Leave"


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ('<h2 id="own">T</h2>', "own"),
        ('<h2><a id="inner"></a>T</h2>', "inner"),
        ('<h2><a name="old">T</a></h2>', "old"),
        ('<section id="around"><h2>T</h2><p>x</p></section>', "around"),
        ('<section id="around"><p>x</p><h2>T</h2></section>', ""),
        ("<h2>T</h2>", ""),
    ],
)
def test_a_heading_without_an_id_gets_none(heading: str, anchor: str) -> None:
    """Then the link is made of its words. A section's id serves the heading that opens it."""
    sections = _read(f"<p>before</p>{heading}<p>after</p>").sections
    assert sections[-1].locator == Heading(anchor, "T")


def test_signs_that_link_to_a_heading_are_not_its_words() -> None:
    source = '<h2 id="a">Costs<a class="headerlink" href="#a">¶</a></h2><p>x</p>'
    assert _read(source).sections[0].heading_path == ("Costs",)


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    """Some servers put one there."""
    source = "<form><h2>Costs</h2><p>Ten.</p><button>Send</button></form>"
    assert _blocks(source) == ("Ten.",)


def test_words_that_are_folded_away_are_read() -> None:
    source = '<h3><button aria-expanded="false">Step 1</button></h3><div hidden><p>Ask.</p></div>'
    [section] = _read(source).sections
    assert (section.heading_path, section.blocks) == (("Step 1",), ("Ask.",))


def test_loose_words_are_paragraphs_and_line_breaks_stay() -> None:
    source = "<div>Loose <b>words</b><p>A paragraph</p>Tower 1<br>High Street</div>"
    assert _blocks(source) == ("Loose words", "A paragraph", "Tower 1\nHigh Street")


def test_tables_keep_their_header_and_spans() -> None:
    source = """<table><caption>Days</caption>
    <tr><th>Country</th><th>Grade</th><th>Days</th></tr>
    <tr><td rowspan="2">UK</td><td>A</td><td>26</td></tr><tr><td>B</td><td>28</td></tr></table>"""
    assert _blocks(source) == (
        "Days\nCountry: UK; Grade: A; Days: 26\nCountry: UK; Grade: B; Days: 28",
    )


def test_definitions_are_keys_and_values() -> None:
    assert _blocks("<dl><dt>PPE</dt><dd>Gloves</dd><dd>Glasses</dd></dl>") == (
        "PPE: Gloves\nGlasses",
    )


def test_a_page_that_sends_on_has_no_text() -> None:
    source = '<meta http-equiv="Refresh" content="0; url=/new"><p>Click here.</p>'
    assert _read(source).sections == ()


def test_front_matter_and_template_tags_are_read_as_in_markdown() -> None:
    document = _read("---\ntitle: Home\n---\n<p>{{ site.name }} Welcome. {% nav %}</p>")
    assert document.metadata == {"title": "Home"}
    assert document.sections[0].blocks == ("Welcome.",)


def test_a_page_in_an_old_encoding_is_read() -> None:
    data = '<meta charset="iso-8859-1"><p>Schlüssel</p>'.encode("latin-1")
    assert html.read(data, "x.html").sections[0].blocks == ("Schlüssel",)


def test_a_charset_that_nobody_knows_is_named() -> None:
    with pytest.raises(ReadError, match="its charset is unknown: klingon"):
        html.read(b'<meta charset="klingon"><p>\xff</p>', "x.html")


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(ReadError, match="nested more than 150 deep"):
        html.read(hostile.deep_html(5_000), "x.html")


def test_a_table_of_thousands_of_columns_is_refused() -> None:
    with pytest.raises(ReadError, match="a table of more than 200 columns"):
        _read("<table><tr>" + "<td>x" * 3_000 + "</table>")


def test_spans_without_end_are_cut() -> None:
    """To the 200 columns that a table may have, and to as many rows."""
    assert _blocks('<table><tr><td colspan="99999">x<tr><td>a<td>b</table>') == ("x\na: b",)
    rows = "".join(f"<tr><td>{number}" for number in range(1, 202))
    [block] = _blocks(f'<table><tr><td rowspan="99999">x<td>0{rows}</table>')
    assert block.split("\n")[198:] == ["x: 198", "x: 199", "200", "201"]


def test_the_words_of_links_keep_their_addresses() -> None:
    """In paragraphs, lists and tables, with the text as people read it; a link without words, such
    as a picture's, is none."""
    page = (
        b'<h2>Leave</h2><p>See <a href="days.html#mine">the\n <b>number</b></a> and'
        b' <a href="x"><img src="y"></a>ask.</p><ul><li>Form: <a href="/forms/7">B-7</a></ul>'
        b'<table><tr><th>What<th>Where<tr><td>Car<td><a href="https://car.example/">here</a></table>'
    )
    [section] = html.read(page, "page.html").sections
    assert [(section.text[link.start : link.end], link.url) for link in section.links] == [
        ("the number", "days.html#mine"),
        ("B-7", "/forms/7"),
        ("here", "https://car.example/"),
    ]


@pytest.mark.parametrize(
    ("head", "metadata"),
    [
        ('<meta name="Audience" content="managers, hr">', {"audience": ["managers", " hr"]}),
        ('<meta name="DC.audience" content="hr">', {"audience": ["hr"]}),
        ('<meta name="validated-by" content="Ann">', {"validated_by": "Ann"}),
        ('<meta name="audience" content="all"><meta name="author" content="Ann">', {}),
    ],
)
def test_a_page_declares_who_may_see_it(head: str, metadata: dict[str, object]) -> None:
    assert _read(f"<html><head>{head}</head><p>text</p>").metadata == metadata


def test_front_matter_goes_before_what_the_page_declares() -> None:
    source = '---\nAudience: hr\n---\n<meta name="audience" content="managers"><p>text</p>'
    assert _read(source).metadata == {"audience": "hr"}


@pytest.mark.parametrize(
    ("listed", "items"),
    [
        ('<ol type="a" start="2"><li>x<li>y</ol>', "b. x\nc. y"),
        ('<ol style="list-style-type: upper-roman"><li>x<li>y</ol>', "I. x\nII. y"),
        ("<ol reversed><li>x<li>y</ol>", "2. x\n1. y"),
        ("<ol><li>x<li value=5>y<li>z</ol>", "1. x\n5. y\n6. z"),
        ('<ol style="list-style: none"><li>2.1 x</ol>', "- 2.1 x"),
    ],
)
def test_items_are_counted_as_the_page_counts_them(listed: str, items: str) -> None:
    [section] = _read(listed).sections
    assert section.blocks == (items,)
