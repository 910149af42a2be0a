"""The tree of errors is drawn as it is, and what libraries raise becomes part of it at the edge."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import aiohttp
import pytest

import errors
from analytics.links import Links
from bots.door.payload import parse_activity
from encoder.exported.exported_encoder import TextTokenizer
from encoder.exported.runtimes import OnnxRuntime
from identity.audience_file import read_members
from identity.registration import read_certificate
from identity.signing_keys import fetch_keys
from index.content.folders import load_yaml
from index.content.inventory import SYNONYMS_FILE
from index.golden.gate import ACCEPTED_FILE, read_accepted
from index.material import read_synonyms
from index.readers.markup import yaml_text
from keys import Keys
from snapshot import lexical
from snapshot.manifest import read_manifest
from snapshot.store import SnapshotStore

ROOT = Path(__file__).resolve().parent.parent
NO_PRODUCT = {"tests", "benchmarks", "build", "mutants"}


@cache
def _trees() -> dict[str, ast.Module]:
    """The product's modules, parsed, by their paths."""
    paths = [
        path.relative_to(ROOT)
        for top in ROOT.iterdir()
        if top.name not in NO_PRODUCT and not top.name.startswith(".")
        for path in ([top] if top.suffix == ".py" else top.rglob("*.py"))
    ]
    assert len(paths) > 100
    return {path.as_posix(): ast.parse((ROOT / path).read_text()) for path in paths}


def _classes() -> dict[str, str]:
    """The product's exceptions: the name of each, and that of its base."""
    bases = {
        node.name: ast.unparse(node.bases[0]).rpartition(".")[2]
        for tree in _trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.bases
    }

    def is_exception(name: str) -> bool:
        if name in bases:
            return is_exception(bases[name])
        known = getattr(builtins, name, None)
        return isinstance(known, type) and issubclass(known, BaseException)

    return {name: base for name, base in bases.items() if is_exception(name)}


def _drawn() -> dict[str, str]:
    """The classes that the drawing holds, and under which each hangs."""
    found: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if line.startswith(("SignpostError", "│", "├", "└", "    └", "    ├")):
            name = line.lstrip("│├└─ ").split()[0]
            depth = line.index(name) // 4
            above[depth:] = [name]
            found[name] = above[depth - 1] if depth else "Exception"
    return found


def test_the_drawn_tree_is_that_of_all_of_the_product() -> None:
    """Also of what stands elsewhere. A private exception never leaves its module."""
    public = {name: base for name, base in _classes().items() if not name.startswith("_")}
    assert _drawn() == public
    assert list(_drawn())[:3] == ["SignpostError", "SettingsError", "ContentError"]


