"""Links lead where their author meant, or nowhere."""

from __future__ import annotations

import pytest

from index.content.entry import Entry
from index.link_targets import LinkTargets
from index.readers.documents import Document, Section
from snapshot.models import Heading, Link, Whole
from tests.fakes.content import passage, resource

SITE = "https://hr.example/book/"
SECTIONS = (
    Section((), Whole(), ("Text.",)),
    Section(("Carry over",), Heading("carry-over", "Carry over"), ("Text.",)),
)


def _entry(path: str, url: str, **metadata: object) -> Entry:
    return Entry(resource(path, url=url), Document(metadata=metadata, sections=SECTIONS))


HERE = _entry("hr/travel/trains.md", f"{SITE}travel/trains/")
LEAVE = _entry("hr/leave.md", f"{SITE}leave/", redirect_from=["/book/days-off/"])
INDEX = _entry("hr/pay/index.md", f"{SITE}pay/")
TARGETS = LinkTargets([HERE, LEAVE, INDEX])


def _opens(address: str) -> tuple[str, str]:
    """The address that a link of HERE opens, and the path of the resource in which that is."""
    source = passage(HERE.resource, "See this.", 0, "Trains", links=(Link(4, 8, address),))
    [link] = TARGETS.resolved(source, HERE.resource).links
    assert (link.start, link.end) == (4, 8)
    paths = {one.resource.id: one.resource.path for one in (HERE, LEAVE, INDEX)}
    return link.url, paths.get(link.resource_id, "")


@pytest.mark.parametrize(
    "address",
    [
        "../leave.md",
        "../leave",
        "../leave/",
        "../leave.md?plain=1",
        "/book/leave/",
        "/leave",
        "/book/days-off",
        "https://hr.example/book/leave/",
        "http://www.hr.example/book/Leave/index.html",
        "//hr.example/book/leave",
    ],
)
def test_a_served_page_is_known_by_each_of_its_addresses(address: str) -> None:
    assert _opens(address) == (f"{SITE}leave/", "hr/leave.md")
    there = f"{address}#carry-over"
    assert _opens(there) == (f"{SITE}leave/#carry-over", "hr/leave.md")


def test_a_folder_is_its_page_and_an_unknown_section_the_whole_page() -> None:
    assert _opens("../pay/") == (f"{SITE}pay/", "hr/pay/index.md")
    assert _opens("../leave.md#gone") == (f"{SITE}leave/", "hr/leave.md")
    assert _opens("#carry-over") == (f"{SITE}travel/trains/#carry-over", "hr/travel/trains.md")


def _opened(address: str, *entries: Entry) -> str:
    source = passage(HERE.resource, "See this.", links=(Link(4, 8, address),))
    [link] = LinkTargets([HERE, *entries]).resolved(source, HERE.resource).links
    return link.url


def test_a_query_may_name_the_page_or_make_no_difference() -> None:
    """What it names is not taken for another page of the same address."""
    watch = "https://video.example/watch?v="
    one, two = _entry("links.csv:2", f"{watch}One"), _entry("links.csv:3", f"{watch}Two")
    for address in (f"{watch}One", f"{watch}Two", f"{watch}Three"):
        assert _opened(address, one, two) == address
    assert _opened("/watch?v=Three", _entry("a.md", f"{SITE}watch?v=One")) == ""
    assert _opened(f"{SITE}leave/?utm=x", LEAVE) == f"{SITE}leave/"


def test_a_path_alone_leads_to_no_other_site() -> None:
    other = _entry("b.md", "https://sales.example/docs/pricing/")
    assert _opened("/pricing", other) == ""
    assert (
        _opened("/leave", LEAVE, _entry("b.md", "https://sales.example/leave/")) == f"{SITE}leave/"
    )


def test_what_is_for_some_takes_no_address_from_what_is_for_everyone() -> None:
    def board(path: str, url: str) -> Entry:
        return Entry(resource(path, url=url, audience=("board",)), Document(sections=SECTIONS))

    site = board("a/leave.md", f"{SITE}a/leave/")
    twin = board("hr/leave.html", f"{SITE}leave")
    for address in ("/leave", "../leave", f"{SITE}leave/"):
        assert _opened(address, site, twin, LEAVE) == f"{SITE}leave/"


def test_the_address_of_what_is_for_some_stays_a_page_elsewhere_for_others() -> None:
    """As it would be if that were not served; a path leads others nowhere."""

    def board(path: str, url: str) -> Entry:
        return Entry(resource(path, url=url, audience=("board",)), Document(sections=SECTIONS))

    def link(address: str, *entries: Entry) -> Link:
        source = passage(HERE.resource, "See this.", links=(Link(4, 8, address),))
        [found] = LinkTargets([HERE, *entries]).resolved(source, HERE.resource).links
        return found

    pay, site = board("hr/pay.md", f"{SITE}pay/"), board("hr/b.md", f"{SITE}b/")
    written = f"{SITE}pay/#carry-over"
    assert link(written, pay).url == link(written, pay).elsewhere == written
    assert link(written, pay).resource_id == pay.resource.id
    assert link("../pay.md", pay).elsewhere == ""
    assert link(f"{SITE}leave/", LEAVE, pay).elsewhere == ""
    former = Entry(LEAVE.resource, Document(metadata={"permalink": "/book/b/"}, sections=SECTIONS))
    assert link("/book/b/", site, former).resource_id == LEAVE.resource.id


def test_pages_elsewhere_stay_if_they_are_https() -> None:
    assert _opens("https://rail.example/a?b=c#d") == ("https://rail.example/a?b=c#d", "")
    assert _opens("http://rail.example/") == ("", "")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "../gone.md", "/gone/", "#", "#gone", "", "https://[",
     "https:///x", "file:///etc/passwd", "../../../../etc/passwd", "trains.md"],
)  # fmt: skip
def test_what_is_neither_served_nor_elsewhere_leads_nowhere(address: str) -> None:
    """And so does a link to the page on which it stands."""
    assert _opens(address) == ("", "")
