"""Files that say nearly the same are told with what differs in them, and served each."""

from __future__ import annotations

from index.content.entry import Entry
from index.readers.documents import Document, Section
from index.reporting.near_copies import NearCopy, near_copies
from snapshot.models import Whole
from tests.fakes.content import resource

TEXT = " ".join(f"Rule {number} holds for all who work at site {number}." for number in range(30))


def _entry(path: str, text: str) -> Entry:
    return Entry(resource(path), Document(sections=(Section((), Whole(), (text,)),)))


def test_the_first_differences_are_told() -> None:
    policy = f"{TEXT} Staff in Germany have 26 days of leave, and managers approve it."
    other = policy.replace("Germany", "France").replace("26 days", "30 days")
    other = other.replace("managers ", "")
    entries = [_entry("a.md", policy), _entry("b.md", "Short."), _entry("c.md", other)]
    assert near_copies([*entries, _entry("d.md", "Quite another text. " * 20)]) == (
        NearCopy("a.md", "c.md", 0.95, (("germany", "france"), ("26", "30"), ("managers", ""))),
    )


def test_texts_that_share_a_part_are_not_nearly_the_same() -> None:
    other = " ".join(f"Step {number} begins at the {number}th door." for number in range(60))
    assert near_copies([_entry("a.md", TEXT), _entry("b.md", f"{TEXT} {other}")]) == ()