def _raises() -> Iterator[tuple[str, ast.Raise, str]]:
    """Where (path and line), what, and which exception it answers to, "" if to none."""

    def walk(path: str, node: ast.AST, caught: str) -> Iterator[tuple[str, ast.Raise, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Raise):
                yield f"{path}:{child.lineno}", child, caught
            if isinstance(child, ast.ExceptHandler):
                inside = ast.unparse(child.type) if child.type else "BaseException"
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                inside = ""
            else:
                inside = caught
            yield from walk(path, child, inside)

    for path, tree in _trees().items():
        yield from walk(path, tree, "")


def _named(raised: ast.Raise) -> str:
    """The class that is raised; the whole expression if no class is called."""
    if isinstance(raised.exc, ast.Call):
        return ast.unparse(raised.exc.func)
    return ast.unparse(raised.exc) if raised.exc else ""


# A command's misuse and its exit status, in the terms of its library.
_COMMANDS = {"typer.BadParameter", "typer.Exit"}
# A ValueError may become one that says more: its caller knows the field, or the file.
_OF_A_VALUE = {"ValueError", "RecursionError"}


def test_whatever_a_library_raises_becomes_an_error_of_the_product() -> None:
    """In every handler that raises something else than what it caught."""
    ours = {name for name in _classes() if not name.startswith("_")}
    made = {"self._unusable", "self._silence", "cache._unusable"}  # they return one of ours
    again = {"", "error", "another", "failure"}
    answers = [(where, _named(raised), caught) for where, raised, caught in _raises() if caught]
    assert len(answers) > 50
    foreign = {
        f"{where} {name}"
        for where, name, caught in answers
        if name.rpartition(".")[2] not in ours
        and name not in made | again | _COMMANDS
        and not (name == "ValueError" and caught in _OF_A_VALUE)
    }
    assert foreign == set()


def test_what_wraps_an_error_keeps_it_as_the_cause() -> None:
    """But for what a stranger sent, and for secrets: neither belongs in a log."""
    without = {
        where.rpartition(":")[0]
        for where, raised, caught in _raises()
        if caught and raised.exc and not isinstance(raised.cause, ast.Name)
        if _named(raised) not in {"error", "another", "failure"}
    }
    assert without == {"bots/door/payload.py", "bots/outgoing/credentials.py"}


def test_every_message_says_what_happened() -> None:
    """None of our errors is raised without a message, or with one that is a single word."""
    ours = set(_classes())
    found = [
        (where, raised.exc)
        for where, raised, _ in _raises()
        if _named(raised).rpartition(".")[2] in ours
    ]
    assert len(found) > 150
    silent = {where for where, made in found if not isinstance(made, ast.Call) or not made.args}
    assert silent == set()
    terse = {
        where
        for where, made in found
        if isinstance(made, ast.Call)
        and isinstance(said := made.args[-1], ast.Constant | ast.JoinedStr)
        and _parts(said) < 2
    }
    assert terse == set()


def _parts(said: ast.Constant | ast.JoinedStr) -> int:
    """How many words and values a message is made of."""
    parts = said.values if isinstance(said, ast.JoinedStr) else [said]
    fixed = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    values = sum(isinstance(part, ast.FormattedValue) for part in parts)
    return len(re.findall(r"\w+", fixed)) + values


def _file(folder: Path, content: bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


EDGES: dict[str, tuple[Callable[[Path], object], type[errors.SignpostError], str]] = {
    "yaml of a person": (
        lambda folder: yaml_text.load("owner: [HR"),
        yaml_text.YamlError,
        "line 1: expected ',' or ']', but got '<stream end>'",
    ),
    "bytes that are no text": (
        lambda folder: load_yaml(folder, _file(folder, b"\xff").name),
        errors.ContentError,
        "file: it is not UTF-8",
    ),
    "synonyms": (
        lambda folder: read_synonyms(_file(folder, b"\xff", SYNONYMS_FILE).parent),
        errors.ContentError,
        "{folder}/_synonyms.txt cannot be read as UTF-8 text: 'utf-8' codec can't decode byte 0xff",
    ),
    "audiences": (
        lambda folder: read_members(folder / "none.yaml"),
        errors.SettingsError,
        "SIGNPOST_AUDIENCES_FILE={folder}/none.yaml cannot be read: [Errno 2] No such file",
    ),
    "certificate": (
        lambda folder: read_certificate(_file(folder, b"junk")),
        errors.SettingsError,
        "{folder}/file is no PEM file with a certificate and its unencrypted key: ",
    ),
    "manifest of a snapshot": (
        lambda folder: read_manifest(folder),
        errors.SnapshotDamaged,
        "{folder}/snapshot.json cannot be read: [Errno 2] No such file",
    ),
    "words of a snapshot": (
        lambda folder: lexical.load(folder / "none"),
        errors.SnapshotDamaged,
        "the lexical index {folder}/none cannot be read: ",
    ),
    "folder of snapshots": (
        lambda folder: SnapshotStore(_file(folder, b"")).pointer(),
        errors.SnapshotError,
        "{folder}/file",
    ),
    "accepted questions": (
        lambda folder: read_accepted(SnapshotStore(_file(folder, b"{", ACCEPTED_FILE).parent)),
        errors.SnapshotDamaged,
        "{folder}/GOLDEN.json cannot be read: JSONDecodeError(",
    ),
    "graph of a model": (
        lambda folder: OnnxRuntime(_file(folder, b"junk")),
        errors.EncoderError,
        "onnxruntime cannot load {folder}/file: ",
    ),
    "tokenizer of a model": (
        lambda folder: TextTokenizer(_file(folder, b"junk"), 256, ["input_ids"], 0),
        errors.EncoderError,
        "{folder}/file is no tokenizer: ",
    ),
    "signed link": (
        lambda folder: Links(Keys(b"sixteen bytes or more"), "https://x.example").read("forged"),
        errors.LinkError,
        "the link is damaged, forged or by an earlier release",
    ),
}


@pytest.mark.parametrize("edge", EDGES)
def test_an_edge_says_what_it_was_about_and_keeps_the_cause(edge: str, tmp_path: Path) -> None:
    act, kind, message = EDGES[edge]
    with pytest.raises(errors.SignpostError) as raised:
        act(tmp_path)
    assert type(raised.value) is kind
    assert message.replace("{folder}", str(tmp_path)) in str(raised.value)
    assert raised.value.__cause__ is not None
    assert not isinstance(raised.value.__cause__, errors.SignpostError)


async def test_keys_that_cannot_be_fetched_are_unavailable() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(errors.KeysUnavailable) as raised:
            await fetch_keys(session, "http://127.0.0.1:1/openid")
    assert str(raised.value).startswith("no signing keys from http://127.0.0.1:1/openid: ")
    assert isinstance(raised.value.__cause__, aiohttp.ClientError)


def test_a_refused_request_tells_its_status_and_not_what_was_sent() -> None:
    with pytest.raises(errors.RequestRefused, match=r"^not an activity: type: ") as raised:
        parse_activity(b'{"serviceUrl": "https://secret.example"}')
    assert raised.value.status == 400
    assert "secret" not in str(raised.value)


def test_what_teams_did_not_take_tells_its_status_and_code() -> None:
    failed = errors.DeliveryFailed("it said no", status=403, code="MessageWritesBlocked")
    assert (str(failed), failed.status, failed.code) == ("it said no", 403, "MessageWritesBlocked")
    silent = errors.DeliveryFailed("it said nothing")
    assert (silent.status, silent.code) == (None, "")
