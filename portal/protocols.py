"""What the preview needs of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from snapshot.models import Passage, Resource


class Library(Protocol):
    """The resources that are served at this moment, with what the index knows of them."""

    async def resource_at(self, url_path: str) -> tuple[Resource, Sequence[Passage]] | None:
        """The served resource whose url is that path on this server, percent-decoded, with its
        passages in reading order."""
        ...
