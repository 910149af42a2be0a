"""Course packages of each standard: what is their text, what is hidden, and how they open."""

from __future__ import annotations

import io
import zipfile

import pytest

from errors import ReadError
from index.readers import reader
from index.readers.documents import Document
from snapshot.models import Heading, Whole


def package(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _page(body: str, title: str = "", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def scorm(items: str, resources: str, *, metadata: str = "", base: str = "") -> str:
    return f"""<?xml version="1.0"?>
    <manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" {base}><metadata>{metadata}</metadata>
    <organizations default="b"><organization identifier="a"><title>Not this</title></organization>
    <organization identifier="b"><title>Fire safety</title>{items}</organization></organizations>
    <resources>{resources}</resources></manifest>"""


def _item(title: str, reference: str = "", inner: str = "", **more: str) -> str:
    said = "".join(f' {key}="{value}"' for key, value in more.items())
    refers = f' identifierref="{reference}"' if reference else ""
    return f"<item{refers}{said}><title>{title}</title>{inner}</item>"


def _resource(name: str, href: str, *files: str, inner: str = "", kind: str = "webcontent") -> str:
    listed = "".join(f'<file href="{file}"/>' for file in files)
    opens = f' href="{href}"' if href else ""
    return f'<resource identifier="{name}" type="{kind}"{opens}>{listed}{inner}</resource>'


def _read(files: dict[str, str | bytes], name: str = "course.zip") -> Document:
    return reader.read(package(files), name)


def _said(document: Document) -> list[tuple[tuple[str, ...], str]]:
    return [(section.heading_path, section.text) for section in document.sections]


LONG = " ".join(["Leave by the stairs and meet at the yard."] * 4)


def test_items_are_headings_in_their_order_and_hierarchy() -> None:
    items = _item("Basics", inner=_item("Alarm", "r1") + _item("Exits", "r2"))
    resources = _resource("r2", "b.html", "b.html") + _resource("r1", "a.html", "a.html")
    document = _read(
        {
            "imsmanifest.xml": scorm(items, resources),
            "a.html": _page("<h1>Alarm</h1><p>Ring 4400.</p><h2>Who</h2><p>Anyone.</p>"),
            "b.html": _page(f"<p>{LONG}</p>"),
        }
    )
    assert document.title == "Fire safety"
    assert _said(document) == [
        (("Basics", "Alarm"), "Ring 4400."),
        (("Basics", "Alarm", "Who"), "Anyone."),
        (("Basics", "Exits"), LONG),
    ]
    assert document.sections[2].locator == Heading("exits", "Exits")
    assert document.notes == ()


def test_pages_that_an_item_lists_or_depends_on_are_read_once() -> None:
    resources = _resource(
        "r", "start.html", "start.html", "p/2.html", "style.css", "notes.txt",
        inner='<dependency identifierref="d"/>',
    ) + _resource("d", "", "p/3.html", "start.html")  # fmt: skip
    document = _read(
        {
            "imsmanifest.xml": scorm(_item("All", "r") + _item("Again", "r"), resources),
            "start.html": _page("<p>One.</p>"),
            "p/2.html": _page("<h1>Two</h1><p>Second.</p>"),
            "p/3.html": _page(f"<p>{LONG}</p>"),
            "style.css": "secret",
            "notes.txt": "secret",
            "unlisted.html": _page("<p>secret</p>"),
        }
    )
    assert _said(document) == [
        (("All",), "One."),
        (("All", "Two"), "Second."),
        (("All",), LONG),
        ((), "- Again"),
    ]


def test_what_the_organisation_hides_is_left_out() -> None:
    hidden = _item("Hidden", "r", inner=_item("Below", "r"), isvisible="false")
    files = {
        "imsmanifest.xml": scorm(hidden + _item("Shown", "s"), _resource("r", "a.html", "a.html")),
        "a.html": _page("<p>secret</p>"),
    }
    document = _read(files)
    assert _said(document) == [((), "- Shown")]
    assert "parts that its organisation hides are left out" in document.notes


@pytest.mark.parametrize(
    ("href", "base", "parameters", "launch"),
    [
        ("a.html", "", "", "a.html"),
        ("a.html", 'xml:base="content/"', "?lang=en", "content/a.html?lang=en"),
        ("a.html", "", "lang=en", "a.html?lang=en"),
        ("a.html?x=1", "", "?y=2", "a.html?x=1&y=2"),
        ("a.html", "", "#part", "a.html#part"),
        ("https://lms.example/a", 'xml:base="content/"', "", "https://lms.example/a"),
    ],
)
def test_it_opens_where_its_first_item_does(
    href: str, base: str, parameters: str, launch: str
) -> None:
    escaped = parameters.replace("&", "&amp;")
    items = _item("Part one") + _item("Part", "r", parameters=escaped)
    manifest = scorm(items, _resource("r", href), base=base)
    page = _page(f"<p>{LONG}</p>")
    document = _read({"imsmanifest.xml": manifest, "content/a.html": page, "a.html": page})
    assert document.launch == launch


def test_a_course_without_text_is_found_by_its_titles() -> None:
    """Authoring tools draw everything by script; only the manifest says what it is about."""
    metadata = """<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general>
    <title><string language="en">Other</string></title><language>en</language>
    <description><string>How to leave a burning house.</string></description></general>
    <educational><typicalLearningTime><duration>PT1H30M</duration></typicalLearningTime>
    </educational></lom>"""
    items = _item("Alarm", "r") + _item("Exits", "r")
    document = _read(
        {
            "imsmanifest.xml": scorm(items, _resource("r", "story.html"), metadata=metadata),
            "story.html": _page("<script>drawAll('secret')</script><noscript>secret</noscript>"),
        }
    )
    assert _said(document) == [
        ((), "How to leave a burning house."),
        ((), "- Alarm\n- Exits"),
    ]
    assert (document.language, document.duration_minutes) == ("en", 90)
    assert document.sections[0].locator == Whole()
    assert any(note.startswith("its pages hold no text") for note in document.notes)


def test_scorm_1_2_says_its_length_as_a_clock_does() -> None:
    metadata = """<imsmd:lom xmlns:imsmd="x"><imsmd:educational><imsmd:typicallearningtime>
    <imsmd:datetime>00:25:30</imsmd:datetime></imsmd:typicallearningtime></imsmd:educational>
    </imsmd:lom>"""
    manifest = scorm(_item("Alarm"), "", metadata=metadata)
    assert _read({"imsmanifest.xml": manifest}).duration_minutes == 26


def test_a_page_that_is_for_some_makes_the_course_so() -> None:
    files = {
        "imsmanifest.xml": scorm(_item("A", "r"), _resource("r", "a.html")),
        "a.html": _page(f"<p>{LONG}</p>", head='<meta name="audience" content="managers">'),
    }
    assert _read(files).said_audience == "managers"
    files["a.html"] = _page(f"<p>Audience: managers</p><p>{LONG}</p>")
    assert _read(files).said_audience == "managers"


def test_metadata_of_a_part_refuse_the_course() -> None:
    files = {"imsmanifest.xml": scorm(_item("A"), ""), "sub/_folder.yaml": "audience: [managers]"}
    with pytest.raises(ReadError, match=r"sub/_folder\.yaml"):
        _read(files)


def test_a_page_that_cannot_be_read_is_noted() -> None:
    files = {
        "imsmanifest.xml": scorm(_item("A", "r"), _resource("r", "a.pdf", "a.pdf", "b.html")),
        "a.pdf": b"%PDF-1.7 broken",
        "b.html": _page(f"<p>{LONG}</p>"),
    }
    document = _read(files)
    assert _said(document) == [(("A",), LONG)]
    assert any(note.startswith("a.pdf within it cannot be read") for note in document.notes)


# Common Cartridge

_TOPIC = """<topic><title>Meet</title>
<text texttype="text/html">&lt;p&gt;Say who you are.&lt;/p&gt;</text></topic>"""
_LINK = '<webLink><title>Law</title><url href="https://law.example/fire"/></webLink>'


def _cartridge(items: str, **more: str) -> Document:
    resources = (
        _resource("t", "", "t.xml", kind="imsdt_xmlv1p1")
        + _resource("l", "", "l.xml", kind="imswl_xmlv1p3")
        + _resource("q", "", "q.xml", kind="imsqti_xmlv1p2/imscc_xmlv1p1/assessment")
        + _resource("w", "wiki/a.html", "wiki/a.html")
    )
    around = f'<item identifier="all">{items}</item>'
    files = {"imsmanifest.xml": scorm(around, resources), "t.xml": _TOPIC, "l.xml": _LINK}
    files |= {"q.xml": "<q>secret</q>", "wiki/a.html": _page(f"<p>{LONG}</p>")}
    return _read(files | more, "course.imscc")


def test_topics_and_web_links_of_a_cartridge_are_read() -> None:
    document = _cartridge(_item("Talk", "t") + _item("The law", "l") + _item("Test", "q"))
    assert _said(document) == [(("Talk",), "Say who you are."), (("The law",), "The law")]
    assert document.sections[1].links[0].url == "https://law.example/fire"
    assert "its tests and question banks are not read" in document.notes


def test_what_canvas_has_not_published_is_left_out() -> None:
    state = '<meta name="workflow_state" content="unpublished"/>'
    draft = _cartridge(_item("Wiki", "w"), **{"wiki/a.html": _page("<p>secret</p>", head=state)})
    assert _said(draft) == [((), "- Wiki")]
    modules = """<modules><module identifier="m"><items><item identifier="i1">
    <workflow_state>unpublished</workflow_state></item></items></module></modules>"""
    item = _item("Wiki", "w", identifier="i1") + _item("Talk", "t", identifier="i2")
    hidden = _cartridge(item, **{"course_settings/module_meta.xml": modules})
    assert _said(hidden) == [(("Talk",), "Say who you are.")]


def test_a_cartridge_behind_a_code_is_refused() -> None:
    manifest = scorm(_item("A"), "").replace("</resources>", "</resources><authorizations/>")
    with pytest.raises(ReadError, match="access code"):
        _read({"imsmanifest.xml": manifest})


# cmi5


def test_blocks_and_units_of_cmi5_are_headings() -> None:
    structure = """<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
    <course id="x"><title><langstring lang="de">Brandschutz</langstring></title>
    <description><langstring lang="de">Was im Brandfall zu tun ist.</langstring></description>
    </course>
    <block id="b"><title><langstring>Teil 1</langstring></title><description/>
    <au id="u"><title><langstring>Alarm</langstring></title>
    <description><langstring>Wen man ruft.</langstring></description>
    <url>a/index.html?x=1</url></au></block></courseStructure>"""
    document = _read({"cmi5.xml": structure, "a/index.html": _page(f"<p>{LONG}</p>")})
    assert (document.title, document.language) == ("Brandschutz", "de")
    assert document.launch == "a/index.html?x=1"
    assert _said(document) == [
        ((), "Was im Brandfall zu tun ist."),
        (("Teil 1", "Alarm"), "Wen man ruft."),
        (("Teil 1", "Alarm"), LONG),
    ]


# AICC


def test_the_tables_of_aicc_are_read_whatever_their_case() -> None:
    document = _read(
        {
            "Fire/COURSE.CRS": "[Course]\nCourse_Title=Fire\n[Course_Description]\nOn fire.\n",
            "Fire/course.AU": '"System_ID","File_Name","Web_Launch"\r\n"A1","a.htm","x=1"\r\n'
            '"A2","b.htm",""\r\n',
            "Fire/Course.des": '"System_ID","Title","Description"\r\n'
            '"a1","Alarm","Whom to call."\r\n"b1","Part","","",\r\n"a2","Exits",""\r\n',
            "Fire/Course.cst": '"Block","Member"\r\n"root","B1"\r\n"B1","A2","A1"\r\n',
            "Fire/a.htm": _page(f"<p>{LONG}</p>"),
            "Fire/b.htm": _page("<p>By the stairs.</p>"),
        }
    )
    assert document.title == "Fire"
    assert _said(document) == [
        ((), "On fire."),
        (("Part", "Exits"), "By the stairs."),
        (("Part", "Alarm"), "Whom to call."),
        (("Part", "Alarm"), LONG),
    ]
    assert document.launch == "b.htm"


def test_other_archives_are_no_course() -> None:
    """Their members are named, to be read one by one; a package in one of them is one of those."""
    files: dict[str, str | bytes] = {"a/x.html": _page("x")}
    files["b/imsmanifest.xml"] = scorm(_item("A"), "")
    found = _read(files)
    assert (found.members, found.sections) == (("a/x.html", "b/imsmanifest.xml"), ())
