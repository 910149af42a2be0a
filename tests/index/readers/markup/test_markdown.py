"""Markdown as GitHub, mkdocs, Jekyll and 11ty know it."""

import time
from textwrap import dedent

import pytest

from errors import ReadError
from index.readers.documents import Document, Section
from index.readers.markup import markdown
from index.readers.markup.markdown import unfold
from snapshot.models import Heading, Whole
from tests.fakes import hostile


def _read(source: str) -> Document:
    return markdown.read(dedent(source).encode(), "page.md")


def _blocks(source: str) -> tuple[str, ...]:
    [section] = _read(source).sections
    return section.blocks


def test_sections_follow_the_headings_and_carry_their_published_ids() -> None:
    document = _read(
        """
        # Annual leave

        Everyone has 26 days.

        ## How many days?

        More later.

        ### Part time

        In proportion.

        ## How many days?

        Again.
        """
    )
    assert document.title == "Annual leave"
    assert document.sections == (
        Section((), Whole(), ("Everyone has 26 days.",)),
        Section(("How many days?",), Heading("how-many-days", "How many days?"), ("More later.",)),
        Section(
            ("How many days?", "Part time"), Heading("part-time", "Part time"), ("In proportion.",)
        ),
        Section(("How many days?",), Heading("how-many-days-1", "How many days?"), ("Again.",)),
    )


@pytest.mark.parametrize(
    ("heading", "anchor", "text"),
    [
        ("## Costs {#own-id}", "own-id", "Costs"),
        ("## Costs {: #own .wide }", "own", "Costs"),
        ("## Costs {.wide}", "costs", "Costs"),
        ("## Use `pip` & *co*", "use-pip--co", "Use pip & co"),
        ("## [Linked](x.md) words", "linked-words", "Linked words"),
        ("Underlined\n---", "underlined", "Underlined"),
        ('<h2 id="there">Raw</h2>\n', "there", "Raw"),
        ("<h2>Raw without id</h2>\n", "", "Raw without id"),
    ],
)
def test_an_id_is_the_authors_else_the_generators(heading: str, anchor: str, text: str) -> None:
    """Embedded HTML gets none from the generator."""
    [section] = _read(f"{heading}\n\nWords.").sections
    assert section.locator == Heading(anchor, text)


def test_front_matter_is_metadata_and_its_title_counts() -> None:
    document = _read("---\ntitle: Leave &amp; more\nlayout: page\n---\n# Leave & more\n\nText.")
    assert document.metadata == {"title": "Leave &amp; more", "layout": "page"}
    assert document.sections == (Section((), Whole(), ("Text.",)),)


def test_a_heading_unlike_the_title_in_front_matter_stays() -> None:
    document = _read("---\ntitle: Design\n---\n# Joining the design team\n\nText.")
    [section] = document.sections
    assert section.heading_path == ("Joining the design team",)


def test_links_keep_their_words_and_images_a_description_that_says_something() -> None:
    source = (
        "See [the guide](g.md) at <https://x.example>. ![logo](a.png) "
        "![A badge with a photo](b.png)"
    )
    assert _blocks(source) == ("See the guide at https://x.example. A badge with a photo",)


@pytest.mark.parametrize(
    "source",
    [
        r"Many \[authorities](a.md) exist.",
        "Many [authorities](../a b.md) exist.",
        "Many [authorities] (https://x.example/a) exist.",
    ],
)
def test_links_that_are_none_keep_their_words_too(source: str) -> None:
    assert _blocks(source) == ("Many authorities exist.",)


def test_a_list_has_an_item_a_line_and_nested_ones_further_in() -> None:
    source = """
        1. First
           wrapped
        2. Second, in
           two paragraphs.

           The other.
           - inner
             - innermost
        3. With code:

               run me
        """
    assert _blocks(source) == (
        "1. First wrapped\n2. Second, in two paragraphs. The other.\n  - inner\n    - innermost\n"
        "3. With code:\n  run me",
    )


def test_a_list_counts_on_from_where_it_starts_and_boxes_to_tick_go() -> None:
    assert _blocks("3. a\n4. b") == ("3. a\n4. b",)
    assert _blocks("- [ ] a\n- [x] b") == ("- a\n- b",)


def test_a_table_names_its_columns_in_every_row() -> None:
    source = "| Grade | Days |\n|---|---|\n| A | **26** |\n| B | 28<br>or 30 |"
    assert _blocks(source) == ("Grade: A; Days: 26\nGrade: B; Days: 28, or 30",)


def test_code_is_a_block_as_it_stands() -> None:
    assert _blocks("Run:\n\n```sh\nif x\n  then {{ y }}\n```\n") == (
        "Run:",
        "if x\n  then {{ y }}",
    )


def test_embedded_html_is_text_and_comments_are_gone() -> None:
    source = """
        <div class="box"><p>Boxed <b>words</b></p></div>

        <!-- nobody sees this -->

        <details><summary>More</summary>

        - item

        </details>

        <style>p { color: red }</style>
        """
    assert _blocks(source) == ("Boxed words", "More", "- item")


