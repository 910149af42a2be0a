"""reStructuredText: ids as Sphinx gives them, and nothing of docutils' own on a card."""

from __future__ import annotations

from pathlib import Path

import pytest

from errors import ReadError
from index.readers import reader
from index.readers.documents import Document, Section
from snapshot.models import Heading, Link


def _read(text: str) -> Document:
    return reader.read(text.encode(), "leave.rst")


def _only(text: str) -> Section:
    [section] = _read(f"Leave\n=====\n\n{text}\n").sections
    return section


def test_sections_have_the_ids_of_sphinx() -> None:
    """A label before a heading is a second id, and headings that repeat are numbered."""
    document = _read(
        "T\n=\n\n.. _lb:\n\nHow to ask\n----------\n\nOne.\n\nHow to ask\n----------\n\nTwo.\n"
    )
    assert document.title == "T"
    assert [section.locator for section in document.sections] == [
        Heading("how-to-ask", "How to ask"),
        Heading("id1", "How to ask"),
    ]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (":ref:`the form <leave-form>`", "the form"),
        (":ref:`leave-form`", "leave form"),
        (":term:`FTE`", "FTE"),
        (":guilabel:`&Save`", "Save"),
        (":menuselection:`File --> Open`", "File → Open"),
        (":py:func:`~pkg.mod.run`", "run"),
        (":file:`/etc/{name}.conf`", "/etc/name.conf"),
        (":house-role:`kept`", "kept"),
        ("`missing`_", "missing"),
        ("30 [1]_ days.\n\n.. [1] Of work", "30 days.\n\nOf work"),
        (".. note:: Ask first.", "Note\n\nAsk first."),
        (".. dropdown:: More\n   :icon: x\n\n   Inside.", "More\n\nInside."),
        (".. code-block:: sh\n   :linenos:\n   :caption: c\n\n   run it", "run it"),
        (".. deprecated:: 2.1\n   Use B.", "Deprecated since version 2.1 Use B."),
        (".. only:: html and not latex\n\n   On the site.", "On the site."),
        (".. sidebar:: Hint\n\n   Beside.", "Hint\n\nBeside."),
        ("==  ==\nA   B\n==  ==\n1   2\n==  ==", "A: 1; B: 2"),
    ],
)
def test_what_sphinx_adds_keeps_its_words(source: str, shown: str) -> None:
    assert _only(source).text == shown


@pytest.mark.parametrize(
    "source",
    [
        ".. toctree::\n   :maxdepth: 2\n\n   secret",
        ".. only:: internal\n\n   secret",
        ".. todo:: secret",
        ".. raw:: html\n\n   <b>secret</b>",
        ".. role:: raw-html(raw)\n   :format: html\n\nx :raw-html:`<i>secret</i>`",
        ".. a comment: secret",
        ".. automodule:: secret",
        ".. no-such-thing: secret",
    ],
)
def test_what_is_no_text_of_the_page_is_left_out(source: str) -> None:
    assert "secret" not in _only(f"Text.\n\n{source}").text


@pytest.mark.parametrize(
    "source",
    [
        ".. include:: {0}",
        ".. literalinclude:: {0}",
        ".. csv-table:: T\n   :file: {0}",
        ".. raw:: html\n   :file: {0}",
    ],
)
def test_no_other_file_is_inserted(source: str, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("secret,words\n")
    document = _read(f"T\n=\n\nText.\n\n{source.format(tmp_path / 'other.txt')}\n")
    assert document.sections[0].text == "Text."
    assert document.notes


def test_messages_of_docutils_are_notes_and_no_text() -> None:
    document = _read("T\n=\n\nText.\n\n.. image::\n\n:unfinished:`x\n\n====\nRow\n== ==\n")
    assert "rror" not in "".join(section.text for section in document.sections)
    assert any(note.startswith("docutils could not read a part") for note in document.notes)


def test_a_long_line_does_not_empty_the_file() -> None:
    assert _only(f"Text.\n\n{'word ' * 4_000}").text.startswith("Text.\n\nword word")


def test_links_to_other_pages_name_their_files() -> None:
    section = _only(":doc:`next page <../pay/grades>` and :doc:`/about`")
    assert section.links == (Link(0, 9, "../pay/grades.rst"), Link(14, 19, "/about.html"))


@pytest.mark.parametrize(
    "source",
    [
        ":Audience: managers\n:Owner: HR\n\nT\n=\n\nText.\n",
        "=\nT\n=\n\n:Audience: managers\n:Owner: HR\n\nText.\n",
        "---\naudience: managers\nowner: HR\n---\nT\n=\n\nText.\n",
        "T\n=\n\n.. meta::\n   :audience: managers\n   :owner: HR\n\nText.\n",
    ],
)
def test_fields_say_who_may_see_it(source: str) -> None:
    found = _read(source)
    assert found.metadata["audience"] in ("managers", ["managers"])
    assert [section.text for section in found.sections] == ["Text."]


@pytest.mark.parametrize(
    "source",
    [
        ":audience: managers\n:Audience: everyone\n\nT\n=\n\nText.\n",
        "---\naudience: managers\n---\n:audience: everyone\n\nT\n=\n\nText.\n",
        ".. audience: managers\n\nT\n=\n\nText.\n",
        "T\n=\n\nText.\n\n---\naudience: managers\nowner: HR\n---\n",
    ],
)
def test_fields_that_are_unclear_refuse_the_file(source: str) -> None:
    with pytest.raises(ReadError):
        _read(source)
