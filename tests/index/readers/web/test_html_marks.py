"""Withdrawn words, raised figures, formulas and readings."""

import pytest

from index.readers.markup import markdown
from index.readers.web import html


def _text(body: str, head: str = "") -> str:
    source = f"<html><head>{head}</head><body><main>{body}</main></body></html>"
    document = html.read(source.encode(), "page.html")
    return "\n".join(block for section in document.sections for block in section.blocks)


@pytest.mark.parametrize(
    "old",
    [
        "<del>25</del>",
        "<s>25</s>",
        "<strike>25</strike>",
        '<span style="color:red; text-decoration: line-through">25</span>',
        '<span class="line-through">25</span>',
        '<span class="c5">25</span>',
        '<span id="old">25</span>',
        '<span style="mso-hide: all; display: none">25</span>',
        '<a class=msocomanchor href="#_msocom_1">[AB1]</a>',
    ],
)
def test_withdrawn_words_go(old: str) -> None:
    style = (
        "<style>.c1{color:red}.c5, #old, .c6{text-decoration:line-through}main del{top:0}</style>"
    )
    assert _text(f'<p>Staff have {old} <b class="c1">30</b> days.</p>', style) == (
        "Staff have 30 days."
    )


def test_withdrawn_paragraphs_items_and_links_go() -> None:
    assert _text(
        "<del><p>Old <a href='x'>rule</a>.</p></del><ul><li><s>a</s></li><li>b</li></ul>"
    ) == ("- b")


def test_withdrawn_words_of_markdown_go() -> None:
    [section] = markdown.read(b"Staff have ~~25~~ 30 days.", "a.md").sections
    assert section.blocks == ("Staff have 30 days.",)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("10<sup>3</sup> m<sup>2</sup>", "10^3 m²"),
        ("Dated by <sup>14</sup>C and (<sup>235</sup>U)", "Dated by 14C and (235U)"),
        ("<sup>1</sup>: Staff only", "1: Staff only"),
        ("<sup>1</sup>Company staff", "1 Company staff"),
        ("10<sup>-6</sup>", "10^-6"),
        ("2<sup>1/2</sup>", "2^1/2"),
        ("within 30<sup>1</sup> days", "within 30 days"),
        ('within 30<sup><a href="#n">1</a></sup> days', "within 30 days"),
        ("within 30<sup>[1]</sup> days", "within 30 days"),
        ('30<sup class="reference"><sup>1</sup></sup> days', "30 days"),
        ("<b>30</b> <sup>1</sup> days", "30 days"),
        ("The policy<sup>3</sup> says", "The policy says"),
        ("the 1<sup>st</sup>", "the 1st"),
        ("3<sup>1</sup>/<sub>2</sub> days", "3 1/2 days"),
        ("<sup>1</sup>&frasl;<sub>2</sub> a day", "1⁄2 a day"),
        ("km<sup>2</sup>/h", "km²/h"),
        ("CO<sub>2</sub>", "CO2"),
        ("10<sub>2</sub>", "10₂"),
        ('30<span style="vertical-align: super">1</span> days', "30 days"),
        ('30<a href="#_ftn1">[1]</a> days', "30 days"),
        ("30¹ days, 10³ litres, 25 m²", "30 days, 10^3 litres, 25 m²"),
        ("<b>10</b>³ litres", "10^3 litres"),
        ("10<sup>1234567</sup>", "10^1234567"),
    ],
)
def test_raised_figures_stay_apart(source: str, text: str) -> None:
    assert _text(f"<p>{source}</p>") == text


def test_the_mark_of_a_footnote_that_stands_below_goes() -> None:
    assert _text(
        "<p>30<sup>1,2</sup> days, 10<sup>2</sup>.</p><p><sup>1</sup> a</p><p><sup>2</sup> b</p>"
    ) == ("30 days, 10^2.\n1 a\n2 b")


def test_a_formula_is_said_once() -> None:
    math = (
        "<math><semantics><mrow><mi>c</mi><mo>=</mo><msup><mi>a</mi><mn>2</mn></msup><mo>+</mo>"
        "<mfrac><mi>b</mi><mn>24</mn></mfrac></mrow><annotation>c=a^2</annotation></semantics></math>"
    )
    drawn = f'<span>{math}</span><span aria-hidden="true">c=a2</span>'
    assert _text(f"<p>So {drawn} holds.</p>") == "So c=a^2+b/24 holds."


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x_1^2"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "∛x"),
        ("<mtable><mtr><mtd>a</mtd><mtd>b</mtd></mtr><mtr><mtd>c</mtd></mtr></mtable>", "a, b; c"),
    ],
)
def test_forms_of_formulas(source: str, said: str) -> None:
    assert _text(f"<p><math>{source}</math></p>") == said


@pytest.mark.parametrize("inner", ["<math><msup><mi>r</mi><mn>2</mn></msup></math>", ""])
def test_what_mathjax_draws_is_said_once(inner: str) -> None:
    drawn = f'<span class="MathJax_Preview">?</span><span class="MathJax">r2{inner}</span>'
    assert _text(f'<p>Area {drawn}<script type="math/tex">r^2</script> m</p>') == "Area r^2 m"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('Thanks <span style="font-family:Wingdings">J</span>', "Thanks ☺"),
        ('<font face="Wingdings">ü</font> done', "✓ done"),
        ('<span style="font-family:Symbol">b&pound;</span> 5', "β≤ 5"),
        ('<span style="font-family:Arial">J</span>', "J"),
    ],
)
def test_letters_in_fonts_of_symbols_are_what_they_draw(source: str, said: str) -> None:
    assert _text(f"<p>{source}</p>") == said


@pytest.mark.parametrize("bracket", ["", "<rp>(</rp>"])
def test_the_reading_of_a_word_stands_behind_it(bracket: str) -> None:
    assert _text(f"<p><ruby>東京{bracket}<rt>とう</rt></ruby>支社</p>") == "東京(とう)支社"


def test_word_lists_are_lists() -> None:
    item = "<p class=MsoListParagraph{}><span>·<span>&nbsp; </span></span>{}</p>"
    body = item.format("CxSpFirst", "Sign") + item.format("CxSpLast", "Go") + "<p>After</p>"
    assert _text(body) == "- Sign\n- Go\nAfter"