def test_words_in_angle_brackets_are_words() -> None:
    assert _blocks("Commit to <your branch> now.") == ("Commit to <your branch> now.",)


def test_a_layout_table_is_read_as_what_stands_in_it() -> None:
    source = "<table><tr><td><h3>Left</h3><p>a</p></td><td>b</td></tr></table>"
    assert [section.blocks for section in _read(source).sections] == [("a", "b")]


def test_template_tags_boxes_and_footnotes_are_plain_words() -> None:
    source = """
        {% alert "Mind it" %}
        Ask in {% slack_channel "dev" %}.[^1]
        {% endalert %}

        !!! note "Boxed"
            Words.

        [^1]: A note.
        """
    assert _blocks(source) == ("Mind it", "Ask in #dev.", "Boxed", "Words.", "A note.")


def test_a_tag_at_the_beginning_of_a_line_after_a_link_is_no_heading() -> None:
    """Once it was replaced by `#` there, and the rest of the section was lost."""
    source = 'See [it](https://x.example/#a).\n\nAsk in\n{% slack_channel "dev" %} first.'
    assert _blocks(source) == ("See it.", "Ask in #dev first.")


def test_a_redirect_without_text_has_no_sections() -> None:
    document = _read("---\ntitle: Moved\nredirect_to: /elsewhere/\n---\n")
    assert document.sections == ()
    assert document.metadata["redirect_to"] == "/elsewhere/"


def test_a_language_is_taken_from_front_matter() -> None:
    assert _read("---\nLang: de\n---\nWorte.").language == "de"


def test_a_windows_file_is_read() -> None:
    data = "# Résumé\r\n\r\nSchlüssel – “quoted”\r\n".encode("cp1252")
    document = markdown.read(data, "page.md")
    assert document.title == "Résumé"
    assert document.sections[0].blocks == ("Schlüssel – “quoted”",)


def test_a_table_of_thousands_of_columns_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(ReadError, match="a table of 3002 columns; at most 200 are read"):
        markdown.read(hostile.wide_table(3000), "wide.md")


def test_html_nested_without_end_is_refused() -> None:
    with pytest.raises(ReadError, match="nested more than 150 deep"):
        _read("<b>" * 1_000)


@pytest.mark.parametrize(
    "source",
    [
        "a " + " " * 200_000 + "b",
        "# a " + " " * 200_000 + "b",
        "|" * 200_000,
        "| - " * 50_000 + "x",
        ">" * 50_000,
        "[" * 20_000,
        "`a``b" * 20_000,
        "{# " * 20_000,
    ],
)
def test_no_pattern_of_ours_takes_forever(source: str) -> None:
    """Each of these took minutes with a pattern that tries every way to divide a run."""
    started = time.process_time()
    _read(source)
    assert time.process_time() - started < 30


def _unfolded(source: str) -> list[str]:
    return [block for block in unfold(source).split("\n\n") if block.strip()]


def test_a_box_of_mkdocs_gives_its_title_and_text() -> None:
    source = '!!! warning "Mind the gap"\n    First.\n\n    Second.\n\nAfter.'
    assert [block.strip() for block in _unfolded(source)] == [
        "Mind the gap",
        "First.",
        "Second.",
        "After.",
    ]


def test_boxes_stand_in_boxes_and_in_lists() -> None:
    source = "- item\n\n    !!! note\n        deep\n\n        ??? tip\n            deeper\n"
    assert unfold(source).split() == ["-", "item", "deep", "deeper"]
    assert "\n    deep\n" in unfold(source)


def test_tabs_give_their_names() -> None:
    source = '=== "Linux"\n    apt\n\n=== "Mac"\n    brew'
    assert [block.strip() for block in _unfolded(source)] == ["Linux", "apt", "Mac", "brew"]


def test_a_heading_underlined_is_no_tab() -> None:
    assert unfold("Heading\n===\n") == "Heading\n===\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (":::tip My tip\nText\n:::", ["My tip", "Text"]),
        (":::note[Read this]\nText\n:::", ["Read this", "Text"]),
        ("::: warning\nText\n:::", ["Text"]),
        ("> [!NOTE]\n> Text", ["> \n> Text"]),
        ("Text\n{: .class}", ["Text"]),
    ],
)
def test_other_marks_go(source: str, words: list[str]) -> None:
    assert [block.strip() for block in _unfolded(source)] == words


def test_a_footnote_is_a_paragraph_and_its_mark_goes() -> None:
    source = "Said[^1] so. A class is `[^a-z]`.\n\n[^1]: By whom\n    and when."
    said, note = _unfolded(source)
    assert said == "Said so. A class is `[^a-z]`."
    assert note.strip() == "By whom\nand when."


def test_code_samples_are_left_as_they_are() -> None:
    source = "```\n!!! note\n    x\n:::\n```"
    assert unfold(source) == source


def test_a_sample_in_a_box_keeps_its_own_indentation() -> None:
    source = "!!! note\n    ```\n    if x:\n        y\n    ```"
    assert "```\nif x:\n    y\n```" in unfold(source)


def test_two_spaces_at_a_lines_end_stay() -> None:
    """They are a line break."""
    assert unfold("a  \nb") == "a  \nb"
