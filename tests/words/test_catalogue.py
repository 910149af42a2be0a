"""Every sentence that people read in Teams and on the portal's pages, in every language."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from manifest.package import AN_EXAMPLE, TABS, TEMPLATE, localisable
from snapshot.formats.format_row import Opening
from words.catalogue import ENGLISH, LANGUAGES, words_for

ROOT = Path(__file__).parents[2]
SENTENCES = ("bots/wording.py", "bots/own_wording.py")
OTHERS = [one for one in LANGUAGES if one != ENGLISH]
# How the conversation calls what a wish or an offer names.
CALLED = ("bots/incoming/wishes.py", "_KINDS")
# What pages say by the value of something.
HELD = (
    ("portal/sign_in_pages.py", "_NAMES"),
    ("portal/sign_in_pages.py", "_REFUSED"),
    ("portal/stand_ins.py", "_ROLES"),
    ("portal/visitors.py", "_ROLES"),
)


def _texts(path: str) -> Iterator[str | tuple[str, str]]:
    """The sentences of a module: values of its constants, and what `say` is given."""
    tree = ast.parse((ROOT / path).read_text())
    constants: dict[str, str] = {"NAME": "Signpost"}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            held = node.value
            values = [
                part
                for value in (held.values if isinstance(held, ast.Dict) else [held])
                for part in (value.elts if isinstance(value, ast.Tuple) else [value])
            ]
            for value in values:
                text = ast.unparse(value)
                yield str(eval(text, dict(constants)))  # noqa: S307
    yield from _said(path)


def _said(path: str) -> Iterator[str | tuple[str, str]]:
    """What `say` is given in a module."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "say":
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "say.several":
            yield str(ast.literal_eval(node.args[0])), str(ast.literal_eval(node.args[1]))


def _called() -> Iterator[str]:
    path, name = CALLED
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            assert isinstance(node.value, ast.Dict)
            yield from (str(ast.literal_eval(key)) for key in node.value.keys if key)


def _on_pages() -> Iterator[str | tuple[str, str]]:
    for module in sorted(ROOT.glob("portal/**/*.py")):
        yield from _said(str(module.relative_to(ROOT)))
    for path, name in HELD:
        for node in ast.parse((ROOT / path).read_text()).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                assert isinstance(node.value, ast.Dict)
                for value in node.value.values:
                    told = ast.literal_eval(value)
                    yield from (told,) if isinstance(told, str) else told
    for template in sorted(ROOT.glob("portal/templates/*.html")):
        for call in Environment(autoescape=True).parse(template.read_text()).find_all(nodes.Call):
            called, given = call.node, [one.as_const() for one in call.args[:2] if _is_text(one)]
            if isinstance(called, nodes.Name) and called.name == "say":
                yield from given
            elif isinstance(called, nodes.Getattr) and called.attr == "several":
                yield given[0], given[1]


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const)


def _in_the_package() -> Iterator[str]:
    template = {**json.loads(TEMPLATE.read_text()), "staticTabs": TABS}
    yield from localisable(template).values()
    yield AN_EXAMPLE


def _sentences() -> set[str | tuple[str, str]]:
    found = {text for path in SENTENCES for text in _texts(path)}
    found |= {*_called(), *(one.button for one in Opening), *_in_the_package(), *_on_pages()}
    return found - {"", "Signpost", " · ", "${app_name}"}


def _placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_there_and_no_other(language: str) -> None:
    with (ROOT / f"words/messages.{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    held = {tuple(one.id) if one.pluralizable else one.id for one in catalogue if one.id}
    assert held == _sentences()
    for one in catalogue:
        if not one.id:
            continue
        english = one.id if isinstance(one.id, str) else one.id[0]
        said = [one.string] if isinstance(one.string, str) else one.string
        for text in said:
            assert text, f"{english!r} is not said in {language}"
            assert _placeholders(text) == _placeholders(english), english
            assert (text[-1] in ".?:!") == (english[-1] in ".?:!"), english
            assert "fuzzy" not in one.flags
    assert set(LANGUAGES) == {"en", "de", "fr", "es"}


@pytest.mark.parametrize(
    ("locale", "none", "one", "two"),
    [
        ("en", "0 questions", "1 question", "2 questions"),
        ("de", "0 Fragen", "1 Frage", "2 Fragen"),
        ("fr", "0 question", "1 question", "2 questions"),
        ("es", "0 preguntas", "1 pregunta", "2 preguntas"),
    ],
)
def test_numbers_are_said_by_the_rules_of_the_language(
    locale: str, none: str, one: str, two: str
) -> None:
    say = words_for(locale)
    said = [say.several("{count} question", "{count} questions", count) for count in (0, 1, 2)]
    assert said == [none, one, two]


@pytest.mark.parametrize(
    ("locale", "day", "number"),
    [
        ("en-GB", "2 Sep 2026", "1,000"),
        ("de-AT", "2. Sept. 2026", "1.000"),
        ("fr_CA", "2 sept. 2026", "1\u202f000"),
        ("ES", "2 sept 2026", "1.000"),
        ("pt-BR", "2 Sep 2026", "1,000"),
        ("", "2 Sep 2026", "1,000"),
        ("../../etc", "2 Sep 2026", "1,000"),
    ],
)
def test_the_language_is_the_locales_or_english(locale: str, day: str, number: str) -> None:
    say = words_for(locale)
    assert (say.day(date(2026, 9, 2)), say.number(1000)) == (day, number)
