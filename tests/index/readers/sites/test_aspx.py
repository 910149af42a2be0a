"""Saved SharePoint pages: controls in the page's properties, and whom SharePoint shows them to."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from index.readers import reader
from index.readers.documents import Document
from snapshot.models import Heading

_PAGE = """<%@ Page language="C#" %><html xmlns:mso="urn:schemas-microsoft-com:office:office"><head>
<!--[if gte mso 9]><SharePoint:CTFieldRefs runat=server><xml><mso:CustomDocumentProperties>{}
</mso:CustomDocumentProperties></xml></SharePoint:CTFieldRefs><![endif]-->
<title>Money &amp; more</title></head></html>"""


def _page(**properties: str) -> bytes:
    said = (f'<mso:{k} msdt:dt="string">{escape(v)}</mso:{k}>' for k, v in properties.items())
    return _PAGE.format("\n".join(said)).encode()


def _read(*controls: str, **properties: str) -> Document:
    canvas = f"<div>{''.join(controls)}</div>"
    return reader.read(_page(CanvasContent1=canvas, **properties), "money.aspx")


def _control(body: str, **data: Any) -> str:
    said = escape(json.dumps({"controlType": 4, **data}))
    return f'<div data-sp-canvascontrol="" data-sp-controldata="{said}">{body}</div>'


def _text(body: str, **data: Any) -> str:
    return _control(f'<div data-sp-rte="">{body}</div>', **data)


def _part(copies: str = "", **data: Any) -> str:
    properties = f'<div data-sp-htmlproperties="">{copies}</div>'
    said = escape(json.dumps(data))
    return _control(f'<div data-sp-webpart="" data-sp-webpartdata="{said}">{properties}</div>')


def test_text_is_read_control_by_control() -> None:
    document = _read(
        _text("<p>Plan.</p><h2>When</h2><p>By <s>April</s> May.</p>"), _text("<p>So.</p>")
    )
    assert document.title == "Money & more"
    assert [(one.heading_path, one.text) for one in document.sections] == [
        ((), "Plan."),
        (("When",), "By May.\n\nSo."),
    ]
    assert document.sections[1].locator == Heading("when", "When")


def test_web_parts_say_what_they_show() -> None:
    links = {
        "searchablePlainTexts": {"title": "Forms", "items[0].title": "Leave form"},
        "links": {"items[0].sourceItem.url": "https://x.example/leave"},
    }
    document = _read(
        _part(title="Quick links", description="Add links", serverProcessedContent=links),
        _part(serverProcessedContent={"htmlStrings": {"text": "<p>From a part.</p>"}}),
        _part(properties={"altText": "A plan of all the desks"}),
        _part('<div data-sp-prop-name="t" data-sp-searchableplaintext="true">A copy</div>'),
    )
    [section] = document.sections
    assert section.blocks == (
        "Forms",
        "Leave form",
        "From a part.",
        "A plan of all the desks",
        "A copy",
    )
    assert [link.url for link in section.links] == ["https://x.example/leave"]


def test_labels_of_folds_stand_before_what_they_hold() -> None:
    fold = {"type": 1, "displayName": "Questions"}
    document = _read(_text("<p>A.</p>"), _text("<p>B.</p>", zoneGroupMetadata=fold))
    assert [one.heading_path for one in document.sections] == [(), ("Questions",)]


def test_what_is_for_some_is_left_out() -> None:
    """SharePoint shows a part to an audience; nobody else is to read it here."""
    document = _read(
        _text("<p>For all.</p>", audiences=[]),
        _text("<p>secret</p>", audiences=["group-1"]),
        _part(
            audiences=["group-1"], serverProcessedContent={"searchablePlainTexts": {"a": "secret"}}
        ),
    )
    assert [one.text for one in document.sections] == ["For all."]
    assert document.notes == ("parts of it that SharePoint shows to an audience only are left out",)


def test_whom_a_page_is_targeted_at_is_its_audience() -> None:
    targeted = {"_ModernAudienceTargetUserField": "12;#Managers;#15;#Works council"}
    assert _read(_text("<p>A.</p>"), **targeted).metadata["audience"] == [
        "Managers",
        "Works council",
    ]


def test_news_that_is_not_published_yet_is_a_draft() -> None:
    assert _read(_text("<p>A.</p>"), PromotedState="1.00000").metadata == {"status": "draft"}
    assert _read(_text("<p>A.</p>"), PromotedState="2.00000").metadata == {}


def test_pages_of_the_first_years_and_json_are_read() -> None:
    said = "%7B%22controlType%22&#58;4%7D"
    first = f'<div data-sp-canvascontrol="" data-sp-controldata="{said}"><p>Old.</p></div>'
    assert _read(first).sections[0].text == "Old."
    listed = json.dumps([{"controlType": 4, "innerHTML": "<p>As JSON.</p>"}, {"controlType": 0}])
    assert reader.read(_page(CanvasContent1=listed), "a.aspx").sections[0].text == "As JSON."


def test_older_pages_and_saved_ones_are_read() -> None:
    wiki = reader.read(_page(WikiField="<p>From the wiki.</p>", Title="Wiki"), "a.aspx")
    assert (wiki.title, wiki.sections[0].text) == ("Wiki", "From the wiki.")
    saved = b"<%@ Page %><html><title>T</title><body><main><h2 id='x'>H</h2><p>A.</p></main></body>"
    assert reader.read(saved, "a.aspx").sections[0].locator == Heading("x", "H")
