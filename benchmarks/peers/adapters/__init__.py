"""Each peer behind the same few calls, as its own documentation shows how to use it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.peers.peer import Peer

OURS = "signpost"
FLOOR = "plain"


@dataclass(frozen=True, slots=True)
class Known:
    """A peer that can be measured: what it is called, the package whose version is told, and
    whether it is installed into an environment of its own."""

    title: str
    package: str
    is_foreign: bool = True


# Here a peer is named by the module that holds its adapter.
PEERS = {
    OURS: Known("Signpost", "", is_foreign=False),
    FLOOR: Known("sentence-transformers + faiss", "faiss-cpu", is_foreign=False),
    "txtai": Known("txtai", "txtai"),
    "chroma": Known("chromadb", "chromadb"),
    "haystack": Known("haystack in memory", "haystack-ai"),
    "langchain": Known("LangChain + FAISS", "langchain-community"),
    "llamaindex": Known("LlamaIndex", "llama-index-core"),
    "lance": Known("LanceDB", "lancedb"),
    "sqlitevec": Known("sqlite-vec", "sqlite-vec"),
}


def load(name: str, model: Path) -> Peer:
    """The peer with its model loaded. Imports its libraries, which may take seconds; raises what
    they raise where they are missing or do not fit."""
    adapter: type[Peer] = importlib.import_module(f"{__name__}.{name}").Adapter
    return adapter(model)


def version_of(name: str) -> str:
    """Of the peer's package as this interpreter finds it; empty where it has none."""
    try:
        return version(PEERS[name].package) if PEERS[name].package else ""
    except PackageNotFoundError:
        return ""
