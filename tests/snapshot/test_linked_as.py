"""A place is called what other pages call it in their links."""

from __future__ import annotations

from dataclasses import replace

from snapshot.linked_as import LinkedAs, linked_as
from snapshot.models import Link, Passage, Resource, Whole
from tests.fakes.content import passage, resource

LEAVE, PAY, BOARD = resource("leave.md"), resource("pay.md"), resource("board.md", audience=("b",))
PLACES = (
    replace(passage(LEAVE, "Being away."), locator=Whole()),
    passage(LEAVE, "Until March.", 1, "Carry over"),
    passage(LEAVE, "And more.", 2, "Carry over"),
)


def _linking(source: Resource, *said: tuple[str, str], to: Resource = LEAVE) -> Passage:
    """A passage that says those words, each a link to that fragment of `to`."""
    links, text = [], ""
    for words, fragment in said:
        links.append(Link(len(text), len(text) + len(words), to.url + fragment, to.id))
        text += f"{words} "
    return passage(source, text, 7, "Elsewhere", tuple(links))


def _found(*passages: Passage) -> list[LinkedAs]:
    return linked_as((LEAVE, PAY, BOARD), [*PLACES, *passages])


def test_links_name_a_section_or_the_beginning_of_a_resource() -> None:
    said = _linking(PAY, ("Days  off", ""), ("unused days", "#carry-over"))
    assert _found(said) == [LinkedAs("days off", (0,)), LinkedAs("unused days", (1, 2))]


def test_what_a_place_is_called_anyway_and_what_names_nothing_do_not_count() -> None:
    said = (("leave", ""), ("Carry over", "#carry-over"), ("here", ""), ("https://x.example", ""))
    assert _found(_linking(PAY, *said, ("→", ""), ("days", "#gone"))) == []


def test_its_own_links_and_those_of_restricted_resources_do_not_count() -> None:
    assert _found(_linking(LEAVE, ("days off", "")), _linking(BOARD, ("secret words", ""))) == []


def test_words_that_lead_to_many_resources_name_none_of_them() -> None:
    others = [resource(f"{number}.md") for number in range(5)]
    said = [_linking(PAY, ("the form", ""), to=one) for one in others]
    begin = [passage(one, "Text.") for one in others]
    for count, names in ((4, 1), (5, 0)):
        found = linked_as((PAY, *others), [*begin, *said[:count]])
        assert len(found) == names


def test_restricted_targets_do_not_make_words_lead_to_many() -> None:
    others = [resource(f"{number}.md") for number in range(4)]
    said = [_linking(PAY, ("the form", ""), to=one) for one in (*others, BOARD)]
    begin = [passage(one, "Text.") for one in (*others, BOARD)]
    assert linked_as((PAY, *others, BOARD), [*begin, *said]) == [
        LinkedAs("the form", (0, 1, 2, 3)),
        LinkedAs("the form", (4,)),
    ]


def test_the_wordings_of_most_resources_are_kept() -> None:
    words = [f"wording {number}" for number in range(9)]
    common = [_linking(one, ("time off", "")) for one in (PAY, resource("x.md"))]
    rare = _linking(PAY, *((one, "") for one in words))
    found = linked_as((LEAVE, PAY, resource("x.md")), [*PLACES, rare, *common])
    assert [one.words for one in found] == ["time off", *words[:7]]
