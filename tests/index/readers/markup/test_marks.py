"""Marks that editors and generators add to Markdown."""

import pytest

from index.readers.markup import markdown
from index.readers.markup.marks import strip
from snapshot.models import Link


def _said(source: str) -> list[str]:
    document = markdown.read(source.encode(), "page.md")
    return [block for section in document.sections for block in section.blocks]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Pay {--9--}{++8++}, {~~25~>30~~} days {==now==}{>>ask<<}.", "Pay 8, 30 days now."),
        ("Pay ~9~ 8 within ~5 to ~10 days.", "Pay 8 within ~5 to ~10 days."),
        ("A ==bright **idea**== and ^^this^^.", "A bright idea and this."),
        ("Text. %%code 9931%% More.", "Text. More."),
        ("%%\nseveral\n\nlines\n%%\n\nText.", "Text."),
        ("Press ++ctrl+alt+del++ now.", "Press Ctrl+Alt+Del now."),
        ("* TOC\n{:toc}\n\ntext", "text"),
        ("- a\n- b\n{: .toc }", "- a\n- b"),
        ("H~2~O, 10^3^ m^2^", "H2O, 10^3 m²"),
        (
            "See [[Keys|the page]], [[Door plan]] and [[a/b#Part]]. ![[plan.png]]",
            "See the page, Door plan and a/b.",
        ),
        ("Text here. ^block1", "Text here."),
        ("Within 30^[Only staff.] days.", "Within 30 (Only staff.) days."),
        ("- check\n  id:: 64a-1\n  collapsed:: true", "- check"),
        ("![x](a.png){ width=300 } Text [here](b){target=_blank}.", "Text here."),
        (":material-key: Text", "Text"),
        ("Count: `= this.count` <% tp.now() %> end", "Count: end"),
        ("Term\n:   What it means.", "Term: What it means."),
        ('--8<-- "a.md"\n\n[TOC]\n\n[[_TOC_]]\n\nText.', "Text."),
        ("*[SLA]: Service Level Agreement", "SLA: Service Level Agreement"),
        ("```dataview\nTABLE x\n```\n\nText.", "Text."),
    ],
)
def test_what_a_mark_means_is_read(source: str, said: str) -> None:
    assert _said(source) == [said]


@pytest.mark.parametrize(
    "source",
    [
        "if x==y and y==z, C++ and D++, 50%% or 60%%, i++ and ++j, ~/a and ~/b",
        "`~~a~~ ==b== [[c]] %%d%%`",
        "```sh\n[[ -f x ]] && echo ++a++ ~b~\n```",
        "[[1]](https://x.example) and [[ -f x ]]",
        "10:30:20 and x^2 + y^2",
    ],
)
def test_what_only_looks_like_a_mark_stays(source: str) -> None:
    assert strip(source) == source


def test_a_link_of_a_wiki_leads_to_its_page() -> None:
    [section] = markdown.read(b"See [[Lost keys|the page]].", "page.md").sections
    assert section.links == (Link(4, 12, "Lost%20keys.md"),)


def test_openings_without_an_end_cost_little() -> None:
    source = "{-- [[a ==b %%c <% ++d++e " * 20_000
    assert strip(source).startswith("{-- [[a")
