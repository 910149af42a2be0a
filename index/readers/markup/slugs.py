"""The ids that a published page gives its headings where the author gave none."""

from __future__ import annotations

import unicodedata


class Slugs:
    """Numbers repeated headings of one page as GitHub does: `costs`, `costs-1`, `costs-2`."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def slug(self, heading: str) -> str:
        """The heading's id on GitHub (https://github.com/Flet/github-slugger); mkdocs and 11ty
        make the same of headings without repeated or leading punctuation."""
        base = "".join(c for c in heading.lower() if _is_kept(c)).replace(" ", "-")
        slug = base
        while slug in self._used:
            self._used[base] += 1
            slug = f"{base}-{self._used[base]}"
        self._used[slug] = 0
        return slug

    def take(self, anchor: str) -> str:
        """An id that the author gave; headings after it may not have the same."""
        self._used.setdefault(anchor, 0)
        return anchor


def _is_kept(character: str) -> bool:
    category = unicodedata.category(character)
    return character in "- " or category[0] in "LMN" or category == "Pc"
