"""The words and the flow of an OpenDocument text as its program shows them."""

from __future__ import annotations

import io

import odfdo
import pytest

from index.readers import reader
from index.readers.documents import Document

_RAISED = ("text", "T1", '<style:text-properties style:text-position="super 58%"/>', "")
_STRUCK = (
    "paragraph",
    "P8",
    '<style:text-properties style:text-line-through-style="solid"/>',
    "",
)
_STRUCK_TOO = ("paragraph", "P9", "", "P8")
_TITLE = ("paragraph", "Title", "", "")
_OWN_TITLE = ("paragraph", "P7", "", "Title")
_NOTE = (
    '<text:note text:id="n1" text:note-class="footnote"><text:note-citation>1'
    "</text:note-citation><text:note-body><text:p>Only with a receipt.</text:p></text:note-body>"
    "</text:note>"
)
_NUMBERED = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"'
    ' style:num-prefix="(" style:num-format="a" style:num-suffix=")"/></text:list-style>'
)


def _read(*body: str) -> Document:
    made = odfdo.Document("text")
    made.body.clear()
    for family, name, inner, parent in (_RAISED, _STRUCK, _STRUCK_TOO, _TITLE, _OWN_TITLE):
        above = f' style:parent-style-name="{parent}"' if parent else ""
        style = f'<style:style style:family="{family}" style:name="{name}"{above}>{inner}'
        made.insert_style(odfdo.Element.from_tag(f"{style}</style:style>"), automatic=True)
    made.insert_style(odfdo.Element.from_tag(_NUMBERED), automatic=True)
    for element in body:
        if element.startswith("<text:list-style"):
            made.insert_style(odfdo.Element.from_tag(element), automatic=True)
            continue
        made.body.append(odfdo.Element.from_tag(element))
    data = io.BytesIO()
    made.save(data)
    return reader.read(data.getvalue(), "a.odt")


def _blocks(*body: str) -> list[str]:
    return [block for section in _read(*body).sections for block in section.blocks]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ('10<text:span text:style-name="T1">3</text:span> litres', ["10^3 litres"]),
        (f"within 30{_NOTE} days", ["within 30 days", "Only with a receipt."]),
        ("a<text:s/>b<text:tab/>c<text:line-break/>d", ["a b c\nd"]),
        (
            "<text:ruby><text:ruby-base>東京</text:ruby-base><text:ruby-text>とう</text:ruby-text>"
            "</text:ruby>",
            ["東京(とう)"],
        ),
        ("To <text:placeholder>&lt;Name&gt;</text:placeholder>you", ["To you"]),
        ('It<text:hidden-text text:is-hidden="true">gone</text:hidden-text> is', ["It is"]),
        ('Gone<text:hidden-paragraph text:is-hidden="true"/>', []),
        ("Box:<draw:frame><draw:text-box><text:p>In it.</text:p></draw:text-box></draw:frame>",
         ["Box:", "In it."]),
    ],
)  # fmt: skip
def test_a_paragraph_says_what_is_shown(said: str, read: list[str]) -> None:
    assert _blocks("<text:p>Before.</text:p>", f"<text:p>{said}</text:p>")[1:] == read


@pytest.mark.parametrize(
    "said",
    [
        "Write <name>, [x](y), [[page]], ==a==, %%b%%, {{ c }} and *d*.",
        "> 5 days",
        "1986. A good year",
        "Status: draft",
    ],
)
def test_signs_that_mean_something_in_markdown_are_words_here(said: str) -> None:
    paragraph = said.replace("<", "&lt;").replace(">", "&gt;")
    assert _blocks(f"<text:p>{paragraph}</text:p>", "<text:p>More.</text:p>") == [said, "More."]


def test_a_style_strikes_what_is_in_those_that_inherit_from_it() -> None:
    assert _blocks(
        '<text:p text:style-name="P9">Gone.</text:p>',
        '<text:h text:outline-level="1" text:style-name="P8">Gone</text:h>',
        "<text:p>Stays.</text:p>",
    ) == ["Stays."]


