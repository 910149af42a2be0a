"""Filling the manifest's template."""

import pytest

from manifest.template import fill, names_at

TEMPLATE = {"a": "${x}", "b": [{"c": "${x} and ${y}"}, 7, None], "d": "plain", "e": True}


def test_names_are_filled_in_wherever_a_string_stands() -> None:
    assert fill(TEMPLATE, {"x": "1", "y": "2"}) == {
        "a": "1",
        "b": [{"c": "1 and 2"}, 7, None],
        "d": "plain",
        "e": True,
    }


def test_a_value_can_hold_what_json_must_escape() -> None:
    assert fill({"a": "${x}"}, {"x": 'say "hi"\n${x}\\'}) == {"a": 'say "hi"\n${x}\\'}


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="y"):
        fill(TEMPLATE, {"x": "1"})


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (("a",), ["x"]),
        (("b", 0, "c"), ["x", "y"]),
        (("b",), ["x", "y"]),
        ((), ["x", "y"]),
        (("d",), []),
        (("b", 1), []),
    ],
)
def test_the_names_behind_a_place_are_known(path: tuple[str | int, ...], names: list[str]) -> None:
    assert names_at(TEMPLATE, path) == names
