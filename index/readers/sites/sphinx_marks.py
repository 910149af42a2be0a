"""Roles and directives that docutils does not know: Sphinx' own and those of its extensions. Their
words stay, and what is no text of the page goes."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles, states
from docutils.utils import new_document

from snapshot import formats

_ROLE = re.compile(r":([A-Za-z][\w.:+-]*):(?=`)")
_DIRECTIVE = re.compile(r"^[ \t]*(?:\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?)([A-Za-z][\w.:+-]*)::", re.M)
_TITLED = re.compile(r"(?P<title>.*?)\s*<(?P<target>[^<>]+)>", re.S)
_LABEL = re.compile(
    r"^\.\. _(?P<label>[^:\n]+):[ \t]*\n\s*(?:[^\w\s]{3,}\n)?(?P<title>\S[^\n]*)\n"
    r"[^\w\s]{3,}[ \t]*$",
    re.M,
)
_ACCELERATOR = re.compile("&(?=\\w)")
_OF_PYTHON = re.compile(r"^(?:\w+:)?(?:func|meth|class|mod|attr|exc|data|obj|const)$")
# What puts something in that is not there, names places of an index, or is a picture as text.
_LEFT_OUT = frozenset(
    """toctree contents include literalinclude index todo todolist ifconfig highlight module
    currentmodule default-domain tabularcolumns sectionauthor codeauthor automodule autoclass
    autofunction autosummary graphviz digraph graph inheritance-diagram mermaid uml plantuml
    productionlist sitemap bibliography youtube vimeo video acks""".split()
)
INSERTING = frozenset("include literalinclude automodule autoclass autofunction".split())
_CODE = frozenset("doctest testcode testoutput prompt console terminal".split())
_VERSIONS = {
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "versionremoved": "Removed in version",
    "deprecated": "Deprecated since version",
}
_OF_PAGE = frozenset(("html", "format_html", "builder_html", "builder_dirhtml"))


def register(source: str) -> set[str]:
    """Makes docutils read every role and directive that the source names; returns the latter. It
    keeps one table of them for all files, which grows by what it does not know."""
    labels = {_key(found["label"]): found["title"].strip() for found in _LABEL.finditer(source)}
    known = new_document("")
    for name in set(_ROLE.findall(source)):
        found, _ = roles.role(name, _English, 0, known.reporter)
        if found is None or getattr(found, "is_ours", False):
            roles.register_local_role(name, _role(name.lower(), labels))
    named = set(_DIRECTIVE.findall(source))
    for name in named:
        found, _ = directives.directive(name, _English, known)
        directives.register_directive(name, _directive(name.lower(), found))
    return {name.lower() for name in named}


class _English:
    """Names are looked up in English only; docutils asks a module of a language."""

    from docutils.parsers.rst.languages import en as _en

    directives: ClassVar = _en.directives
    roles: ClassVar = _en.roles


def _role(name: str, labels: dict[str, str]) -> Callable[..., Any]:
    def read(
        role: str,
        rawtext: str,
        text: str,
        lineno: int,
        inliner: states.Inliner,
        options: Any = None,
        content: Any = (),
    ) -> tuple[list[nodes.Node], list[nodes.Node]]:
        titled = _TITLED.fullmatch(nodes.unescape(text))
        shown, target = (titled["title"], titled["target"]) if titled else (text, text)
        shown = nodes.unescape(shown)
        if name == "ref" and not titled:
            shown = labels.get(_key(target)) or re.sub("[-_]+", " ", target)
        elif name == "doc" and not titled:
            shown = re.sub("[-_]+", " ", target.rpartition("/")[2])
        elif name in ("menuselection", "guilabel"):
            shown = _ACCELERATOR.sub("", shown).replace("-->", "→")
        elif name in ("samp", "file"):
            shown = re.sub(r"[{}]", "", shown)
        elif _OF_PYTHON.fullmatch(name):
            shown = shown.rpartition(".")[2] if shown.startswith("~") else shown.lstrip("!")
        address = _address(target) if name == "doc" else ""
        node = nodes.reference("", shown, refuri=address) if address else nodes.inline("", shown)
        return [node], []

    read.is_ours = True  # type: ignore[attr-defined]
    return read


def _key(label: str) -> str:
    return " ".join(label.strip("`").casefold().split())


def _address(target: str) -> str:
    """What a link to another page of the site says."""
    row = formats.HTML if target.startswith("/") else formats.RST
    return f"{target}{row.extensions[0]}"


class _Lenient(dict[str, Any]):
    """Options that may have any name: extensions add theirs to docutils' directives, too."""

    def __missing__(self, name: str) -> Any:
        return directives.unchanged


def _directive(name: str, known: type[Directive] | None) -> type[Directive]:
    if name in _LEFT_OUT:
        return _LeftOut
    if known is None or issubclass(known, _Kept):
        return _Only if name == "only" else _Kept
    if not known.option_spec or isinstance(known.option_spec, _Lenient):
        return known
    return type(known.__name__, (known,), {"option_spec": _Lenient(known.option_spec)})


class _Kept(Directive):  # type: ignore[misc]  # docutils has no types
    """An unknown directive: its argument is a paragraph, its content is read."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = _Lenient({"class": directives.unchanged})

    def run(self) -> list[nodes.Node]:
        if self.name in _CODE:
            text = "\n".join([*self.arguments, *self.content])
            return [nodes.literal_block(text, text)]
        box = nodes.container()
        if said := " ".join([_VERSIONS.get(self.name, ""), *self.arguments]).strip():
            inline, _ = self.state.inline_text(said, self.lineno)
            box += nodes.paragraph(said, "", *inline)
        self.state.nested_parse(self.content, self.content_offset, box, match_titles=True)
        return [box]


class _Only(_Kept):
    """`only`: what its site shows."""

    def run(self) -> list[nodes.Node]:
        if not _holds(" ".join(self.arguments)):
            return []
        self.arguments.clear()
        return super().run()


class _LeftOut(_Kept):
    def run(self) -> list[nodes.Node]:
        return []


def _holds(condition: str) -> bool:
    """Whether a condition on tags holds for pages of a site; False for one that is malformed."""
    try:
        return _value(ast.parse(condition, mode="eval").body)
    except (SyntaxError, ValueError, MemoryError):
        return False


def _value(node: ast.expr) -> bool:
    match node:
        case ast.Name(name):
            return name in _OF_PAGE
        case ast.UnaryOp(ast.Not(), operand):
            return not _value(operand)
        case ast.BoolOp(operator, values):
            return (all if isinstance(operator, ast.And) else any)(map(_value, values))
    raise ValueError("it is no condition on tags")
