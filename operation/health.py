"""`GET /healthz` and `GET /readyz`: whether the server lives, and whether it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from aiohttp import web

from errors import SnapshotNotFound
from retrieval.serving.live import LiveRetriever


@dataclass(frozen=True, slots=True)
class Condition:
    """How a part of the server is. `problem` says what keeps it from its work, and is empty if
    nothing does; `facts` are figures for who watches."""

    problem: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


Parts = Mapping[str, Callable[[], Condition]]
"""What tells how each part is, at once and without waiting."""


def health_routes(retriever: LiveRetriever, parts: Parts) -> list[web.RouteDef]:
    """`/healthz` is 200 as long as the process lives. `/readyz` is 200 while questions are
    answered and 503 before; "degraded" if a part has a problem, or if the snapshot is an older one
    than the active, which is refused. Anybody may ask, so it counts what is for everyone."""

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(request: web.Request) -> web.Response:
        try:
            snapshot = retriever.snapshot
        except SnapshotNotFound as error:
            return web.json_response({"status": "not ready", "reason": str(error)}, status=503)
        refusal = retriever.refusal
        conditions = {name: look() for name, look in parts.items()}
        problems = {name: one.problem for name, one in conditions.items() if one.problem}
        return web.json_response(
            {
                "status": "degraded" if refusal or problems else "ready",
                "problems": problems,
                "snapshot": snapshot.id,
                "refused": asdict(refusal) if refusal else None,
                "resources": snapshot.open_counts.resources,
                "passages": snapshot.open_counts.passages,
                **{name: dict(one.facts) for name, one in conditions.items()},
            }
        )

    return [web.get("/healthz", healthz), web.get("/readyz", readyz)]
