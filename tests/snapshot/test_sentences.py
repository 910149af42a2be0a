"""A sentence ends where a reader says that it ends."""

import pytest

from snapshot.sentences import sentence_spans


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Use e.g. Paris. Then go.", ["Use e.g. Paris.", "Then go."]),
        ("Ask Dr. Smith. She knows.", ["Ask Dr. Smith.", "She knows."]),
        ("Version 4.2.1 is out. Update.", ["Version 4.2.1 is out.", "Update."]),
        ("It costs 5. Pay it.", ["It costs 5.", "Pay it."]),
        ("1. Open the form.\n2. Sign it.", ["1. Open the form.", "2. Sign it."]),
        ("- first item\n- second item", ["- first item", "- second item"]),
        ('He said "Go." Then he left.', ['He said "Go."', "Then he left."]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("J. R. Tolkien wrote it.", ["J. R. Tolkien wrote it."]),
        ("no end", ["no end"]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_sentences_are_found(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences
