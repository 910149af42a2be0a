"""python -m benchmarks.peers.child NAME MODEL: one peer, asked over its standard streams."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.peers.adapters import load, version_of
from benchmarks.peers.protocol import serve


def main(name: str, model: str) -> None:
    # Libraries print what they like: the replies have a stream of their own.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(load(name, Path(model)), version_of(name), sys.stdin, replies)


if __name__ == "__main__":
    main(*sys.argv[1:])
