"""Who looks after audiences reads what somebody belongs to, and by what."""

from __future__ import annotations

from identity.standing import standing, told
from tests.fakes.graph_permissions import MANAGERS, SALES

ANNA = "99999999-aaaa-4bbb-8ccc-dddddddddddd"
MEMBERS = {
    "board": frozenset({ANNA}),
    "hr": frozenset({"someone-else"}),
    "sales": frozenset({SALES, ANNA}),
}


def test_each_audience_says_by_what() -> None:
    found = standing(ANNA.upper(), {SALES: "Sales", MANAGERS: ""}, MEMBERS, {MANAGERS, "legal"})
    assert "\n".join(told(found)) == (
        f"Person {ANNA.upper()}\n"
        "\n"
        "Groups, by Microsoft Graph:\n"
        f"  {SALES}  Sales\n"
        f"  {MANAGERS}\n"
        "\n"
        "Belongs to\n"
        "  everyone: everybody belongs to it\n"
        f"  {MANAGERS}: it is called by the id of the group {MANAGERS}\n"
        "  board: the audiences file lists this person\n"
        "  sales: the audiences file lists this person; "
        f"the audiences file lists the group Sales ({SALES})\n"
        "\n"
        "Does not belong to hr, legal"
    )


def test_groups_that_are_not_known_are_not_none() -> None:
    lines = list(told(standing(ANNA, "Graph is away.", MEMBERS, ())))
    assert "Groups: not known. Graph is away." in lines
    assert "  board: the audiences file lists this person" in lines
    assert "Groups: none, by Microsoft Graph" in list(told(standing(ANNA, {}, {}, ())))
