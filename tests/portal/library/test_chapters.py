"""Chapters are those that the owner marked, else of even length, and begin where topics turn."""

from __future__ import annotations

from itertools import accumulate

import pytest

from portal.library.chapters import Chapter, Chapters, chapters_of
from portal.library.spoken import Line

TOPICS = {
    "Parking": "cars park behind the building where every space has a number painted on it.",
    "Lunch": "soup, salad and bread are served in the canteen on the ground floor each noon.",
    "Badges": "security prints badges at reception after looking at a passport or licence.",
}


def _lines(step_s: float, *texts: str) -> list[Line]:
    return [Line(step_s * n, step_s * (n + 1), text) for n, text in enumerate(texts)]


def _talk(times: int = 8) -> list[Line]:
    """Three topics of so many sentences, a line each, told at one pace of some ten seconds."""
    said = [
        f"{topic}: {words}" if number == 0 else f"Sentence {number} says: {words}"
        for topic, words in TOPICS.items()
        for number in range(times)
    ]
    ends_s = list(accumulate(len(one) / 9 for one in said))
    return [
        Line(start_s, end_s, one)
        for start_s, end_s, one in zip([0.0, *ends_s], ends_s, said, strict=False)
    ]


def test_they_begin_where_the_words_change_and_are_named_by_what_is_said_first() -> None:
    lines = _talk()
    found = chapters_of(lines)
    assert not found.is_marked
    assert found.listed == tuple(
        Chapter(lines[n].start_s, lines[n + 7].end_s, lines[n].text) for n in (0, 8, 16)
    )


def test_those_that_the_owner_marked_go_before() -> None:
    lines = _talk()
    for number, title in ((2, "Where to park"), (9, "Lunch & more")):
        old = lines[number]
        lines[number] = Line(old.start_s, old.end_s, old.text, title)
    assert chapters_of(lines) == Chapters(
        (
            Chapter(lines[2].start_s, lines[9].start_s, "Where to park"),
            Chapter(lines[9].start_s, lines[-1].end_s, "Lunch & more"),
        ),
        is_marked=True,
    )


@pytest.mark.parametrize("lines", [[], _lines(5.0, "Hello."), _lines(11.9, *["Word."] * 10)])
def test_a_short_recording_has_none(lines: list[Line]) -> None:
    assert chapters_of(lines) == Chapters()


def test_they_are_even_if_nothing_tells_where_the_topic_turns() -> None:
    """An hour of one word has chapters of about five minutes; none is twice as long."""
    lengths = [one.end_s - one.start_s for one in chapters_of(_lines(6.0, *["Word."] * 600)).listed]
    assert sum(lengths) == 3600
    assert all(200 < one < 450 for one in lengths)


def test_a_name_is_a_sentence_that_begins_there_and_says_enough() -> None:
    """Captions without a sentence a line are cut anywhere, and "So." names nothing."""
    halves = ["and that was", "all of it. So. Now", "we talk about bread", "and butter"]
    found = chapters_of(_lines(10.0, *(halves * 6))).listed
    assert len(found) > 1
    assert all(one.title.startswith(("and that was", "So. Now we", "Now we talk")) for one in found)
    long = chapters_of(_lines(30.0, *["word " * 60] * 8))
    assert all(len(one.title) <= 90 for one in long.listed)
