"""What is raised becomes no digit of the number before it."""

import pytest

from index.readers.superscripts import Superscripts, raised


def _settled(said: str) -> str:
    """Raised is what stands between two bars."""
    parts = said.split("|")
    marked = (raised(part) if at % 2 else part for at, part in enumerate(parts))
    return Superscripts().settle("".join(marked))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("within 30|1| days", "within 30 days"),
        ("within 30|1| days, at 20|2| sites", "within 30 days, at 20 sites"),
        ("The policy|3| says", "The policy says"),
        ("It ends.|1,2| Then", "It ends. Then"),
        ("a fee|*| of", "a fee of"),
        ("10|3| litres", "10^3 litres"),
        ("10|-3| g", "10^-3 g"),
        ("5|2| cells", "5^2 cells"),
        ("25 m|2|", "25 m²"),
        ("s|-1|", "s⁻¹"),
        ("(a+b)|2|", "(a+b)²"),
        ("the 1|st| of June", "the 1st of June"),
        ("Fiber|TM|", "FiberTM"),
        ("Windows|®| 365|®|", "Windows® 365®"),
        ("3|1|/2 days", "3 1/2 days"),
        ("20 km|2|/day", "20 km²/day"),
        ("|1| Only with a receipt.", "1  Only with a receipt."),
        ("10|1||2|", "10^12"),
        ("30| | days", "30  days"),
    ],
)
def test_marks_of_notes_go_and_exponents_stay_apart(said: str, read: str) -> None:
    assert _settled(said) == read