def test_what_has_the_style_of_a_title_names_the_document() -> None:
    document = _read(
        '<text:p text:style-name="P7">Travel</text:p>',
        '<text:h text:outline-level="1">Hotels</text:h>',
        "<text:p>Book early.</text:p>",
    )
    assert (document.title, document.sections[0].heading_path) == ("Travel", ("1. Hotels",))


def test_lists_have_their_numbers_and_headings_in_them_are_headings() -> None:
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>".format
    inner = f"<text:list>{item('x', '')}</text:list>"
    heading = '<text:list-item><text:h text:outline-level="2">Costs</text:h></text:list-item>'
    document = _read(
        f'<text:list text:style-name="L1">{item("one", inner)}{item("two", "")}</text:list>',
        f"<text:list>{heading}</text:list>",
        "<text:p>None.</text:p>",
    )
    assert [(one.heading_path, one.blocks) for one in document.sections] == [
        ((), ("(a) one\n  - x\n(b) two",)),
        (("1.1. Costs",), ("None.",)),
    ]


def test_cells_that_are_one_hold_in_each_row_and_column() -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>".format
    over, down = ' table:number-columns-spanned="2"', ' table:number-rows-spanned="2"'
    covered = "<table:covered-table-cell/>"
    rows = (
        cell("", "Role") + cell(over, "Days") + covered,
        cell(down, "Staff") + cell("", "5") + cell("", "6"),
        covered + cell("", "7") + cell("", "8"),
    )
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    assert _blocks(f'<table:table table:name="t">{body}</table:table>') == [
        "Role: Staff; Days: 5; Days: 6\nRole: Staff; Days: 7; Days: 8"
    ]


def test_links_beside_the_document_are_seen_from_within_its_package() -> None:
    link = '<text:a xlink:type="simple" xlink:href="{}">{}</text:a>'.format
    outside, beside = link("https://x.example.com", "site"), link("../pay.odt", "pay")
    [section] = _read(
        f"<text:p>See {outside}, {beside} and {link('#top', 'top')}.</text:p>"
    ).sections
    assert [one.url for one in section.links] == ["https://x.example.com", "pay.odt", ""]


_LEVELS = (
    '<text:list-style style:name="L2"><text:list-level-style-number text:level="1"'
    ' style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2"'
    ' style:num-format="1" text:display-levels="2"/></text:list-style>'
)


def test_numbers_show_those_above_them_and_count_on() -> None:
    item = "<text:list-item>{}</text:list-item>".format
    heading = '<text:h text:outline-level="{0}">{1}</text:h>'.format
    inner = "<text:list>{}</text:list>".format
    document = _read(
        _LEVELS,
        '<text:list text:style-name="L2" xml:id="a">'
        + item("<text:p>one</text:p>")
        + item("<text:p>two</text:p>" + inner(item("<text:p>x</text:p>")))
        + "</text:list>",
        "<text:p>between</text:p>",
        '<text:list text:style-name="L2" text:continue-list="a">'
        + item(inner(item(heading(2, "Sick pay"))))
        + "</text:list>",
        "<text:p>Six weeks.</text:p>",
        '<text:numbered-paragraph text:style-name="L2" text:level="1"><text:p>three</text:p>'
        "</text:numbered-paragraph>",
    )
    assert [(one.heading_path, one.blocks) for one in document.sections] == [
        ((), ("1. one\n2. two\n  2.1 x", "between")),
        (("2.2 Sick pay",), ("Six weeks.", "3. three")),
    ]


def test_shapes_that_are_not_shown_and_prompts_are_left_out() -> None:
    box = "<draw:text-box><text:p>b</text:p></draw:text-box>"
    frame = "<text:p>a<draw:frame {}>" + box + "</draw:frame></text:p>"
    assert _blocks(frame.format("")) == ["a", "b"]
    assert _blocks(frame.format('draw:display="none"')) == ["a"]
    assert _blocks(frame.format('presentation:placeholder="true"')) == ["a"]


def test_rows_of_pairs_have_no_head() -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>".format
    row = "<table:table-row>{}{}</table:table-row>".format
    rows = row(cell("Opening"), cell("8 to 17")) + row(cell("Phone"), cell("4400"))
    assert _blocks(f"<table:table>{rows}</table:table>") == ["Opening: 8 to 17\nPhone: 4400"]
