"""A SharePoint library as a source, against a server that speaks Graph's JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from errors import ContentError
from identity.graph.graph_sign_in import GraphSettings
from index.sources import Access
from index.sources.mounting import Mounted, statuses
from index.sources.sharepoint import open_source
from tests.fakes.graph import SITE, FakeGraph, SignIn
from tests.fakes.graph_permissions import EVERYONE_HERE, MANAGERS, SALES, group, link
from tests.fakes.sources import VOUCHED, audiences, content_with, found_in, refusals, sync

PAGE = b"# Leave\n\nThirty days.\n"
JANE = {"user": {"id": "77", "displayName": "Jane Doe", "email": "jane@contoso.com"}}


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph() as found:
        yield found


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return _content(tmp_path)


def _content(folder: Path, *lines: str) -> Path:
    said = (f"type: sharepoint\nsite: {SITE}\n{VOUCHED}" + "\n".join(lines)).splitlines()
    return content_with(folder, "hr:\n" + "".join(f"  {line}\n" for line in said))


def _sync(content: Path, graph: FakeGraph) -> Mounted:
    return sync(content, graph.access)


def _paths(content: Path, graph: FakeGraph) -> list[str]:
    return list(audiences(found_in(_sync(content, graph))))


def _asked(graph: FakeGraph, part: str) -> int:
    return sum(part in path for path in graph.requests)


# what changed


def test_a_library_is_read_over_all_its_pages(content: Path, graph: FakeGraph) -> None:
    names = [f"{folder}/{number}.md" for folder in ("a", "b c/ü", "d") for number in range(4)]
    for number, name in enumerate(names):
        graph.put(name, PAGE + b"%d" % number)
    assert _paths(content, graph) == [f"hr/{name}" for name in names]
    assert _asked(graph, "/root/delta") == 6


def test_the_next_build_asks_only_what_changed(content: Path, graph: FakeGraph) -> None:
    for name in ("a.md", "b.md", "c.md", "in/d.md"):
        graph.put(name, PAGE + name.encode())
    _sync(content, graph)
    graph.requests.clear()
    graph.put("b.md", PAGE + b"Changed.")
    graph.delete("c.md")
    graph.put("e.md", PAGE + b"New.")
    assert _paths(content, graph) == ["hr/a.md", "hr/b.md", "hr/e.md", "hr/in/d.md"]
    assert _asked(graph, "/root/delta") == 1
    assert _asked(graph, "/content") == 2


def test_a_folder_that_is_deleted_takes_what_is_in_it_along(
    content: Path, graph: FakeGraph
) -> None:
    graph.put("old/deep/a.md", PAGE)
    graph.put("old/b.md", PAGE + b"b")
    graph.put("c.md", PAGE + b"c")
    _sync(content, graph)
    graph.delete("old")
    assert _paths(content, graph) == ["hr/c.md"]


def test_a_folder_that_is_renamed_renames_what_is_in_it_and_fetches_nothing(
    content: Path, graph: FakeGraph
) -> None:
    graph.put("old/deep/a.md", PAGE)
    _sync(content, graph)
    graph.requests.clear()
    folder = graph.find("old")
    folder.name = "new"
    graph.changed(folder)
    assert _paths(content, graph) == ["hr/new/deep/a.md"]
    assert _asked(graph, "/content") == 0


def test_a_file_that_moved_out_of_a_deleted_folder_stays(content: Path, graph: FakeGraph) -> None:
    graph.put("old/a.md", PAGE)
    graph.put("new/b.md", PAGE + b"b")
    _sync(content, graph)
    moved = graph.find("old/a.md")
    moved.parent = graph.find("new").id
    graph.changed(moved)
    graph.delete("old")
    assert _paths(content, graph) == ["hr/new/a.md", "hr/new/b.md"]


def test_an_expired_token_lists_all_anew_and_honours_what_was_deleted_meanwhile(
    content: Path, graph: FakeGraph
) -> None:
    for name in ("a.md", "b.md", "c.md", "d.md"):
        graph.put(name, PAGE + name.encode())
    _sync(content, graph)
    graph.requests.clear()
    graph.delete("b.md")
    graph.expire()
    assert _paths(content, graph) == ["hr/a.md", "hr/c.md", "hr/d.md"]
    assert _asked(graph, "/content") == 0, "their contents have not changed"


def test_a_token_that_never_works_is_a_fault_and_keeps_what_there_was(
    content: Path, graph: FakeGraph
) -> None:
    graph.put("a.md", PAGE)
    _sync(content, graph)
    graph.refusals["/root/delta"] = [(410, "")] * 9
    sources = _sync(content, graph)
    assert list(audiences(found_in(sources))) == ["hr/a.md"]
    assert "Graph does not say what changed: HTTP 410 (made up by the test)" in sources.notes[0]


@pytest.mark.parametrize("library", ["Documents", "b!drive", "Shared Documents"])
def test_a_library_goes_by_the_name_that_people_see(
    tmp_path: Path, graph: FakeGraph, library: str
) -> None:
    graph.put("a.md", PAGE)
    assert _paths(_content(tmp_path, f"library: {library}"), graph) == ["hr/a.md"]


def test_a_library_that_is_not_there_is_told_with_those_that_are(
    tmp_path: Path, graph: FakeGraph
) -> None:
    found = found_in(_sync(_content(tmp_path, "library: Policies"), graph))
    assert "has no library Policies: it has Site Assets, Documents" in refusals(found)["hr/"]


def test_a_folder_of_the_library_can_be_named(tmp_path: Path, graph: FakeGraph) -> None:
    graph.put("Policies/in/a.md", PAGE)
    graph.put("Policies-old/b.md", PAGE + b"b")
    content = _content(tmp_path, "path: Policies")
    [entry] = found_in(_sync(content, graph)).entries
    assert entry.resource.path == "hr/in/a.md"
    assert entry.resource.url == f"{SITE}/Shared%20Documents/Policies/in/a.md"


# links


def test_an_office_file_opens_in_the_browser(content: Path, graph: FakeGraph) -> None:
    graph.put("a.md", PAGE)
    graph.put("b.docx", b"PK")
    graph.put("c.pptx", b"PK").facets = {"webUrl": f"{SITE}/_layouts/15/Doc.aspx?file=c.pptx"}
    files = _sync(content, graph).tree.mounts["hr"].files
    assert [file.url.removeprefix(SITE) for file in files.values()] == [
        "/Shared%20Documents/a.md",
        "/Shared%20Documents/b.docx?web=1",
        "/_layouts/15/Doc.aspx?file=c.pptx",
    ]


def test_an_address_that_no_card_may_open_is_none(content: Path, graph: FakeGraph) -> None:
    graph.put("a.md", PAGE).facets = {"webUrl": "javascript:alert(1)"}
    assert "it has no link" in refusals(found_in(_sync(content, graph)))["hr/a.md"]


# who may read


@pytest.mark.parametrize(
    ("permissions", "seen_by"),
    [
        ([EVERYONE_HERE], ("everyone",)),
        ([group()], (SALES,)),
        ([group(id_=MANAGERS, name="Managers")], ("managers",)),
        ([group(), group(id_=MANAGERS), group(id_=SALES)], (SALES, "managers")),
        ([group(), EVERYONE_HERE], ("everyone",)),
        ([link("organization")], ("everyone",)),
        ([link("anonymous"), group()], (SALES,)),
        ([link("organization", hasPassword=True), group()], (SALES,)),
        ([link("users", JANE)], ("jane",)),
        ([group(roles=["write"])], (SALES,)),
    ],
)
def test_who_may_read_a_file_is_its_audience(
    tmp_path: Path, graph: FakeGraph, permissions: list[dict[str, Any]], seen_by: tuple[str, ...]
) -> None:
    named = "jane@contoso.com: jane, Visitors: visitors, organization: everyone"
    content = _content(tmp_path, f"audiences: {{{MANAGERS}: managers, {named}}}")
    graph.put("a.md", PAGE, permissions)
    assert audiences(found_in(_sync(content, graph))) == {"hr/a.md": seen_by}


@pytest.mark.parametrize(
    "permissions",
    [
        [],
        [link("users", JANE)],
        [link("existingAccess")],
        [link("organization")],
        [link("anonymous")],
        [group(roles=[])],
        [group(roles=["sp.limited access"])],
        [group(expirationDateTime="2020-01-01T00:00:00Z")],
        [group(expirationDateTime="soon")],
        [{"id": "1", "roles": ["read"], "grantedToV2": {"siteGroup": {"displayName": "Visitors"}}}],
    ],
)
def test_what_cannot_be_mapped_restricts(
    content: Path, graph: FakeGraph, permissions: list[dict[str, Any]]
) -> None:
    graph.put("a.md", PAGE, permissions)
    found = found_in(_sync(content, graph))
    assert audiences(found) == {}
    assert "may read it at its source" in refusals(found)["hr/a.md"]


def test_permissions_beyond_a_page_count(content: Path, graph: FakeGraph) -> None:
    nobody = group(roles=[])
    graph.put("a.md", PAGE, [nobody, nobody, nobody, nobody, group()])
    assert audiences(found_in(_sync(content, graph))) == {"hr/a.md": (SALES,)}


def test_metadata_in_the_library_only_narrow(tmp_path: Path, graph: FakeGraph) -> None:
    mapped = f"audiences: {{{MANAGERS}: managers, {SALES}: [sales, managers]}}"
    graph.put("both.md", b"---\naudience: managers\n---\n# A\n\nOne.", [group()])
    graph.put("wide.md", b"---\naudience: everyone\n---\n# A\n\nTwo.", [group()])
    graph.put("none.md", b"---\naudience: sales\n---\n# A\n\nThree.", [group(id_=MANAGERS)])
    found = found_in(_sync(_content(tmp_path, mapped), graph))
    assert audiences(found) == {"hr/both.md": ("managers",), "hr/wide.md": ("sales", "managers")}
    assert refusals(found) == {
        "hr/none.md": "it is for sales, and its source lets only managers read it"
    }


def test_what_is_in_an_archive_is_for_those_who_may_read_the_archive(
    content: Path, graph: FakeGraph
) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("in/a.md", PAGE + b"One.")
        archive.writestr("b.md", b"---\naudience: everyone\n---\n" + PAGE + b"Two.")
        archive.writestr("c.md", b"---\naudience: it\n---\n" + PAGE + b"Three.")
    graph.put("all.zip", packed.getvalue(), [group()])
    found = found_in(_sync(content, graph))
    assert audiences(found) == {"hr/all.zip/b.md": (SALES,), "hr/all.zip/in/a.md": (SALES,)}
    assert refusals(found) == {
        "hr/all.zip/c.md": f"it is for it, and its source lets only {SALES} read it"
    }


def test_metadata_count_whoever_may_read_them(content: Path, graph: FakeGraph) -> None:
    graph.put("_folder.yaml", b"audience: managers\n", [])
    graph.put("a.md", PAGE, [EVERYONE_HERE])
    assert audiences(found_in(_sync(content, graph))) == {"hr/a.md": ("managers",)}
    assert not any(graph.find("_folder.yaml").id in path for path in graph.batched)


def test_a_permission_that_is_taken_away_counts_though_nothing_changed(
    content: Path, graph: FakeGraph
) -> None:
    """Delta queries do not surely tell of it."""
    graph.put("a.md", PAGE, [EVERYONE_HERE])
    _sync(content, graph)
    graph.requests.clear()
    graph.find("a.md").permissions = [group()]
    assert audiences(found_in(_sync(content, graph))) == {"hr/a.md": (SALES,)}
    assert _asked(graph, "/content") == 0


def test_what_an_audience_is_called_counts_at_once_even_if_nothing_can_be_read(
    tmp_path: Path, graph: FakeGraph
) -> None:
    graph.put("a.md", PAGE, [group()])
    _sync(_content(tmp_path, "audiences: {sales: everyone}"), graph)
    graph.is_down = True
    sources = _sync(_content(tmp_path, "audiences: {sales: sellers}"), graph)
    assert audiences(found_in(sources)) == {"hr/a.md": ("sellers",)}


def test_who_is_mapped_to_nothing_is_told(tmp_path: Path, graph: FakeGraph) -> None:
    visitors = {"siteGroup": {"id": "5", "displayName": "HR Visitors", "loginName": "HR Visitors"}}
    content = _content(tmp_path)
    graph.put("a.md", PAGE, [group(), {"id": "5", "roles": ["read"], "grantedToV2": visitors}])
    [note] = _sync(content, graph).notes
    assert note == (
        "source hr: its permissions name HR Visitors, which audiences in sources.yaml does not: "
        "they see nothing by that"
    )
    [status] = statuses(content, tmp_path / ".sources")
    assert status.unmapped == ("HR Visitors",)


def test_permissions_that_are_not_told_refuse_the_file(content: Path, graph: FakeGraph) -> None:
    graph.put("a.md", PAGE)
    graph.put("b.md", PAGE + b"b")
    graph.refusals[f"{graph.find('a.md').id}/permissions"] = [(403, "")]
    found = found_in(_sync(content, graph))
    assert list(audiences(found)) == ["hr/b.md"]
    assert refusals(found) == {"hr/a.md": "who may read it is not known: HTTP 403"}


def test_an_application_that_may_see_no_permissions_is_told_what_to_be_granted(
    content: Path, graph: FakeGraph
) -> None:
    graph.put("a.md", PAGE)
    graph.refusals["/permissions"] = [(403, "")]
    said = refusals(found_in(_sync(content, graph)))["hr/"]
    assert "grant the application" in said


# faults


def test_throttling_is_waited_for(content: Path, graph: FakeGraph) -> None:
    for number in range(45):
        graph.put(f"{number}.md", PAGE + b"%d" % number)
    graph.refusals = {
        "/root/delta": [(429, "0"), (503, "0")],
        "/content": [(429, "0")] * 3,
        "/download": [(503, "0"), (429, "0")],
        "$batch": [(429, "0")],
        "/permissions": [(429, "0"), (503, "0")],
    }
    assert len(_paths(content, graph)) == 45
    assert all(not answers for answers in graph.refusals.values())


def test_a_token_that_ran_out_is_renewed(content: Path, graph: FakeGraph) -> None:
    graph.put("a.md", PAGE)
    graph.refusals = {"/root/delta": [(401, "")]}
    assert _paths(content, graph) == ["hr/a.md"]
    assert graph.tokens_given == 2


@pytest.mark.parametrize(
    "facets", [{"parentReference": "odd"}, {"size": "large"}, {"parentReference": ["x"]}]
)
def test_an_answer_that_is_not_graphs_is_a_fault_of_the_source(
    content: Path, graph: FakeGraph, facets: dict[str, Any]
) -> None:
    graph.put("a.md", PAGE).facets = facets
    said = refusals(found_in(_sync(content, graph)))
    assert "Graph answers otherwise than Graph does" in said["hr/"]


@pytest.mark.parametrize("status", [403, 404, 423])
def test_a_file_that_is_not_given_is_refused_alone(
    content: Path, graph: FakeGraph, status: int
) -> None:
    graph.put("a.md", PAGE)
    graph.put("b.md", PAGE + b"b")
    graph.refusals = {"/content": [(status, "")]}
    found = found_in(_sync(content, graph))
    assert refusals(found) == {
        "hr/a.md": f"SharePoint does not give it: HTTP {status} (made up by the test)"
    }
    assert _paths(content, graph) == ["hr/a.md", "hr/b.md"], "the next build tries again"


def test_malware_is_not_fetched(content: Path, graph: FakeGraph) -> None:
    graph.put("a.md", PAGE).facets = {"malware": {"description": "x"}}
    assert refusals(found_in(_sync(content, graph))) == {
        "hr/a.md": "SharePoint found malware in it"
    }
    assert _asked(graph, "/content") == 0


def test_a_file_whose_changes_could_not_be_seen_is_refused(content: Path, graph: FakeGraph) -> None:
    graph.put("a.md", PAGE).facets = {"cTag": "", "eTag": ""}
    said = refusals(found_in(_sync(content, graph)))
    assert said == {"hr/a.md": "SharePoint gives no tag of its content"}


def test_no_token_goes_to_another_server(content: Path, graph: FakeGraph) -> None:
    """Nor does a request: the server here refuses downloads that come with one."""
    graph.put("a.md", PAGE)
    graph.download_base = "http://127.0.0.1:9"
    said = refusals(found_in(_sync(content, graph)))["hr/"]
    assert "a download leads to http://127.0.0.1:9, which is not this site's" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": ""}, "SIGNPOST_GRAPH_CLIENT_ID"),
        ({"client_secret": ""}, "SIGNPOST_GRAPH_CLIENT_SECRET or SIGNPOST_GRAPH_CERTIFICATE"),
        ({"certificate": Path("a.pem")}, "set one of SIGNPOST_GRAPH_CLIENT_SECRET and"),
        ({"url": "http://graph.example.com"}, "must begin with https://"),
    ],
)
def test_settings_that_are_missing_are_named(
    content: Path, graph: FakeGraph, changes: dict[str, Any], said: str
) -> None:
    access = Access(graph=replace(graph.access.graph, **changes))
    assert said in refusals(found_in(sync(content, access)))["hr/"]


def test_a_sign_in_that_is_refused_says_why(content: Path, graph: FakeGraph) -> None:
    service = SignIn(graph)
    service.refusal = {"error": "invalid_client", "error_description": "AADSTS7000222: expired"}
    access = Access(graph=replace(graph.access.graph, http_client=service))
    said = refusals(found_in(sync(content, access)))["hr/"]
    assert "no token for app: invalid_client: AADSTS7000222: expired" in said
    assert "word" not in said


@pytest.mark.parametrize(
    "site",
    [
        "http://contoso.sharepoint.com/sites/HR",
        "contoso",
        "https://u:p@contoso/x",
        "https://c/s?x=1",
    ],
)
def test_an_address_that_is_no_site_is_refused(tmp_path: Path, site: str) -> None:
    with pytest.raises(ContentError, match="site is"):
        open_source({"site": site}, tmp_path, Access(graph=GraphSettings()))
