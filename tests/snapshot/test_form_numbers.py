"""Codes are found however people write them."""

import pytest

from snapshot.form_numbers import codes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The form SF-50 records it", ["sf50"]),
        ("sf50, SF_50 and SF.50", ["sf50"]),
        ("Version 4.2.1 follows v4.2", ["4.2.1", "v4.2"]),
        ("written in C++, not C#.", ["c++", "c#"]),
        ("ISO-27001-2 at the end.", ["iso27001-2"]),
        ("in 2024 we had 50 or 1000 people", []),
        ("at 10:30, 24/7, on-the-job", []),
        ("", []),
        ("x" * 41 + "1", []),
    ],
)
def test_a_code_is_written_in_one_way(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_letters_apart_from_digits_are_a_code_in_capitals_or_as_people_type() -> None:
    assert codes("See OGE 450 in 30 days") == ["oge450"]
    assert codes("when is my oge 450 due", typed=True) == ["oge450"]
    assert codes("when is my oge 450 due") == []
