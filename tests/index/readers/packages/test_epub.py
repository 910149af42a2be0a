"""Books: the order of their chapters, their titles, and what keeps one from being read."""

from __future__ import annotations

import io
import zipfile

import pytest

from errors import ReadError
from index.readers import reader
from index.readers.documents import Document
from snapshot.models import Heading

_CONTAINER = '<container><rootfiles><rootfile full-path="OPS/b.opf"/></rootfiles></container>'
_NAV = """<html xmlns:epub="http://www.idpf.org/2007/ops"><body>
<nav epub:type="toc"><ol>{}</ol></nav>
<nav epub:type="landmarks"><ol><li><a epub:type="cover" href="cover.xhtml">Cover</a></li></ol></nav>
</body></html>"""


def book(
    pages: dict[str, str],
    *,
    toc: str = "",
    metadata: str = "<dc:title>Handbook</dc:title>",
    spine: tuple[str, ...] = (),
    more: dict[str, str] | None = None,
) -> bytes:
    """An EPUB of these pages in the order of `spine`, else theirs."""
    items = "".join(
        f'<item id="i{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in pages
    )
    order = "".join(f'<itemref idref="i{name}"/>' for name in spine or pages)
    package = f"""<?xml version="1.0"?><package xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata>{metadata}</metadata><manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}
    </manifest><spine><itemref idref="nav"/>{order}</spine></package>"""
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        "OPS/b.opf": package,
        "OPS/nav.xhtml": _NAV.format(toc),
    }
    files |= {f"OPS/{name}": f"<html><body>{body}</body></html>" for name, body in pages.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in (files | (more or {})).items():
            archive.writestr(name, text)
    return out.getvalue()


def _read(data: bytes) -> Document:
    return reader.read(data, "handbook.epub")


def _said(document: Document) -> list[tuple[tuple[str, ...], str]]:
    return [(section.heading_path, section.text) for section in document.sections]


def test_chapters_come_in_the_order_of_the_spine() -> None:
    pages = {"b.xhtml": "<h1>Second</h1><p>Two.</p>", "a.xhtml": "<h1>First</h1><p>One.</p>"}
    document = _read(book(pages, spine=("a.xhtml", "b.xhtml")))
    assert document.title == "Handbook"
    assert _said(document) == [(("First",), "One."), (("Second",), "Two.")]
    assert document.sections[1].locator == Heading("second", "Second")


def test_a_chapter_without_a_heading_has_the_title_of_the_contents() -> None:
    """A page that the contents do not name goes on with the chapter before."""
    toc = (
        '<li><a href="a.xhtml#start">Travel</a><ol><li><a href="b.xhtml">By rail</a></li></ol></li>'
    )
    pages = {"a.xhtml": "<p>One.</p>", "b.xhtml": "<p>Two.</p>", "c.xhtml": "<p>Three.</p>"}
    assert _said(_read(book(pages, toc=toc))) == [
        (("Travel",), "One."),
        (("Travel", "By rail"), "Two.\n\nThree."),
    ]


def test_headings_stand_at_the_level_of_the_contents() -> None:
    """Each chapter begins with an <h2> or an <h1>, as whoever made the page pleased."""
    toc = '<li><a href="a.xhtml">A</a></li><li><a href="b.xhtml">B</a></li>'
    pages = {"a.xhtml": "<h1>A</h1><p>1</p>", "b.xhtml": "<h2>B</h2><h3>C</h3><p>2</p>"}
    assert _said(_read(book(pages, toc=toc))) == [(("A",), "1"), (("B", "C"), "2")]


def test_what_stands_before_a_chapters_heading_belongs_to_it() -> None:
    pages = {
        "a.xhtml": "<h1>A</h1><p>1</p>",
        "b.xhtml": "<p>Chapter two of this book</p><h1>B</h1><p>2</p>",
    }
    assert _said(_read(book(pages)))[1] == (("B",), "Chapter two of this book\n\n2")


def test_covers_and_lists_of_contents_are_no_content() -> None:
    pages = {"cover.xhtml": "<p>Buy this book</p>", "a.xhtml": "<h1>A</h1><p>One.</p>"}
    assert _said(_read(book(pages))) == [(("A",), "One.")]


def test_the_contents_of_an_older_book_give_titles_too() -> None:
    ncx = """<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://x.example/n.dtd">
    <ncx><navMap><navPoint><navLabel><text>Leave</text></navLabel>
    <content src="a.xhtml"/></navPoint></navMap></ncx>"""
    data = book({"a.xhtml": "<p>One.</p>"}, more={"OPS/toc.ncx": ncx})
    item = b'<item id="x" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
    assert _said(_read(_edited(data, "OPS/b.opf", b"</manifest>", item))) == [(("Leave",), "One.")]


def _edited(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(out, "w") as written:
        for one in read.namelist():
            text = read.read(one)
            written.writestr(one, text.replace(old, new) if one == name else text)
    return out.getvalue()


@pytest.mark.parametrize(
    "more",
    [
        {"META-INF/encryption.xml": '<e><EncryptionMethod Algorithm="aes256-cbc"/></e>'},
        {"META-INF/rights.xml": "<rights/>"},
        {"META-INF/license.lcpl": "{}"},
    ],
)
def test_a_locked_book_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(ReadError, match="locked by digital rights management"):
        _read(book({"a.xhtml": "<p>x</p>"}, more=more))


def test_scrambled_fonts_lock_nothing() -> None:
    way = '<e><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></e>'
    data = book({"a.xhtml": "<h1>A</h1><p>One.</p>"}, more={"META-INF/encryption.xml": way})
    assert _said(_read(data)) == [(("A",), "One.")]


def test_for_whom_a_book_is_counts() -> None:
    said = '<dc:title>H</dc:title><meta property="dcterms:audience">managers</meta>'
    pages = {"a.xhtml": "<h1>A</h1><p>One.</p>"}
    assert _read(book(pages, metadata=said)).metadata == {"audience": ["managers"]}
    pages["a.xhtml"] = '<meta name="audience" content="managers"/><h1>A</h1><p>One.</p>'
    with pytest.raises(ReadError, match=r"a\.xhtml says who may see it"):
        _read(book(pages))


def test_a_chapter_that_is_for_some_makes_the_book_so() -> None:
    """It may stand far behind the beginning, where that of other files is looked for."""
    pages = {"a.xhtml": f"<h1>A</h1><p>{'One. ' * 200}</p>"}
    pages["b.xhtml"] = "<h1>B</h1><p>Audience: managers</p><p>Two.</p>"
    assert _read(book(pages)).said_audience == "managers"


def test_withdrawn_words_are_left_out() -> None:
    pages = {"a.xhtml": "<h1>A</h1><p>One <del>old</del> <s>older</s>.</p>"}
    assert "old" not in _read(book(pages)).sections[0].text


def test_entities_are_not_unfolded() -> None:
    container = '<!DOCTYPE c [<!ENTITY a "aaaaaaaa">]><container>&a;</container>'
    with pytest.raises(ReadError, match="declares XML entities"):
        _read(book({"a.xhtml": "<p>x</p>"}, more={"META-INF/container.xml": container}))
