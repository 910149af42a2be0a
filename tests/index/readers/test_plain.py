"""Plain text, where blank lines and habits show the structure."""

from index.readers import plain
from index.readers.documents import Document
from snapshot.models import Fragment


def _read(source: str) -> Document:
    return plain.read(source.encode(), "note.txt")


def test_a_line_alone_is_the_title_or_a_heading() -> None:
    document = _read("Printing\n\nThere is one queue.\n\nFirst time\n\nHold your badge up.")
    assert document.title == "Printing"
    assert [(s.heading_path, s.locator, s.blocks) for s in document.sections] == [
        ((), Fragment("There is one queue."), ("There is one queue.",)),
        (("First time",), Fragment("Hold your badge up."), ("Hold your badge up.",)),
    ]


def test_a_place_is_named_by_the_first_words_under_the_heading() -> None:
    """The heading's own words may stand elsewhere in the text before."""
    [section] = _read(
        "Title\n\nCash\n\nPrefer cards to cash wherever you can do so at all."
    ).sections
    assert section.locator == Fragment("Prefer cards to cash wherever you can do")


def test_long_texts_are_grouped_as_suits_a_card() -> None:
    paragraph = "word " * 79 + "end."
    sections = _read("\n\n".join([paragraph] * 5)).sections
    assert [len(section.blocks) for section in sections] == [2, 2, 1]


def test_lines_broken_to_fit_a_window_are_joined() -> None:
    source = "This is a text that was broken at some sixty columns or there-\nabouts, as mails are."
    assert _read(source).sections[0].blocks == (
        "This is a text that was broken at some sixty columns or thereabouts, as mails are.",
    )


def test_lists_and_addresses_keep_their_lines() -> None:
    source = "Bring:\n- a badge\n  with photo\n- a pen\n\nFernhill\nTannery Wharf 1\nLeeds"
    assert _read(source).sections[0].blocks == (
        "Bring:\n- a badge with photo\n- a pen",
        "Fernhill\nTannery Wharf 1\nLeeds",
    )


def test_rules_of_dashes_are_no_text() -> None:
    document = _read("Printing\n========\n\nOne queue.\n\n-----\n\nTwo queues.")
    assert document.title == "Printing"
    assert document.sections[0].blocks == ("One queue.", "Two queues.")


def test_one_line_is_text_and_no_title() -> None:
    assert _read("Just one line").sections[0].blocks == ("Just one line",)


def test_nothing_is_nothing() -> None:
    assert _read(" \n\n ") == Document()


def test_front_matter_is_metadata() -> None:
    document = _read("---\naudience: managers\n---\nPrinting\n\nOne queue.")
    assert (document.metadata, document.title) == ({"audience": "managers"}, "Printing")
