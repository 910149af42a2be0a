"""The ids that generators of sites give the headings of Markdown whose author gave none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from index.readers.outline import Slugs

_COUNTED = re.compile(r"(.*)_([0-9]+)")


class AnchorStyle(StrEnum):
    """Whose ids a site has. Docusaurus makes GitHub's, with the same library."""

    GITHUB = "github"
    DOCUSAURUS = "docusaurus"
    MKDOCS = "mkdocs"
    HUGO = "hugo"


class Anchors:
    """The ids of a document's headings in each style, in the order of the headings."""

    def __init__(self, given: Iterable[str]) -> None:
        """`given` are all ids that stand in the document."""
        self._github = Slugs()
        self._mkdocs = set(given)
        self._hugo: set[str] = set()
        # What other styles make of GitHub's id, where they differ.
        self.others: dict[str, dict[str, str]] = {AnchorStyle.MKDOCS: {}, AnchorStyle.HUGO: {}}

    def take(self, anchor: str) -> str:
        """An id that the author gave."""
        self._hugo.add(anchor)
        return self._github.take(anchor)

    def make(self, heading: str) -> str:
        """GitHub's id of a heading without one; `others` has the other styles'."""
        anchor = self._github.slug(heading)
        for style, other in (
            (AnchorStyle.MKDOCS, self._of_mkdocs(heading)),
            (AnchorStyle.HUGO, self._of_hugo(heading)),
        ):
            if anchor and other != anchor:
                self.others[style][anchor] = other
        return anchor

    def _of_mkdocs(self, heading: str) -> str:
        """As the toc extension of Python-Markdown: ASCII alone, `costs`, `costs_1`, `costs_2`."""
        ascii_only = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
        kept = re.sub(r"[^\w\s-]", "", ascii_only).strip().lower()
        anchor = re.sub(r"[-\s]+", "-", kept)
        while anchor in self._mkdocs or not anchor:
            match = _COUNTED.fullmatch(anchor)
            anchor = f"{match[1]}_{int(match[2]) + 1}" if match else f"{anchor}_1"
        self._mkdocs.add(anchor)
        return anchor

    def _of_hugo(self, heading: str) -> str:
        """As Hugo's `autoHeadingIDType = 'github'`: letters, decimal digits, `_` and `-`."""
        base = "".join(
            "-" if c in "- " else c.lower()
            for c in heading.strip()
            if c in "- _" or c.isalpha() or unicodedata.category(c) == "Nd"
        )
        anchor = base = base or "heading"
        number = 0
        while anchor in self._hugo:
            number += 1
            anchor = f"{base}-{number}"
        self._hugo.add(anchor)
        return anchor
