"""YAML as people write it beside their documents."""

import pytest

from index.readers.markup import yaml_text


def test_values_stay_the_text_that_stands_there() -> None:
    """A title `1.10` is no number, `no` no truth, and a wrong date breaks no parser."""
    text = "title: 1.10\nanswer: no\nday: 2026-13-45\ntags: [1, yes]\nempty:"
    assert yaml_text.load(text) == {
        "title": "1.10",
        "answer": "no",
        "day": "2026-13-45",
        "tags": ["1", "yes"],
        "empty": "",
    }


def test_nothing_is_none() -> None:
    assert yaml_text.load("# only a comment\n") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\na: 2", "line 2: 'a' is given twice"),
        ("a: [1", "line 1: expected ',' or ']', but got '<stream end>'"),
        ("? [a, b]\n: c", "line 1: a key must be a word"),
        ("\x00", "unacceptable character"),
    ],
)
def test_malformed_yaml_is_named_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(yaml_text.YamlError) as raised:
        yaml_text.load(text)
    assert reason in str(raised.value)


def test_a_tag_builds_nothing() -> None:
    """`!!python/object/apply:os.system` is a word like any other."""
    assert yaml_text.load("a: !!python/object/apply:os.system ['exit 1']") == {"a": ["exit 1"]}


def test_aliases_are_followed_until_they_blow_up() -> None:
    assert yaml_text.load("a: &x [1]\nb: *x") == {"a": ["1"], "b": ["1"]}
    bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 10)}]" for n in range(8)
    )
    with pytest.raises(yaml_text.YamlError, match="more than 10000 values"):
        yaml_text.load(bomb)


def test_a_value_that_contains_itself_is_refused() -> None:
    with pytest.raises(yaml_text.YamlError, match="line 1: found unconstructable recursive node"):
        yaml_text.load("&a [*a]")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(yaml_text.YamlError, match="nested too deep"):
        yaml_text.load("[" * 5_000)


def test_escapes_cannot_write_what_is_no_character() -> None:
    assert yaml_text.load(r'title: "a\ud800b\0c"') == {"title": "abc"}


def test_a_large_file_is_not_parsed() -> None:
    with pytest.raises(yaml_text.YamlError, match="at most 262144 are read"):
        yaml_text.load("a: " + "x" * 300_000)
