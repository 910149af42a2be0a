"""What text recognition saw becomes lines; what is unsure is never quoted."""

from __future__ import annotations

import pytest

from index.readers.scans.recognised import (
    LEFT_OUT,
    RecognisedLine,
    RecognisedPage,
    page_lines_of,
    pages_from_json,
    pages_to_json,
    said_in_pages,
)


def _page(*lines: tuple[str, float, float], number: int = 1) -> RecognisedPage:
    """Lines as (text, size, confidence), one below the other."""
    found = (
        RecognisedLine(text, 72, 300, 700 - 14 * row, size, sure)
        for row, (text, size, sure) in enumerate(lines)
    )
    return RecognisedPage(number, 842, tuple(found))


def test_confidence_is_the_mean_over_characters() -> None:
    assert _page(("abcdefghi", 10, 1.0), ("x", 10, 0.5)).confidence == 0.95
    assert _page().confidence == 1.0


def test_sizes_are_those_of_most_text_or_a_clear_step_away() -> None:
    page = _page(
        ("A heading", 20.4, 1), ("Most of the text is here.", 10.2, 1), ("Short", 11.9, 1),
        ("and a footnote", 6.9, 1),
    )  # fmt: skip
    sizes = [line.size for line in page_lines_of([page])[1]]
    assert sizes[1] == sizes[2] == 10.2
    assert sizes[0] >= 1.6 * 10.2
    assert sizes[3] <= 0.8 * 10.2


def test_unsure_lines_leave_one_mark_in_their_place() -> None:
    page = _page(("You have", 10, 0.99), ("thjrtv", 10, 0.7), ("dajs", 10, 0.5), ("off.", 10, 0.95))
    assert [line.text for line in page_lines_of([page])[1]] == ["You have", LEFT_OUT, "off."]
    assert page.left_out == 2


def test_sentences_that_were_seen_as_one_are_parted() -> None:
    page = _page(
        ("Closed on Monday.You pay £1,500,which is back by 9,5. See fernhill.Example.", 10, 0.99)
    )
    [line] = page_lines_of([page])[1]
    assert (
        line.text == "Closed on Monday. You pay £1,500, which is back by 9,5. See fernhill.Example."
    )


def test_an_audience_counts_even_if_its_line_is_unsure() -> None:
    """What may restrict a page is never lost to a threshold."""
    page = _page(("Pay bands", 20, 0.99), ("Audience: managers", 10, 0.6))
    assert said_in_pages([page]) == "managers"


def test_pages_come_back_from_json() -> None:
    pages = (_page(("Words", 10, 0.9)), _page(number=2))
    assert pages_from_json(pages_to_json(pages)) == pages


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[{}]",
        b'[{"number":0,"height":842,"lines":[]}]',
        b'[{"number":1,"height":1e99,"lines":[]}]',
        b'[{"number":1,"height":842,"lines":[{"text":"a","x":0,"end_x":1,"y":0,"size":0,'
        b'"confidence":1}]}]',
        b'[{"number":1,"height":842,"lines":[{"text":"a","x":0,"end_x":1,"y":0,"size":1,'
        b'"confidence":2}]}]',
    ],
)
def test_what_nothing_of_ours_writes_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        pages_from_json(data)
