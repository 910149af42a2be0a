"""A directory of people's groups that a test can break."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from errors import GraphUnavailable
from tests.fakes.graph_permissions import SALES


class FakeDirectory:
    """Answers with `groups`, or raises `error`, once it `may_answer`."""

    def __init__(self) -> None:
        self.groups: Mapping[str, str] | None = {SALES: "Sales", "other": "Other"}
        self.error: GraphUnavailable | None = None
        self.asked: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.is_closed = False

    async def groups_of(self, object_id: str) -> Mapping[str, str] | None:
        self.asked.append(object_id)
        await self.may_answer.wait()
        if self.error:
            raise self.error
        return self.groups

    async def close(self) -> None:
        self.is_closed = True
