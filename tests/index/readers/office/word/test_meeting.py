"""What was said in a meeting is read as turns of its speakers."""

from __future__ import annotations

import re

import pytest

from index.readers.documents import Document, Section
from index.readers.office.word.meeting import as_spoken
from snapshot.models import Whole


def _spoken(*blocks: str) -> tuple[str, ...]:
    return as_spoken(Document(sections=(Section((), Whole(), blocks),))).sections[0].blocks


@pytest.mark.parametrize(
    "blocks",
    [
        ("Bell, Ann   0:03\nThe fee is nine.", "Bell, Ann   0:09\nAsk the\ndesk.",
         "Bob Lee   1:02:12\nI see."),
        ("00:00:03.120 --> 00:00:06.400", "Bell, Ann", "The fee is nine.",
         "00:00:06.400 --> 00:00:09.000", "Bell, Ann", "Ask the", "desk.",
         "00:00:09.000 --> 00:00:12.000", "Bob Lee", "I see."),
        ("0:0:3.120 --> 0:0:6.400\nBell, Ann\nThe fee is nine.",
         "0:0:6.400 --> 0:0:9.0\nBell, Ann\nAsk the desk.",
         "0:0:9.0 --> 0:0:12.0\nBob Lee\nI see."),
    ],
)  # fmt: skip
def test_turns_name_their_speaker_where_that_changes(blocks: tuple[str, ...]) -> None:
    title, ann, bob = _spoken("Weekly meeting", *blocks)
    assert title == "Weekly meeting"
    assert (
        re.sub(r"\([\d:]+\)", "(at)", ann) == "Bell, Ann (at): The fee is nine. (at) Ask the desk."
    )
    assert re.sub(r"\([\d:]+\)", "(at)", bob) == "Bob Lee (at): I see."


def test_the_time_of_each_turn_is_kept() -> None:
    blocks = ("Ann   0:03\nNine.", "Ann   0:09\nAsk.", "Bob   1:02:12\nI see.")
    assert _spoken(*blocks) == ("Ann (0:03): Nine. (0:09) Ask.", "Bob (1:02:12): I see.")


def test_a_document_with_times_in_it_is_none() -> None:
    blocks = ("We open at 8:30\nand close at 17:00.", "Lunch is free.", "Ask the desk.")
    assert _spoken(*blocks) == blocks
