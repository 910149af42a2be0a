"""How the benchmark speaks with a peer in a process of its own: a JSON object a line, each way.

Requests name what to `do`:

    {"do": "index", "texts": FILE, "vectors": FILE or null, "folder": FOLDER}
    {"do": "open", "folder": FOLDER}
    {"do": "ask" or "rank", "question": TEXT, "top_k": K}
    {"do": "stop"}

Replies hold `ok`; `rows` after a question; `error` where the peer failed. Before any request the
peer says that it is `ready`, and its `version`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TextIO

from benchmarks.peers.known import known_vectors
from benchmarks.peers.peer import Peer


def serve(peer: Peer, version: str, requests: Iterable[str], replies: TextIO) -> None:
    """Answers until asked to stop, or nobody asks any more. Whatever the peer raises is told."""
    _send(replies, {"ok": True, "ready": True, "version": version})
    for line in requests:
        request = json.loads(line)
        if request["do"] == "stop":
            _send(replies, {"ok": True})
            return
        try:
            reply = {"ok": True} | _carry_out(peer, request)
        except Exception as error:  # its libraries raise whatever they like
            reply = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        _send(replies, reply)


def _carry_out(peer: Peer, request: dict[str, Any]) -> dict[str, Any]:
    match request["do"]:
        case "index":
            texts = json.loads(Path(request["texts"]).read_text(encoding="utf-8"))
            vectors = request.get("vectors")
            with known_vectors(texts, Path(vectors)) if vectors else nullcontext():
                peer.index(texts, Path(request["folder"]))
            return {}
        case "open":
            peer.open(Path(request["folder"]))
            return {}
        case "ask":
            return {"rows": peer.ask(request["question"], request["top_k"])}
        case "rank":
            return {"rows": peer.rank(request["question"], request["top_k"])}
        case other:
            raise ValueError(f"nobody knows how to do {other!r}")


def _send(replies: TextIO, reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply) + "\n")
    replies.flush()
