"""Exports of wikis as whole folders: titles, links of the wiki's own, and what restricts a page."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from index.content.scan import Scan, scan
from index.link_targets import LinkTargets
from index.readers.extraction import Extraction
from index.splitter import Limits, split

_FOLDER = "validated_by: Ann\nvalidated_on: 2026-01-15\nlanguage: en\nowner: HR\n"
ID = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"


def _scan(root: Path, files: dict[str, str], *, base_url: str = "") -> Scan:
    base = f"base_url: {base_url}\n" if base_url else ""
    for name, text in {"_folder.yaml": _FOLDER + base, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return scan(root, today=date(2026, 11, 23), extraction=Extraction(workers=1))


def _served(found: Scan) -> dict[str, tuple[str, str]]:
    return {one.resource.path: (one.resource.title, one.resource.url) for one in found.entries}


def _link_of(found: Scan, path: str) -> tuple[str, str]:
    """Where the only link of a page leads, and the title of what it opens."""
    entries = {entry.resource.path: entry for entry in found.entries}
    source = entries[path]
    passages = split(source.resource, source.document, lambda x: [1] * len(x), Limits())
    targets = LinkTargets(found.entries)
    [link] = [one for each in passages for one in targets.resolved(each, source.resource).links]
    titles = {entry.resource.id: entry.resource.title for entry in found.entries}
    return link.url, titles.get(link.resource_id, "")


# Notion


def test_pages_of_notion_open_there_and_link_to_each_other(tmp_path: Path) -> None:
    child = f"Guide {ID}/Taxi rides {OTHER}.md"
    linked = f"See [how to ride](Guide%20{ID}/Taxi%20rides%20{OTHER}.md) for more."
    files = {f"Guide {ID}.md": f"# Guide\n\n{linked}\n", child: "Ask for a receipt at the end.\n"}
    found = _scan(tmp_path, files, base_url="https://files.example/")
    assert _served(found) == {
        f"Guide {ID}.md": ("Guide", f"https://www.notion.so/{ID}"),
        child: ("Taxi rides", f"https://www.notion.so/{OTHER}"),
    }
    assert _link_of(found, f"Guide {ID}.md") == (f"https://www.notion.so/{OTHER}", "Taxi rides")


def test_links_that_are_given_win(tmp_path: Path) -> None:
    files = {
        f"n/A {ID}.md": "---\nurl: https://x.example/a\n---\nAll about this page.",
        f"m/B {OTHER}.html": "<p>All about the other page.</p>",
        "m/_folder.yaml": "base_url: https://wiki.example/",
    }
    assert [url for _, url in _served(_scan(tmp_path, files)).values()] == [
        f"https://wiki.example/B%20{OTHER}.html",
        "https://x.example/a",
    ]


def test_a_table_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    files = {f"Tools {ID}.csv": "Name,Cost\nKiln,5\n", f"Tools {ID}_all.csv": "Name,Cost\nKiln,5\n"}
    found = _scan(tmp_path, files)
    assert _served(found) == {f"Tools {ID}.csv": ("Tools", f"https://www.notion.so/{ID}")}
    assert [one.path for one in found.ignored] == [f"Tools {ID}_all.csv"]


_PROPERTIES = """<html><head><title>Pay</title></head><body><article class="page sans"><header>
<h1 class="page-title">Pay</h1><table class="properties"><tbody><tr class="property-row"><th><span
class="icon property-icon"></span>{}</th><td><span class="selected-value">{}</span></td></tr>
</tbody></table></header><div class="page-body"><p>What everyone earns, in a list.</p></div>
</article></body>"""


@pytest.mark.parametrize("name", ["md", "html"])
@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("Audience", "managers", "malformed"),
        ("Status", "Draft", "draft"),
        ("Status", "Archived", "retired"),
    ],
)
def test_properties_that_keep_people_from_a_page_refuse_it(
    tmp_path: Path, name: str, field: str, value: str, reason: str
) -> None:
    text = f"# Pay\n\nOwner: HR\n{field}: {value}\n\nWhat everyone earns, in a list.\n"
    page = text if name == "md" else _PROPERTIES.format(field, value)
    found = _scan(tmp_path, {f"Pay {ID}.{name}": page})
    assert found.entries == ()
    assert [one.reason for one in found.refused] == [reason]


@pytest.mark.parametrize("value", ["Done", "In progress"])
def test_other_states_keep_nobody_from_it(tmp_path: Path, value: str) -> None:
    text = f"# Pay\n\nStatus: {value}\n\nWhat everyone earns, in a list.\n"
    assert len(_scan(tmp_path, {f"Pay {ID}.md": text}).entries) == 1


def test_an_export_may_stay_packed(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(f"Guide {ID}.md", "# Guide\n\nAll about guides and their work.")
        archive.writestr(f"Pay {OTHER}.md", "# Pay\n\nAudience: managers\n\nWhat they earn, all.")
    (tmp_path / "export.zip").write_bytes(data.getvalue())
    found = _scan(tmp_path, {})
    assert _served(found) == {f"export.zip/Guide {ID}.md": ("Guide", f"https://www.notion.so/{ID}")}
    assert [one.path for one in found.refused] == [f"export.zip/Pay {OTHER}.md"]


# Confluence

_PAGE = """<!DOCTYPE html><html><head><title>Team : {0}</title></head><body class="theme-default">
<div id="page"><div id="main" class="aui-page-panel"><div id="main-header"><div
id="breadcrumb-section"><ol id="breadcrumbs"><li class="first"><span><a href="index.html">Team</a>
</span></li><li><span><a href="Home_100.html">Crumb</a></span></li></ol></div>
<h1 id="title-heading" class="pagetitle"><span id="title-text"> Team : {0} </span></h1></div>
<div id="content" class="view"><div class="page-metadata">Created by <span class='author'>Ann</span>
</div><div id="main-content" class="wiki-content group">{1}</div><div class="pageSection group">
<div class="pageSectionHeader"><h2 id="attachments" class="pageSectionTitle">Attachments:</h2></div>
<div class="greybox"><a href="attachments/100/7.pdf">plan.pdf</a></div></div></div></div>
<div id="footer" role="contentinfo"><p>Document generated by Confluence</p></div></div></body>"""
_INDEX = """<h2 class="pageSectionTitle">Available Pages:</h2>
<ul><li><a href='Home_100.html'>Home</a></li></ul>"""
_SPACE = {
    "TEAM/index.html": _INDEX,
    "TEAM/styles/site.css": "x",
    "TEAM/Home_100.html": _PAGE.format("Home", "<p>See <a href='Pay_20111.html'>pay</a>.</p>"),
    "TEAM/Pay_20111.html": _PAGE.format("Pay : more", "<h1 id='Pay-When'>When</h1><p>Monthly.</p>"),
    "TEAM/attachments/100/7.pdf": "x",
}


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("https://acme.atlassian.net/wiki", "https://acme.atlassian.net/wiki"),
        ("https://acme.atlassian.net/", "https://acme.atlassian.net/wiki"),
        ("https://confluence.acme.example", "https://confluence.acme.example"),
    ],
)
def test_pages_of_confluence_open_there_by_their_ids(
    tmp_path: Path, base_url: str, address: str
) -> None:
    files = {name.replace("_100", "_10000"): text for name, text in _SPACE.items()}
    found = _scan(tmp_path, files, base_url=base_url)
    assert _served(found) == {
        "TEAM/Home_10000.html": ("Home", f"{address}/pages/viewpage.action?pageId=10000"),
        "TEAM/Pay_20111.html": ("Pay : more", f"{address}/pages/viewpage.action?pageId=20111"),
    }
    assert found.refused == ()


def test_only_the_text_of_a_page_is_read(tmp_path: Path) -> None:
    found = _scan(tmp_path, _SPACE | {"TEAM/_folder.yaml": "base_url: https://x.example/w"})
    home, pay = found.entries
    assert [one.text for one in home.document.sections] == ["See pay."]
    assert [(one.heading_path, one.text) for one in pay.document.sections] == [
        (("When",), "Monthly.")
    ]
    assert pay.resource.url == "https://x.example/w/pages/viewpage.action?pageId=20111"
    assert _link_of(found, "TEAM/Home_100.html") == (pay.resource.url, "Pay : more")
    assert {one.path for one in found.ignored} == {
        "TEAM/index.html",
        "TEAM/styles/site.css",
        "TEAM/attachments/100/7.pdf",
    }


def test_a_page_without_text_has_none(tmp_path: Path) -> None:
    """Neither its author nor its attachments are its text."""
    files = _SPACE | {"TEAM/Pay_20111.html": _PAGE.format("Pay", "")}
    found = _scan(tmp_path, files, base_url="/content/")
    assert [(one.path, one.reason) for one in found.refused] == [("TEAM/Pay_20111.html", "no_text")]


def test_other_folders_with_an_index_are_sites(tmp_path: Path) -> None:
    files = {
        "site/index.html": "<p>Welcome to all of this.</p>",
        "site/Plan_2026.html": "<p>Our plan.</p>",
    }
    found = _scan(tmp_path, files, base_url="https://x.example/")
    assert [url for _, url in _served(found).values()] == [
        "https://x.example/site/Plan_2026.html",
        "https://x.example/site/index.html",
    ]
