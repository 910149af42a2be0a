"""Documents between a reader's process and ours."""

import json
from typing import Any

import pytest

from index.readers.documents import (
    Cue,
    Document,
    Section,
    Tally,
    document_from_json,
    document_to_json,
    placed,
)
from snapshot.models import Fragment, Heading, Link, Page, Slide, Whole


def test_a_document_comes_back_as_it_was() -> None:
    document = Document(
        title="Reisekosten",
        metadata={"title": "x", "tags": ["a"]},
        language="de",
        notes=("read by guess",),
        anchors={"mkdocs": {"b": "b_1"}},
        tally=Tally(4, (2, 3), (3,), tables=1, images=5, images_unnamed=2),
        sections=(
            Section((), Whole(), ("Erst",)),
            Section(
                ("A", "B"),
                Heading("b", "B"),
                ("Absatz", "- Liste\n- noch"),
                (Link(0, 6, "b.md"), Link(10, 15, "https://c.example/")),
            ),
            Section((), Page(4), ("vier",)),
            Section((), Slide(2), ("zwei",)),
            Section((), Fragment("Die ersten Worte"), ("Die ersten Worte zählen",)),
        ),
    )
    assert document_from_json(document_to_json(document)) == document


def test_a_transcript_comes_back_as_it_was() -> None:
    document = Document(cues=(Cue(0.0, 2.5, "Hello"), Cue(2.5, 4.0, "there", "Places")))
    assert document_from_json(document_to_json(document)) == document


def _written(**changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "title": None, "metadata": {}, "language": None, "sections": [], "cues": [],
        "notes": [], "anchors": {}, "tally": {}, "said_audience": "", "duration_minutes": None,
        "launch": "", "members": [],
    }  # fmt: skip
    return json.dumps(fields | changes).encode()


def test_the_least_that_is_a_document() -> None:
    """What the tests below change one thing of is none of it wrong before."""
    section: Any = [["a"], {"page": 1}, ["x"], [[0, 1, "y"]], ["asked"]]
    found = document_from_json(_written(sections=[section]))
    assert found.sections == (Section(("a",), Page(1), ("x",), (Link(0, 1, "y"),), ("asked",)),)
    assert document_from_json(_written(cues=[[0, 1, "x", ""]])).cues == (Cue(0, 1, "x"),)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"not json",
        b"[" * 100_000,
        b'{"title": "' + b"\xff" + b'"}',
        _written(title=5),
        _written(metadata=[]),
        _written(title="half \ud800"),
        _written(sections=[[["a"], {"page": 0}, ["x"], [], []]]),
        _written(sections=[[["a"], {"page": True}, ["x"], [], []]]),
        _written(sections=[[["a"], {"page": 1}, [5], [], []]]),
        _written(sections=[[["a"], {"nowhere": 1}, ["x"], [], []]]),
        _written(sections=[[["a"], {}, ["x"], [[-1, 1, "y"]], []]]),
        _written(sections=[[["a"], {}, ["x"], [[0, 1, None, ""]], []]]),
        _written(sections=["x"]),
        _written(sections=[[["a"], {}, ["x"], [], [5]]]),
        _written(tally={"pages": -1}),
        _written(tally={"blank": "all"}),
        _written(cues=[[2, 1, "ends before it begins", ""]]),
        _written(cues=[[-1, 1, "before the beginning", ""]]),
        _written(cues=[[0, 10**400, "endless", ""]]),
        _written(cues=[[0, 1, None, ""]]),
        _written(sections=[[[], {}, ["x"], [], []]], cues=[[0, 1, "x", ""]]),
        _written(cues=[[0, float("nan"), "no number", ""]]),
    ],
)
def test_anything_else_is_no_document(data: bytes) -> None:
    """What a hostile file made of its reader may say anything."""
    with pytest.raises(ValueError):
        document_from_json(data)


def test_links_are_found_by_their_words_in_the_order_of_the_text() -> None:
    """Whole words only: the `it` in `with` is none. An address of a person is no link."""
    text = "with it, leave and leave: HR knows"
    found = [("it", "a"), ("leave", "b"), ("leave", "c"), ("HR", "mailto:hr@x.example"), ("x", "d")]
    assert placed(text, found, start=100) == [
        Link(105, 107, "a"),
        Link(109, 114, "b"),
        Link(119, 124, "c"),
    ]
